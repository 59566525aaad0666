/**
 * What was sampled, kept at three resolutions, each of which forgets its oldest.
 *
 * ```
 *   sample -> 10 s, an hour of them        in memory
 *         `-> 5 min, two days of them      in memory and in a file
 *         `-> 1 hour, six weeks of them    in memory and in a file
 * ```
 */
import { type Sample, SERIES, SERIES_NAMES, seriesName, type SeriesName } from './series.ts'

export type Resolution = 'fine' | 'minutes' | 'hours'

interface Level {
  readonly stepMs: number
  readonly countMax: number
  readonly isKept: boolean
}

/** Milliseconds between two points, and how many there are. */
export const RESOLUTIONS: Readonly<Record<Resolution, Level>> = {
  fine: { stepMs: 10_000, countMax: 360, isKept: false },
  minutes: { stepMs: 300_000, countMax: 576, isKept: true },
  hours: { stepMs: 3_600_000, countMax: 1_008, isKept: true }
}
const RESOLUTION_NAMES = Object.keys(RESOLUTIONS) as readonly Resolution[]

/** Characters of a file that holds a history; a longer one is none. */
export const HISTORY_TEXT_MAX: number = 4 * 1024 * 1024
const FORMAT = 1

/** One value, and when its span began. */
export interface Point {
  readonly atMs: number
  readonly value: number
}

interface Bucket {
  /** Which of all spans since 1970. */
  readonly slot: number
  readonly values: Partial<Record<SeriesName, number>>
  /** Of how many samples. */
  readonly counts: Partial<Record<SeriesName, number>>
}

/** Bounded, whatever it is given. */
export class SampleHistory {
  readonly #buckets: Readonly<Record<Resolution, Bucket[]>> = { fine: [], minutes: [], hours: [] }

  /** Takes a sample. What lies in its future was a clock's error, and is forgotten. */
  add({ atMs, values }: Sample): void {
    for (const resolution of RESOLUTION_NAMES) {
      const { stepMs, countMax } = RESOLUTIONS[resolution]
      const buckets = this.#buckets[resolution]
      const slot = Math.floor(atMs / stepMs)
      while ((buckets.at(-1)?.slot ?? slot) > slot) {
        buckets.pop()
      }
      let bucket = buckets.at(-1)
      if (bucket?.slot !== slot) {
        bucket = { slot, values: {}, counts: {} }
        buckets.push(bucket)
        if (buckets.length > countMax) {
          buckets.shift()
        }
      }
      fold(bucket, values)
    }
  }

  /** Values since `sinceMs`, the oldest first. The last may be of a span that is not over. */
  points(name: SeriesName, resolution: Resolution, sinceMs = 0): readonly Point[] {
    const { stepMs } = RESOLUTIONS[resolution]
    const points: Point[] = []
    for (const { slot, values } of this.#since(resolution, sinceMs)) {
      const value = values[name]
      if (value !== undefined) {
        points.push({ atMs: slot * stepMs, value })
      }
    }
    return points
  }

  /** The value of the span that `atMs` lies in. */
  at(name: SeriesName, resolution: Resolution, atMs: number): number | undefined {
    const slot = Math.floor(atMs / RESOLUTIONS[resolution].stepMs)
    const bucket = this.#buckets[resolution][this.#indexOf(resolution, slot)]
    return bucket?.slot === slot ? bucket.values[name] : undefined
  }

  /** The latest value, of the finest resolution that has one. */
  latest(name: SeriesName): number | undefined {
    return this.#buckets.fine.at(-1)?.values[name]
  }

