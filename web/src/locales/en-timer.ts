/** English, of messages that stay for a while. */
export const enTimer = {
  'chat.notice.timer-by-us': 'You set messages to disappear after {time}.',
  'chat.notice.timer-by-us.off': 'You turned disappearing messages off.',
  'chat.notice.timer-by-them': '{name} set messages to disappear after {time}.',
  'chat.notice.timer-by-them.off': '{name} turned disappearing messages off.',
  'timer.title': 'Disappearing messages',
  'timer.off': 'Off',
  'timer.hint':
    'What either of you writes from now on goes this long after it was sent, and with its reader after it was read. {name}’s app is asked to do the same, and either of you can change it. A person can still keep a copy.',
  'timer.head': 'Messages disappear after {time}',
  'timer.left': 'Disappears in {time}',
  'timer.default': 'In new chats, messages disappear after',
  'timer.default.hint':
    'It is set with the first message you write in a chat where nobody chose. Chats that are there keep theirs.'
} as const
