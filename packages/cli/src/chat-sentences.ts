/** What is said in the chat: of `sentences.ts`, which is one place for all. */
export const chatSentences = {
  open: (name: string): string => `Talking to ${name}. Write a line and press Enter; /quit ends.`,
  you: 'you',
  read: 'read',
  unknownWord: (word: string): string =>
    `There is no ${word}; /quit ends. A line that begins with two slashes sends the rest.`,
  needsPerson:
    'chat is a conversation of lines; --json has no meaning here. Use send and inbox --follow.',
  needsWho: 'Say who to talk to: sealpost chat WHO. Only in a terminal it can be left out.',
  tooSmall: 'too small',
  nobody:
    'Nobody yet. In another terminal: sealpost invite makes a link, sealpost add LINK opens one.',
  nothingSaid: 'Nothing was said here yet.',
  loading: 'earlier messages are being read',
  typing: (name: string): string => `${name} is typing`,
  isTyping: 'typing',
  today: 'Today',
  yesterday: 'Yesterday',
  weekdays: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
  fresh: (count: number): string =>
    count === 1 ? '1 new message' : `${String(count)} new messages`,
  below: 'newer below',
  missing: (count: number): string =>
    count === 1 ? '1 message is missing' : `${String(count)} messages are missing`,
  timer: (time: string): string => `messages go after ${time}`,
  failed: 'the link led nowhere: ask for a new one',
  relayCounts: (ready: number, all: number): string => `${String(ready)} of ${String(all)} relays`,
  offline: 'no relay can be reached: what you write waits here',
  hint: '/help: keys  Ctrl-F: search  Ctrl-C: leave',
  nothingToRecall: 'There is nothing of yours here to take back.',
  unknownName: (name: string): string => `Nobody here is called ${name}.`,
  unknownSlash: (word: string): string =>
    `There is no ${word}; /help tells what there is. Two slashes send one.`,
  tooLong: 'The text is longer than a message can be; shorten it.',
  searchHere: 'search here: ',
  searchEverywhere: 'search everywhere: ',
  searchHint: 'Enter: go there  Tab: here or everywhere  Esc: back',
  searching: 'searching',
  foundCount: (count: number): string => (count === 0 ? 'nothing found' : `${String(count)} found`),
  helpTitle: 'Keys',
  help: [
    ['Enter', 'sends what you wrote'],
    ['Alt-Enter, or \\ and Enter', 'begins a new line'],
    ['Up, Down, PageUp, PageDown', 'move through the history'],
    ['Esc', 'goes back to the newest message'],
    ['Ctrl-N, Ctrl-P, Alt-Down, Alt-Up', 'another conversation'],
    ['Tab', 'the next conversation with something new'],
    ['Ctrl-F, or /search WORDS', 'searches what was said'],
    ['/recall', 'takes back what you found, else what you said last'],
    ['/to NAME', 'goes to a conversation'],
    ['Home, End, Ctrl-A, Ctrl-E', 'the start or the end of the line'],
    ['Ctrl-U, Ctrl-K, Ctrl-W', 'cut to the start, to the end, a word'],
    ['Ctrl-L', 'draws the screen again'],
    ['/quit, Ctrl-D, Ctrl-C', 'leave; what you sent goes on']
  ],
  helpMore: 'Any key: more  Esc: back',
  helpEnd: 'Any key closes this.'
} as const
