/** Ranges that are remembered at once; beyond, those that connected longest ago are forgotten. */
export const RATED_RANGES_MAX = 65_536
const MINUTE_MS = 60_000

interface Bucket {
  /** Connections that may come at once. */
  left: number
  atMs: number
}

/** How often each range of addresses connects: so many a minute, and as many at once. */
export class ConnectionRates {
  readonly #monotonicMs: () => number
  /** Those that connected longest ago first. */
  readonly #buckets = new Map<string, Bucket>()

  /** @param monotonicMs now, in milliseconds that never run back */
  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs
  }

  /** Ranges about which something is remembered. */
  get rangeCount(): number {
    return this.#buckets.size
  }

  /** Counts a connection; false where `perMinuteMax` came already, and it is not counted. */
  take(range: string, perMinuteMax: number): boolean {
    const nowMs = this.#monotonicMs()
    this.#forget(nowMs)
    const left = this.#left(range, perMinuteMax, nowMs)
    if (left < 1) {
      return false
    }
    this.#buckets.delete(range)
    this.#buckets.set(range, { left: left - 1, atMs: nowMs })
    return true
  }

  /** Whether one would be taken. Counts nothing. */
  hasRoom(range: string, perMinuteMax: number): boolean {
    return this.#left(range, perMinuteMax, this.#monotonicMs()) >= 1
  }

  #left(range: string, perMinuteMax: number, nowMs: number): number {
    const bucket = this.#buckets.get(range)
    return bucket === undefined
      ? perMinuteMax
      : Math.min(perMinuteMax, bucket.left + ((nowMs - bucket.atMs) * perMinuteMax) / MINUTE_MS)
  }

  /** What is a minute old matters no more. */
  #forget(nowMs: number): void {
    for (const [range, { atMs }] of this.#buckets) {
      if (this.#buckets.size < RATED_RANGES_MAX && nowMs - atMs < MINUTE_MS) {
        return
      }
      this.#buckets.delete(range)
    }
  }
}
