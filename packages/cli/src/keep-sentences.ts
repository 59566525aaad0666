/** What is said of where a conversation is kept: of `sentences.ts`, which is one place for all. */
export const keepSentences = {
  either: (on: string, off: string): string => `${on} and ${off} say the opposite: give one.`,
  mute: 'A conversation is muted for a number of s, m, h, d or w up to 366d, or always.',
  pinned: 'pinned',
  muted: 'muted',
  archived: 'archived',
  unread: 'marked as unread',
  plain: 'among the others, with sound'
} as const
