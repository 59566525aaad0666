/** What is said about the passphrase of a home. */
export const passphraseSentences = {
  ask: 'Passphrase: ',
  choose: 'A passphrase for this home: ',
  chooseNew: 'The new passphrase: ',
  repeat: 'The same again: ',
  different: 'The two passphrases differ; begin again.',
  empty: 'An empty passphrase protects nothing; give one, or say --no-passphrase.',
  emptyNew: 'An empty passphrase protects nothing; nothing was changed.',
  none: 'Without a passphrase, whoever can read the files of this home can read every message and write in your name.',
  required:
    'This home is locked. Run sealpost in a terminal to be asked for its passphrase, or set SEALPOST_PASSPHRASE.',
  requiredAtInit:
    'A home needs a passphrase: run sealpost in a terminal to be asked for one, set SEALPOST_PASSPHRASE, or say --no-passphrase.',
  requiredNew:
    'A new passphrase is needed: run sealpost in a terminal to be asked for it, or set SEALPOST_NEW_PASSPHRASE.',
  changed: 'This home opens with the new passphrase from now on, and not with the old one.',
  added: 'This home opens with the passphrase from now on.',
  wasInClear:
    'Until now its key lay on the disk in clear, where traces of it may be left for a while; who might have read it has it still.'
} as const
