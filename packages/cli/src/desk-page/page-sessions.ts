/**
 * Who may look at the desk's page: a link holds a ticket, which opens one session in one browser. Nothing of it is on a disk, so a
 * desk that is started anew prints a new link.
 *
 * ```
 *   ticket (10 min) --begin, once--> token of a session (12 h) --> over
 *          `--its time is over, or it was used--> nobody
 * ```
 */
import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '@sealpost/host'

const SECRET_BYTES = 32
const TICKET_MS = 10 * 60_000
const SESSION_MS = 12 * 3_600_000
/** Of tickets, and of sessions; the oldest go. */
const COUNT_MAX = 64

export class PageSessions {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  /** When each ends, by the hash of its secret, so that looking for one tells nothing about another. */
  readonly #tickets = new Map<string, number>()
  readonly #sessions = new Map<string, number>()

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock
  }

  /** Makes a ticket for one browser. */
  issue(): string {
    return this.#grant(this.#tickets, TICKET_MS)
  }

  /** Takes a ticket, once. @returns the token of a session; undefined for what is no ticket any more */
  begin(ticket: string): string | undefined {
    const isGood = this.#isGood(this.#tickets, ticket)
    this.#tickets.delete(hashOf(ticket))
    return isGood ? this.#grant(this.#sessions, SESSION_MS) : undefined
  }

  isSession(token: string): boolean {
    return this.#isGood(this.#sessions, token)
  }

  #grant(grants: Map<string, number>, forMs: number): string {
    const [oldest] = grants.keys()
    if (grants.size >= COUNT_MAX && oldest !== undefined) {
      grants.delete(oldest)
    }
    const secret = randomBytes(SECRET_BYTES).toString('base64url')
    grants.set(hashOf(secret), this.#clock.monotonicMs() + forMs)
    return secret
  }

  #isGood(grants: ReadonlyMap<string, number>, secret: string): boolean {
    return (grants.get(hashOf(secret)) ?? 0) > this.#clock.monotonicMs()
  }
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}
