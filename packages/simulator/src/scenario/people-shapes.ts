/** Values about when people are online. */
import type { TraceSession } from './scenario.ts'
import { formatDuration, HOUR_US, parseDuration } from './quantities.ts'
import {
  list,
  mismatch,
  number,
  problem,
  type Reading,
  type Shape,
  WRONG,
  type Wrong
} from './shape.ts'
import type { Written } from './written.ts'

/** Sessions of one trace. */
const SESSIONS_MAX = 1_000_000
/** Virtual time ends here: the queue and a double have room for much more. */
export const RUN_US_MAX: number = 10 * 366 * 24 * HOUR_US

/**
 * How likely people open a messenger, by the hour of their own day from midnight on. Assumed: the shape that published figures of
 * messengers have in common, a trough before dawn, a rise until noon and a peak in the evening.
 */
const MESSENGER_HOURS: readonly number[] = [
  0.55, 0.3, 0.18, 0.12, 0.12, 0.22, 0.5, 0.85, 1.05, 1.15, 1.2, 1.25, 1.35, 1.3, 1.25, 1.25, 1.3,
  1.4, 1.5, 1.6, 1.65, 1.55, 1.25, 0.86
]

const HOUR_TABLES: ReadonlyMap<string, readonly number[]> = new Map([
  ['builtin:messenger', MESSENGER_HOURS],
  ['builtin:flat', Array.from({ length: 24 }, () => 1)]
])

const WEIGHTS = list(number({ min: 0, max: 1000 }), { countMin: 24, countMax: 24 })

export const HOURS: Shape<readonly number[]> = {
  words: `one of ${[...HOUR_TABLES.keys()].join(', ')}, or 24 weights`,
  read(written, reading) {
    if (written.kind === 'value') {
      const table = HOUR_TABLES.get(String(written.value))
      return table ?? mismatch(reading, written, HOURS.words)
    }
    const weights = WEIGHTS.read(written, reading)
    return weights !== WRONG && weights.every((weight) => weight === 0)
      ? problem(reading, written.place, 'must have a weight above 0.')
      : weights
  },
  write: (hours) => hours,
  brief: (hours) => [...HOUR_TABLES].find(([, table]) => table === hours)?.[0] ?? hours,
  schema: () => ({ oneOf: [{ enum: [...HOUR_TABLES.keys()] }, WEIGHTS.schema()] })
}

export const DEFAULT_HOURS: readonly number[] = MESSENGER_HOURS

const CSV_HEAD = 'client,fromSeconds,toSeconds'

/** Sessions as [client, from, to] each, or the name of a CSV file beside. */
export const SESSIONS: Shape<readonly TraceSession[]> = {
  words: `a list of [client, from, to], or a CSV file that begins with ${CSV_HEAD}`,
  read(written, reading) {
    if (written.kind === 'value' && typeof written.value === 'string') {
      const { name, text } = reading.readBeside(written.value, written.place.file)
      return sessionsOfCsv(text, { reading, written: { ...written, place: { file: name } } })
    }
    if (written.kind !== 'list' || written.items.length > SESSIONS_MAX) {
      return mismatch(reading, written, SESSIONS.words)
    }
    const sessions: TraceSession[] = []
    for (const item of written.items) {
      const session = sessionOf(item)
      if (session === undefined) {
        return mismatch(reading, item, 'a session like [0, 8h, 8h30m] that ends after it begins')
      }
      sessions.push(session)
    }
    return sessions
  },
  write: (sessions) =>
    sessions.map(({ client, fromUs, toUs }) => [
      client,
      formatDuration(fromUs),
      formatDuration(toUs)
    ]),
  schema: () => ({
    oneOf: [
      { type: 'string' },
      {
        type: 'array',
        maxItems: SESSIONS_MAX,
        items: { type: 'array', minItems: 3, maxItems: 3, items: { type: ['string', 'integer'] } }
      }
    ]
  })
}

function sessionOf(item: Written): TraceSession | undefined {
  const values = item.kind === 'list' && item.items.length === 3 ? item.items : []
  const [client, fromUs, toUs] = values.map((one, at) => {
    const value = one.kind === 'value' ? one.value : undefined
    return at > 0 && typeof value === 'string' ? parseDuration(value) : value
  })
  return validSession(client, fromUs, toUs)
}

function validSession(client: unknown, fromUs: unknown, toUs: unknown): TraceSession | undefined {
  return isWhole(client) && isWhole(fromUs) && isWhole(toUs) && fromUs < toUs && toUs <= RUN_US_MAX
    ? { client, fromUs, toUs }
    : undefined
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

interface Csv {
  readonly reading: Reading
  readonly written: Written
}

function sessionsOfCsv(text: string, { reading, written }: Csv): readonly TraceSession[] | Wrong {
  const [head, ...lines] = text.trimEnd().split(/\r?\n/)
  const { file } = written.place
  if (head !== CSV_HEAD || lines.length > SESSIONS_MAX) {
    const text = `names ${file}, which must begin with ${CSV_HEAD} and have at most ${String(SESSIONS_MAX)} more lines.`
    return problem(reading, { file, line: 1 }, text)
  }
  const sessions: TraceSession[] = []
  for (const [at, line] of lines.entries()) {
    const [, client, from, to] =
      /^([0-9]{1,9}),([0-9]{1,12}(?:[.][0-9]{1,6})?),([0-9]{1,12}(?:[.][0-9]{1,6})?)$/.exec(line) ??
      []
    const us = [from, to].map((seconds) => Math.round(Number(seconds) * 1e6))
    const session = validSession(Number(client), us[0], us[1])
    if (session === undefined) {
      const text = 'has a line that is no session like 17,28800,30600.'
      return problem(reading, { file, line: at + 2 }, text)
    }
    sessions.push(session)
  }
  return sessions
}
