/** Durations as people write them: `24h`, `1h30m`, `250ms`. */

/** Largest first. */
const UNITS: readonly (readonly [name: string, us: number])[] = [
  ['w', 604_800_000_000],
  ['d', 86_400_000_000],
  ['h', 3_600_000_000],
  ['m', 60_000_000],
  ['s', 1_000_000],
  ['ms', 1000],
  ['us', 1]
]

export const HOUR_US = 3_600_000_000
export const DAY_US: number = 24 * HOUR_US

/** For the schema, and before anything else is looked at. */
export const DURATION_PATTERN = '^-?(0|([0-9]{1,15}([.][0-9]{1,6})?(us|ms|s|m|h|d|w))+)$'

const DURATION = new RegExp(DURATION_PATTERN)

/** Whole microseconds; undefined where the text is no duration. */
export function parseDuration(text: string): number | undefined {
  if (text.length > 40 || !DURATION.test(text)) {
    return undefined
  }
  let sum = 0
  for (const [, amount, unit] of text.matchAll(/([0-9.]+)([a-z]+)/g)) {
    const us = UNITS.find(([name]) => name === unit)?.[1] ?? 0
    sum += Math.round(Number(amount) * us)
  }
  return text.startsWith('-') && sum > 0 ? -sum : sum
}

/** In the largest unit that leaves no rest, so that it is read as it was. */
export function formatDuration(us: number): string {
  if (us === 0) {
    return '0s'
  }
  const size = Math.abs(us)
  const [unit, unitUs] = UNITS.find(([, each]) => size % each === 0) ?? ['us', 1]
  return `${us < 0 ? '-' : ''}${String(size / unitUs)}${unit}`
}
