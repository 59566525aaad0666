const CAPACITY_MIN = 16
const SLOT_SPAN = 2 ** 31
/** A token has 53 bits: those of its slot, and of how many had the slot before. */
const GENERATION_MAX = 2 ** 22 - 1

/** Where of a slot's four integers is what: beside each other, they share a line of the processor's cache. */
const WORDS = 4
const KIND = 0
const NODE = 1
const GENERATION = 2
/** Of a free slot: the next free one, -1 after the last. */
const NEXT = 3

/**
 * What is known of the events that are to come. A slot is used again once its event is over; a token names the slot and its
 * generation, so that a stale one cancels nothing.
 */
export class EventSlots {
  readonly #runs: ((() => void) | undefined)[] = []
  #words = new Int32Array(CAPACITY_MIN * WORDS)
  #firstFree = -1

  take(kind: number, node: number, run: () => void): number {
    let slot = this.#firstFree
    if (slot >= 0) {
      this.#firstFree = this.#words[slot * WORDS + NEXT] as number
      this.#runs[slot] = run
    } else {
      slot = this.#runs.length
      if (slot * WORDS === this.#words.length) {
        this.#grow()
      }
      this.#runs.push(run)
    }
    this.#words[slot * WORDS + KIND] = kind
    this.#words[slot * WORDS + NODE] = node
    return slot
  }

  /** Gives the slot to whoever comes next. */
  release(slot: number): void {
    this.#runs[slot] = undefined
    const generation = this.#words[slot * WORDS + GENERATION] as number
    // A slot that has had all its generations rests for ever: none of its tokens may come to life again.
    if (generation < GENERATION_MAX) {
      this.#words[slot * WORDS + GENERATION] = generation + 1
      this.#words[slot * WORDS + NEXT] = this.#firstFree
      this.#firstFree = slot
    }
  }

  tokenOf(slot: number): number {
    return (this.#words[slot * WORDS + GENERATION] as number) * SLOT_SPAN + slot
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
    return this.#words[slot * WORDS + KIND] as number
  }

  nodeOf(slot: number): number {
    return this.#words[slot * WORDS + NODE] as number
  }

  runOf(slot: number): () => void {
    return this.#runs[slot] as () => void
  }

  #grow(): void {
    const words = new Int32Array(this.#words.length * 2)
    words.set(this.#words)
    this.#words = words
  }
}
