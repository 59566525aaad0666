/**
 * Whether the disk of a home takes what is written to it.
 *
 * ```
 *   sound --a commit failed--> failing --a commit came through--> sound
 *                                --every TRY_MS, where it is full--> one small row is written
 * ```
 *
 * A home whose disk is full stays off the network: all that came would have to be written, and would fail. So it can be read
 * meanwhile, and nothing is acknowledged that is not kept.
 */
import type { Clock } from '@sealpost/host'
import { type ErrorCode, isSealpostError, StorageError } from '@sealpost/protocol'

/** A try drops the machine where there is still no room; so it is not made all the time. */
const TRY_MS = 15_000

export interface StoreWatchParts {
  readonly clock: Pick<Clock, 'setTimer'>
  /** Writes something, durably. @throws StorageError */
  readonly write: () => Promise<void>
  /** The store fails for another reason than before, or does not any more. */
  readonly onChange: (wasFull: boolean) => void
}

export class StoreWatch {
  readonly #parts: StoreWatchParts
  #problem: ErrorCode | undefined
  #cancelTry: () => void = () => undefined

  constructor(parts: StoreWatchParts) {
    this.#parts = parts
  }

  /** Why the last commit failed; undefined once one came through. */
  get problem(): ErrorCode | undefined {
    return this.#problem
  }

  get isFull(): boolean {
    return this.#problem === 'SEALPOST_STORE_FULL'
  }

  /** Why nothing is done while there is no machine. */
  refusal(): StorageError {
    return this.isFull
      ? new StorageError('SEALPOST_STORE_FULL')
      : new StorageError('SEALPOST_STORE_FAILED', undefined, { detail: 'store-reopening' })
  }

  /** Tries it now. @throws StorageError */
  tryWriting(): Promise<void> {
    return this.#parts.write()
  }

  failed(code: ErrorCode): void {
    this.stop()
    this.#become(code)
  }

  /** The store is open again; whether it can be written to, nobody knows yet. */
  reopened(): void {
    if (this.isFull) {
      this.#cancelTry = this.#parts.clock.setTimer(TRY_MS, () => {
        // Where it fails, `failed` has been told.
        this.tryWriting().catch(() => undefined)
      })
    }
  }

  committed(): void {
    if (this.#problem !== undefined) {
      this.stop()
      this.#become(undefined)
    }
  }

  stop(): void {
    this.#cancelTry()
  }

  #become(problem: ErrorCode | undefined): void {
    if (problem !== this.#problem) {
      const wasFull = this.isFull
      this.#problem = problem
      this.#parts.onChange(wasFull)
    }
  }
}

/** A home whose disk is full is opened all the same, to be read. @throws what is anything else */
export function unlessFull(error: unknown): void {
  if (!isSealpostError(error) || error.code !== 'SEALPOST_STORE_FULL') {
    throw error
  }
}
