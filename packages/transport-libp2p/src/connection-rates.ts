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
    const { left, atMs } = this.#buckets.get(range) ?? { left: perMinuteMax, atMs: nowMs }
    const now = Math.min(perMinuteMax, left + ((nowMs - atMs) * perMinuteMax) / MINUTE_MS)
    if (now < 1) {
      return false
    }
    this.#buckets.delete(range)
    this.#buckets.set(range, { left: now - 1, atMs: nowMs })
    return true
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
