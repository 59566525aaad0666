const CAPACITY_MIN = 64

/**
 * Room for events in lists: 16 bytes each, all of it in one line of the processor's cache.
 *
 * ```
 *   cell n:  | time: double 2n | slot: integer 4n + 2 | the next cell: integer 4n + 3 |
 * ```
 */
export class EventCells {
  #doubles = new Float64Array(CAPACITY_MIN * 2)
  #integers = new Int32Array(this.#doubles.buffer)
  #used = 0
  /** Free cells are a list of their own; -1 after the last. */
  #firstFree = -1

  /** A cell that is the last of its list. */
  take(atUs: number, slot: number): number {
    let cell = this.#firstFree
    if (cell >= 0) {
      this.#firstFree = this.next(cell)
    } else {
      cell = this.#used++
      if (cell * 2 === this.#doubles.length) {
        this.#grow()
      }
    }
    this.#doubles[cell * 2] = atUs
    this.#integers[cell * 4 + 2] = slot
    this.#integers[cell * 4 + 3] = -1
    return cell
  }

  free(cell: number): void {
    this.link(cell, this.#firstFree)
    this.#firstFree = cell
  }

  atUs(cell: number): number {
    return this.#doubles[cell * 2] as number
  }

  slot(cell: number): number {
    return this.#integers[cell * 4 + 2] as number
  }

  /** -1 after the last. */
  next(cell: number): number {
    return this.#integers[cell * 4 + 3] as number
  }

  link(cell: number, next: number): void {
    this.#integers[cell * 4 + 3] = next
  }

  #grow(): void {
    const doubles = new Float64Array(this.#doubles.length * 2)
    doubles.set(this.#doubles)
    this.#doubles = doubles
    this.#integers = new Int32Array(doubles.buffer)
  }
}
