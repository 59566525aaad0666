/**
 * Every option of a relay, one row each: `--help`, the README and what is accepted are made from these rows.
 *
 * An option has one name everywhere: `--deposits-per-second` as a flag, `SEALPOST_RELAY_DEPOSITS_PER_SECOND` in the
 * environment, `deposits-per-second` in the file.
 */
import { DEFAULT_RELAY_OPTIONS, MAILBOX_CACHE_SIZE_MIN } from '@sealpost/core'
import { PATH_BYTES_MAX, RECIPIENT_BYTES_MAX } from '@sealpost/operator'
import {
  DESK_LINK_LENGTH_MAX,
  OPERATOR_TEXT_BYTES_MAX,
  RELAY_ADDRESSES_MAX,
  REQUEST_SEALED_BYTES,
  SIZE_CLASSES,
  WORK_BITS_MAX
} from '@sealpost/protocol'
import { TUNED_OPTIONS } from '@sealpost/operator'
import { LOG_FORMATS, LOG_LEVELS } from '../log/json-log.ts'

const KIB = 1024
const MIB = 1024 * KIB
const LARGEST_ENVELOPE = Math.max(...SIZE_CLASSES)

/** What a value can be. Text that comes from outside is parsed by this. */
export type OptionKind =
  /** A whole number, or bytes, which may be written as `64MiB`; `auto` where that is the default. */
  | { readonly type: 'integer' | 'bytes'; readonly min: number; readonly max: number }
  | { readonly type: 'text'; readonly bytesMax: number }
  | { readonly type: 'choice'; readonly words: readonly string[] }
  /** Of texts: commas between them, or a list in the file, or the flag several times. */
  | { readonly type: 'list'; readonly countMin: number; readonly countMax: number }

/** What a value is once it is read. */
export type OptionValue = number | string | readonly string[]

export interface OptionRow {
  /** In kebab case; the unit closes it, the bound comes after. */
  readonly name: string
  readonly section: string
  readonly unit: string
  readonly kind: OptionKind
  readonly fallback: OptionValue
  /** One sentence: what for. */
  readonly sentence: string
  /** Whether a reload changes it; others hold from the next start on. */
  readonly isLive: boolean
  /** Whether it is shown as stars, wherever it is shown. */
  readonly isSecret: boolean
}

/** Where an operator wants what nobody else can know. */
export const AUTO = 'auto'
/** Where an operator wants no folder at all. */
export const NONE = 'none'

const COUNT_MAX = 1_000_000_000
const BYTES_MAX = 2 ** 50

type Bounds = readonly [min: number, max: number]

function integer(unit: string, [min, max]: Bounds, fallback: number): Cells {
  return { unit, kind: { type: 'integer', min, max }, fallback }
}

function bytes([min, max]: Bounds, fallback: number | typeof AUTO): Cells {
  return { unit: 'bytes', kind: { type: 'bytes', min, max }, fallback }
}

function text(unit: string, bytesMax: number, fallback: string): Cells {
  return { unit, kind: { type: 'text', bytesMax }, fallback }
}

function choice(words: readonly string[], fallback: string): Cells {
  return { unit: 'word', kind: { type: 'choice', words }, fallback }
}

function list(unit: string, [countMin, countMax]: Bounds, fallback: readonly string[]): Cells {
  return { unit, kind: { type: 'list', countMin, countMax }, fallback }
}

type Cells = Pick<OptionRow, 'unit' | 'kind' | 'fallback'>
type Traits = Partial<Pick<OptionRow, 'isLive' | 'isSecret'>>
type SectionRow = readonly [name: string, cells: Cells, sentence: string, traits?: Traits]

/** What a reload changes. Without this an option holds from the next start on. */
const LIVE: Traits = { isLive: true }

function section(name: string, rows: readonly SectionRow[]): readonly OptionRow[] {
  return rows.map(([row, cells, sentence, traits]) => ({
    name: row,
    section: name,
    ...cells,
    sentence,
    isLive: false,
    isSecret: false,
    ...traits
  }))
}

/** The rows of a section all of which a reload changes. */
function live(rows: readonly OptionRow[]): readonly OptionRow[] {
  return rows.map((row) => ({ ...row, ...LIVE }))
}

const OPTIONS = DEFAULT_RELAY_OPTIONS
const { contact, request, own, group } = OPTIONS.quotas
const COUNTS: Bounds = [1, COUNT_MAX]
const MAILBOX_BYTES: Bounds = [LARGEST_ENVELOPE, BYTES_MAX]

