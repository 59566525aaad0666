/**
 * Proofs of work: the challenges they must name, and whether one was done.
 *
 * ```
 *   period p: current c, previous b  --hour over, or clock set-->  period q: current d (drawn), previous c
 * ```
 */
import { CHALLENGE_PERIOD_MS, equalBytes, type Refusal, type Work } from '@sealpost/protocol'
import { isWorkDone } from '../work.ts'
import type { RelayState } from './relay-state.ts'
import { type ChallengeRow, encodeChallenge } from './rows.ts'

const CHALLENGE_BYTES = 16

/** The relay's challenges. */
export class WorkAdmission {
  readonly #state: RelayState
  #row: ChallengeRow

  constructor(state: RelayState, row: ChallengeRow) {
    this.#state = state
    this.#row = row
  }

  /** What `info` and `needs-work` tell. */
  get challenge(): Uint8Array {
    return this.#row.current
  }

  /** Draws a challenge where an hour is over. */
  tick(): void {
    const period = Math.floor(this.#state.nowMs / CHALLENGE_PERIOD_MS)
    if (period === this.#row.period) {
      return
    }
    this.#row = {
      period,
      current: this.#state.random.bytes(CHALLENGE_BYTES),
      previous: this.#row.current
    }
    this.#state.write('relay', 'challenge', encodeChallenge(this.#row))
  }

  /** When the challenge changes next, on the wall clock. */
  nextMs(): number {
    return (this.#row.period + 1) * CHALLENGE_PERIOD_MS
  }

  /** @returns the refusal for work that is missing, stale or too little; undefined where it suffices or none is asked. */
  refusalFor(
    work: Work | undefined,
    verb: 'register' | 'deposit' | 'claim',
    subject: () => Uint8Array
  ): Refusal | undefined {
    const bits = this.#state.options.workBits
    if (bits === 0) {
      return undefined
    }
    if (work !== undefined && this.#isCurrent(work.challenge)) {
      const target = {
        relay: this.#state.relay,
        challenge: work.challenge,
        verb,
        subject: subject()
      }
      if (isWorkDone(target, work, bits)) {
        return undefined
      }
    }
    return { type: 'refused', reason: 'needs-work', workBits: bits, challenge: this.challenge }
  }

  #isCurrent(challenge: Uint8Array): boolean {
    return equalBytes(challenge, this.#row.current) || equalBytes(challenge, this.#row.previous)
  }
}
