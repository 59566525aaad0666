/**
 * Who may deposit next on one connection: never faster than the relay told, and everybody in turn, so that a long queue for one
 * contact does not hold up a word to another.
 *
 * ```
 *   take --token, room, nobody waits--> deposit --busy--> paused --over--> one deposit --any other answer--> as before
 *     |                                    ^                 ^               |
 *     +--otherwise--> line --its turn------+                 +-----busy------+
 * ```
 */
import type { RelayLimits } from '@sealpost/protocol'
import type { PeerKernel } from './kernel.ts'

export class DepositPace {
  readonly #kernel: PeerKernel
  readonly #timer: string
  readonly #hasRoom: () => boolean
  readonly #line = new Map<string, () => void>()
  /** Whose turn it is, while it is asked. */
  #turn: string | undefined
  #perMs = 0
  #burst = 0
  #tokens = 0
  #filledAtMs = 0
  #pausedUntilMs = 0
  /** After a refusal one deposit alone goes ahead, so that a relay that is still full does not get all of them again. */
  #trial: 'none' | 'due' | 'under way' = 'none'

  /** @param hasRoom whether the connection takes another request now; where not, `serve` is called once it does. */
  constructor(kernel: PeerKernel, name: string, hasRoom: () => boolean) {
    this.#kernel = kernel
    this.#timer = `${name} pace`
    this.#hasRoom = hasRoom
  }

  /** A connection is ready: its bucket is full. */
  begin(limits: RelayLimits): void {
    this.setLimits(limits)
    this.#tokens = this.#burst
    this.#filledAtMs = this.#kernel.steadyMs
    this.#pausedUntilMs = 0
    this.#trial = 'none'
  }

  /** The relay told its limits; even one that allows nothing is asked once a second. */
  setLimits({ depositsPerSecond, depositBurst }: RelayLimits): void {
    this.#perMs = Math.max(1, depositsPerSecond) / 1_000
    this.#burst = Math.max(1, depositBurst)
  }

  /** The connection is gone, and whoever waits comes again by themselves. */
  end(): void {
    this.#line.clear()
    this.#perMs = 0
    this.#kernel.cancelTimer(this.#timer)
  }

  /** For how long the relay wants no deposits. */
  get pausedForMs(): number {
    return Math.max(0, this.#pausedUntilMs - this.#kernel.steadyMs)
  }

  pause(forMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#kernel.steadyMs + forMs)
  }

  /** It refused a deposit, and wants none for so long. */
  refused(forMs: number): void {
    this.pause(forMs)
    this.#trial = 'due'
  }

  /** It answered a deposit, whatever it said. */
  answered(): void {
    if (this.#trial === 'under way') {
      this.#trial = 'none'
    }
  }

  /** It says that it takes deposits again. */
  resume(): void {
    this.#pausedUntilMs = 0
    this.serve()
  }

  /** @returns whether `who` may deposit one envelope now. If not, `again` is called when its turn has come. */
  take(who: string, again: () => void): boolean {
    const isNext = this.#turn === who || this.#line.size === 0
    if (isNext && this.#isOpen()) {
      this.#turn = undefined
      this.#tokens -= 1
      this.#trial = this.#trial === 'none' ? 'none' : 'under way'
      return true
    }
    if (this.#perMs > 0 && !this.#line.has(who)) {
      this.#line.set(who, again)
    }
    this.#arm()
    return false
  }

  /** There may be room again. */
  serve(): void {
    while (this.#isOpen()) {
      const [next] = this.#line
      if (next === undefined) {
        break
      }
      const [who, again] = next
      this.#line.delete(who)
      this.#turn = who
      again()
      this.#turn = undefined
    }
    this.#arm()
  }

  #isOpen(): boolean {
    const now = this.#kernel.steadyMs
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#filledAtMs) * this.#perMs)
    this.#filledAtMs = now
    const isPaused = now < this.#pausedUntilMs || this.#trial === 'under way'
    return this.#perMs > 0 && this.#tokens >= 1 && !isPaused && this.#hasRoom()
  }

  #arm(): void {
    const waitMs = Math.max(this.pausedForMs, Math.ceil((1 - this.#tokens) / this.#perMs))
    if (this.#line.size > 0 && waitMs > 0) {
      this.#kernel.setTimer(this.#timer, waitMs, () => {
        this.serve()
      })
    }
  }
}
