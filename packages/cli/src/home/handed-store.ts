/**
 * A store that was opened before anybody asked for it, handed to whoever asks first, and again after they close it: a client opens its
 * home once to look at its lock and once to live in it, and no other process may come between.
 */
import type { Store, StoreOpener } from '@sealpost/host'
import type { Mutation, RangeQuery, Row, RowKey } from '@sealpost/host'

export class HandedStore {
  #waiting: Store | undefined
  #isFirst = true
  readonly #openAgain: StoreOpener

  /** @param store Belongs to this from now on. */
  constructor(store: Store, openAgain: StoreOpener) {
    this.#waiting = store
    this.#openAgain = openAgain
  }

  /** For the client's port. */
  async open(): Promise<Store> {
    const store = this.#waiting ?? (await this.#openAgain())
    this.#waiting = undefined
    if (!this.#isFirst) {
      return store
    }
    this.#isFirst = false
    return new Borrowed(store, () => {
      this.#waiting = store
    })
  }

  /** Closes the store where nobody has it. */
  async close(): Promise<void> {
    const store = this.#waiting
    this.#waiting = undefined
    await store?.close()
  }
}

class Borrowed implements Store {
  readonly #store: Store
  readonly #giveBack: () => void

  constructor(store: Store, giveBack: () => void) {
    this.#store = store
    this.#giveBack = giveBack
  }

  getMany(keys: readonly RowKey[]): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#store.getMany(keys)
  }

  getRange(range: RangeQuery): Promise<readonly Row[]> {
    return this.#store.getRange(range)
  }

  commit(mutations: readonly Mutation[]): Promise<void> {
    return this.#store.commit(mutations)
  }

  async close(): Promise<void> {
    this.#giveBack()
  }
}