  #since(resolution: Resolution, sinceMs: number): readonly Bucket[] {
    const slot = Math.floor(sinceMs / RESOLUTIONS[resolution].stepMs)
    return this.#buckets[resolution].slice(this.#indexOf(resolution, slot))
  }

  /** The first bucket of this slot or a later one. */
  #indexOf(resolution: Resolution, slot: number): number {
    const buckets = this.#buckets[resolution]
    let low = 0
    let high = buckets.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((buckets[middle]?.slot ?? 0) < slot) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  /** As a file has it. */
  toText(): string {
    const levels = RESOLUTION_NAMES.filter((name) => RESOLUTIONS[name].isKept).map((name) => {
      const buckets = this.#buckets[name]
      const columns = SERIES_NAMES.map((series) => {
        const cells = buckets.map(({ values }) => cellText(values[series]))
        return [series, cells.join(',')] as const
      })
      const slots = buckets.map(({ slot }) => slot).join(',')
      return [name, { slots, columns: Object.fromEntries(columns) }] as const
    })
    return JSON.stringify({ format: FORMAT, levels: Object.fromEntries(levels) })
  }

  /** @returns undefined for what is no history; a series that is not known any more is left out. */
  static parse(text: string): SampleHistory | undefined {
    const content = text.length <= HISTORY_TEXT_MAX ? jsonObject(text) : undefined
    const levels = objectOf(content?.['levels'])
    if (content?.['format'] !== FORMAT || levels === undefined) {
      return undefined
    }
    const history = new SampleHistory()
    for (const name of RESOLUTION_NAMES.filter((kept) => RESOLUTIONS[kept].isKept)) {
      if (!parseLevel(objectOf(levels[name]), history.#buckets[name], RESOLUTIONS[name].countMax)) {
        return undefined
      }
    }
    return history
  }
}

function fold({ values, counts }: Bucket, added: Sample['values']): void {
  for (const name of SERIES_NAMES) {
    const value = added[name]
    if (value === undefined || !Number.isFinite(value)) {
      continue
    }
    const before = values[name] ?? value
    const count = (counts[name] ?? 0) + 1
    counts[name] = count
    switch (SERIES[name].fold) {
      case 'mean':
        values[name] = before + (value - before) / count
        break
      case 'max':
        values[name] = Math.max(before, value)
        break
      case 'last':
        values[name] = value
    }
  }
}

function cellText(value: number | undefined): string {
  return value === undefined ? '' : String(Number(value.toPrecision(6)))
}

function parseLevel(
  level: Readonly<Record<string, unknown>> | undefined,
  buckets: Bucket[],
  countMax: number
): boolean {
  const columns = objectOf(level?.['columns'])
  const slots = cellsOf(level?.['slots'], countMax)
  if (columns === undefined || slots === undefined) {
    return false
  }
  let last = -1
  for (const slot of slots) {
    if (slot === undefined || !Number.isSafeInteger(slot) || slot <= last) {
      return false
    }
    last = slot
    buckets.push({ slot, values: {}, counts: {} })
  }
  for (const [written, column] of Object.entries(columns)) {
    const name = seriesName(written)
    const cells = cellsOf(column, countMax)
    if (cells?.length !== slots.length && cells?.length !== 0) {
      return false
    }
    if (name !== undefined) {
      for (const [at, value] of cells.entries()) {
        const bucket = buckets[at]
        if (bucket !== undefined && value !== undefined) {
          bucket.values[name] = value
          bucket.counts[name] = 1
        }
      }
    }
  }
  return true
}

/** Numbers with commas between them, some left out. @returns undefined for what is none of that */
function cellsOf(written: unknown, countMax: number): readonly (number | undefined)[] | undefined {
  if (typeof written !== 'string') {
    return undefined
  }
  const cells = written === '' ? [] : written.split(',', countMax + 1)
  const isNumbers = cells.every((cell) => /^(-?[0-9][0-9.e+-]{0,24})?$/.test(cell))
  if (cells.length > countMax || !isNumbers) {
    return undefined
  }
  const numbers = cells.map((cell) => (cell === '' ? undefined : Number(cell)))
  return numbers.every((number) => number === undefined || Number.isFinite(number))
    ? numbers
    : undefined
}

/** A text's JSON object. @returns undefined for every other text */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** @returns undefined for what is no object of JSON. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isObject = typeof value === 'object' && value && !Array.isArray(value)
  return isObject ? (value as Readonly<Record<string, unknown>>) : undefined
}
