/** What a file says about a fault: when, what, and at whom. */
import { RUN_US_MAX } from './people-shapes.ts'
import { fields, named, optional, required, row, type Rows, variants } from './fields.ts'
import { REGIONS_MAX } from './region-shapes.ts'
import type { Fault, NodeChoice } from './scenario.ts'
import {
  duration,
  FLAG,
  integer,
  list,
  number,
  scaled,
  SHARE,
  type Shape,
  text,
  word
} from './shape.ts'

/** Faults of one scenario. */
export const FAULTS_MAX = 1000
/** Clients, or relays, of one scenario. */
export const NODES_MAX = 2_000_000

const MOMENT = duration({ minUs: 0, maxUs: RUN_US_MAX })
const CHOSEN = { countMin: 1, countMax: 10_000 }

function choice(kind: NodeChoice['kind'], kinds: readonly NodeChoice['kind'][]): Shape<NodeChoice> {
  const { words, read, write, schema } = fields<NodeChoice>(choiceRows(kind, kinds))
  // Its rows are the same for each fault: the table has them once.
  return { words, read, write, schema }
}

function choiceRows(
  kind: NodeChoice['kind'],
  kinds: readonly NodeChoice['kind'][]
): Rows<NodeChoice> {
  return {
    kind: row(word(kinds), kind, 'What they are.'),
    regions: optional(
      list(text(32), { countMin: 1, countMax: REGIONS_MAX }),
      'Only those of these regions.'
    ),
    share: optional(SHARE, 'So large a share of those, drawn.'),
    count: optional(integer({ min: 0, max: NODES_MAX }), 'So many of those, drawn.'),
    ids: optional(
      list(integer({ min: 0, max: NODES_MAX }), CHOSEN),
      'These, by their numbers from 0.'
    ),
    isSybil: named(
      'sybil',
      optional(FLAG, 'Relays of relays.sybilShare, which one operator runs: those, or the others.')
    ),
    draw: optional(
      word(['number', 'each']),
      'How many of those is drawn as well: a number from 1 to all but one, or by a coin for each.'
    )
  }
}

const KINDS: readonly NodeChoice['kind'][] = ['any', 'client', 'relay']
const ANYBODY = choice('any', KINDS)

/** What a file says about which nodes, for the table. */
export const CHOICE: Shape<NodeChoice> = fields<NodeChoice>(choiceRows('any', KINDS))

const THROTTLE_MBIT = scaled(number({ min: 0.0001, max: 1000, unit: 'Mbit/s' }), 1_000_000)
const RELAY_FIRST = choice('relay', ['relay', 'client', 'any'])
const CLIENTS = choice('client', ['client'])
const RELAYS = choice('relay', ['relay'])

const WHEN: Rows<{ readonly atUs: number; readonly forUs: number }> = {
  atUs: named('at', required(MOMENT, 'When it begins, from the start of the run.')),
  forUs: named(
    'for',
    row(
      duration({ minUs: 1, maxUs: RUN_US_MAX }),
      RUN_US_MAX,
      'How long it lasts: to the end of the run where nothing is said.'
    )
  )
}

export const FAULT: Shape<Fault> = variants<Fault>(
  { key: 'action', fallback: undefined, sentence: 'What goes wrong.' },
  {
    partition: {
      ...WHEN,
      from: required(ANYBODY, 'One side.'),
      to: optional(
        ANYBODY,
        'The other; everybody else where it is not there. Between nodes on both sides nothing passes either.'
      ),
      isOneWay: named('oneWay', row(FLAG, false, 'Whether the way back stays open.'))
    },
    clog: {
      ...WHEN,
      nodes: required(ANYBODY, 'Whose paths.'),
      factor: required(number({ min: 1, max: 10_000 }), 'How many times as long a trip takes.')
    },
    loss: {
      ...WHEN,
      nodes: required(ANYBODY, 'Whose paths.'),
      share: required(SHARE, 'Trips that are lost, and made up for later.')
    },
    crash: {
      ...WHEN,
      nodes: required(RELAY_FIRST, 'Whose process ends, to start again afterwards.'),
      losesUnsynced: row(FLAG, true, 'Whether what was not synced to its disk is lost.')
    },
    'disk-lost': {
      ...WHEN,
      nodes: required(RELAYS, 'Which relays start again, with an empty disk.')
    },
    'disk-full': { ...WHEN, nodes: required(RELAYS, 'Which relays can store no more.') },
    'bit-rot': {
      ...WHEN,
      nodes: required(RELAYS, "Which relays' disks."),
      probability: required(SHARE, 'That a row that is read while it runs cannot be read.')
    },
    clock: {
      ...WHEN,
      nodes: required(ANYBODY, 'Whose clock.'),
      offsetUs: named(
        'offset',
        required(
          duration({ minUs: -RUN_US_MAX, maxUs: RUN_US_MAX }),
          'How far it is ahead; -5m is behind.'
        )
      )
    },
    byzantine: {
      ...WHEN,
      nodes: required(RELAYS, 'Which relays.'),
      behaviour: required(
        word(['drop', 'delay', 'replay', 'withhold', 'refuse', 'mute', 'lie', 'enumerate']),
        'What they do.'
      ),
      probability: row(SHARE, 1, 'How often, of the times they could.')
    },
    censor: {
      ...WHEN,
      clients: required(CLIENTS, 'Who is kept from them.'),
      relays: row(RELAYS, { kind: 'relay' }, 'Which relays; for direct, any.'),
      traffic: row(
        word(['all', 'dials', 'direct']),
        'all',
        'What is censored: everything to the relays, only streams that begin, or paths to other clients.'
      ),
      bitsPerSecond: named(
        'throttleMbit',
        optional(
          THROTTLE_MBIT,
          'What passes all the same, of each client each way; without it nothing does.'
        )
      )
    },
    away: { ...WHEN, nodes: required(CLIENTS, 'Who is offline.') },
    move: {
      ...WHEN,
      nodes: required(CLIENTS, 'Who moves their mailboxes to other relays.'),
      leaves: row(
        word(['down', 'all']),
        'down',
        'Which of their relays they leave: those that are down by then, or all.'
      ),
      withinUs: named(
        'within',
        row(
          duration({ minUs: 0, maxUs: RUN_US_MAX }),
          3_600_000_000,
          'Until all have moved, each at a moment that is drawn.'
        )
      )
    },
    'prekey-exhaustion': {
      ...WHEN,
      nodes: required(CLIENTS, 'Whose public addresses are attacked.'),
      attackers: row(
        integer({ min: 1, max: 1000 }),
        1,
        'Each has a processor and a range of addresses of its own.'
      ),
      claimsPerMinute: row(number({ min: 0, max: 6000 }), 60, 'Prekeys that each of them claims.'),
      knocksPerMinute: row(
        number({ min: 0, max: 6000 }),
        0,
        'What each of them leaves in request boxes.'
      )
    }
  }
)
