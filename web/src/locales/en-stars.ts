/** English, of messages with a star. */
export const enStars = {
  'star.add': 'Star',
  'star.remove': 'Remove star',
  'star.sign': 'Starred',
  'star.sentence': '{sentence}, starred',
  'stars.title': 'Starred messages',
  'stars.title.with': 'Starred messages with {name}',
  'stars.lead': 'Messages you marked to find them again',
  'stars.chat.lead': 'Messages of this chat that you marked to find them again',
  'stars.empty.title': 'No message has a star',
  'stars.empty.lead':
    'Choose Star in the menu of a message, and you find it here, on all your devices. Nobody else learns of it.',
  'stars.failed': 'They cannot be read: {reason}',
  'stars.more': 'Show older ones',
  'stars.to': 'You to {name}',
  'keys.star': 'Star the message whose menu has the focus, or remove its star'
} as const
