/** English, of the ways into what this browser keeps. */
export const enKeys = {
  'error.passkey-required': 'Sealpost is locked. Use your passkey.',
  'error.passkey-wrong': 'This passkey does not open what this browser keeps. Use another.',
  'error.last-way-in': 'This is the last way in. Add another first.',
  'error.too-many-ways': 'There are eight ways in already. Remove one first.',
  'error.reports-full':
    'Five of your reports are open there, or you wrote 20 times today. Wait for an answer, or withdraw one.',
  'passkey.unsupported': 'This browser has no passkeys. A passphrase works everywhere.',
  'passkey.address':
    'A passkey belongs to a name, and this page was opened at a number. Open it at http://localhost or over https; what this browser keeps at the number stays there, so make a backup and restore it at the name.',
  'passkey.no-prf':
    'This passkey cannot seal anything: it, or this browser, lacks what that takes (PRF). Use another, or a passphrase. You may remove it where your passkeys are kept.',
  'passkey.lacking':
    'This browser’s passkeys cannot seal anything: it lacks what that takes (PRF). A passphrase works everywhere.',
  'passkey.failed':
    'The passkey did not work: its device, or this browser, failed. Try again, or use a passphrase.',
  'passkey.cancelled': 'No passkey was used: it was cancelled, took too long, or is here already.',

  'protect.by': 'What opens it',
  'protect.by.passphrase': 'Passphrase',
  'protect.by.passkey': 'Passkey',
  'protect.by.both': 'Both',
  'protect.passkey.lead':
    'Your phone, your computer or a security key opens Sealpost here, as it unlocks: by fingerprint, face or PIN. There is nothing to remember.',
  'protect.passkey.loss':
    'If you lose it, what this browser keeps is lost: nobody can reset it. Only a backup brings you back. You can add a passphrase or another passkey in the settings.',
  'protect.passkey.make': 'Make the passkey',
  'protect.both.lead':
    'Each time the passphrase and the passkey are needed, together. Whoever has only one of them gets nowhere.',
  'protect.both.loss':
    'If you lose either one, what this browser keeps is lost: nobody can reset it. Only a backup, with its passphrase or recovery phrase, brings you back.',
  'protect.passkey.wait': 'Waiting for the passkey…',
  'protect.passphrase.instead': 'Use a passphrase instead',
  'protect.number': 'A passkey belongs to a name, and this page was opened at a number. ',
  'protect.number.move': 'Open it at localhost',
  'protect.number.https': 'To use one, open it over https, at a name.',

  'ways.title': 'Ways in',
  'ways.failed': 'They cannot be read: {reason}',
  'ways.passphrase': 'Passphrase',
  'ways.passkey': 'Passkey',
  'ways.both': 'Passphrase and passkey, both',
  'ways.added': 'Since {day}',
  'ways.remove': 'Remove',
  'ways.set': 'Set a passphrase',
  'ways.set.lead':
    'The old one opens nothing here from then on. Copies of this browser’s data that somebody made before still open with it, and backup files keep theirs.',
  'ways.set.both': 'Other passkeys than the one you use now stop working here; add them again.',
  'ways.add': 'Add a passkey',
  'ways.add.lead':
    'Your phone, your computer or a security key opens Sealpost here. It helps nobody who has neither it nor a way in.',
  'ways.require': 'Require both',
  'ways.require.lead':
    'From then on only the passphrase and the passkey together open this. If you lose either one, what this browser keeps is lost, and only a backup with its recovery phrase brings you back. All other ways in are removed.',
  'ways.either': 'Let either be enough',
  'ways.either.lead':
    'The passphrase alone and the passkey alone each open this. Other passkeys are removed.',
  'ways.remove.lead': 'This way in stops working here.',
  'ways.now': 'Your passphrase now',
  'ways.now.hint': 'Leave it empty to use a passkey.',
  'ways.new': 'The new passphrase',
  'ways.do': 'Confirm',
  'ways.wait': 'Waiting…',
  'ways.done': 'Done.',

  'unlock.passkey': 'Use a passkey',
  'unlock.both': 'Your passkey is asked for next.'
} as const
