/** English, of the privacy notice. */
export const enNotice = {
  'settings.notice': 'Privacy notice',
  'settings.notice.lead': 'What relays, contacts and this device have of you',

  'notice.short':
    'Sealpost itself collects nothing of you: no profile, no count, no report. Relays pass on sealed envelopes; whoever runs one can see the network address that you come from.',
  'notice.all': 'All of it, in plain words',
  'notice.relays': 'What relays can see',
  'notice.relays.address': 'The network address that you come from, and when you are connected.',
  'notice.relays.envelopes':
    'Sealed envelopes: how many, when, and which of a few sizes. Not what is in them, not who wrote them.',
  'notice.relays.mailboxes':
    'Mailboxes with random names. Whoever watches addresses and times for long enough may guess who talks to whom.',
  'notice.relays.page':
    'Whoever runs the host of this page sees that your network address loaded it.',
  'notice.contacts': 'What your contacts see',
  'notice.contacts.words': 'Your name, what you write to them, and that a message arrived.',
  'notice.contacts.chosen':
    'That you read, write or are online: only as far as you chose in the settings.',
  'notice.contacts.devices': 'How many devices you use, and when one is added or removed.',
  'notice.contacts.direct':
    'Your network address, where messages go straight between you: both of you have to allow it.',
  'notice.device': 'What stays on this device',
  'notice.device.all':
    'Your keys, contacts, messages and drafts. They are sealed with your passphrase; without one, whoever uses this browser can read them.',
  'notice.device.report':
    'Sealpost reports nothing by itself, so there is nothing to switch on or off here. What you report to whoever runs your relay is what you saw before you sent it, and comes from an account made for that alone.',
  'notice.device.erase': 'Removing the home takes all of it from this browser.',
  'notice.limits': 'What Sealpost cannot protect against',
  'notice.version': 'Version {version} of this notice.',
  'notice.read': 'You were shown version {version} on {day}.',
  'notice.unread': 'Nobody said yet that they read it.',
  'notice.fresh': 'There is a privacy notice that you have not seen.',
  'notice.open': 'Read it',
  'notice.done': 'I have read it',
  'notice.create': 'By going on you say that you have seen this.'
} as const