const PLACE = section('Where', [
  [
    'data',
    text('directory', PATH_BYTES_MAX, AUTO),
    'Keeps the node key and the store; auto is sealpost-relay in $XDG_DATA_HOME, or in ~/.local/share.'
  ],
  [
    'listen',
    list('HOST:PORT', [1, 8], ['127.0.0.1:7700']),
    'Takes connections there; 0.0.0.0:7700 and [::]:7700 are all addresses of the machine, port 0 is any free one.'
  ],
  [
    'addresses',
    list('multiaddr', [0, RELAY_ADDRESSES_MAX], OPTIONS.addresses),
    'Tells people to reach the relay there, where that is not what it listens on, as behind a proxy; without the /p2p/ part.',
    LIVE
  ],
  [
    'tls-certificate',
    text('file', PATH_BYTES_MAX, NONE),
    'Encrypts the port for people with the certificate in this file, PEM with its chain, read again when it changes; none leaves that to a proxy.'
  ],
  [
    'tls-key',
    text('file', PATH_BYTES_MAX, NONE),
    'Has the private key of that certificate, PEM without a passphrase, read again when it changes.'
  ],
  [
    'trusted-proxies',
    list('address', [0, 32], []),
    'Believes these reverse proxies, addresses or ranges like 10.0.0.0/8, on whom they speak for, so that bounds hold for people and not for the proxy.',
    LIVE
  ],
  [
    'web',
    text('directory', PATH_BYTES_MAX, AUTO),
    'Serves the built web client in it, on the same port; auto is the one that came with the program, if any; none is none.'
  ],
  [
    'operator-listen',
    text('HOST:PORT', 64, '127.0.0.1:7701'),
    'Shows its operator figures there, on this machine alone: 127.0.0.1, [::1] or localhost; port 0 is any free one, none is none.'
  ]
])

const RATES = section('Rates', [
  [
    'deposits-per-second',
    integer('deposits', COUNTS, OPTIONS.depositsPerSecond),
    'Takes so many from one connection.'
  ],
  [
    'deposit-burst',
    integer('deposits', COUNTS, OPTIONS.depositBurst),
    'Takes so many at once from one connection, for what waited while the sender was away.'
  ],
  [
    'requests-per-second',
    integer('requests', COUNTS, OPTIONS.requestsPerSecond),
    'Takes so many other requests from one connection; acks of what was just delivered are free.'
  ],
  [
    'request-burst',
    integer('requests', COUNTS, OPTIONS.requestBurst),
    'Takes so many other requests at once from one connection.'
  ],
  [
    'mailbox-deposits-per-minute',
    integer('deposits', COUNTS, OPTIONS.mailboxDepositsPerMinute),
    'Takes so many into one mailbox.'
  ],
  [
    'group-deposits-per-minute',
    integer('deposits', COUNTS, OPTIONS.groupDepositsPerMinute),
    'Takes so many into the mailbox of a group.'
  ],
  [
    'registrations-per-hour-per-range',
    integer('mailboxes', COUNTS, OPTIONS.registrationsPerHourPerRange),
    'Makes so many mailboxes and links for one range of addresses (IPv4 /24, IPv6 /64).'
  ],
  [
    'knocks-per-minute-per-range',
    integer('deposits', COUNTS, OPTIONS.knocksPerMinutePerRange),
    'Takes so many from strangers from one range of addresses, so that who floods a public address leaves room for others.'
  ],
  [
    'bytes-per-second-per-key',
    bytes([64 * KIB, BYTES_MAX], OPTIONS.bytesPerSecondPerKey),
    'Reads and sends so many for one node key, eight seconds of it at once, and reads no more from it until that is made up for.'
  ],
  [
    'bytes-per-second-per-range',
    bytes([64 * KIB, BYTES_MAX], OPTIONS.bytesPerSecondPerRange),
    'The same for one range of addresses; each frame counts as 1KiB at least.'
  ],
  [
    'work-bits',
    integer('bits', [0, WORK_BITS_MAX], OPTIONS.workBits),
    'Asks strangers for a proof of work of so many bits; 16 take a phone about 0.2 s, each more doubles that.'
  ],
  [
    'registration',
    choice(['work', 'invite'], OPTIONS.registration),
    'Lets whoever has nothing here yet begin with a proof of work alone, or with an invite of invites add.'
  ]
])

