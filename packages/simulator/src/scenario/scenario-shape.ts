/** Every key of a scenario: what is read, written, refused and explained is made from these rows. */
import { COST_NAMES, METRIC_NAMES } from './known-names.ts'
import { TEXT_BYTES_MAX } from '@sealpost/protocol'
import { DEFAULT_RTT_TABLE } from '../network/rtt-tables.ts'
import { FAULT, FAULTS_MAX, NODES_MAX } from './fault-shape.ts'
import { fields, named, nested, required, row, variants } from './fields.ts'
import { DEFAULT_HOURS, HOURS, RUN_US_MAX, SESSIONS } from './people-shapes.ts'
import { REGION_SHARES, RTT_TABLE, wholeShares } from './region-shapes.ts'
import { DAY_US, HOUR_US } from './quantities.ts'
import type {
  ChurnModel,
  ClientPopulation,
  Costs,
  Expectations,
  NatShares,
  NetworkModel,
  RegionShares,
  RelayPopulation,
  Scenario,
  Workload
} from './scenario.ts'
import {
  duration,
  FLAG,
  integer,
  list,
  mapOf,
  number,
  scaled,
  SHARE,
  type Shape,
  text,
  word,
  WRONG
} from './shape.ts'

const MINUTE_US = HOUR_US / 60
const MIB = 2 ** 20
const MBIT = 1_000_000

/** Assumed: nobody counts where people of an open messenger are. */
const CLIENT_REGIONS: RegionShares = new Map([
  ['EU-W', 0.35],
  ['NA', 0.3],
  ['LATAM', 0.08],
  ['E-ASIA', 0.17],
  ['SE-ASIA', 0.05],
  ['OCE', 0.05]
])

const RELAY_REGIONS: RegionShares = new Map([
  ['EU-W', 0.5],
  ['NA', 0.3],
  ['SE-ASIA', 0.2]
])

const NAT_FIELDS = fields<NatShares>({
  public: row(SHARE, 0.1, 'Clients that everybody can dial.'),
  easy: row(SHARE, 0.6, 'Clients behind a NAT that holes can be punched through.'),
  hard: row(SHARE, 0.3, 'Clients behind a NAT that nobody gets through.')
})

const NAT: Shape<NatShares> = {
  ...NAT_FIELDS,
  read(written, reading) {
    const nat = NAT_FIELDS.read(written, reading)
    return nat === WRONG
      ? WRONG
      : wholeShares(nat, [nat.public, nat.easy, nat.hard], written, reading)
  }
}

const CLIENTS: Shape<ClientPopulation> = fields<ClientPopulation>({
  count: row(integer({ min: 1, max: NODES_MAX }), 1000, 'People; each has one device.'),
  regions: row(REGION_SHARES, CLIENT_REGIONS, 'Where they are, as shares that add up to 1.'),
  nat: nested(NAT, 'Who of them can be dialled, as shares that add up to 1.'),
  isDirect: named('direct', row(FLAG, false, 'Whether they talk directly where both can.'))
})

const LINK_MBIT = scaled(number({ min: 0.001, max: 1_000_000, unit: 'Mbit/s' }), MBIT)

const RELAYS: Shape<RelayPopulation> = fields<RelayPopulation>({
  count: row(integer({ min: 1, max: 100_000 }), 20, 'Relays.'),
  regions: row(REGION_SHARES, RELAY_REGIONS, 'Where they are, as shares that add up to 1.'),
  replicas: row(integer({ min: 1, max: 5 }), 3, 'Relays that each client has its mailboxes at.'),
  sybilShare: row(
    SHARE,
    0,
    'Relays that one operator runs under many names: drawn, and the same for every fault and figure.'
  ),
  storageBytes: named(
    'storageMiB',
    row(scaled(number({ min: 0.125, max: 2 ** 30, unit: 'MiB' }), MIB), 1024 * MIB, 'Disk of each.')
  ),
  cores: row(integer({ min: 1, max: 1024 }), 1, 'Processors of each.'),
  workBits: row(
    integer({ min: 0, max: 32 }),
    0,
    'Leading zero bits of proofs of work for registering, claiming and knocking; the product asks for 16.'
  ),
  linkBitsPerSecond: named(
    'linkMbit',
    row(LINK_MBIT, 1000 * MBIT, 'What each sends, and receives, at once.')
  )
})

const NETWORK: Shape<NetworkModel> = fields<NetworkModel>({
  rtt: named(
    'rttMs',
    row(RTT_TABLE, DEFAULT_RTT_TABLE, 'Times there and back between regions, in milliseconds.')
  ),
  jitterSigma: row(
    number({ min: 0, max: 3 }),
    0.25,
    "Sigma of each trip's factor, which is log-normal with a median of 1; 0 for none."
  ),
  uplinkBitsPerSecond: named(
    'uplinkMbit',
    row(LINK_MBIT, 10 * MBIT, 'What a client sends at once.')
  ),
  downlinkBitsPerSecond: named(
    'downlinkMbit',
    row(LINK_MBIT, 40 * MBIT, 'What a client receives at once.')
  ),
  dialRoundTrips: row(
    number({ min: 0, max: 50 }),
    4,
    'Round trips until a stream carries its first frame: TCP, WebSocket, Noise, yamux.'
  ),
  lossShare: row(SHARE, 0, 'Trips that are lost, and made up for later.'),
  holePunchShare: row(
    SHARE,
    0.7,
    'Pairs of clients behind NATs that come to a direct path (measured for DCUtR in IPFS: 0.70).'
  ),
  heartbeats: row(
    word(['left-out', 'simulated']),
    'left-out',
    'Pings of quiet streams: most of the events of a day, and left out where nothing is said.'
  )
})

