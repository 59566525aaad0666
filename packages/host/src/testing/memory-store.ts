/**
 * A store in memory whose disk a test holds in its hand: it decides when commits and reads come through, and what fails.
 *
 * ```
 *   call --> waits while paused --(step, resume)--> on the disk --> promise settles
 * ```
 *
 * The disk outlives the stores that are opened on it, as a real one does: a driver is given `() => disk.open()`, and what
 * `crash` leaves is what was committed, or more, never less than was acknowledged.
 */
import type { Mutation, RangeQuery, Row, RowKey, TableName } from '@sealpost/core'
import { type ErrorCode, StorageError } from '@sealpost/protocol'
import type { Store } from '../ports.ts'
import { MemoryTable } from './memory-table.ts'

/** What can be held back. */
export type DiskWork = 'commits' | 'reads'

interface Waiting {
  readonly work: DiskWork
  readonly store: MemoryStore
  /** Does it and settles the promise. */
  readonly run: () => void
  /** Does it as a kill would have it: done, and nobody told. */
  readonly runUntold: () => void
}

/** What a disk is like. */
export interface MemoryDiskOptions {
  /** Bytes of keys and values after which a commit fails with `SEALPOST_STORE_FULL`; none if not given. */
  readonly capacityBytes?: number
  /** When held reads look at the rows: when they are let through, or already when they are asked; `answer` if not given. */
  readonly readsAt?: 'answer' | 'call'
}

/** Rows that stay, and the switches. */
export class MemoryDisk {
  /** May be changed at any time, as room on a disk may be. */
  capacityBytes: number
  readonly #readsAt: 'answer' | 'call'
  readonly #tables = new Map<TableName, MemoryTable>()
  readonly #held = new Set<DiskWork>()
  #waiting: Waiting[] = []
  #usedBytes = 0
  #commitCount = 0
  #store: MemoryStore | undefined
  readonly #failures: Record<DiskWork | 'opens', ErrorCode[]> = {
    commits: [],
    reads: [],
    opens: []
  }

  constructor(options: MemoryDiskOptions = {}) {
    this.capacityBytes = options.capacityBytes ?? Infinity
    this.#readsAt = options.readsAt ?? 'answer'
  }

  /** Bytes of all keys and values. */
  get usedBytes(): number {
    return this.#usedBytes
  }

  /** Commits that reached the disk so far. */
  get commitCount(): number {
    return this.#commitCount
  }

  /** @throws StorageError `SEALPOST_STORE_LOCKED` while another store is open on this disk. */
  async open(): Promise<MemoryStore> {
    const code = this.#failures.opens.shift()
    if (code !== undefined) {
      throw new StorageError(code)
    }
    return new MemoryStore(this)
  }

  /** Holds back what comes from now on. */
  pause(...works: readonly DiskWork[]): void {
    for (const work of works.length === 0 ? ALL_WORK : works) {
      this.#held.add(work)
    }
  }

  /** Lets through what was held back, in order, and what comes. */
  resume(...works: readonly DiskWork[]): void {
    const resumed = works.length === 0 ? ALL_WORK : works
    for (const work of resumed) {
      this.#held.delete(work)
    }
    while (resumed.some((work) => this.step(work))) {
      // Until nothing of it waits.
    }
  }

  /** Lets the oldest that is held back through. @returns whether there was one. */
  step(work?: DiskWork): boolean {
    const at = this.#waiting.findIndex((waiting) => work === undefined || waiting.work === work)
    const [first] = at === -1 ? [] : this.#waiting.splice(at, 1)
    first?.run()
    return first !== undefined
  }

  /** How much is held back. */
  waitingCount(work?: DiskWork): number {
    return this.#waiting.filter((waiting) => work === undefined || waiting.work === work).length
  }

  /** The next commit, read or open fails so; called twice, the next two do. A commit that failed has written nothing. */
  failNext(work: DiskWork | 'opens', code: ErrorCode = 'SEALPOST_STORE_FAILED'): void {
    this.#failures[work].push(code)
  }

  /**
   * Ends the process that had the store open: its calls never settle. Of the commits that were held back, the first
   * `untoldCommits` are on the disk although nobody was told.
   */
  crash(untoldCommits = 0): void {
    const commits = this.#waiting.filter((waiting) => waiting.work === 'commits')
    this.#waiting = []
    for (const commit of commits.slice(0, untoldCommits)) {
      commit.runUntold()
    }
    this.#store?.kill()
    this.#store = undefined
  }

  /** All rows of a table, in order of their keys. */
  rows(table: TableName): readonly Row[] {
    return this.#table(table).range({ table, from: '', to: '\uffff', limit: Infinity })
  }

  /** @internal */
  attach(store: MemoryStore): void {
    if (this.#store !== undefined) {
      throw new StorageError('SEALPOST_STORE_LOCKED')
    }
    this.#store = store
  }

  /** @internal */
  detach(store: MemoryStore): void {
    if (this.#store === store) {
      this.#store = undefined
    }
  }

  /** @internal Settles later in any case, as a real disk does. */
  read<Result>(store: MemoryStore, look: (disk: MemoryDisk) => Result): Promise<Result> {
    const early = this.#readsAt === 'call' ? { result: look(this) } : undefined
    return this.#enqueue(store, 'reads', () => (early === undefined ? look(this) : early.result))
  }

  /** @internal */
  write(store: MemoryStore, mutations: readonly Mutation[]): Promise<void> {
    return this.#enqueue(store, 'commits', () => {
      this.#apply(mutations)
    })
  }

  /** @internal */
  get({ table, key }: RowKey): Uint8Array | undefined {
    return this.#table(table).get(key)
  }

  /** @internal */
  range(range: RangeQuery): readonly Row[] {
    return this.#table(range.table).range(range)
  }

  #enqueue<Result>(store: MemoryStore, work: DiskWork, act: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      const run = (): void => {
        try {
          const code =
            store.isFailed && work === 'commits'
              ? 'SEALPOST_STORE_FAILED'
              : this.#failures[work].shift()
          if (code !== undefined) {
            throw new StorageError(code)
          }
          resolve(act())
        } catch (error) {
          store.fail(work)
          reject(error)
        }
      }
      this.#waiting.push({ work, store, run, runUntold: act })
      if (!this.#held.has(work)) {
        void Promise.resolve().then(() => {
          this.#runUnheld(work)
        })
      }
    })
  }

  #runUnheld(work: DiskWork): void {
    if (!this.#held.has(work)) {
      this.step(work)
    }
  }

  #apply(mutations: readonly Mutation[]): void {
    const usedBytes = this.#usedBytes + this.#growth(mutations)
    if (usedBytes > this.capacityBytes && usedBytes > this.#usedBytes) {
      throw new StorageError('SEALPOST_STORE_FULL')
    }
    this.#usedBytes = usedBytes
    this.#commitCount++
    for (const mutation of mutations) {
      const table = this.#table(mutation.table)
      if (mutation.type === 'write') {
        table.set(mutation.key, mutation.value)
      } else {
        table.delete(mutation.key)
      }
    }
  }

  #growth(mutations: readonly Mutation[]): number {
    const last = new Map(
      mutations.map((mutation) => [`${mutation.table} ${mutation.key}`, mutation])
    )
    let bytes = 0
    for (const mutation of last.values()) {
      const keyBytes = mutation.key.length
      const old = this.get(mutation)
      bytes -= old === undefined ? 0 : keyBytes + old.length
      bytes += mutation.type === 'write' ? keyBytes + mutation.value.length : 0
    }
    return bytes
  }

  #table(name: TableName): MemoryTable {
    let table = this.#tables.get(name)
    if (table === undefined) {
      table = new MemoryTable()
      this.#tables.set(name, table)
    }
    return table
  }
}

