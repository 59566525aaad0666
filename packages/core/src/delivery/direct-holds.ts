/**
 * What of one device's ciphertexts goes to it directly, and spares its relays.
 *
 * ```
 *   submitted, path --deposited--> held --stored within 2 s--> spared --receipted--> gone
 *        |                           |                            |
 *        |                           +--2 s, refused--+           +--10 minutes, path lost--+
 *        +--no path, no room--> relays <--------------+-------------------------------------+
 * ```
 * In memory only: after a restart the relays get whatever was not receipted. A receipt that the device stored is done with.
 */
import type { DirectOutcome } from '../direct/direct-stream.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { OutboxItem } from './outbox-item.ts'

/** The relays wait so long for the device's own answer. */
const HELD_MS = 2_000
/** What the device stored and has not receipted after so long goes to the relays all the same. */
const SPARED_MS = 600_000

export interface DirectHoldsEvents {
  /** Deposits on the path. @returns false where there is none, or no room on it; `answered` is not called within. */
  readonly deposit: (item: OutboxItem, answered: (outcome: DirectOutcome) => void) => boolean
  /** The device stored it. @param isSpared whether its relays need not. */
  readonly onStored: (item: OutboxItem, isSpared: boolean) => void
  /** The relays are to have these, as far as they are still waiting. */
  readonly onReleased: (numbers: readonly number[]) => void
  /** There may be room on the path again. */
  readonly onRoom: () => void
}

export class DirectHolds {
  readonly #kernel: PeerKernel
  readonly #key: string
  readonly #events: DirectHoldsEvents
  /** Deposited directly and not answered, by number, and until when an answer spares the relays. */
  readonly #unanswered = new Map<number, { readonly item: OutboxItem; readonly untilMs: number }>()
  /** Numbers that the relays do not get now, and until when. All in steady time. */
  readonly #held = new Map<number, number>()
  readonly #spared = new Map<number, number>()

  /** @param key names the device. */
  constructor(kernel: PeerKernel, key: string, events: DirectHoldsEvents) {
    this.#kernel = kernel
    this.#key = key
    this.#events = events
  }

  /** Deposits directly, if it can. @param isHeld whether the relays are to wait for the answer. */
  offer(item: OutboxItem, isHeld: boolean): boolean {
    const untilMs = this.#kernel.steadyMs + HELD_MS
    if (!this.#deposit(item, untilMs)) {
      return false
    }
    if (isHeld) {
      this.#held.set(item.number, untilMs)
      this.#arm('held', this.#held)
    }
    return true
  }

  /** Whether the relays are to leave a number alone for now. */
  isSpared(number: number): boolean {
    return this.#held.has(number) || this.#spared.has(number)
  }

  /** How many numbers that is; a receipt's is 0 and does not count. */
  get sparedCount(): number {
    const receiptCount = this.isSpared(0) ? 1 : 0
    return this.#held.size + this.#spared.size - receiptCount
  }

  /** Whether an answer about a number is waited for. */
  isUnanswered(number: number): boolean {
    return this.#unanswered.has(number)
  }

  /** Deposits on the path that are not answered. */
  get unansweredCount(): number {
    return this.#unanswered.size
  }

  /** These are receipted, or replaced. */
  forget(numbers: Iterable<number>): void {
    for (const number of numbers) {
      this.#unanswered.delete(number)
      this.#held.delete(number)
      this.#spared.delete(number)
    }
  }

  /** The path is gone, and with it whatever the device may have been about to say. */
  lost(): void {
    const numbers = [...this.#held.keys(), ...this.#spared.keys()]
    this.forget([...this.#unanswered.keys(), ...numbers])
    this.#release(numbers)
  }

  close(): void {
    this.forget([...this.#unanswered.keys(), ...this.#held.keys(), ...this.#spared.keys()])
    this.#kernel.cancelTimer(this.#timer('held'))
    this.#kernel.cancelTimer(this.#timer('spared'))
  }

  #deposit(item: OutboxItem, untilMs: number): boolean {
    const unanswered = { item, untilMs }
    const isTaken = this.#events.deposit(item, (outcome) => {
      // A receipt may have been replaced meanwhile.
      if (this.#unanswered.get(item.number) === unanswered) {
        this.#unanswered.delete(item.number)
        this.#answered(item, untilMs, outcome)
      }
    })
    if (isTaken) {
      this.#unanswered.set(item.number, unanswered)
    }
    return isTaken
  }

  #answered(item: OutboxItem, untilMs: number, outcome: DirectOutcome): void {
    const { number } = item
    const isInTime = this.#kernel.steadyMs <= untilMs
    if (outcome === 'stored') {
      const wasHeld = this.#held.delete(number)
      if (isInTime) {
        this.#spared.set(number, this.#kernel.steadyMs + SPARED_MS)
        this.#arm('spared', this.#spared)
      }
      this.#events.onStored(item, isInTime)
      if (wasHeld && !isInTime) {
        this.#release([number])
      }
    } else if (outcome !== 'lost' || !isInTime || !this.#deposit(item, untilMs)) {
      // Of two streams to one device one was ended: what was on it goes on the other.
      if (this.#held.delete(number)) {
        this.#release([number])
      }
    }
    this.#events.onRoom()
  }

  #release(numbers: readonly number[]): void {
    if (numbers.length > 0) {
      this.#events.onReleased(numbers)
    }
  }

  /** One timer for all, since those that were put in first are due first. */
  #arm(name: 'held' | 'spared', waits: Map<number, number>): void {
    const timer = this.#timer(name)
    const [dueMs] = waits.values()
    if (dueMs === undefined || this.#kernel.hasTimer(timer)) {
      return
    }
    this.#kernel.setTimer(timer, Math.max(0, dueMs - this.#kernel.steadyMs), () => {
      const due = [...waits].filter(([, untilMs]) => untilMs <= this.#kernel.steadyMs)
      for (const [number] of due) {
        waits.delete(number)
      }
      this.#arm(name, waits)
      this.#release(due.map(([number]) => number))
    })
  }

  #timer(name: string): string {
    return `direct ${name} ${this.#key}`
  }
}
