/** The outbox rows of one device that are in memory: one object for each row, however many relays it is on its way to. */
import type { Row } from '../tables.ts'
import { OutboxItem } from './outbox-item.ts'

export class OutboxWindow {
  readonly #items = new Map<number, { readonly item: OutboxItem; holders: number }>()

  get size(): number {
    return this.#items.size
  }

  /** The one object of a row, from memory if it is there; the caller holds it until it calls `release`. */
  hold(row: Row): OutboxItem {
    const read = OutboxItem.ofRow(row.value)
    return this.holdItem(this.#items.get(read.number)?.item ?? read)
  }

  holdItem(item: OutboxItem): OutboxItem {
    const known = this.#items.get(item.number)
    if (known === undefined) {
      this.#items.set(item.number, { item, holders: 1 })
      return item
    }
    known.holders += 1
    return known.item
  }

  release(item: OutboxItem): void {
    const known = this.#items.get(item.number)
    if (known?.item === item && --known.holders === 0) {
      this.#items.delete(item.number)
    }
  }

  /** Whether the row of the item is still there: what was receipted is written no more. */
  has(item: OutboxItem): boolean {
    return this.#items.get(item.number)?.item === item
  }

  /** The row is gone from the disk: whoever holds its item finds it here no more. */
  drop(number: number): void {
    this.#items.delete(number)
  }
}
