import { RefusedError } from '@sealpost/protocol'

/**
 * One task at a time for each key, in the order asked: a lane for each Signal session, for example. A task that fails fails its
 * caller and nobody else. A lane exists only while it has tasks.
 */
export class Lanes<Key> {
  readonly #queueMax: number
  /** For each busy key, the tasks that wait behind the one under way. */
  readonly #lanes = new Map<Key, Task[]>()
  readonly #idleWaiters: (() => void)[] = []

  /** @param queueMax Tasks that may wait for one key, behind the one under way: 0 and up. */
  constructor(queueMax: number) {
    this.#queueMax = queueMax
  }

  /** Keys with a task under way. */
  get busyCount(): number {
    return this.#lanes.size
  }

  /** Whether a task of `key` is under way. */
  isBusy(key: Key): boolean {
    return this.#lanes.has(key)
  }

  /**
   * Runs a task when all earlier ones of this key are done; at once, synchronously up to its first `await`, where there are none.
   *
   * @throws RefusedError `SEALPOST_BUSY` where too many wait, and whatever the task throws.
   */
  run<Result>(key: Key, task: () => Promise<Result>): Promise<Result> {
    const waiting = this.#lanes.get(key)
    if (waiting !== undefined && waiting.length >= this.#queueMax) {
      return Promise.reject(
        new RefusedError('SEALPOST_BUSY', `${String(waiting.length)} tasks wait in this lane`)
      )
    }
    return new Promise<Result>((resolve, reject) => {
      const runTask = async (): Promise<void> => {
        try {
          resolve(await task())
        } catch (error) {
          reject(error)
        }
      }
      if (waiting === undefined) {
        this.#lanes.set(key, [])
        void this.#drive(key, runTask)
      } else {
        waiting.push(runTask)
      }
    })
  }

  /** Resolves once no lane is busy. */
  whenIdle(): Promise<void> {
    return this.#lanes.size === 0
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.#idleWaiters.push(resolve)
        })
  }

  async #drive(key: Key, first: Task): Promise<void> {
    let task: Task | undefined = first
    while (task !== undefined) {
      await task()
      task = this.#lanes.get(key)?.shift()
    }
    this.#lanes.delete(key)
    if (this.#lanes.size === 0) {
      for (const resolve of this.#idleWaiters.splice(0)) {
        resolve()
      }
    }
  }
}

/** Never rejects. */
type Task = () => Promise<void>
