/**
 * Stopping without losing anything: who is connected is told, what was asked is answered, and acks of what was delivered are
 * waited for a little, since each of them spares a delivery elsewhere.
 *
 * ```
 *   serving --drain--> draining: acks outstanding --all acked, or 5 s--> all answered --> drained
 * ```
 */
import type { Connection } from './connections.ts'
import type { RelayState } from './relay-state.ts'

/** How long acks are waited for: a client's flush to its disk and a round trip, several times. */
export const DRAIN_ACKS_MS = 5_000
/** When a relay that stops may be asked again: most are back within seconds, and who finds nobody comes less and less often. */
export const RESTART_RETRY_MS = 1_000

/** A relay's stopping. */
export class Drain {
  readonly #state: RelayState
  #acksUntilMs = Number.POSITIVE_INFINITY
  #isDone = false

  constructor(state: RelayState) {
    this.#state = state
  }

  /** Begins, once. */
  begin(): void {
    const state = this.#state
    if (state.isDraining) {
      return
    }
    state.isDraining = true
    this.#acksUntilMs = state.steadyMs + DRAIN_ACKS_MS
    state.emit({ type: 'notify', event: 'draining' })
    for (const connection of state.connections.values()) {
      this.tell(connection)
    }
  }

  /** Tells a connection that the relay stops. */
  tell(connection: Connection): void {
    this.#state.push(connection, { type: 'going-away', retryAfterMs: RESTART_RETRY_MS })
  }

  /** Says `drained` once it is so. */
  tick(): void {
    const state = this.#state
    if (!state.isDraining || this.#isDone || state.unansweredCount > 0) {
      return
    }
    if (state.unacked.size === 0 || state.steadyMs >= this.#acksUntilMs) {
      this.#isDone = true
      state.emit({ type: 'drained' })
    }
  }

  /** When acks are not waited for any more, in steady time. */
  earliestMs(): number | undefined {
    return this.#state.isDraining && !this.#isDone ? this.#acksUntilMs : undefined
  }
}