const QUOTAS = section('Mailboxes', [
  [
    'contact-envelopes-max',
    integer('envelopes', COUNTS, contact.envelopeCountMax),
    'Keeps so many in the mailbox of a contact.'
  ],
  [
    'contact-bytes-max',
    bytes(MAILBOX_BYTES, contact.bytesMax),
    'Keeps so much in the mailbox of a contact.'
  ],
  [
    'request-envelopes-max',
    integer('envelopes', COUNTS, request.envelopeCountMax),
    'Keeps so many in a request box, into which strangers deposit.'
  ],
  [
    'request-bytes-max',
    bytes([REQUEST_SEALED_BYTES, BYTES_MAX], request.bytesMax),
    'Keeps so much in a request box.'
  ],
  [
    'own-envelopes-max',
    integer('envelopes', COUNTS, own.envelopeCountMax),
    "Keeps so many in the mailbox of a person's own other devices."
  ],
  [
    'own-bytes-max',
    bytes(MAILBOX_BYTES, own.bytesMax),
    "Keeps so much in the mailbox of a person's own other devices."
  ],
  [
    'group-envelopes-max',
    integer('envelopes', COUNTS, group.envelopeCountMax),
    'Keeps so many in the mailbox of a group.'
  ],
  [
    'group-bytes-max',
    bytes(MAILBOX_BYTES, group.bytesMax),
    'Keeps so much in the mailbox of a group.'
  ]
])

const CONNECTIONS = section('Connections', [
  [
    'connections-max',
    integer('connections', [1, 1_000_000], OPTIONS.connectionsMax),
    'Holds so many at once, about 0.2 MB of memory each.'
  ],
  [
    'connections-per-range-max',
    integer('connections', [1, 1_000_000], OPTIONS.connectionsPerRangeMax),
    'Holds so many from one range of addresses; behind a proxy all have one range, unless that is one of trusted-proxies.'
  ],
  [
    'connections-per-minute-per-range',
    integer('connections', [1, 1_000_000], 600),
    'Takes so many in a minute from one range of addresses, and as many at once, however soon they go.'
  ],
  [
    'connections-pending-max',
    integer('connections', [1, 1_000_000], 1_024),
    'Holds so many more that are still in their handshake.'
  ],
  [
    'requests-unanswered-max',
    integer('requests', COUNTS, OPTIONS.requestsUnansweredMax),
    'Ends a connection with one more without an answer; clients keep at most 64.'
  ],
  [
    'subscriptions-per-connection-max',
    integer('mailboxes', COUNTS, OPTIONS.subscriptionsPerConnectionMax),
    'Delivers so many mailboxes to one connection.'
  ],
  [
    'subscriptions-max',
    integer('mailboxes', COUNTS, OPTIONS.subscriptionsMax),
    'Delivers so many to all connections, about 300 bytes of memory each.'
  ],
  [
    'unsent-bytes-max',
    bytes([16 * MIB, BYTES_MAX], OPTIONS.unsentBytesMax),
    'Holds so much that clients have not taken yet; beyond, those who have taken the least are cut, and come again for it.'
  ],
  [
    'pending-reads-max',
    integer('requests', COUNTS, OPTIONS.pendingReadsMax),
    'Lets so many wait for the disk, each with up to 32 KiB of memory; others are told to come back.'
  ]
])

const STORE = section('Store', [
  [
    'store-bytes-max',
    bytes([0, BYTES_MAX], OPTIONS.storeBytesMax),
    'Takes at most so much of the disk for the store; 0 is all of it but for the reserve.'
  ],
  [
    'reserve-bytes',
    bytes([0, BYTES_MAX], OPTIONS.reserveBytes ?? AUTO),
    'Leaves so much of the file system free, so that acks and cleaning go on; auto is 5 % of it, at least 512MiB, at most a quarter.'
  ],
  [
    'mailbox-cache-size',
    integer('mailboxes', [MAILBOX_CACHE_SIZE_MIN, 10_000_000], OPTIONS.mailboxCacheSize),
    'Remembers the state of so many, about 500 bytes of memory each; others cost a read.'
  ]
])

const BACKUP = section('Backup', [
  [
    'backup-directory',
    text('directory', PATH_BYTES_MAX, NONE),
    'Makes backups by itself, into it; best on another disk. With none it makes them when it is told to.'
  ],
  ['backup-interval-hours', integer('hours', [1, 8_760], 24), 'Makes one so often.'],
  [
    'backup-recipient',
    text('age1...', RECIPIENT_BYTES_MAX, NONE),
    'Encrypts them to this age recipient, so that only who has its identity can open them; none leaves them open.'
  ],
  [
    'backup-keep',
    integer('backups', [1, 1_000], 7),
    'Keeps so many of them, however old they are.'
  ],
  ['backup-keep-days', integer('days', [0, 3_650], 30), 'Keeps those that are not older, too.'],
  [
    'backup-trial-days',
    integer('days', [1, 365], 7),
    'Restores the newest so often into a place of its own, to prove that it can be restored.'
  ]
])

