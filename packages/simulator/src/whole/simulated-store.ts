/**
 * A store over a simulated disk. A commit is on the disk, whole, once it resolves; a process that ends before may leave it there or
 * not, as a power failure does.
 *
 * ```
 *   commit --commitUs--> on the disk --> resolves
 *     `--the process ends--> those before some point of the queue are on the disk, the others never were
 * ```
 */
import type { Mutation, RangeQuery, Row, RowKey } from '@sealpost/core'
import type { Store } from '@sealpost/host'
import { StorageError } from '@sealpost/protocol'
import type { SimulatedDisk } from '../disk/simulated-disk.ts'
import { EVENTS } from '../kernel/event-kinds.ts'
import type { NodeTimes } from '../nodes/simulated-driver.ts'
import type { RandomStream } from '../random/random-stream.ts'
import type { SimulatedProcess } from './simulated-process.ts'

/** What can be wrong with a disk. */
export interface DiskState {
  /** Writes fail until this is false and the store was opened anew. */
  isFull: boolean
}

export interface SimulatedStoreInit {
  readonly process: SimulatedProcess
  readonly disk: SimulatedDisk
  readonly state: DiskState
  readonly times: Pick<NodeTimes, 'commitUs' | 'readUs'>
  /** How much of what is on its way is kept where the process ends. */
  readonly random: RandomStream
}

export class SimulatedStore implements Store {
  readonly #init: SimulatedStoreInit
  readonly #waiting: (readonly Mutation[])[] = []
  readonly #forgetEnd: () => void
  #commitAtUs = 0
  #failure: StorageError | undefined

  constructor(init: SimulatedStoreInit) {
    this.#init = init
    this.#forgetEnd = init.process.onEnd(() => {
      this.#cut()
    })
  }

  getMany(keys: readonly RowKey[]): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#later(this.#init.times.readUs, () => keys.map((key) => this.#init.disk.get(key)))
  }

  getRange(range: RangeQuery): Promise<readonly Row[]> {
    return this.#later(this.#init.times.readUs, () => this.#init.disk.range(range).rows)
  }

  commit(mutations: readonly Mutation[]): Promise<void> {
    if (mutations.length === 0) {
      return this.#failure === undefined ? Promise.resolve() : Promise.reject(this.#failure)
    }
    if (this.#init.state.isFull) {
      this.#failure ??= new StorageError('SEALPOST_STORE_FULL')
    }
    if (this.#failure !== undefined) {
      return Promise.reject(this.#failure)
    }
    const { process, times } = this.#init
    this.#waiting.push(mutations)
    this.#commitAtUs = Math.max(this.#commitAtUs, process.nowUs + times.commitUs)
    return new Promise((resolve) => {
      process.at(this.#commitAtUs, EVENTS.commit, () => {
        this.#write()
        resolve()
      })
    })
  }

  async close(): Promise<void> {
    this.#failure ??= new StorageError('SEALPOST_STORE_FAILED', 'the store is closed')
    while (this.#waiting.length > 0) {
      this.#write()
    }
    this.#forgetEnd()
  }

  #later<Answer>(delayUs: number, answer: () => Answer): Promise<Answer> {
    const { process } = this.#init
    return new Promise((resolve, reject) => {
      process.at(process.nowUs + delayUs, EVENTS.read, () => {
        if (this.#failure === undefined) {
          resolve(answer())
        } else {
          reject(this.#failure)
        }
      })
    })
  }

  #write(): void {
    for (const mutation of this.#waiting.shift() ?? []) {
      this.#init.disk.apply(mutation)
    }
    this.#init.disk.sync()
  }

  #cut(): void {
    const kept = this.#init.random.below(this.#waiting.length + 1)
    for (let written = 0; written < kept; written++) {
      this.#write()
    }
    this.#waiting.length = 0
  }
}
