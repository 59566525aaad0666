import { join, resolve } from 'node:path'
import { ConfigError } from '@sealpost/protocol'
import { type Difference, difference, estimate, type Estimate } from '../../output/estimate.ts'
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
    "The difference is B's mean less A's, with its 95 % interval by Welch's t over seeds. Where the interval",
    'holds zero the two cannot be told apart: more seeds may, or there may be nothing to tell. Of twenty',
    'values that do not differ, one is said to on average.'
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
    const [first, second] = [a?.get(value) ?? [], b?.get(value) ?? []]
    return first.length === 0 || second.length === 0
      ? []
      : [{ value, a: estimate(first), b: estimate(second), difference: difference(first, second) }]
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

const HEAD = ['', 'A', 'B', 'B less A', '95 % interval', '']

function shownRow({
  value,
  a,
  b,
  difference: { mean, interval, verdict }
}: Row): readonly string[] {
  const text = (number: number): string => valueText(value, number)
  const width = ({ mean, interval }: Estimate): string =>
    interval === undefined ? text(mean) : `${text(mean)} ±${text(interval.high - mean)}`
  const range = interval === undefined ? '' : `${text(interval.low)} to ${text(interval.high)}`
  return [value, width(a), width(b), text(mean), range, verdict]
}

/** The values of each seed, of a file that somebody else may have written. */
function readValues(file: string): ReadonlyMap<string, readonly number[]> {
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
      const perSeed = [...(entriesOf(entriesOf(value)?.get('perSeed'))?.values() ?? [])]
      return [name, perSeed.filter((one): one is number => typeof one === 'number')]
    })
  )
}

function entriesOf(json: unknown): ReadonlyMap<string, unknown> | undefined {
  return typeof json === 'object' && Boolean(json) && !Array.isArray(json)
    ? new Map(Object.entries(json as object))
    : undefined
}
