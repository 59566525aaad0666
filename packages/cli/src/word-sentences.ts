/** What is said about messages: replies, edits, reactions, stars, deletions; of `sentences.ts`, which is one place for all. */
export const wordSentences = {
  quote: (excerpt: string): string => (excerpt === '' ? '> ...' : `> ${excerpt}`),
  isForwarded: '(forwarded)',
  isEdited: '(edited)',
  isStarred: '(starred)',
  edited: 'It says that now, and that it was edited.',
  reacted: 'They see it at the message.',
  reactionGone: 'You show nothing at the message any more.',
  oneReaction: 'Give one emoji, or --none to take yours back.',
  starred: 'It has a star, on all your devices: sealpost starred lists those that have one.',
  unstarred: 'It has no star.',
  noneStarred: 'No message has a star.',
  olderStarred: (messageId: string): string =>
    `There are older ones: --limit shows more, --before ${messageId} what comes before these.`,
  deleted: 'It is gone from your devices. Whoever else has it keeps it.'
} as const
