import type { EventQueue } from './event-queue.ts'

const CAPACITY_MIN = 16

/**
 * A heap in which each has four below it, in typed arrays: 20 bytes an event, up to 40 while half of the room is free. What the
 * other queues are held against.
 */
export class HeapQueue implements EventQueue {
  #timesUs = new Float64Array(CAPACITY_MIN)
  /** The number of its push, which decides at one moment. As a double, it never runs out. */
  #turns = new Float64Array(CAPACITY_MIN)
  #slots = new Int32Array(CAPACITY_MIN)
  #size = 0
  #pushCount = 0

  get size(): number {
    return this.#size
  }

  get nextUs(): number {
    return this.#size > 0 ? (this.#timesUs[0] as number) : Infinity
  }

  push(atUs: number, slot: number): void {
    if (this.#size === this.#slots.length) {
      this.#grow()
    }
    const timesUs = this.#timesUs
    const turns = this.#turns
    const slots = this.#slots
    let at = this.#size++
    while (at > 0) {
      const above = (at - 1) >> 2
      const aboveUs = timesUs[above] as number
      // What is above was pushed before, so it stays above at the same moment.
      if (aboveUs <= atUs) {
        break
      }
      timesUs[at] = aboveUs
      turns[at] = turns[above] as number
      slots[at] = slots[above] as number
      at = above
    }
    timesUs[at] = atUs
    turns[at] = this.#pushCount++
    slots[at] = slot
  }

  pop(): number {
    if (this.#size === 0) {
      return -1
    }
    const first = this.#slots[0] as number
    const last = --this.#size
    this.#sink(0, last)
    return first
  }

  retain(isKept: (slot: number) => boolean): void {
    let kept = 0
    for (let at = 0; at < this.#size; at++) {
      const slot = this.#slots[at] as number
      if (isKept(slot)) {
        this.#timesUs[kept] = this.#timesUs[at] as number
        this.#turns[kept] = this.#turns[at] as number
        this.#slots[kept] = slot
        kept += 1
      }
    }
    this.#size = kept
    for (let at = (kept - 2) >> 2; at >= 0; at--) {
      this.#sink(at, at)
    }
  }

  /** Puts what stands at `from` where it belongs, at `to` or below. */
  #sink(to: number, from: number): void {
    const timesUs = this.#timesUs
    const turns = this.#turns
    const slots = this.#slots
    const size = this.#size
    const sinkingUs = timesUs[from] as number
    const sinkingTurn = turns[from] as number
    const sinkingSlot = slots[from] as number
    let at = to
    for (;;) {
      let child = at * 4 + 1
      if (child >= size) {
        break
      }
      let best = child
      let bestUs = timesUs[child] as number
      const end = child + 4 < size ? child + 4 : size
      for (child += 1; child < end; child++) {
        const childUs = timesUs[child] as number
        if (
          childUs < bestUs ||
          (childUs === bestUs && (turns[child] as number) < (turns[best] as number))
        ) {
          best = child
          bestUs = childUs
        }
      }
      if (bestUs > sinkingUs || (bestUs === sinkingUs && (turns[best] as number) > sinkingTurn)) {
        break
      }
      timesUs[at] = bestUs
      turns[at] = turns[best] as number
      slots[at] = slots[best] as number
      at = best
    }
    timesUs[at] = sinkingUs
    turns[at] = sinkingTurn
    slots[at] = sinkingSlot
  }

  #grow(): void {
    const capacity = this.#slots.length * 2
    const timesUs = new Float64Array(capacity)
    timesUs.set(this.#timesUs)
    this.#timesUs = timesUs
    const turns = new Float64Array(capacity)
    turns.set(this.#turns)
    this.#turns = turns
    const slots = new Int32Array(capacity)
    slots.set(this.#slots)
    this.#slots = slots
  }
}
