/**
 * Messages that a contact cannot send any more, and that are not here: another own device had them when the contact let go of them.
 * It gave what it had when this one was heard again, and may have heard of these only later.
 *
 * ```
 *   said to be missing --> the others are asked for their history        once a day at most: any contact can make us ask
 *                             `--asked a while ago--> asked when its time comes, over a restart
 * ```
 */
import type { PeerKernel } from '../peer/kernel.ts'
import type { DevicesState } from './devices-row.ts'
import type { Sync } from './sync.ts'

const ASK_EVERY_MS = 24 * 3_600_000
/** Clocks of own devices differ. */
const CLOCKS_MS = 3_600_000
const ALARM = 'ask for missed history'

export interface MissedHistoryParts {
  readonly kernel: PeerKernel
  readonly state: DevicesState
  readonly sync: Pick<Sync, 'historyMissed'>
  /** Whether there is anybody to ask. */
  readonly hasSiblings: () => boolean
}

export class MissedHistory {
  readonly #parts: MissedHistoryParts

  constructor(parts: MissedHistoryParts) {
    this.#parts = parts
  }

  /** Goes on where the home was left. */
  resume(): void {
    if (this.#parts.state.row.lackingSinceMs > 0) {
      this.#arm()
    }
  }

  /** Something is missing here that was said since then. */
  missed(sinceMs: number): void {
    const { hasSiblings, state } = this.#parts
    if (hasSiblings()) {
      const { lackingSinceMs } = state.row
      const fromMs = Math.max(1, sinceMs - CLOCKS_MS)
      state.row.lackingSinceMs = lackingSinceMs === 0 ? fromMs : Math.min(lackingSinceMs, fromMs)
      state.save()
      this.#arm()
    }
  }

  #arm(): void {
    const { kernel, state } = this.#parts
    const { historyAskedAtMs } = state.row
    // A clock that was set back is no reason to wait for longer.
    const isNow = historyAskedAtMs === 0 || historyAskedAtMs > kernel.atMs
    kernel.setAlarm(ALARM, isNow ? kernel.atMs : historyAskedAtMs + ASK_EVERY_MS, () => {
      const sinceMs = state.row.lackingSinceMs
      state.row.lackingSinceMs = 0
      state.row.historyAskedAtMs = kernel.atMs
      state.save()
      this.#parts.sync.historyMissed(sinceMs)
    })
  }
}
