/** English, of where a person keeps a conversation. */
export const enShelf = {
  'shelf.menu': 'What to do with the chat with {name}',
  'shelf.pin': 'Pin',
  'shelf.unpin': 'Unpin',
  'shelf.mute.hour': 'Mute for 1 hour',
  'shelf.mute.8h': 'Mute for 8 hours',
  'shelf.mute.week': 'Mute for 1 week',
  'shelf.mute.always': 'Mute always',
  'shelf.unmute': 'Unmute',
  'shelf.archive': 'Archive',
  'shelf.unarchive': 'Take out of the archive',
  'shelf.unread': 'Mark as unread',
  'shelf.read': 'Not unread any more',
  'shelf.pinned': 'Pinned',
  'shelf.muted': 'Muted',
  'shelf.marked': 'Marked as unread',
  'shelf.title': 'This chat',
  'shelf.hint':
    'It is so on all your devices, and nobody else learns of it. An archived chat comes back with the next message, unless it is muted.',
  'shelf.view': 'Which chats to show',
  'shelf.view.all': 'All',
  'shelf.view.unread': 'Unread',
  'shelf.view.archived': 'Archived',
  'shelf.none.unread': 'You have read everything.',
  'shelf.none.all': 'All your chats are in the archive.',
  'shelf.none.archived': 'Nothing is in the archive.'
} as const
