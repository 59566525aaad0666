import type { EventCells } from './event-cells.ts'

/** Buckets of a ring; a power of two. */
export const RING_BUCKETS = 4096

/** Lists of cells, one for each span of time, in the order in which they were added. */
export class BucketRing {
  readonly #cells: EventCells
  readonly #firsts = new Int32Array(RING_BUCKETS).fill(-1)
  readonly #lasts = new Int32Array(RING_BUCKETS)
  /** A bit for each bucket that is not empty. */
  readonly #occupied = new Int32Array(RING_BUCKETS / 32)

  constructor(cells: EventCells) {
    this.#cells = cells
  }

  /** @param cell The last of its list: `next` of it is -1. */
  add(bucket: number, cell: number): void {
    if ((this.#firsts[bucket] as number) < 0) {
      this.#firsts[bucket] = cell
      this.#occupied[bucket >> 5] = (this.#occupied[bucket >> 5] as number) | (1 << (bucket & 31))
    } else {
      this.#cells.link(this.#lasts[bucket] as number, cell)
    }
    this.#lasts[bucket] = cell
  }

  /** Empties a bucket; the first cell of what was its list, -1 of none. */
  takeAll(bucket: number): number {
    const first = this.#firsts[bucket] as number
    this.#firsts[bucket] = -1
    this.#occupied[bucket >> 5] = (this.#occupied[bucket >> 5] as number) & ~(1 << (bucket & 31))
    return first
  }

  /** The first bucket from this one on that is not empty; -1 where there is none. */
  nextOccupied(from: number): number {
    if (from >= RING_BUCKETS) {
      return -1
    }
    let at = from >> 5
    let word = (this.#occupied[at] as number) & (-1 << (from & 31))
    while (word === 0) {
      at += 1
      if (at === this.#occupied.length) {
        return -1
      }
      word = this.#occupied[at] as number
    }
    return at * 32 + 31 - Math.clz32(word & -word)
  }
}
