import { BucketRing, RING_BUCKETS } from './bucket-ring.ts'
import { EventCells } from './event-cells.ts'
import type { EventQueue } from './event-queue.ts'
import { HeapQueue } from './heap-queue.ts'

/** 8.2 ms. These are powers of two, so that every product and quotient with them is exact. */
const FINE_US = 2 ** 13
/** 34 s. */
const COARSE_US = FINE_US * RING_BUCKETS
/** 38 h. */
const SPAN_US = COARSE_US * RING_BUCKETS

/**
 * Puts events into order only once they are near: a heap holds the bucket that is due, and buckets hold the rest as it came.
 *
 * ```
 *   near: heap, up to nearEnd < fine: buckets of 8 ms, up to fineEnd < coarse: buckets of 34 s, up to coarseEnd < far: heap
 * ```
 *
 * The ends are whole multiples of a bucket and only grow, so all events of one moment take the same way, and each list and heap on
 * it keeps the order in which they came. Past the small heaps an event takes 16 bytes, up to 32 while half of the room is free.
 */
export class LazyQueue implements EventQueue {
  readonly #near = new HeapQueue()
  readonly #far = new HeapQueue()
  readonly #cells = new EventCells()
  readonly #fine = new BucketRing(this.#cells)
  readonly #coarse = new BucketRing(this.#cells)
  #nearEndUs = 0
  #fineEndUs = COARSE_US
  #coarseEndUs = SPAN_US
  #size = 0

  get size(): number {
    return this.#size
  }

  get nextUs(): number {
    if (this.#near.size === 0 && this.#size > 0) {
      this.#advance()
    }
    return this.#near.nextUs
  }

  push(atUs: number, slot: number): void {
    this.#size += 1
    if (atUs < this.#nearEndUs) {
      this.#near.push(atUs, slot)
    } else if (atUs < this.#coarseEndUs) {
      this.#place(atUs, this.#cells.take(atUs, slot))
    } else {
      this.#far.push(atUs, slot)
    }
  }

  pop(): number {
    if (this.#size === 0) {
      return -1
    }
    if (this.#near.size === 0) {
      this.#advance()
    }
    this.#size -= 1
    return this.#near.pop()
  }

  retain(isKept: (slot: number) => boolean): void {
    const before = this.#near.size + this.#far.size
    this.#near.retain(isKept)
    this.#far.retain(isKept)
    const left = before - this.#near.size - this.#far.size
    this.#size -= left + this.#retainIn(this.#fine, isKept) + this.#retainIn(this.#coarse, isKept)
  }

  /** @returns how many are forgotten */
  #retainIn(ring: BucketRing, isKept: (slot: number) => boolean): number {
    const cells = this.#cells
    let forgotten = 0
    for (let at = ring.nextOccupied(0); at >= 0; at = ring.nextOccupied(at + 1)) {
      let cell = ring.takeAll(at)
      while (cell >= 0) {
        const next = cells.next(cell)
        if (isKept(cells.slot(cell))) {
          cells.link(cell, -1)
          ring.add(at, cell)
        } else {
          cells.free(cell)
          forgotten += 1
        }
        cell = next
      }
    }
    return forgotten
  }

  /** Into a bucket: from the near end on, and before the coarse end. */
  #place(atUs: number, cell: number): void {
    if (atUs < this.#fineEndUs) {
      this.#fine.add((atUs / FINE_US) & (RING_BUCKETS - 1), cell)
    } else {
      this.#coarse.add((atUs / COARSE_US) & (RING_BUCKETS - 1), cell)
    }
  }

  /** Moves the next bucket into the heap that is near, which is empty; there is one. */
  #advance(): void {
    while (!this.#takeFine()) {
      if (!this.#takeCoarse()) {
        this.#takeFar()
      }
    }
  }

  #takeFine(): boolean {
    const startUs = this.#fineEndUs - COARSE_US
    const bucket = this.#fine.nextOccupied((this.#nearEndUs - startUs) / FINE_US)
    if (bucket < 0) {
      return false
    }
    this.#nearEndUs = startUs + (bucket + 1) * FINE_US
    const cells = this.#cells
    let cell = this.#fine.takeAll(bucket)
    while (cell >= 0) {
      const next = cells.next(cell)
      this.#near.push(cells.atUs(cell), cells.slot(cell))
      cells.free(cell)
      cell = next
    }
    return true
  }

  #takeCoarse(): boolean {
    const startUs = this.#coarseEndUs - SPAN_US
    const bucket = this.#coarse.nextOccupied((this.#fineEndUs - startUs) / COARSE_US)
    if (bucket < 0) {
      return false
    }
    this.#nearEndUs = startUs + bucket * COARSE_US
    this.#fineEndUs = this.#nearEndUs + COARSE_US
    const cells = this.#cells
    let cell = this.#coarse.takeAll(bucket)
    while (cell >= 0) {
      const next = cells.next(cell)
      cells.link(cell, -1)
      this.#place(cells.atUs(cell), cell)
      cell = next
    }
    return true
  }

  #takeFar(): void {
    const startUs = Math.floor(this.#far.nextUs / SPAN_US) * SPAN_US
    this.#nearEndUs = startUs
    this.#fineEndUs = startUs + COARSE_US
    this.#coarseEndUs = startUs + SPAN_US
    for (let atUs = this.#far.nextUs; atUs < this.#coarseEndUs; atUs = this.#far.nextUs) {
      this.#place(atUs, this.#cells.take(atUs, this.#far.pop()))
    }
  }
}
