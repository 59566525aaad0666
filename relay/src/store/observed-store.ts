import type { Clock, Store } from '@sealpost/host'
import type { GuardedStore } from './disk-guard.ts'

/** Times the commits of a store. */
export class CommitTimes {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  readonly #onCommitted: (tookMs: number) => void
  /** When each that is under way began, the oldest first. */
  readonly #begun = new Set<{ readonly atMs: number }>()
  #committedAtMs = 0

  /** @param onCommitted is told of each that came about, in ms; must not throw. */
  constructor(clock: Pick<Clock, 'monotonicMs'>, onCommitted: (tookMs: number) => void) {
    this.#clock = clock
    this.#onCommitted = onCommitted
  }

  /** For how long the oldest has been under way, in ms; 0 where there is none. */
  get waitMs(): number {
    const [oldest] = this.#begun
    return oldest === undefined ? 0 : this.#clock.monotonicMs() - oldest.atMs
  }

  /** Since the last one came about, in ms. */
  get sinceMs(): number {
    return this.#clock.monotonicMs() - this.#committedAtMs
  }

  async time(commit: () => Promise<void>): Promise<void> {
    const begun = { atMs: this.#clock.monotonicMs() }
    this.#begun.add(begun)
    try {
      await commit()
    } finally {
      this.#begun.delete(begun)
    }
    this.#committedAtMs = this.#clock.monotonicMs()
    this.#onCommitted(this.#committedAtMs - begun.atMs)
  }
}

/** A store whose commits are timed. */
export function observedStore(
  store: Store & GuardedStore,
  commits: CommitTimes
): Store & GuardedStore {
  return {
    getMany: (keys) => store.getMany(keys),
    getRange: (range) => store.getRange(range),
    commit: (mutations) => commits.time(() => store.commit(mutations)),
    close: () => store.close(),
    approximateBytes: () => store.approximateBytes(),
    compact: () => store.compact()
  }
}
