/**
 * One relay, as a client sees it: connected or not, what it said of itself, and what was asked of it and is not answered yet.
 *
 * ```
 *   idle --wanted--> dialing --connected--> greeting --info--> ready
 *    ^                  |                      |                |
 *    |                  +---- failed ----------+---- closed ----+
 *    |                                         v
 *    +--not wanted-- waiting (backoff) <-------+      waiting --due--> dialing
 * ```
 */
import {
  type Capacity,
  HEARTBEAT_MISSED_MAX,
  HEARTBEAT_MS,
  type MailboxAnswer,
  type MailboxRequest,
  type NodeKey,
  type Refusal,
  type RelayFrame,
  type RelayInfo,
  type StoreId
} from '@sealpost/protocol'
import { randomBelow } from '../random.ts'
import { backoffMs } from '../time/backoff.ts'
import type { PeerAppEffect, WorkOrder } from './effects.ts'
import type { PeerKernel } from './kernel.ts'

/** What a relay answered; undefined where the connection was lost or nothing came in time. */
export type Answered = (answer: MailboxAnswer | undefined) => void

export type RelayPhase = 'idle' | 'dialing' | 'waiting' | 'greeting' | 'ready'

/** A request without an answer for so long counts as lost: longer than any relay needs, shorter than a person waits. */
const ANSWER_TIMEOUT_MS = 20_000
const REDIAL = { firstMs: 500, maxMs: 300_000 }
/** A relay that nobody needs any more is left after so long: the next message often follows soon. */
const LINGER_MS = 60_000

interface InFlight {
  readonly answered: Answered
  readonly deadlineMs: number
}

export interface RelaySessionEvents {
  readonly onReady: (session: RelaySession) => void
  readonly onLost: (session: RelaySession) => void
}

export class RelaySession {
  readonly nodeKey: NodeKey
  addresses: readonly string[]
  info: RelayInfo | undefined
  /** The store as last heard of, over restarts of this client too. */
  storeId: StoreId | undefined
  /** The relay's clock less ours, and when that was heard. */
  offsetMs = 0
  heardAtMs = 0
  readonly #kernel: PeerKernel
  readonly #events: RelaySessionEvents
  readonly #reasons = new Set<string>()
  #phase: RelayPhase = 'idle'
  #failures = 0
  #nextNumber = 1
  readonly #inFlight = new Map<number, InFlight>()
  #lastHeardMs = 0
  #pingCount = 0
  #pausedUntilMs = 0
  #isOnline = true
  #depositTokens = 0
  #depositTokensAtMs = 0

  constructor(
    kernel: PeerKernel,
    nodeKey: NodeKey,
    addresses: readonly string[],
    events: RelaySessionEvents
  ) {
    this.#kernel = kernel
    this.nodeKey = nodeKey
    this.addresses = addresses
    this.#events = events
  }

  get phase(): RelayPhase {
    return this.#phase
  }

  get isReady(): boolean {
    return this.#phase === 'ready'
  }

  get isWanted(): boolean {
    return this.#reasons.size > 0
  }

  get capacity(): Capacity | undefined {
    return this.info?.capacity
  }

  get inFlightCount(): number {
    return this.#inFlight.size
  }

  /** Until when the relay asked to be left in peace. */
  get pausedUntilMs(): number {
    return this.#pausedUntilMs
  }

