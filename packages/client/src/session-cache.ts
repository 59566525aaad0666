/**
 * The newest records of the sessions in use, so that no message has to read and unseal one. A crash of the driver empties it: what
 * was not durable is not so any more.
 */
import type { Mutation } from '@sealpost/core'

/** Sessions in memory, a few kilobytes each. */
const SESSIONS_MAX = 64

export class SessionCache {
  readonly #records = new Map<string, Uint8Array>()
  #generation = 0

  /** The cache, as long as the driver has crashed no more often than when it was filled. */
  of(generation: number): this {
    if (generation !== this.#generation) {
      this.#generation = generation
      this.#records.clear()
    }
    return this
  }

  get(key: string): Uint8Array | undefined {
    return this.#records.get(key)
  }

  /** Takes the sessions of a batch that was handed to the driver. */
  note(staged: readonly Mutation[]): void {
    for (const mutation of staged) {
      if (mutation.table === 'session') {
        this.#records.delete(mutation.key)
        if (mutation.type === 'write') {
          this.#records.set(mutation.key, mutation.value)
        }
      }
    }
    while (this.#records.size > SESSIONS_MAX) {
      const [oldest] = this.#records.keys()
      this.#records.delete(oldest ?? '')
    }
  }
}
