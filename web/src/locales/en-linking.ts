/** English, of linking by a code that the new device shows. */
export const enLinking = {
  'join.show.lead': 'No camera here? Show a code on this device, and scan it with your other one.',
  'join.show': 'Show a code',
  'join.show.title': 'Show a code',
  'join.show.how':
    'On a device that is in your account, choose Settings, Devices, Scan or paste its code; or type: `sealpost devices link CODE`',
  'join.show.relay':
    'Where the two devices meet. A device of your account lists its relays under Settings, Network.',
  'join.show.qr': 'Code for a device of your account',
  'join.show.digits': 'Your other device asks for these digits. Type them there:',
  'join.show.until':
    'The code holds for ten minutes. It is for your own device: show it to nobody else.',
  'join.account.title': 'Join the account of {name}?',
  'join.account.lead':
    'Say yes only if this is your account, and you typed the digits on your other device just now. What is written here is then written in the name of that account, and all its devices see it.',
  'join.account.lead.read':
    'Say yes only if this is your account, and you said on your other device just now that the digits are the same. What is written here is then written in the name of that account, and all its devices see it.',
  'join.account.name':
    'The name proves nothing: anybody can take it, and there is nothing else here to know the account by.',
  'join.account.yes': 'Yes, it is mine',
  'join.account.no': 'No, stop',
  'join.account.going': 'Joining…',
  'letin.start': 'Scan or paste its code',
  'letin.lead':
    'On the new device, choose Link this device, Show a code; or type: `sealpost init --show-code`',
  'letin.code': 'The code that the new device shows',
  'letin.scan.lead': 'The code that your new device shows.',
  'letin.looking': 'Looking for the device…',
  'letin.title': 'Let {name} into your account?',
  'letin.can':
    'It will be able to do everything that this device can: read your messages, write in your name, and let in or remove other devices.',
  'letin.own':
    'Let in only a device that you hold in your own hands. No group, prize or helper needs this: whoever sent you the code would get your whole account.',
  'letin.digits': 'The six digits that the new device shows',
  'letin.yes': 'Let it in',
  'letin.wrong_other': 'These are not its digits. Compare them; you can try {count} more times.',
  'letin.wrong_one': 'These are not its digits. Compare them; you can try once more.',
  'letin.going': 'Letting it in… If it asks whose account this is, answer on its screen.',
  'error.code-to-join':
    'A device of an account shows this code: it is for the new device to read. Scan or paste it there.',
  'error.code-to-let-in':
    'A new device shows this code: it is for a device of your account to read, under Settings, Devices, Scan or paste its code.',
  'error.code-no-link':
    'This is nobody’s link: it lets a device into your account. If somebody sent it to you, they want your account.',
  'error.not-joined': 'You said no. Nothing was made on this device.',
  'error.digits-wrong':
    'The digits were wrong three times, and the device was not let in. Let in only a device that you have before you.'
} as const
