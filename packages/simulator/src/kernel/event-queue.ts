/** What happens next: by time, and in the order of pushes at one moment. Every queue gives the same order. */
export interface EventQueue {
  readonly size: number
  /** Of the first; Infinity where there is none. */
  readonly nextUs: number
  /**
   * @param atUs Whole microseconds, 0 to 2^53 - 1
   * @param slot an integer from 0 to 2^31 - 1 that `pop` gives back
   */
  push(atUs: number, slot: number): void
  /** The first's slot; -1 where there is none. */
  pop(): number
  /** Forgets every slot that `isKept` says no to; the rest stays in its order. */
  retain(isKept: (slot: number) => boolean): void
}
