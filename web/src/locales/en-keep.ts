/** English, of what keeps an account: backups, and other devices. */
export const enKeep = {
  'settings.backup': 'Backups',
  'settings.backup.lead': 'A file with everything, and the proof that it can be restored',

  'backup.lead':
    'A browser may remove what a page keeps. A backup is one encrypted file with your identity, your contacts and your messages. After it is made, it is restored into a sandbox and compared.',
  'backup.never': 'There is no backup yet. If this browser loses its data, everything is lost.',
  'backup.last': 'Last proven restorable {when}: {messages} and {contacts}, {size}.',
  'backup.messages_one': '{count} message',
  'backup.messages_other': '{count} messages',
  'backup.contacts_one': '{count} contact',
  'backup.contacts_other': '{count} contacts',
  'backup.make': 'Make a backup',
  'backup.writing': 'Writing… {count}',
  'backup.proving': 'Proving… {count}',
  'backup.done': 'It is proven. Keep the file where this browser’s data is not.',
  'backup.save': 'Save the file',
  'backup.phrase.title': 'Your recovery phrase',
  'backup.phrase.lead':
    'It opens your backups, and nothing else does. Write it on paper; nobody can give it to you again.',
  'backup.phrase.check': 'Type its last five characters',
  'backup.phrase.check.hint': 'So that you know you have it.',
  'backup.phrase.wrong': 'These are not its last five.',
  'backup.phrase.keep': 'I wrote it down',
  'backup.phrase.begin': 'Get a recovery phrase',
  'backup.phrase.show': 'Show the recovery phrase',

  'restore.title': 'Restore a backup',
  'restore.lead': 'This browser becomes a new device of your account.',
  'restore.file': 'Backup file',
  'restore.choose': 'Choose a file',
  'restore.none': 'None chosen yet.',
  'restore.phrase': 'Recovery phrase or passphrase of the file',
  'restore.lost': 'The device that made it is lost',
  'restore.lost.hint':
    'Your contacts send it nothing any more. Leave this off if you still use it.',
  'restore.going': 'Restoring…',

  'join.title': 'Link this device',
  'join.lead':
    'On your other device, choose Settings, Devices, Link another device; or type: `sealpost devices link`',
  'join.code': 'The code it shows',
  'join.scan': 'Scan it',
  'join.scan.title': 'Scan the code',
  'join.scan.lead': 'The code that your other device shows.',
  'join.name': 'What to call this device',
  'join.name.default': 'Browser',
  'join.going': 'Asking your other device…',
  'join.compare': 'Your other device asks whether to let this one in. It must show these digits:',
  'join.stop': 'Stop',

  'linking.start': 'Link another device',
  'linking.lead':
    'The other device becomes one of yours, equal to this one, and gets your history. Open Sealpost there, choose “Link this device”, and scan this or paste the code.',
  'linking.making': 'Making a code…',
  'linking.qr': 'Code for your other device',
  'linking.code': 'Code',
  'linking.copy': 'Copy the code',
  'linking.ask': 'Let it in only if it shows these digits now:',
  'linking.own':
    'Let in only a device that you hold in your own hands. Whoever else has your code can ask too, and would get your whole account.',
  'linking.going': 'Letting it in… If it asks whose account this is, answer on its screen.',
  'linking.unnamed': 'A device',
  'linking.yes': 'They are the same',
  'linking.no': 'Refuse',
  'linking.joined': '{name} is one of your devices now. Your history is on its way to it.',
  'linking.stop': 'Stop',
  'transfer.sending': 'History to {name}: {done} of {all} messages',
  'transfer.receiving': 'History from {name}: {done} of {all} messages'
} as const
