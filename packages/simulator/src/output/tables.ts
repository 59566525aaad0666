/** What a run leaves behind row by row, as CSV (RFC 4180) and as JSON lines. Every row begins with its seed. */
import type { ClientRow, RelayRow } from '../metrics/run-result.ts'
import type { SeedDigest } from './seed-digest.ts'

export type Cell = string | number | boolean

const LATENCY_COLUMNS: readonly string[] = ['seed', 'measure', 'from', 'below', 'count']

const RELAY_COLUMNS = [
  'minute',
  'relay',
  'isUp',
  'connections',
  'storedEnvelopes',
  'storedBytes',
  'framesIn',
  'framesOut',
  'bytesIn',
  'bytesOut',
  'deposits',
  'refusals'
] as const satisfies readonly (keyof RelayRow)[]

/** The first line of `relays.csv`. */
export const RELAY_HEADER: string = csvLine(['seed', ...RELAY_COLUMNS])

/** The buckets of all histograms: a value counts in the one that it is `from` at least, and `below`. */
export function latencyCsv(digests: readonly SeedDigest[]): string {
  const lines = digests.flatMap(({ seed, histograms }) =>
    [...histograms]
      .sort(([a], [b]) => compareNames(a, b))
      .flatMap(([measure, { rows }]) =>
        rows.map(({ from, below, count }) => csvLine([seed, measure, from, below, count]))
      )
  )
  return csvLine(LATENCY_COLUMNS) + lines.join('')
}

/** Lines of `relays.csv`, some thousands at once. */
export function* relayLines(seed: number, rows: readonly RelayRow[]): Generator<string> {
  for (const part of partsOf(rows)) {
    yield part.map((row) => csvLine([seed, ...RELAY_COLUMNS.map((column) => row[column])])).join('')
  }
}

/** Lines of `clients-sample.jsonl`. */
export function* clientLines(seed: number, rows: readonly ClientRow[]): Generator<string> {
  for (const part of partsOf(rows)) {
    yield part.map((row) => `${JSON.stringify({ seed, ...row })}\n`).join('')
  }
}

/** The same order on every machine, whatever its language. */
export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\n`
}

function csvCell(cell: Cell): string {
  if (typeof cell === 'boolean') {
    return cell ? '1' : '0'
  }
  const text = String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const ROWS_AT_ONCE = 4096

function* partsOf<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    yield rows.slice(at, at + ROWS_AT_ONCE)
  }
}
