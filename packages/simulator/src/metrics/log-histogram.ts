/**
 * How often a value came, in buckets that grow with it: 16 to each octave, and one for each whole number below 32. Two of them add
 * up to what one would have counted, whatever the order.
 */
import { SealpostError } from '@sealpost/protocol'

const PER_OCTAVE = 16
/** Below, every value has a bucket of its own. */
const EXACT_MAX: number = 2 * PER_OCTAVE
/** Whole numbers up to 2^53. */
const BUCKET_COUNT: number = EXACT_MAX + (53 - 5) * PER_OCTAVE
/** The sum is kept in two numbers, so that no addition is ever rounded. */
const SUM_CARRY: number = 2 ** 52

/** One bucket that holds something. */
export interface HistogramRow {
  /** The least value of the bucket, and the least of the next. */
  readonly from: number
  readonly below: number
  readonly count: number
}

/** A histogram as plain data: what one thread hands to another. */
export interface HistogramState {
  readonly rows: readonly HistogramRow[]
  readonly min: number
  readonly max: number
  /** In units of 2^52, and the rest. */
  readonly sumHigh: number
  readonly sumLow: number
}

export class LogHistogram {
  readonly #counts = new Float64Array(BUCKET_COUNT)
  #count = 0
  #sumHigh = 0
  #sumLow = 0
  #min = Number.POSITIVE_INFINITY
  #max = Number.NEGATIVE_INFINITY

  static restore({ rows, min, max, sumHigh, sumLow }: HistogramState): LogHistogram {
    const histogram = new LogHistogram()
    for (const { from, count } of rows) {
      histogram.#addTo(bucketOf(from), count)
    }
    if (rows.length > 0) {
      histogram.#min = min
      histogram.#max = max
    }
    histogram.#sumHigh = sumHigh
    histogram.#sumLow = sumLow
    return histogram
  }

  /** Values so far. */
  get count(): number {
    return this.#count
  }

  /** Of all values, rounded once: what its order was makes no difference. */
  get sum(): number {
    return this.#sumHigh * SUM_CARRY + this.#sumLow
  }

  /** Infinity where there is none. */
  get min(): number {
    return this.#min
  }

  /** -Infinity where there is none. */
  get max(): number {
    return this.#max
  }

  /**
   * @param value a whole number from 0 to 2^52
   * @throws SealpostError `SEALPOST_BUG` for any other
   */
  add(value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > SUM_CARRY) {
      throw new SealpostError('SEALPOST_BUG', `a histogram counts no ${value}`)
    }
    this.#addTo(bucketOf(value), 1)
    this.#addSum(0, value)
    this.#min = Math.min(this.#min, value)
    this.#max = Math.max(this.#max, value)
  }

  /** Adds everything that another one has counted. */
  merge(other: LogHistogram): void {
    other.#counts.forEach((count, bucket) => {
      this.#addTo(bucket, count)
    })
    this.#addSum(other.#sumHigh, other.#sumLow)
    this.#min = Math.min(this.#min, other.#min)
    this.#max = Math.max(this.#max, other.#max)
  }

  /**
   * The value that a share of all values is not above: at most 1/16 of an octave away from what the values themselves would give.
   *
   * @param share from 0 to 1
   * @returns NaN where there are no values
   */
  quantile(share: number): number {
    if (this.#count === 0) {
      return Number.NaN
    }
    const rank = Math.max(1, Math.ceil(share * this.#count))
    let seen = 0
    for (let bucket = 0; bucket < BUCKET_COUNT; bucket++) {
      seen += this.#counts[bucket] ?? 0
      if (seen >= rank) {
        const middle = (leastOf(bucket) + leastOf(bucket + 1) - 1) / 2
        return Math.min(this.#max, Math.max(this.#min, middle))
      }
    }
    return this.#max
  }

  /** The buckets that hold something, the least first. */
  toRows(): readonly HistogramRow[] {
    const rows: HistogramRow[] = []
    this.#counts.forEach((count, bucket) => {
      if (count > 0) {
        rows.push({ from: leastOf(bucket), below: leastOf(bucket + 1), count })
      }
    })
    return rows
  }

  toState(): HistogramState {
    const [rows, min, max] = [this.toRows(), this.#min, this.#max]
    return { rows, min, max, sumHigh: this.#sumHigh, sumLow: this.#sumLow }
  }

  #addTo(bucket: number, count: number): void {
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count
    this.#count += count
  }

  #addSum(high: number, low: number): void {
    this.#sumHigh += high
    this.#sumLow += low
    if (this.#sumLow >= SUM_CARRY) {
      this.#sumLow -= SUM_CARRY
      this.#sumHigh += 1
    }
  }
}

function bucketOf(value: number): number {
  if (value < EXACT_MAX) {
    return value
  }
  // Where the highest bit stands, from 5 up: a word holds 32 of them.
  const high = Math.floor(value / 2 ** 32)
  const octave = high > 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(value)
  const step = Math.floor(value / 2 ** (octave - 4)) - PER_OCTAVE
  return EXACT_MAX + (octave - 5) * PER_OCTAVE + step
}

function leastOf(bucket: number): number {
  if (bucket < EXACT_MAX) {
    return bucket
  }
  const octave = 5 + Math.floor((bucket - EXACT_MAX) / PER_OCTAVE)
  const step = (bucket - EXACT_MAX) % PER_OCTAVE
  return (PER_OCTAVE + step) * 2 ** (octave - 4)
}
