/** What is said of reports to operators, and at a desk: of `sentences.ts`, which is one place for all. */
export const reportSentences = {
  noDesk:
    'No relay of yours has told of somebody who takes reports. If its operator gave you an address: sealpost report --desk ADDRESS.',
  whichRelay: (relays: readonly string[]): string =>
    `Several of your relays take reports; say whose: --relay with one of\n${relays.join('\n')}`,
  learns:
    'Who gets it learns: what you write, an account made for your reports and for nothing else, and on which relays answers come to it. Not your account, name, contacts or network address.',
  states: {
    queued: 'waits here, and goes out whenever sealpost runs',
    sent: 'is on its way: a relay has it',
    received: 'was received',
    looking: 'is being looked at',
    solved: 'is solved',
    closed: 'is closed',
    withdrawn: 'was withdrawn by you',
    failed: 'led nowhere: the address for reports is not used any more; write it again',
    'too-many-open': 'was not taken: five of your reports are open there',
    'too-many-today': 'was not taken: too much was written today',
    'desk-full': 'was not taken: too many people report there this month'
  },
  deskStates: {
    received: 'received',
    looking: 'looking',
    solved: 'solved',
    closed: 'closed',
    withdrawn: 'withdrawn by the reporter',
    'too-many-open': 'not taken',
    'too-many-today': 'not taken',
    'desk-full': 'not taken'
  },
  inVersion: (version: string): string => `in version ${version}`,
  within: (hours: number): string => `an answer is to come within ${String(hours)} h`,
  isNew: 'new',
  later: 'Answers and what becomes of it: sealpost reports',
  none: 'You have reported nothing. sealpost report problem TEXT writes to the operator of a relay.',
  waits: 'It waits here, and goes out whenever sealpost runs.',
  withdrawn: (number: string): string => `${number} was withdrawn.`,
  answered: (number: string): string => `Written to ${number}.`,
  changed: (number: string, state: string): string => `Your report ${number} ${state}`,
  noNumber: (number: string): string =>
    `No report has the number ${number}; sealpost reports lists yours.`,
  askLine: 'Does this line go with your report? [y/N]',
  noLog: (path: string): string => `${path} cannot be read.`,
  logNeedsPerson:
    '--log shows each line and asks, which --json cannot; give the lines that were agreed to with --line.',
  you: 'you',
  desk: 'desk',
  reporter: 'reporter',
  withdrew: 'withdrew it'
} as const

export const deskSentences = {
  ready: (link: string): string =>
    `Reports come here. Give this to your relay, as its option desk:\n${link}`,
  page: (link: string): string =>
    `Answer them here. The link opens in one browser, within ten minutes; sealpost desk page prints another:\n${link}`,
  noPage: 'No desk of this account serves a page now: sealpost desk --page starts one.',
  noBuild:
    'There is no build of the desk’s page; in a checkout, npm run build:web makes one in packages/desk-page/dist.',
  portTaken: (port: number): string =>
    `Port ${String(port)} is in use on this machine; say another with --port.`,
  onlyWithPage: '--port is said with --page alone.',
  ticket: (number: string, category: string): string =>
    `${number}: ${category}. sealpost desk show ${number}`,
  waits: (number: string, hours: number): string =>
    `${number} has waited for ${String(hours)} h: sealpost desk show ${number}`,
  waiting: (hours: number): string => `waits for ${String(hours)} h`,
  count: (count: number, openCount: number): string =>
    `${String(count)} ${count === 1 ? 'report' : 'reports'}, ${String(openCount)} open`,
  none: 'No reports.',
  noNumber: (number: string): string =>
    `No report has the number ${number}; sealpost desk list shows them.`,
  answered: (number: string): string => `${number} is answered.`,
  state: (number: string, state: string): string => `${number}: ${state}.`,
  tagged: (number: string, tags: readonly string[]): string =>
    tags.length === 0 ? `${number} has no cause now.` : `${number}: ${tags.join(', ')}`,
  onlySolved: '--in is said of a state solved alone.',
  noText: 'Say what to answer, or name an answer that is kept with --canned.',
  noCanned: (name: string): string =>
    `No answer is kept under ${name}; sealpost desk canned lists them.`,
  noneCanned: 'No answers are kept. sealpost desk canned NAME --text TEXT keeps one.',
  kept: (name: string): string => `Kept as ${name}.`,
  removed: (name: string): string => `${name} is removed.`,
  hours: '--within takes a number of hours from 1 to 8784, or none.',
  relayUntold: (why: string): string => `The relay was not told the counts: ${why}`
} as const
