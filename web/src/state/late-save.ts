/**
 * Keeps what is being written a moment after it changed, or when somebody cannot wait. What could not be kept is kept the next time,
 * unless something newer takes its place.
 */

/** What is written is at most so long in this page alone. */
const LATE_MS = 500

export class LateSave<Value> {
  readonly #keep: (value: Value) => Promise<unknown>
  readonly #onFailure: (error: unknown) => void
  #unsaved: { readonly value: Value } | undefined
  #newest: { readonly value: Value } | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  /** @param onFailure gets why it could not be kept, where nobody waited for that. */
  constructor(keep: (value: Value) => Promise<unknown>, onFailure: (error: unknown) => void) {
    this.#keep = keep
    this.#onFailure = onFailure
  }

  change(value: Value): void {
    this.#unsaved = this.#newest = { value }
    this.#timer ??= setTimeout(() => {
      this.flush().catch(this.#onFailure)
    }, LATE_MS)
  }

  /** Keeps what is not kept yet. @throws what keeping it throws */
  async flush(): Promise<void> {
    this.#stopTimer()
    const given = this.#unsaved
    if (given === undefined) {
      return
    }
    this.#unsaved = undefined
    try {
      await this.#keep(given.value)
    } catch (error) {
      if (this.#newest === given) {
        this.#unsaved = given
      }
      throw error
    }
  }

  /** There is nothing to keep any more. */
  forget(): void {
    this.#stopTimer()
    this.#unsaved = this.#newest = undefined
  }

  #stopTimer(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