const ALL_WORK: readonly DiskWork[] = ['commits', 'reads']

/** A store on a `MemoryDisk`; on one of its own if none is given. */
export class MemoryStore implements Store {
  readonly disk: MemoryDisk
  #state: 'open' | 'failed' | 'closed' | 'killed' = 'open'
  #pendingCount = 0
  readonly #whenIdle: (() => void)[] = []

  constructor(disk: MemoryDisk = new MemoryDisk()) {
    this.disk = disk
    disk.attach(this)
  }

  getMany(keys: readonly RowKey[]): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#run(false, () => this.disk.read(this, (disk) => keys.map((key) => disk.get(key))))
  }

  getRange(range: RangeQuery): Promise<readonly Row[]> {
    return this.#run(false, () => this.disk.read(this, (disk) => disk.range(range)))
  }

  commit(mutations: readonly Mutation[]): Promise<void> {
    // Copied as a disk would: what the caller changes later must not change what was committed.
    const copies = mutations.map((mutation) =>
      mutation.type === 'write' ? { ...mutation, value: mutation.value.slice() } : mutation
    )
    return this.#run(true, () =>
      copies.length === 0 ? Promise.resolve() : this.disk.write(this, copies)
    )
  }

  /** @internal Whether a commit failed: none works any more. */
  get isFailed(): boolean {
    return this.#state === 'failed'
  }

  async close(): Promise<void> {
    if (this.#state === 'closed' || this.#state === 'killed') {
      return
    }
    this.#state = 'closed'
    if (this.#pendingCount > 0) {
      await new Promise<void>((resolve) => {
        this.#whenIdle.push(resolve)
      })
    }
    this.disk.detach(this)
  }

  /** Ends the process that had this store open, and opens what it left: see `MemoryDisk.crash`. */
  crash(untoldCommits = 0): MemoryStore {
    this.disk.crash(untoldCommits)
    return new MemoryStore(this.disk)
  }

  /** @internal */
  kill(): void {
    this.#state = 'killed'
  }

  /** @internal A commit that failed leaves nothing that could be written to. */
  fail(work: DiskWork): void {
    if (work === 'commits' && this.#state === 'open') {
      this.#state = 'failed'
    }
  }

  async #run<Result>(isCommit: boolean, act: () => Promise<Result>): Promise<Result> {
    if (this.#state === 'closed' || this.#state === 'killed') {
      throw new StorageError('SEALPOST_STORE_FAILED', `the store is ${this.#state}`)
    }
    if (isCommit && this.#state === 'failed') {
      throw new StorageError('SEALPOST_STORE_FAILED', 'an earlier commit failed')
    }
    this.#pendingCount++
    try {
      return await act()
    } finally {
      this.#pendingCount--
      if (this.#pendingCount === 0) {
        for (const resolve of this.#whenIdle.splice(0)) {
          resolve()
        }
      }
    }
  }
}
