/**
 * What was written, as long as an answer of the store may not show it yet: laid over that answer, it gives the state that every
 * earlier input left.
 *
 * Writes gather in layers, one for each commit. A layer that is durable is kept until every read that began before has been
 * answered, because such a read may have seen the store without it. A new write to a row in one layer replaces the one before.
 */
import type { Mutation, RangeQuery, Row, RowKey, TableName } from '@sealpost/core'

/** Rows of one range as the store gave them, in the order asked for. */
export interface StoredRange {
  readonly rows: readonly Row[]
  /** Whether the store holds nothing of the range beyond `rows`. */
  readonly isEnd: boolean
}

interface Layer {
  readonly tables: Map<TableName, Map<string, Mutation>>
  /** How often something was put. */
  count: number
  /** Once durable: the number of the last read that may have missed it. */
  lastRead: number | undefined
}

/** One for each life of a machine. */
export class Overlay {
  #collecting: Layer = emptyLayer()
  /** Oldest first. */
  readonly #sealed: Layer[] = []

  /** Whether something was put since the last `seal`. */
  get isCollecting(): boolean {
    return this.#collecting.tables.size > 0
  }

  /** Mutations that are not durable yet; those that were replaced count too. */
  get pendingCount(): number {
    let count = this.#collecting.count
    for (const layer of this.#sealed) {
      count += layer.lastRead === undefined ? layer.count : 0
    }
    return count
  }

  /** Adds to the layer that is collected. */
  put(mutation: Mutation): void {
    const { tables } = this.#collecting
    this.#collecting.count++
    const rows = tables.get(mutation.table)
    if (rows === undefined) {
      tables.set(mutation.table, new Map([[mutation.key, mutation]]))
    } else {
      rows.set(mutation.key, mutation)
    }
  }

  /** Closes the layer that was collected and gives what it holds, one mutation for each row. */
  seal(): readonly Mutation[] {
    const layer = this.#collecting
    this.#collecting = emptyLayer()
    this.#sealed.push(layer)
    const mutations: Mutation[] = []
    for (const rows of layer.tables.values()) {
      for (const mutation of rows.values()) {
        mutations.push(mutation)
      }
    }
    return mutations
  }

  /** The oldest layer that was not yet durable is so now; reads up to number `lastRead` may have missed it. */
  markDurable(lastRead: number): void {
    for (const layer of this.#sealed) {
      if (layer.lastRead === undefined) {
        layer.lastRead = lastRead
        return
      }
    }
  }

  /** Forgets the layers that nobody can miss, once all reads up to number `answeredRead` are answered. */
  release(answeredRead: number): void {
    for (;;) {
      const lastRead = this.#sealed[0]?.lastRead
      if (lastRead === undefined || lastRead > answeredRead) {
        return
      }
      this.#sealed.shift()
    }
  }

  /** The last mutation of a row, or undefined where the store knows best. */
  get(row: RowKey): Mutation | undefined {
    const newest = this.#collecting.tables.get(row.table)?.get(row.key)
    if (newest !== undefined) {
      return newest
    }
    for (let at = this.#sealed.length - 1; at >= 0; at--) {
      const mutation = this.#sealed[at]?.tables.get(row.table)?.get(row.key)
      if (mutation !== undefined) {
        return mutation
      }
    }
    return undefined
  }

  /** How many rows of a range are erased here: so many more must be asked of the store. */
  countErased(range: RangeQuery): number {
    let count = 0
    for (const mutation of this.#changesIn(range).values()) {
      if (mutation.type === 'erase') {
        count++
      }
    }
    return count
  }

  /**
   * Lays this over what the store gave for a range.
   *
   * @returns undefined where that does not suffice: so many of its rows are erased here that more must be read.
   */
  merge(range: RangeQuery, stored: StoredRange): StoredRange | undefined {
    const changes = this.#changesIn(range)
    const rows = changes.size === 0 ? stored.rows : mergeRows(range, stored, changes)
    if (rows.length > range.limit) {
      return { rows: rows.slice(0, range.limit), isEnd: false }
    }
    return stored.isEnd ? { rows, isEnd: true } : undefined
  }

  /** The last mutation of each row within the bounds of a range. */
  #changesIn(range: RangeQuery): ReadonlyMap<string, Mutation> {
    const changes = new Map<string, Mutation>()
    for (const layer of this.#sealed) {
      addChanges(changes, range, layer)
    }
    addChanges(changes, range, this.#collecting)
    return changes
  }
}

function emptyLayer(): Layer {
  return { tables: new Map(), count: 0, lastRead: undefined }
}

function addChanges(changes: Map<string, Mutation>, range: RangeQuery, layer: Layer): void {
  const rows = layer.tables.get(range.table)
  if (rows === undefined) {
    return
  }
  for (const [key, mutation] of rows) {
    if (key >= range.from && key < range.to) {
      changes.set(key, mutation)
    }
  }
}

/** Written rows beyond the last one of the store are left out while the store has more: others may lie between. */
function mergeRows(
  range: RangeQuery,
  stored: StoredRange,
  changes: ReadonlyMap<string, Mutation>
): readonly Row[] {
  const isReversed = range.isReversed === true
  const horizon = stored.isEnd ? undefined : stored.rows.at(-1)?.key
  const rows = stored.rows.filter((row) => !changes.has(row.key))
  for (const [key, mutation] of changes) {
    const isBeyond = horizon !== undefined && (isReversed ? key < horizon : key > horizon)
    if (mutation.type === 'write' && !isBeyond) {
      rows.push({ key, value: mutation.value })
    }
  }
  return rows.sort((a, b) => (a.key < b.key === isReversed ? 1 : -1))
}
