/** Waiting for something to be so: what is waited for is looked at again whenever anything happened. */
import { SealpostError, UsageError } from '@sealpost/protocol'

export class Changes {
  readonly #watchers = new Set<() => void>()
  /** Counts what happened, so that a wait that looked before need not look again. */
  #count = 0
  #isClosed = false

  /** Says that something happened. */
  wake(): void {
    this.#count += 1
    for (const watcher of [...this.#watchers]) {
      watcher()
    }
  }

  /** Every wait ends, now and from now on, with `SEALPOST_CLIENT_CLOSED`. */
  close(): void {
    this.#isClosed = true
    this.wake()
  }

  /** Resolves once `isSo`. What that throws rises. @throws SealpostError `SEALPOST_TIMEOUT` when `signal` ends the wait */
  async until(isSo: () => boolean, signal: AbortSignal | undefined): Promise<void> {
    while (!isSo()) {
      await this.#next(signal)
    }
  }

  /** Looks until something is found. @throws as `until` */
  async find<Found>(
    look: () => Promise<Found | undefined>,
    signal: AbortSignal | undefined
  ): Promise<Found> {
    for (;;) {
      const seen = this.#count
      const found = await look()
      if (found !== undefined) {
        return found
      }
      if (seen === this.#count) {
        await this.#next(signal)
      }
    }
  }

  /** The next time that anything happens. */
  #next(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#watchers.delete(watcher)
        signal?.removeEventListener('abort', aborted)
      }
      const watcher = (): void => {
        end()
        if (this.#isClosed) {
          reject(new UsageError('SEALPOST_CLIENT_CLOSED'))
        } else {
          resolve()
        }
      }
      const aborted = (): void => {
        end()
        reject(new SealpostError('SEALPOST_TIMEOUT'))
      }
      this.#watchers.add(watcher)
      signal?.addEventListener('abort', aborted)
      if (signal?.aborted === true) {
        aborted()
      } else if (this.#isClosed) {
        watcher()
      }
    })
  }
}
