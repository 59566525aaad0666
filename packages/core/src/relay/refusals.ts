/**
 * How a relay says no. Unknown, wrong token and blocked are one answer at one time, so that neither says which it was.
 *
 * ```
 *   refused for a reason that tells nothing ------------------------------> answer now
 *   denied -> counted, up to 30 a minute: `denied`; beyond: `slow-down` --> answer 25 ms after the request came
 * ```
 */
import {
  DENIED_DELAY_MS,
  DENIED_PER_MINUTE_MAX,
  type MailboxAnswer,
  type MailboxId,
  type MailboxRequest,
  type Refusal
} from '@sealpost/protocol'
import { Deadlines } from '../time/deadlines.ts'
import { isMailboxBlocked } from './blocked-mailboxes.ts'
import type { Connection } from './connections.ts'
import type { RelayState } from './relay-state.ts'

/** A request that is being worked on: whom to answer, and when it came. */
export interface Request {
  readonly connection: Connection
  readonly number: number
  readonly verb: MailboxRequest['type']
  readonly arrivedSteadyMs: number
}

const DENIED: Refusal = { type: 'refused', reason: 'denied' }

interface Delayed {
  readonly request: Request
  readonly answer: MailboxAnswer
  readonly onAnswered: (() => void) | undefined
}

/** Says no, now or in time. */
export class Refusals {
  readonly #state: RelayState
  readonly #delayed = new Deadlines<Delayed>()

  constructor(state: RelayState) {
    this.#state = state
  }

  /** Refuses at once. */
  refuse(request: Request, refusal: Refusal): void {
    this.#report(request, refusal.reason)
    this.#state.answer(request.connection, request.number, refusal)
  }

  /** Refuses because of who asks or for what. */
  deny(request: Request): void {
    this.answerAsDenied(request, DENIED)
  }

  /** Whether somebody who may is to be denied this mailbox, in which case it is told to the operator's counters. */
  isBlocked(mailboxId: MailboxId): boolean {
    const isBlocked = isMailboxBlocked(this.#state.blockedMailboxes, mailboxId)
    if (isBlocked) {
      this.#state.emit({ type: 'notify', event: 'blocked' })
    }
    return isBlocked
  }

  /** Gives an answer that tells no more than a denial would, when a denial would come, and counts it as one. */
  answerAsDenied(request: Request, answer: MailboxAnswer): void {
    const waitMs = request.connection.denials.count(DENIED_PER_MINUTE_MAX, this.#state.steadyMs)
    this.#report(request, waitMs > 0 ? 'slow-down' : 'denied')
    this.#delay(
      request,
      waitMs > 0 ? { type: 'refused', reason: 'slow-down', retryAfterMs: waitMs } : answer
    )
  }

  /**
   * Gives the answer to a request of which a part was denied, when a denial would come. It is counted, and sent in any case, since
   * the rest was done.
   *
   * @param onAnswered what follows the answer, or the time for it where the connection is gone.
   */
  answerAsPartlyDenied(request: Request, answer: MailboxAnswer, onAnswered?: () => void): void {
    request.connection.denials.count(DENIED_PER_MINUTE_MAX, this.#state.steadyMs)
    this.#report(request, 'denied')
    this.#delay(request, answer, onAnswered)
  }

  #report(request: Request, reason: Refusal['reason']): void {
    this.#state.emit({ type: 'notify', event: 'refused', verb: request.verb, reason })
  }

  #delay(request: Request, answer: MailboxAnswer, onAnswered?: () => void): void {
    this.#delayed.set({ request, answer, onAnswered }, request.arrivedSteadyMs + DENIED_DELAY_MS)
  }

  /** Sends what is due. */
  tick(): void {
    for (;;) {
      const delayed = this.#delayed.takeDue(this.#state.steadyMs)
      if (delayed === undefined) {
        return
      }
      const { connection, number } = delayed.request
      this.#state.answer(connection, number, delayed.answer)
      delayed.onAnswered?.()
    }
  }

  /** When the next answer is due, in steady time. */
  earliestMs(): number | undefined {
    return this.#delayed.earliestMs()
  }
}
