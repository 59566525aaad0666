/** English, of what is done with words: begun, passed on, deleted. */
export const enWords = {
  'home.draft': 'Draft:',

  'menu.forward': 'Forward',
  'forward.title': 'Forward to',
  'forward.who': 'Name',
  'forward.none': 'Nobody you can write to has such a name',
  'forward.lead': 'They see that it was forwarded, and not by whom it was written.',

  'delete.title': 'Delete this message?',
  'delete.lead':
    'It goes from all your devices. {name} keeps theirs. Backups that you made before still have it.',
  'delete.do': 'Delete for me',
  'delete.recall': 'Take it back from both'
} as const
