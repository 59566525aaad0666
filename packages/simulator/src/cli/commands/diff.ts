import { join, resolve } from 'node:path'
import { ConfigError } from '@sealpost/protocol'
import {
  type BySeed,
  type Difference,
  difference,
  estimate,
  type Estimate
} from '../../output/estimate.ts'
import { compareNames } from '../../output/tables.ts'
import { labelOf, valueText } from '../../output/value-words.ts'
import type { Command, Context } from '../command.ts'
import { readBounded } from '../load-scenario.ts'
import { textTable } from '../text-table.ts'

/** Compares two designs. */
export const diff: Command = {
  name: 'diff',
  sentence: 'compares what two folders came to, value by value',
  arguments: [
    { name: 'A', sentence: 'a folder that run made' },
    { name: 'B', sentence: 'another' }
  ],
  flags: [],
  notes: [
    "The difference is B's mean less A's, with its 95 % interval. Where both have a value of the same seeds it",
    "is by pairs: Student's t over the differences of each seed. Where they have not it is Welch's t, which is",
    'wider. Where the interval holds zero the two cannot be told apart: more seeds may, or there may be',
    'nothing to tell. Of twenty values that do not differ, one is said to on average.'
  ],
  run
}

interface Row {
  readonly value: string
  readonly a: Estimate
  readonly b: Estimate
  readonly difference: Difference
}

async function run({ values, directory, screen }: Context): Promise<number> {
  const [a, b] = [values.text('A'), values.text('B')].map((name) =>
    readValues(join(resolve(directory, name), 'summary.json'))
  )
  const names = [...new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])])].sort(compareNames)
  const rows = names.flatMap((value): readonly Row[] => {
    const [first, second] = [a?.get(value), b?.get(value)]
    return first === undefined || second === undefined || first.size === 0 || second.size === 0
      ? []
      : [{ value, ...estimates(first, second), difference: difference(first, second) }]
  })
  if (values.has('json')) {
    for (const row of rows) {
      screen.print(JSON.stringify(row))
    }
  } else {
    screen.print(textTable([HEAD, ...rows.map(shownRow)]))
  }
  const shown = new Set(rows.map(({ value }) => value))
  const alone = names.filter((name) => !shown.has(name))
  if (alone.length > 0 && !values.has('json')) {
    screen.warn(`Only one of the two has a value of: ${alone.map(labelOf).join(', ')}.`)
  }
  return 0
}

function estimates(first: BySeed, second: BySeed): Pick<Row, 'a' | 'b'> {
  return { a: estimate([...first.values()]), b: estimate([...second.values()]) }
}

const HEAD = ['', 'A', 'B', 'B less A', '95 % interval', 'by', '']

function shownRow({
  value,
  a,
  b,
  difference: { mean, interval, method, verdict }
}: Row): readonly string[] {
  const text = (number: number): string => valueText(value, number)
  const width = ({ mean, interval }: Estimate): string =>
    interval === undefined ? text(mean) : `${text(mean)} ±${text(interval.high - mean)}`
  const range = interval === undefined ? '' : `${text(interval.low)} to ${text(interval.high)}`
  const by = interval === undefined ? '' : method
  return [value, width(a), width(b), text(mean), range, by, verdict]
}

/** The values of each seed, of a file that somebody else may have written. */
function readValues(file: string): ReadonlyMap<string, BySeed> {
  const wrong = (cause?: unknown): ConfigError =>
    new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      `${file} is no summary of runs. Name a folder that sealpost-sim run made.`,
      { cause }
    )
  let json: unknown
  try {
    json = JSON.parse(readBounded(file)) as unknown
  } catch (cause) {
    throw cause instanceof SyntaxError ? wrong(cause) : cause
  }
  const values = entriesOf(entriesOf(json)?.get('values'))
  if (values === undefined) {
    throw wrong()
  }
  return new Map(
    [...values].map(([name, value]) => {
      const perSeed = entriesOf(entriesOf(value)?.get('perSeed')) ?? new Map<string, unknown>()
      const numbers = [...perSeed].flatMap(([seed, one]) =>
        typeof one === 'number' ? [[seed, one] as const] : []
      )
      return [name, new Map(numbers)]
    })
  )
}

function entriesOf(json: unknown): ReadonlyMap<string, unknown> | undefined {
  return typeof json === 'object' && Boolean(json) && !Array.isArray(json)
    ? new Map(Object.entries(json as object))
    : undefined
}
