/** English, of what a person is told while they look elsewhere, and of the keys. */
export const enNotify = {
  'settings.notifications': 'Notifications',
  'settings.notifications.lead': 'Sounds, previews, quiet hours',
  'notify.lead':
    'Messages arrive while Sealpost is open in some tab. What is shown below holds for this browser.',
  'notify.on': 'Tell me of new messages',
  'notify.preview': 'Show who wrote, and what',
  'notify.preview.hint':
    'Whoever sees this screen could read it. Else it says only that something came.',
  'notify.sound': 'Sound',
  'notify.volume': 'Volume',
  'notify.quiet': 'Quiet hours',
  'notify.quiet.hint': 'Nothing rings and nothing is shown.',
  'notify.quiet.from': 'From',
  'notify.quiet.to': 'To',
  'notify.allow': 'Allow notifications',
  'notify.denied':
    'This browser shows none for this page. Allow them beside the address of the page.',
  'notify.absent': 'This browser has no notifications.',
  'notify.message': 'A new message',
  'notify.request': 'Somebody asks to talk to you',
  'sound.none': 'None',
  'sound.drop': 'Drop',
  'sound.bell': 'Bell',
  'sound.knock': 'Knock',

  'keys.title': 'Keys',
  'keys.lead': 'Everything can be done without a mouse: Tab leads from one thing to the next.',
  'keys.palette': 'Go to a chat or a place',
  'keys.new': 'Add somebody',
  'keys.search': 'Search',
  'keys.composer': 'Write in the open chat',
  'keys.previous': 'The chat above',
  'keys.next': 'The chat below',
  'keys.back': 'Back, or close what is open',
  'keys.help': 'This page',
  'palette.title': 'Go to',
  'palette.what': 'Chat, place or thing to do',
  'palette.none': 'Nothing is called that'
} as const
