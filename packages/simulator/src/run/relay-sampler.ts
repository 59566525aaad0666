/** What each relay does and holds, minute by minute. */
import type { RelayEffect, RelayStatus } from '@sealpost/core'
import type { MailboxAnswer } from '@sealpost/protocol'
import type { RelayRow } from '../metrics/run-result.ts'
import type { Spoken } from '../nodes/simulated-driver.ts'
import type { CountingPaths } from './counting-paths.ts'

/** As they were at the end of the minute before. */
interface Before {
  framesIn: number
  framesOut: number
  bytesIn: number
  bytesOut: number
}

/** A relay as it is when it is looked at. */
export interface SampledRelay {
  /** Its number among all nodes. */
  readonly node: number
  readonly isUp: boolean
  readonly status:
    Pick<RelayStatus, 'connectionCount' | 'envelopeCount' | 'envelopeBytes'> | undefined
}

const MINUTE_US = 60_000_000

export class RelaySampler {
  readonly rows: RelayRow[] = []
  readonly #paths: CountingPaths
  readonly #before: readonly Before[]
  readonly #deposits: Uint32Array
  readonly #refusals: Uint32Array

  constructor(relayCount: number, paths: CountingPaths) {
    this.#paths = paths
    this.#before = Array.from({ length: relayCount }, () => {
      return { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0 }
    })
    this.#deposits = new Uint32Array(relayCount)
    this.#refusals = new Uint32Array(relayCount)
  }

  /** What a relay says. */
  said(relay: number, effect: Spoken<RelayEffect>): void {
    if (effect.type === 'send' && effect.frame.type === 'answer') {
      this.answered(relay, effect.frame.answer)
    }
  }

  answered(relay: number, answer: MailboxAnswer): void {
    if (answer.type === 'deposited') {
      this.#deposits[relay] = (this.#deposits[relay] ?? 0) + 1
    } else if (answer.type === 'refused') {
      this.#refusals[relay] = (this.#refusals[relay] ?? 0) + 1
    }
  }

  /** At the end of each minute. @param nowUs counted from the moment that minutes are counted from */
  sample(relays: readonly SampledRelay[], nowUs: number): void {
    const minute = Math.round(nowUs / MINUTE_US) - 1
    for (const [relay, { isUp, node, status }] of relays.entries()) {
      const now: Before = {
        framesIn: this.#paths.framesTo(node),
        framesOut: this.#paths.framesFrom(node),
        bytesIn: this.#paths.bytesTo(node),
        bytesOut: this.#paths.bytesFrom(node)
      }
      const before = this.#before[relay] ?? now
      if (minute >= 0) {
        this.rows.push({
          minute,
          relay,
          isUp,
          connections: status?.connectionCount ?? 0,
          storedEnvelopes: status?.envelopeCount ?? 0,
          storedBytes: status?.envelopeBytes ?? 0,
          framesIn: now.framesIn - before.framesIn,
          framesOut: now.framesOut - before.framesOut,
          bytesIn: now.bytesIn - before.bytesIn,
          bytesOut: now.bytesOut - before.bytesOut,
          deposits: this.#deposits[relay] ?? 0,
          refusals: this.#refusals[relay] ?? 0
        })
      }
      Object.assign(before, now)
    }
    this.#deposits.fill(0)
    this.#refusals.fill(0)
  }
}