  pauseUntil(atMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, atMs)
  }

  want(reason: string): void {
    this.#reasons.add(reason)
    this.#kernel.cancelTimer(this.#timer('linger'))
    if (this.#phase === 'idle') {
      this.#dial()
    }
  }

  unwant(reason: string): void {
    if (this.#reasons.delete(reason) && this.#reasons.size === 0) {
      this.#kernel.setTimer(this.#timer('linger'), this.#kernel.atMs + LINGER_MS, () => {
        this.#leave()
      })
    }
  }

  setOnline(isOnline: boolean): void {
    this.#isOnline = isOnline
    if (isOnline && (this.#phase === 'waiting' || this.#phase === 'idle') && this.isWanted) {
      this.#failures = 0
      this.#dial()
    }
  }

  connected(): void {
    this.#phase = 'greeting'
    this.#nextNumber = 1
    this.#lastHeardMs = this.#kernel.atMs
    this.#pingCount = 0
    this.#pausedUntilMs = 0
    this.#armHeartbeat()
    this.request({ type: 'info' }, (answer) => {
      this.#greeted(answer)
    })
    this.#changed()
  }

  /** The connection could not be made, or is gone. */
  lost(): void {
    const wasReady = this.isReady
    this.#phase = 'waiting'
    this.info = undefined
    this.#kernel.cancelTimer(this.#timer('heartbeat'))
    this.#kernel.cancelTimer(this.#timer('answers'))
    this.#failures += 1
    const unanswered = [...this.#inFlight.values()]
    this.#inFlight.clear()
    for (const { answered } of unanswered) {
      answered(undefined)
    }
    if (wasReady) {
      this.#events.onLost(this)
    }
    if (!this.isWanted) {
      this.#phase = 'idle'
    } else {
      const waitMs = backoffMs(REDIAL, this.#failures, this.#kernel.random)
      this.#kernel.setTimer(this.#timer('redial'), this.#kernel.atMs + waitMs, () => {
        this.#dial()
      })
    }
    this.#changed()
  }

  /** @returns the push that was in the frame, for the parts that deal with it. */
  frame(frame: RelayFrame): Extract<RelayFrame, { type: 'push' }>['push'] | undefined {
    this.#lastHeardMs = this.#kernel.atMs
    this.#pingCount = 0
    switch (frame.type) {
      case 'ping':
        this.#kernel.emit({
          type: 'heartbeat',
          relay: this.nodeKey,
          frame: { type: 'pong', number: frame.number }
        })
        return undefined
      case 'pong':
        return undefined
      case 'push':
        return frame.push
      case 'answer': {
        const waiting = this.#inFlight.get(frame.number)
        this.#inFlight.delete(frame.number)
        if (frame.answer.type === 'refused') {
          this.#refused(frame.answer)
        }
        waiting?.answered(frame.answer)
        return undefined
      }
    }
  }

  /** Sends a request on a connection that is there; `answered` is called exactly once. */
  request(request: MailboxRequest, answered: Answered, work?: WorkOrder): void {
    this.requestWith(answered, (number) => ({
      type: 'request',
      relay: this.nodeKey,
      number,
      request,
      work
    }))
  }

  /** The same for an effect that becomes a request once the client has sealed something. */
  requestWith(answered: Answered, effect: (number: number) => PeerAppEffect): void {
    if (this.#phase !== 'greeting' && this.#phase !== 'ready') {
      answered(undefined)
      return
    }
    const number = this.#nextNumber++
    this.#inFlight.set(number, { answered, deadlineMs: this.#kernel.atMs + ANSWER_TIMEOUT_MS })
    this.#armAnswers()
    this.#kernel.emit(effect(number))
  }

  /** Takes one of the deposits that the relay allows now. @returns 0, or how long to wait for one. */
  takeDeposit(): number {
    const limits = this.info?.limits
    if (limits === undefined) {
      return 1_000
    }
    const now = this.#kernel.atMs
    if (now < this.#pausedUntilMs) {
      return this.#pausedUntilMs - now
    }
    const perMs = Math.max(1, limits.depositsPerSecond) / 1_000
    const earned = Math.max(0, now - this.#depositTokensAtMs) * perMs
    this.#depositTokens = Math.min(Math.max(1, limits.depositBurst), this.#depositTokens + earned)
    this.#depositTokensAtMs = now
    if (this.#depositTokens >= 1) {
      this.#depositTokens -= 1
      return 0
    }
    return Math.ceil((1 - this.#depositTokens) / perMs)
  }

  #refused(refusal: Refusal): void {
    if (refusal.reason === 'slow-down' || refusal.reason === 'busy') {
      this.pauseUntil(this.#kernel.atMs + Math.min(refusal.retryAfterMs, REDIAL.maxMs))
    } else if (refusal.reason === 'needs-work' && this.info !== undefined) {
      // The challenge changes hourly: the next proof is for the one in force.
      this.info = { ...this.info, challenge: refusal.challenge, workBits: refusal.workBits }
    }
  }

  #greeted(answer: MailboxAnswer | undefined): void {
    if (answer?.type !== 'info') {
      if (answer !== undefined) {
        this.#hangUp()
      }
      return
    }
    this.info = answer.info
    this.offsetMs = answer.info.timeMs - this.#kernel.atMs
    this.heardAtMs = this.#kernel.atMs
    this.#depositTokens = answer.info.limits.depositBurst
    this.#depositTokensAtMs = this.#kernel.atMs
    this.#failures = 0
    this.#phase = 'ready'
    this.#events.onReady(this)
    this.#changed()
  }

  #dial(): void {
    if (!this.#isOnline) {
      this.#phase = 'waiting'
      return
    }
    this.#kernel.cancelTimer(this.#timer('redial'))
    this.#phase = 'dialing'
    this.#kernel.emit({ type: 'dial', relay: this.nodeKey, addresses: this.addresses })
    this.#changed()
  }

  #leave(): void {
    this.#kernel.cancelTimer(this.#timer('redial'))
    if (this.#phase === 'waiting') {
      this.#phase = 'idle'
    } else if (this.#phase !== 'idle') {
      this.#hangUp()
    }
  }

  #hangUp(): void {
    this.#kernel.emit({ type: 'hang-up', relay: this.nodeKey })
  }

  #armHeartbeat(): void {
    const dueMs =
      this.#lastHeardMs +
      HEARTBEAT_MS * (this.#pingCount + 1) +
      randomBelow(this.#kernel.random, 3_000)
    this.#kernel.setTimer(this.#timer('heartbeat'), Math.max(dueMs, this.#kernel.atMs + 1), () => {
      if (this.#kernel.atMs - this.#lastHeardMs >= HEARTBEAT_MS * (this.#pingCount + 1)) {
        if (this.#pingCount >= HEARTBEAT_MISSED_MAX) {
          this.#hangUp()
          return
        }
        this.#pingCount += 1
        this.#kernel.emit({
          type: 'heartbeat',
          relay: this.nodeKey,
          frame: { type: 'ping', number: this.#pingCount }
        })
      }
      this.#armHeartbeat()
    })
  }

  /** One timer for the oldest request: answers come roughly in order, so the first in the map is the first to time out. */
  #armAnswers(): void {
    const [oldest] = this.#inFlight.values()
    if (oldest === undefined || this.#kernel.hasTimer(this.#timer('answers'))) {
      return
    }
    this.#kernel.setTimer(this.#timer('answers'), oldest.deadlineMs, () => {
      for (const [number, waiting] of this.#inFlight) {
        if (waiting.deadlineMs > this.#kernel.atMs) {
          break
        }
        this.#inFlight.delete(number)
        waiting.answered(undefined)
      }
      this.#armAnswers()
    })
  }

  #timer(name: string): string {
    return `relay ${this.nodeKey} ${name}`
  }

  #changed(): void {
    this.#kernel.notify({ type: 'relay-changed', relay: this.nodeKey })
  }
}