const WORDS = section('What people are told', [
  [
    'operator',
    text('text', OPERATOR_TEXT_BYTES_MAX, OPTIONS.operator),
    'Says who runs the relay; clients spread what they send over operators.'
  ],
  ['policy', text('text', OPERATOR_TEXT_BYTES_MAX, OPTIONS.policy), 'Says where its rules stand.'],
  [
    'contact',
    text('text', OPERATOR_TEXT_BYTES_MAX, ''),
    'Says where its operator is reached, as with an e-mail address.'
  ],
  [
    'complaints',
    text('text', OPERATOR_TEXT_BYTES_MAX, ''),
    'Says where abuse is reported, where that is not the contact.'
  ],
  ['country', text('country', 2, ''), 'Says whose law it stands under, in two letters, like CH.'],
  [
    'desk',
    text('link', DESK_LINK_LENGTH_MAX, OPTIONS.desk),
    'Takes reports: the public address of your own account, as sealpost invite --reusable prints it.'
  ]
])

const WATCH = section('Alarms', [
  [
    'neighbours',
    list('address', [0, 8], []),
    'Has these relays, two or more, try every ten minutes whether this one can be reached; addresses as they print them.'
  ],
  [
    'alarm-rules',
    list('rule', [0, 32], []),
    'Changes when somebody is told: commit-slow off, or crowded connections > 3000 for 5m; docs/operators-alarms.md says all.'
  ],
  [
    'alarm-webhook',
    text('URL', 2_048, ''),
    'Posts each alarm there as JSON; https:, or http: on this machine.',
    // Who knows it can post there too.
    { isSecret: true }
  ],
  [
    'alarm-command',
    list('word', [0, 16], []),
    'Runs this program with these words, without a shell, for each alarm, with the JSON on its standard input.'
  ],
  [
    'alarm-escalate-minutes',
    integer('minutes', [0, 10_080], 30),
    'Tells an alarm once more that nobody answered for so long; 0 is never.'
  ],
  [
    'watch-actions',
    choice(['by-hand', 'by-itself'], 'by-hand'),
    'Says who does what a finding of the watch proposes: you, or the relay, which takes it back where it does not help.'
  ],
  [
    'tuning-pins',
    list('option', [0, TUNED_OPTIONS.length], []),
    'Keeps the relay from tuning these: deposits-per-second, pending-reads-max.'
  ],
  [
    'overload',
    choice([AUTO, 'off'], AUTO),
    'Turns strangers away first where there is too much to do for half a minute, so that those who use the relay go on; off never does.'
  ]
])

const LOG = section('Log', [
  [
    'log-level',
    choice(LOG_LEVELS, 'info'),
    'Logs this and what is more urgent, on standard error; never an address, an id or a key.'
  ],
  [
    'log-format',
    choice(LOG_FORMATS, 'pretty'),
    'Writes lines for people, or one JSON object a line.'
  ]
])

/** All rows, in the order in which people read them. */
export const OPTION_ROWS: readonly OptionRow[] = [
  ...PLACE,
  ...live(RATES),
  ...live(QUOTAS),
  ...live(CONNECTIONS),
  ...live(STORE),
  ...BACKUP,
  ...live(WORDS),
  ...live(WATCH),
  ...live(LOG)
]

/** How the option is called in the environment. */
export function environmentName(name: string): string {
  return `SEALPOST_RELAY_${name.replaceAll('-', '_').toUpperCase()}`
}

/** What is shown in place of a secret. */
export const STARS = '***'

/** A value as it may be shown: as a person would write it, unless it is a secret that was given. */
export function shownOption(row: OptionRow, value: OptionValue): string {
  const text = formatOption(row, value)
  return row.isSecret && text !== formatOption(row, row.fallback) ? STARS : text
}

/** A value as a person would write it: `64MiB`, `a, b`. */
export function formatOption(row: OptionRow, value: OptionValue): string {
  if (typeof value === 'number') {
    return row.kind.type === 'bytes' ? formatBytes(value) : String(value)
  }
  return typeof value === 'string' ? value : value.join(', ')
}

const BYTE_UNITS: readonly (readonly [unit: string, bytes: number])[] = [
  ['TiB', 2 ** 40],
  ['GiB', 2 ** 30],
  ['MiB', MIB],
  ['KiB', KIB]
]

function formatBytes(value: number): string {
  const unit = value === 0 ? undefined : BYTE_UNITS.find(([, size]) => value % size === 0)
  return unit === undefined ? String(value) : `${String(value / unit[1])}${unit[0]}`
}

/** Reads `65536`, `64KiB`, `1 GiB`. @returns undefined for what is neither. */
export function parseBytes(written: string): number | undefined {
  const [, digits, unit] = /^([0-9]{1,16}) ?(KiB|MiB|GiB|TiB)?$/.exec(written) ?? []
  const size = BYTE_UNITS.find(([name]) => name === unit)?.[1] ?? 1
  return digits === undefined ? undefined : Number(digits) * size
}