const CHURN: Shape<ChurnModel> = variants<ChurnModel>(
  { key: 'model', fallback: 'weibull', sentence: 'When clients are online.' },
  {
    'always-on': {},
    weibull: {
      shape: row(
        number({ min: 0.2, max: 10 }),
        0.59,
        'Shape of the length of sessions, which is Weibull (Stutzbach and Rejaie 2006: 0.34 to 0.59).'
      ),
      meanSessionUs: named(
        'meanSession',
        row(duration({ minUs: 1_000_000, maxUs: 30 * DAY_US }), 30 * MINUTE_US, 'Mean of it.')
      ),
      sessionsPerDay: row(number({ min: 0.01, max: 1000 }), 12, 'Sessions of a client.'),
      hours: named(
        'diurnal',
        row(HOURS, DEFAULT_HOURS, 'Weights of the hours of the own day, in which sessions begin.')
      )
    },
    trace: { sessions: required(SESSIONS, 'Who is online when.') },
    'flash-crowd': {
      atUs: named(
        'at',
        row(duration({ minUs: 0, maxUs: RUN_US_MAX }), HOUR_US, 'When the first come.')
      ),
      forUs: named(
        'for',
        row(duration({ minUs: 1, maxUs: RUN_US_MAX }), HOUR_US, 'How long after that all go.')
      ),
      withinUs: named(
        'within',
        row(duration({ minUs: 0, maxUs: RUN_US_MAX }), MINUTE_US, 'Until all have come.')
      )
    }
  }
)

const WORKLOAD: Shape<Workload> = fields<Workload>({
  messagesPerDay: row(
    number({ min: 0, max: 100_000 }),
    50,
    'Texts that a client writes a day (WhatsApp 2020: about 50).'
  ),
  contacts: row(
    number({ min: 2, max: 100 }),
    12,
    'Contacts of a client, on average; a few have many (Zipf).'
  ),
  messagesPerConversation: row(
    number({ min: 1, max: 1000 }),
    6,
    'Texts until a pause, on average (assumed).'
  ),
  gapUs: named(
    'gap',
    row(
      duration({ minUs: 1000, maxUs: DAY_US }),
      20_000_000,
      'Mean time between two of them (assumed).'
    )
  ),
  textMedianBytes: row(
    number({ min: 1, max: TEXT_BYTES_MAX, unit: 'bytes' }),
    60,
    'Median of the length of a text, which is log-normal (assumed).'
  ),
  textSigma: row(number({ min: 0, max: 3 }), 1.2, 'Sigma of it (assumed).'),
  newContactsPerDay: row(
    number({ min: 0, max: 1000 }),
    0,
    'Links of people whom it does not know that a client opens a day, on average.'
  ),
  publicAddressShare: row(
    SHARE,
    0,
    'Of those, public addresses; the others are for one person. Above 0 everybody has an address.'
  )
})

/** Names that a program gives: metrics. */
const METRICS = {
  keyPattern: '^[a-z][A-Za-z0-9]{0,63}$',
  keyWords: 'metrics',
  countMax: 100,
  names: METRIC_NAMES
}
const ANY_NUMBER = number({ min: -1e15, max: 1e15 })

const EXPECT: Shape<Expectations> = mapOf(
  fields<{ readonly min?: number | undefined; readonly max?: number | undefined }>({
    min: { shape: ANY_NUMBER, otherwise: 'absent', sentence: 'It is at least that.' },
    max: { shape: ANY_NUMBER, otherwise: 'absent', sentence: 'It is at most that.' }
  }),
  METRICS
)

const OPERATIONS = {
  keyPattern: '^[a-z][A-Za-z0-9-]{0,63}$',
  keyWords: 'operations',
  countMax: 100,
  names: COST_NAMES
}

const COSTS: Shape<Costs> = mapOf(number({ min: 0, max: 60_000_000, unit: 'us' }), OPERATIONS)

/** The keys of a scenario but for those that say which file it is, what it extends, and how it is run. */
export const SCENARIO: Shape<Scenario> = fields<Scenario>({
  name: row(text(100), '', 'A name, for reports; that of the file where there is none.'),
  question: row(text(1000), '', 'The question that it answers.'),
  durationUs: named(
    'duration',
    row(duration({ minUs: 1_000_000, maxUs: RUN_US_MAX }), DAY_US, 'Virtual time of a run.')
  ),
  warmUpUs: named(
    'warmUp',
    row(duration({ minUs: 0, maxUs: RUN_US_MAX }), 0, 'Of that, what is not counted at its start.')
  ),
  fidelity: row(
    word(['object', 'wire', 'crypto', 'full-stack']),
    'object',
    'What of a message is simulated: its size, bytes, cryptography, or nothing at all.'
  ),
  clients: nested(CLIENTS, 'Who writes.'),
  relays: nested(RELAYS, 'Who keeps what is written until it is fetched.'),
  network: nested(NETWORK, 'What lies between them.'),
  churn: nested(CHURN, 'When clients are online.'),
  workload: nested(WORKLOAD, 'What people write.'),
  costs: row(
    COSTS,
    new Map(),
    'Microseconds that operations take, by name; those of the calibration where there is none.'
  ),
  faults: row(list(FAULT, { countMin: 0, countMax: FAULTS_MAX }), [], 'What goes wrong.'),
  expect: row(EXPECT, new Map(), 'Metrics and what they must be at least (min) or at most (max).')
})
