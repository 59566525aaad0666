/** English, of the room that a browser gives, and of what there is none for. */
export const enRoom = {
  'room.full':
    'This browser has no room left. What you write now is not kept and not sent, and new messages wait at your relays. Nothing was lost. Delete files on this machine, what other sites keep, or messages here.',
  'room.failing':
    'This browser does not take what is written. What you write now is not kept and not sent; it is tried again by itself.',
  'room.look': 'What takes room',
  'room.network': 'Waiting for room',
  'room.network.lead':
    'This browser has no room left, so nothing is fetched or sent. New messages wait at your relays.',
  'room.network.failing':
    'Relays can be reached, but this browser takes nothing that is written, so no message comes or goes.',

  'settings.storage': 'Storage and data',
  'settings.storage.lead': 'What takes room, and what passed over the network',

  'storage.low.lead':
    'This browser has little room left. Once there is none, nothing new is kept, sent or fetched.',
  'storage.room': 'In this browser',
  'storage.room.used': '{used} of {quota} used.',
  'storage.room.parts': 'Your messages and keys: {data}. The app itself: {program}.',
  'storage.room.estimate':
    'The browser’s own estimates, rounded as it likes; some allow a fixed amount whatever the disk has left.',
  'storage.room.unknown': 'This browser does not say how much it allows, nor how much is used.',

  'storage.kept': 'Does it stay?',
  'storage.kept.kept': 'This browser keeps it until you clear it yourself.',
  'storage.kept.may-go':
    'This browser may clear it by itself when the disk is full, and some do after weeks without a visit.',
  'storage.kept.unknown': 'This browser does not say whether it keeps it.',
  'storage.kept.refused':
    'This browser refused, and does not say why: most decide by how often you are here, and agree once the app is installed. Until then it may clear what is kept here.',
  'storage.kept.ask': 'Ask the browser to keep it',
  'storage.clearing':
    'Clearing this site’s data in the browser deletes your account and all chats here.',
  'storage.backup.none': 'There is no backup.',
  'storage.backup.last': 'The last backup was proven {when}.',

  'storage.chats': 'What chats take',
  'storage.chats.none': 'There is no message yet.',
  'storage.chats.size_one': '{count} message, {size}',
  'storage.chats.size_other': '{count} messages, {size}',
  'storage.chats.other': 'Somebody who is not a contact',
  'storage.chats.exact':
    'Counted from what is stored, sealed. The browser needs some more to keep it in order.',

  'storage.data': 'Data sent and received',
  'storage.data.now': 'Since Sealpost was opened',
  'storage.data.all': 'In all, since {day}',
  'storage.data.figure': '{sent} sent, {received} received',
  'storage.data.hint':
    'What passed between this browser, your relays and direct paths. Encryption of the connection and the network add some percent that are not seen here. Counted on this device, and told to nobody.'
} as const
