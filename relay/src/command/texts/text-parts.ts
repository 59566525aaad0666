/** Parts of what a person reads on a terminal. */

/** One line for each pair, the first words in a column. */
export function lines(pairs: readonly (readonly [label: string, text: string])[]): string {
  const width = Math.max(...pairs.map(([label]) => label.length))
  return pairs.map(([label, text]) => `${label.padEnd(width)}  ${text}\n`).join('')
}

/** `1 envelope`, `12,345 envelopes`. */
export function amount(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** `0 B`, `12.3 MiB`. */
export function bytesText(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1)
  const value = bytes / 2 ** (10 * step)
  const shown = step === 0 ? String(Math.round(value)) : value.toFixed(value < 100 ? 1 : 0)
  return `${shown} ${UNITS[step] ?? 'B'}`
}

/** `14:05`, on the clock of this machine. */
export function timeText(atMs: number): string {
  return new Date(atMs).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
}

const SPANS: readonly (readonly [ms: number, unit: string])[] = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second']
]

/** The largest unit that fits: `3 days`. */
export function sinceText(ms: number): string {
  const [span, unit] = SPANS.find(([least]) => ms >= least) ?? [1_000, 'second']
  return amount(Math.max(0, Math.floor(ms / span)), unit)
}

/** `2026-11-23`. */
export function dayText(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}
