/** English, of what is done with words: begun, passed on, deleted. */
export const enWords = {
  'home.draft': 'Draft:'
} as const
