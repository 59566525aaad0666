/**
 * Who may look at the dashboard: a link holds a ticket, which opens one session in one browser. Nothing of it is on a disk, so a relay
 * that is started anew asks for a new link.
 *
 * ```
 *   ticket (10 min) --begin, once--> token of a session (12 h) --> over
 *          `--its time is over, or it was used--> nobody
 * ```
 */
import { createHash } from 'node:crypto'
import type { Clock } from '@sealpost/host'
import type { Random } from '@sealpost/core'
import type { Caller } from '@sealpost/operator'

const SECRET_BYTES = 32
const TICKET_MS = 10 * 60_000
const SESSION_MS = 12 * 3_600_000
/** Of tickets, and of sessions; the oldest go. */
const COUNT_MAX = 64

interface Grant {
  readonly caller: Caller
  /** On the clock that never jumps. */
  readonly endsAtMs: number
}

/** A ticket, and when it is of no use any more. */
export interface Ticket {
  readonly ticket: string
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number
}

export class Sessions {
  readonly #clock: Clock
  readonly #random: Random
  /** By the hash of the secret, so that looking for one tells nothing about another. */
  readonly #tickets = new Map<string, Grant>()
  readonly #sessions = new Map<string, Grant>()

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  /** Makes a ticket, with which a browser may do what `caller` may. */
  issue(caller: Caller): Ticket {
    const ticket = this.#grant(this.#tickets, caller, TICKET_MS)
    return { ticket, expiresAtMs: this.#clock.wallMs() + TICKET_MS }
  }

  /** Takes a ticket, once. @returns the token of a session; undefined for what is no ticket any more */
  begin(ticket: string): string | undefined {
    const caller = this.#find(this.#tickets, ticket)
    this.#tickets.delete(hashOf(ticket))
    return caller && this.#grant(this.#sessions, caller, SESSION_MS)
  }

  /** Whom a session's token stands for. */
  callerOf(token: string): Caller | undefined {
    return this.#find(this.#sessions, token)
  }

  /** Whoever has this name may look no more: their token was taken back. */
  end(name: string): void {
    for (const grants of [this.#tickets, this.#sessions]) {
      for (const [hash, { caller }] of grants) {
        if (caller.name === name) {
          grants.delete(hash)
        }
      }
    }
  }

  #grant(grants: Map<string, Grant>, caller: Caller, forMs: number): string {
    const [oldest] = grants.keys()
    if (grants.size >= COUNT_MAX && oldest !== undefined) {
      grants.delete(oldest)
    }
    const secret = Buffer.from(this.#random.bytes(SECRET_BYTES)).toString('base64url')
    grants.set(hashOf(secret), { caller, endsAtMs: this.#clock.monotonicMs() + forMs })
    return secret
  }

  #find(grants: Map<string, Grant>, secret: string): Caller | undefined {
    const grant = grants.get(hashOf(secret))
    return grant && grant.endsAtMs > this.#clock.monotonicMs() ? grant.caller : undefined
  }
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}
