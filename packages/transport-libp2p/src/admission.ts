/** How many connections a relay takes. Each is counted from the first byte of TCP until its socket is closed. */
export interface ConnectionBounds {
  /** All that are open at once, those in their handshake and those that only ask for a page included. */
  readonly connectionsMax: number
  /** Of these, how many may come from one range of addresses (IPv4 /24, IPv6 /64). */
  readonly connectionsPerRangeMax: number
  /** Of these, how many may not have a mailbox stream yet. */
  readonly pendingMax: number
}

/** Why a connection was not taken. */
export type AdmissionRefusal = 'full' | 'range' | 'pending'

/** A connection that was taken. Both calls may be made again without effect. */
export interface Admitted {
  /** It has its mailbox stream, or needs none. */
  settle(): void
  /** Its socket is closed. */
  release(): void
}

/** Counts connections against their bounds. */
export class Admission {
  readonly #bounds: ConnectionBounds
  readonly #countByRange = new Map<string, number>()
  #count = 0
  #pendingCount = 0

  constructor(bounds: ConnectionBounds) {
    this.#bounds = bounds
  }

  /** Connections that are open now. */
  get count(): number {
    return this.#count
  }

  /** Takes a connection from `range`, or says why not. */
  admit(range: string): Admitted | AdmissionRefusal {
    const rangeCount = this.#countByRange.get(range) ?? 0
    if (this.#count >= this.#bounds.connectionsMax) {
      return 'full'
    }
    if (rangeCount >= this.#bounds.connectionsPerRangeMax) {
      return 'range'
    }
    if (this.#pendingCount >= this.#bounds.pendingMax) {
      return 'pending'
    }
    this.#count++
    this.#pendingCount++
    this.#countByRange.set(range, rangeCount + 1)
    return this.#admitted(range)
  }

  #admitted(range: string): Admitted {
    let isPending = true
    let isOpen = true
    const settle = (): void => {
      if (isPending) {
        isPending = false
        this.#pendingCount--
      }
    }
    return {
      settle,
      release: () => {
        settle()
        if (isOpen) {
          isOpen = false
          this.#count--
          const left = (this.#countByRange.get(range) ?? 0) - 1
          if (left > 0) {
            this.#countByRange.set(range, left)
          } else {
            this.#countByRange.delete(range)
          }
        }
      }
    }
  }
}
