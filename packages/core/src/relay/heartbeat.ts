/**
 * Heartbeats: whether a silent connection is still there.
 *
 * ```
 *   quiet --30 s without a frame, plus jitter--> pinged --again--> pinged twice --again--> cut
 *     ^                                            |                   |
 *     +------------------- any frame --------------+-------------------+
 * ```
 */
import { HEARTBEAT_MISSED_MAX } from '@sealpost/protocol'
import { randomBelow } from '../random.ts'
import { Deadlines } from '../time/deadlines.ts'
import type { Connection } from './connections.ts'
import type { RelayState } from './relay-state.ts'

/** Spreads the pings of those that came at one moment, after a restart say. */
const JITTER_MS = 5_000

/** The deadlines of all connections. A frame does not move a deadline; one that comes too early is set again. */
export class Heartbeat {
  readonly #state: RelayState
  readonly #deadlines = new Deadlines<Connection>()

  constructor(state: RelayState) {
    this.#state = state
  }

  /** Watches a connection. */
  add(connection: Connection): void {
    this.#set(connection, connection.heardAtMs)
  }

  /** Watches it no more. */
  remove(connection: Connection): void {
    this.#deadlines.delete(connection)
  }

  /** @returns the connections that are dead; they are watched no more. */
  tick(): readonly Connection[] {
    const dead: Connection[] = []
    const { steadyMs } = this.#state
    for (;;) {
      const connection = this.#deadlines.takeDue(steadyMs)
      if (connection === undefined) {
        return dead
      }
      if (steadyMs - connection.heardAtMs < this.#state.heartbeatMs) {
        this.#set(connection, connection.heardAtMs)
      } else if (connection.pingsUnanswered >= HEARTBEAT_MISSED_MAX) {
        dead.push(connection)
      } else {
        connection.pingsUnanswered += 1
        this.#state.emit({
          type: 'send',
          connection: connection.id,
          frame: { type: 'ping', number: connection.nextPing++ }
        })
        this.#set(connection, steadyMs)
      }
    }
  }

  /** When the next deadline is, in steady time. */
  earliestMs(): number | undefined {
    return this.#deadlines.earliestMs()
  }

  #set(connection: Connection, fromMs: number): void {
    this.#deadlines.set(
      connection,
      fromMs + this.#state.heartbeatMs + randomBelow(this.#state.random, JITTER_MS)
    )
  }
}
