/**
 * The timer table of a machine: at most one deadline for each key, the earliest first, keys of the same time in the order set.
 * A binary heap that forgets lazily: a deadline that was moved or removed stays in it until it comes up.
 */

interface Entry<Key> {
  readonly key: Key
  readonly atMs: number
  readonly sequence: number
}

export class Deadlines<Key> {
  readonly #heap: Entry<Key>[] = []
  readonly #current = new Map<Key, Entry<Key>>()
  #sequence = 0

  get size(): number {
    return this.#current.size
  }

  /** Sets or moves the deadline of `key`. */
  set(key: Key, atMs: number): void {
    const entry = { key, atMs, sequence: this.#sequence++ }
    this.#current.set(key, entry)
    this.#heap.push(entry)
    this.#rise(this.#heap.length - 1)
    if (this.#heap.length > 64 && this.#heap.length > 2 * this.#current.size) {
      this.#rebuild()
    }
  }

  delete(key: Key): void {
    this.#current.delete(key)
  }

  get(key: Key): number | undefined {
    return this.#current.get(key)?.atMs
  }

  /** The earliest deadline. */
  earliestMs(): number | undefined {
    this.#dropStale()
    return this.#heap[0]?.atMs
  }

  /** Removes and gives one key whose deadline is at `nowMs` or before. */
  takeDue(nowMs: number): Key | undefined {
    this.#dropStale()
    const first = this.#heap[0]
    if (first === undefined || first.atMs > nowMs) {
      return undefined
    }
    this.#pop()
    this.#current.delete(first.key)
    return first.key
  }

  #dropStale(): void {
    for (;;) {
      const first = this.#heap[0]
      if (first === undefined || this.#current.get(first.key) === first) {
        return
      }
      this.#pop()
    }
  }

  #rebuild(): void {
    const live = [...this.#current.values()].sort(compare)
    this.#heap.length = 0
    // One by one: as arguments of one call, a hundred thousand would overflow the stack. Sorted, they are a heap already.
    for (const entry of live) {
      this.#heap.push(entry)
    }
  }

  #pop(): void {
    const last = this.#heap.pop()
    if (last === undefined || this.#heap.length === 0) {
      return
    }
    this.#heap[0] = last
    this.#sink(0)
  }

  #rise(start: number): void {
    let at = start
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#swapIfBefore(at, parent)) {
        return
      }
      at = parent
    }
  }

  #sink(start: number): void {
    let at = start
    for (;;) {
      const left = 2 * at + 1
      const right = left + 1
      const child = this.#isBefore(right, left) ? right : left
      if (!this.#swapIfBefore(child, at)) {
        return
      }
      at = child
    }
  }

  #isBefore(a: number, b: number): boolean {
    const first = this.#heap[a]
    const second = this.#heap[b]
    return first !== undefined && (second === undefined || compare(first, second) < 0)
  }

  #swapIfBefore(child: number, parent: number): boolean {
    const lower = this.#heap[child]
    const upper = this.#heap[parent]
    if (lower === undefined || upper === undefined || compare(lower, upper) >= 0) {
      return false
    }
    this.#heap[child] = upper
    this.#heap[parent] = lower
    return true
  }
}

function compare<Key>(a: Entry<Key>, b: Entry<Key>): number {
  return a.atMs - b.atMs || a.sequence - b.sequence
}
