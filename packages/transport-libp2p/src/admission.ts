import { ConnectionRates } from './connection-rates.ts'

/** How many connections a relay takes. Each is counted from the first byte of TCP until its socket is closed. */
export interface ConnectionBounds {
  /** All that are open at once, those in their handshake and those that only ask for a page included. */
  readonly connectionsMax: number
  /** Of these, how many may come from one range of addresses (IPv4 /24, IPv6 /64). */
  readonly connectionsPerRangeMax: number
  /** How many may come from one range in a minute, and at once, however soon they go: each costs a handshake. Left out, any. */
  readonly connectionsPerMinutePerRangeMax?: number | undefined
  /** Of these, how many may not have a frame stream yet. */
  readonly pendingMax: number
}

/** Why a connection was not taken: one of the bounds, or its address is blocked. */
export type AdmissionRefusal = 'connections' | 'range' | 'pending' | 'blocked'

/** Counts connections against their bounds. */
export class Admission {
  #bounds: ConnectionBounds
  readonly #countByRange = new Map<string, number>()
  #count = 0
  #pendingCount = 0
  readonly #rates: ConnectionRates

  /** @param monotonicMs now, in milliseconds that never run back */
  constructor(bounds: ConnectionBounds, monotonicMs: () => number) {
    this.#bounds = bounds
    this.#rates = new ConnectionRates(monotonicMs)
  }

  /** Others hold from here on; connections that are there already stay. */
  setBounds(bounds: ConnectionBounds): void {
    this.#bounds = bounds
  }

  /** Why a connection from this range would not be taken now; undefined where it would be. Counts nothing. */
  refusalFor(range: string): AdmissionRefusal | undefined {
    return this.#refusal() ?? (this.#hasRoom(range) ? undefined : 'range')
  }

  /** Takes a connection, or says why not. */
  admit(): Admitted | AdmissionRefusal {
    const refusal = this.#refusal()
    if (refusal !== undefined) {
      return refusal
    }
    this.#count++
    this.#pendingCount++
    return new Admitted({
      take: (range) => this.#takeRange(range),
      pend: () => {
        const isFree = this.#pendingCount < this.#bounds.pendingMax
        this.#pendingCount += isFree ? 1 : 0
        return isFree
      },
      settle: () => {
        this.#pendingCount--
      },
      release: (range) => {
        this.#count--
        this.#releaseRange(range)
      }
    })
  }

  /** Of those that hold for all ranges together. */
  #refusal(): AdmissionRefusal | undefined {
    if (this.#count >= this.#bounds.connectionsMax) {
      return 'connections'
    }
    return this.#pendingCount >= this.#bounds.pendingMax ? 'pending' : undefined
  }

  #hasRoom(range: string): boolean {
    const { connectionsPerRangeMax, connectionsPerMinutePerRangeMax = Infinity } = this.#bounds
    return (
      (this.#countByRange.get(range) ?? 0) < connectionsPerRangeMax &&
      (connectionsPerMinutePerRangeMax === Infinity ||
        this.#rates.hasRoom(range, connectionsPerMinutePerRangeMax))
    )
  }

  #takeRange(range: string): boolean {
    if (!this.#hasRoom(range)) {
      return false
    }
    const { connectionsPerMinutePerRangeMax = Infinity } = this.#bounds
    if (connectionsPerMinutePerRangeMax < Infinity) {
      this.#rates.take(range, connectionsPerMinutePerRangeMax)
    }
    this.#countByRange.set(range, (this.#countByRange.get(range) ?? 0) + 1)
    return true
  }

  #releaseRange(range: string | undefined): void {
    if (range === undefined) {
      return
    }
    const count = (this.#countByRange.get(range) ?? 0) - 1
    if (count > 0) {
      this.#countByRange.set(range, count)
    } else {
      this.#countByRange.delete(range)
    }
  }
}

interface Counters {
  readonly take: (range: string) => boolean
  readonly pend: () => boolean
  readonly settle: () => void
  readonly release: (range: string | undefined) => void
}

/** A connection that was taken. Settled or released a second time, nothing happens. */
export class Admitted {
  readonly #counters: Counters
  #range: string | undefined
  #isPending = true
  #isReleased = false

  constructor(counters: Counters) {
    this.#counters = counters
  }

  /** Counts it for `range` too; false where that has too many. Once a connection. */
  takeRange(range: string): boolean {
    if (!this.#counters.take(range)) {
      return false
    }
    this.#range = range
    return true
  }

  /** It needs a frame stream after all; false where too many do. */
  pend(): boolean {
    this.#isPending ||= this.#counters.pend()
    return this.#isPending
  }

  /** It has its frame stream, or needs none. */
  settle(): void {
    if (this.#isPending) {
      this.#isPending = false
      this.#counters.settle()
    }
  }

  /** Its socket is closed. */
  release(): void {
    if (!this.#isReleased) {
      this.#isReleased = true
      this.settle()
      this.#counters.release(this.#range)
    }
  }
}
