import { SealpostError } from '@sealpost/protocol'
import type { EventQueue } from './event-queue.ts'
import { EventSlots } from './event-slots.ts'
import { TraceHash } from './trace-hash.ts'

/** Cancelled events that may wait in the queue before anybody counts whether they are the most of it. */
const CANCELLED_MIN = 1024
/** In the hash, where an event has its kind and its node: no event has these. */
const NOTE_WORD = -2

/** Runs what is due, in virtual time: whole microseconds, 0 at the start of the run. */
export class Kernel {
  readonly #queue: EventQueue
  readonly #slots = new EventSlots()
  readonly #hash = new TraceHash()
  #nowUs = 0
  #eventCount = 0
  /** Of those in the queue. */
  #cancelledCount = 0

  /** @param queue An empty one, and from now on the kernel's own. */
  constructor(queue: EventQueue) {
    this.#queue = queue
  }

  get nowUs(): number {
    return this.#nowUs
  }

  /** Events that were run. */
  get eventCount(): number {
    return this.#eventCount
  }

  /** Events that are still to come. */
  get pendingCount(): number {
    return this.#queue.size - this.#cancelledCount
  }

  /** Of every event so far, by time, kind and node, and of every note. */
  get traceHash(): string {
    return this.#hash.digest()
  }

  /**
   * @param atUs When `run` is called: whole microseconds, now or later. Of one moment, what was asked for first runs first
   * @param kind what it is, for the hash of the trace: 0 to 2^31 - 1
   * @param node whom it is about, for the hash of the trace; -1 for none
   * @returns a token for `cancel`
   * @throws SealpostError `SEALPOST_BUG` for a time that is past or not whole
   */
  at(atUs: number, kind: number, node: number, run: () => void): number {
    if (!(atUs >= this.#nowUs) || !Number.isSafeInteger(atUs)) {
      throw new SealpostError(
        'SEALPOST_BUG',
        `an event of kind ${kind} at ${atUs} us, asked for at ${this.#nowUs} us`
      )
    }
    const slot = this.#slots.take(kind, node, run)
    this.#queue.push(atUs, slot)
    return this.#slots.tokenOf(slot)
  }

  /** Does nothing where the event was run or cancelled. */
  cancel(token: number): void {
    if (!this.#slots.cancel(token)) {
      return
    }
    this.#cancelledCount += 1
    // Timers that are always set anew would fill the queue with what nobody waits for.
    if (this.#cancelledCount >= CANCELLED_MIN && this.#cancelledCount * 2 > this.#queue.size) {
      this.#queue.retain((slot) => {
        const isKept = this.#slots.isWanted(slot)
        if (!isKept) {
          this.#slots.release(slot)
        }
        return isKept
      })
      this.#cancelledCount = 0
    }
  }

  /** Runs everything due until `endUs`, that moment included, and stands there. */
  runUntil(endUs: number): void {
    while (this.runNext(endUs)) {
      // The next, as long as there is one.
    }
  }

  /**
   * Runs the next event that is due until `endUs`, for who has something to do between events.
   *
   * @returns false where there was none: then it is `endUs`.
   */
  runNext(endUs: number): boolean {
    const queue = this.#queue
    const slots = this.#slots
    for (let atUs = queue.nextUs; atUs <= endUs; atUs = queue.nextUs) {
      const slot = queue.pop()
      if (!slots.isWanted(slot)) {
        this.#cancelledCount -= 1
        slots.release(slot)
        continue
      }
      this.#nowUs = atUs
      this.#eventCount += 1
      this.#hash.addInteger(atUs)
      this.#hash.addWord(slots.kindOf(slot))
      this.#hash.addWord(slots.nodeOf(slot))
      const run = slots.runOf(slot)
      // Before it runs: what it asks for may have the slot, and its own token is void.
      slots.release(slot)
      run()
      return true
    }
    if (endUs > this.#nowUs) {
      this.#nowUs = endUs
    }
    return false
  }

  /**
   * Adds something of an event to the hash of the trace: a size, a type.
   *
   * @param value an integer of at most 53 bits
   * @throws SealpostError `SEALPOST_BUG` for a fraction, of which the hash would see nothing
   */
  note(value: number): void {
    if (!Number.isSafeInteger(value)) {
      throw new SealpostError('SEALPOST_BUG', `a note of ${value}, which is no integer`)
    }
    this.#hash.addWord(NOTE_WORD)
    this.#hash.addInteger(value)
  }
}
