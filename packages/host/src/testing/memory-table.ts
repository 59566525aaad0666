import type { RangeQuery, Row } from '@sealpost/core'

/** The rows of one table in memory, found by key and, once a range was asked for, kept in order too. */
export class MemoryTable {
  readonly #rows = new Map<string, Uint8Array>()
  /** Built when first needed: most tables are only looked up. */
  #sortedKeys: string[] | undefined

  get size(): number {
    return this.#rows.size
  }

  get(key: string): Uint8Array | undefined {
    return this.#rows.get(key)
  }

  set(key: string, value: Uint8Array): void {
    if (this.#sortedKeys !== undefined && !this.#rows.has(key)) {
      this.#sortedKeys.splice(firstNotBelow(this.#sortedKeys, key), 0, key)
    }
    this.#rows.set(key, value)
  }

  delete(key: string): void {
    if (this.#rows.delete(key) && this.#sortedKeys !== undefined) {
      this.#sortedKeys.splice(firstNotBelow(this.#sortedKeys, key), 1)
    }
  }

  range({ from, to, limit, isReversed }: RangeQuery): readonly Row[] {
    this.#sortedKeys ??= [...this.#rows.keys()].sort()
    const begin = firstNotBelow(this.#sortedKeys, from)
    const end = Math.max(begin, firstNotBelow(this.#sortedKeys, to))
    const keys =
      isReversed === true
        ? this.#sortedKeys.slice(Math.max(begin, end - limit), end).reverse()
        : this.#sortedKeys.slice(begin, Math.min(end, begin + limit))
    return keys.flatMap((key) => {
      const value = this.#rows.get(key)
      return value === undefined ? [] : [{ key, value }]
    })
  }

  entries(): IterableIterator<[string, Uint8Array]> {
    return this.#rows.entries()
  }
}

/** Where `key` is or would be among sorted keys. */
function firstNotBelow(keys: readonly string[], key: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((keys[middle] ?? '') < key) {
      low = middle + 1
    } else {
      high = middle
    }
  }
  return low
}
