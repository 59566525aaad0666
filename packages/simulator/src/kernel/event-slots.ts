const CAPACITY_MIN = 16
const SLOT_SPAN = 2 ** 31
/** A token has 53 bits: those of its slot, and of how many had the slot before. */
const GENERATION_MAX = 2 ** 22 - 1

/**
 * What is known of the events that are to come. A slot is used again once its event is over; a token names the slot and its
 * generation, so that a stale one cancels nothing.
 */
export class EventSlots {
  readonly #runs: ((() => void) | undefined)[] = []
  #kinds = new Int32Array(CAPACITY_MIN)
  #nodes = new Int32Array(CAPACITY_MIN)
  #generations = new Uint32Array(CAPACITY_MIN)
  /** In a free slot's place: the next free slot, -1 after the last. Where no slot is free, its kind. */
  #firstFree = -1

  take(kind: number, node: number, run: () => void): number {
    let slot = this.#firstFree
    if (slot >= 0) {
      this.#firstFree = this.#kinds[slot] as number
      this.#runs[slot] = run
    } else {
      slot = this.#runs.length
      if (slot === this.#kinds.length) {
        this.#grow()
      }
      this.#runs.push(run)
    }
    this.#kinds[slot] = kind
    this.#nodes[slot] = node
    return slot
  }

  /** Gives the slot to whoever comes next. */
  release(slot: number): void {
    this.#runs[slot] = undefined
    const generation = this.#generations[slot] as number
    // A slot that has had all its generations rests for ever: none of its tokens may come to life again.
    if (generation < GENERATION_MAX) {
      this.#generations[slot] = generation + 1
      this.#kinds[slot] = this.#firstFree
      this.#firstFree = slot
    }
  }

  tokenOf(slot: number): number {
    return (this.#generations[slot] as number) * SLOT_SPAN + slot
  }

  /** @returns whether it was to come until now; the slot stays taken until it is released. */
  cancel(token: number): boolean {
    const slot = token % SLOT_SPAN
    const isCurrent = this.isWanted(slot) && this.tokenOf(slot) === token
    if (isCurrent) {
      this.#runs[slot] = undefined
    }
    return isCurrent
  }

  isWanted(slot: number): boolean {
    return this.#runs[slot] !== undefined
  }

  kindOf(slot: number): number {
    return this.#kinds[slot] as number
  }

  nodeOf(slot: number): number {
    return this.#nodes[slot] as number
  }

  runOf(slot: number): () => void {
    return this.#runs[slot] as () => void
  }

  #grow(): void {
    const capacity = this.#kinds.length * 2
    this.#kinds = grown(this.#kinds, new Int32Array(capacity))
    this.#nodes = grown(this.#nodes, new Int32Array(capacity))
    this.#generations = grown(this.#generations, new Uint32Array(capacity))
  }
}

function grown<Cells extends Int32Array | Uint32Array>(from: Cells, into: Cells): Cells {
  into.set(from)
  return into
}
