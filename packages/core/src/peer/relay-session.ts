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
 * A request: `queued --fewer than 64 in flight--> in flight --answer, time over, connection lost--> answered`.
 */
import {
  type Capacity,
  HEARTBEAT_MISSED_MAX,
  type MailboxAnswer,
  type MailboxRequest,
  type NodeKey,
  type RelayFrame,
  type RelayInfo,
  type StoreId
} from '@sealpost/protocol'
import { randomBelow } from '../random.ts'
import { backoffMs } from '../time/backoff.ts'
import { DepositPace } from './deposit-pace.ts'
import type { PeerAppEffect, WorkOrder } from './effects.ts'
import type { PeerKernel } from './kernel.ts'
import { type HeardNotice, NoticePace } from './operator-notices.ts'

/** What a relay answered; undefined where the connection was lost or nothing came in time. */
export type Answered = (answer: MailboxAnswer | undefined) => void

export type RelayPhase = 'idle' | 'dialing' | 'waiting' | 'greeting' | 'ready'

/** A request without an answer for so long counts as lost: longer than any relay needs, shorter than a person waits. */
const ANSWER_TIMEOUT_MS = 20_000
/** Requests in flight on one connection: a quarter of what a relay ends a connection for. Acks, which free credit, come on top. */
const IN_FLIGHT_MAX = 64
const REDIAL = { firstMs: 500, maxMs: 300_000 }
/** A connection that was ready for so long was sound: the next failure is the first again. */
const SOUND_MS = 30_000
/** A relay that nobody needs any more is left after so long: the next message often follows soon. */
const LINGER_MS = 60_000
/** A connection may last for weeks: so often the relay is asked again for its clock, its limits and its challenge. */
const INFO_AGAIN_MS = 6 * 3_600_000
/** The least and the most that a relay's wish to be left in peace counts for. */
/** Steps of its capacity at which a relay takes deposits. */
const TAKES_DEPOSITS: ReadonlySet<Capacity> = new Set(['open', 'no-new-mailboxes'])
const PAUSE_MIN_MS = 250
const PAUSE_MAX_MS = 300_000
/** Harder proofs of work are not looked for: 2^24 hashes take a telephone some minutes, and each bit more twice that. */
const WORK_BITS_DONE_MAX = 24
/** Hashes of a proof of work that a slow device tries in a millisecond: so much longer may its answer take. */
const HASHES_PER_MS = 20
/** Pings of several relays do not fall on one moment. */
const JITTER_MS = 3_000

interface Asked {
  readonly answered: Answered
  readonly effect: (number: number) => PeerAppEffect
  readonly timeoutMs: number
}

interface InFlight {
  readonly answered: Answered
  /** In steady time. */
  readonly deadlineMs: number
}

export interface RelaySessionEvents {
  readonly onReady: (session: RelaySession) => void
  /** The relay told its clock and limits again. */
  readonly onHeard: (session: RelaySession) => void
  readonly onLost: (session: RelaySession) => void
  /** It could not be reached, or ended the connection before it said what it is. */
  readonly onFailed: (session: RelaySession) => void
}

/** For how long a refusal asks for peace, within reason; 0 for any other answer. */
export function pauseOf(answer: MailboxAnswer | undefined): number {
  const isPause =
    answer?.type === 'refused' && (answer.reason === 'slow-down' || answer.reason === 'busy')
  return isPause ? Math.min(PAUSE_MAX_MS, Math.max(PAUSE_MIN_MS, answer.retryAfterMs)) : 0
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
  /** Since when it could not be reached although another could; 0 where it can. */
  failingSinceMs = 0
  /** What its operator says, where it is an own relay; over restarts of this client too. */
  notices: readonly HeardNotice[] = []
  readonly noticePace: NoticePace = new NoticePace()
  /** Whether the person left it with all that it holds. */
  isAbandoned = false
  /** The store in which mailboxes that were destroyed before were looked for. */
  sweptStoreId: StoreId | undefined
  /** Whose deposit is next. */
  readonly pace: DepositPace
  readonly #kernel: PeerKernel
  readonly #events: RelaySessionEvents
  readonly #reasons = new Set<string>()
  readonly #inFlight = new Map<number, InFlight>()
  readonly #queue: Asked[] = []
  #phase: RelayPhase = 'idle'
  #isOnline = false
  #isUninvited = false
  #failures = 0
  #nextNumber = 1
  // All in steady time.
  #readyAtMs = 0
  #lastHeardMs = 0
  #awayUntilMs = 0
  #pingCount = 0

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
    this.pace = new DepositPace(
      kernel,
      this.#timer('deposits'),
      () => this.inFlightCount < IN_FLIGHT_MAX
    )
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

  /** Whether it wants an invite before it takes anything for us; as long as the connection lasts. */
  get isUninvited(): boolean {
    return this.#isUninvited
  }

  /** Whether its operator gives it up: nothing new is to begin there. */
  get isClosing(): boolean {
    return this.info?.closesAtMs !== undefined
  }

  /** Requests without an answer, those among them that were not sent yet. */
  get inFlightCount(): number {
    return this.#inFlight.size + this.#queue.length
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
      this.#kernel.setTimer(this.#timer('linger'), LINGER_MS, () => {
        this.#leave()
      })
    }
  }

  setOnline(isOnline: boolean): void {
    if (this.#isOnline === isOnline) {
      return
    }
    this.#isOnline = isOnline
    if (!isOnline) {
      this.#kernel.cancelTimer(this.#timer('redial'))
      if (this.#phase !== 'idle' && this.#phase !== 'waiting') {
        this.#hangUp()
      }
    } else if (this.#phase === 'waiting' || this.#phase === 'idle') {
      // Whoever wants it next dials it: nothing waits to do so any more.
      this.#phase = 'idle'
      if (this.isWanted) {
        this.#failures = 0
        this.#dial()
      }
    }
  }

  /** The wall clock was set forwards by so much: the relay's was not. */
  clockSet(jumpMs: number): void {
    this.offsetMs -= jumpMs
    this.heardAtMs = this.heardAtMs === 0 ? 0 : Math.max(1, this.heardAtMs + jumpMs)
  }

  connected(): void {
    if (this.#phase !== 'dialing') {
      // Nobody asked for it any more.
      if (this.#phase === 'idle' || this.#phase === 'waiting') {
        this.#hangUp()
      }
      return
    }
    this.#phase = 'greeting'
    this.#nextNumber = 1
    this.#lastHeardMs = this.#kernel.steadyMs
    this.#pingCount = 0
    this.#awayUntilMs = 0
    this.#armHeartbeat()
    this.request({ type: 'info' }, (answer) => {
      this.#greeted(answer)
    })
    this.#changed()
  }

  /** The connection could not be made, or is gone. */
  lost(): void {
    if (this.#phase === 'idle' || this.#phase === 'waiting') {
      return
    }
    const wasReady = this.isReady
    const now = this.#kernel.steadyMs
    this.#phase = this.isWanted ? 'waiting' : 'idle'
    this.info = undefined
    if (wasReady && now - this.#readyAtMs >= SOUND_MS) {
      this.#failures = 1
    } else if (!wasReady || this.#awayUntilMs === 0) {
      this.#failures += 1
    } else {
      // It said that it would go, and is to be back: an upgrade after an upgrade is no failure.
      this.#failures = Math.max(1, this.#failures)
    }
    for (const name of ['heartbeat', 'answers', 'info']) {
      this.#kernel.cancelTimer(this.#timer(name))
    }
    this.pace.end()
    const unanswered = [...this.#inFlight.values(), ...this.#queue]
    this.#inFlight.clear()
    this.#queue.length = 0
    for (const { answered } of unanswered) {
      answered(undefined)
    }
    if (wasReady) {
      this.#events.onLost(this)
    } else if (this.isWanted) {
      this.#events.onFailed(this)
    }
    if (this.#phase === 'waiting') {
      const waitMs = backoffMs(REDIAL, this.#failures, this.#kernel.random)
      this.#kernel.setTimer(
        this.#timer('redial'),
        Math.max(waitMs, this.#awayUntilMs - now),
        () => {
          this.#dial()
        }
      )
    }
    this.#changed()
  }

  /** @returns the push that was in the frame, for the parts that deal with it. */
  frame(frame: RelayFrame): Extract<RelayFrame, { type: 'push' }>['push'] | undefined {
    this.#lastHeardMs = this.#kernel.steadyMs
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
      case 'answer':
        this.#answered(frame.number, frame.answer)
        return undefined
    }
  }

  /**
   * The relay is about to stop. It is not asked for anything, nor dialled again, for as long as it says, within reason. Where it
   * does not say how long, it stays, and has told of something new in its info.
   */
  goingAway(retryAfterMs: number): void {
    if (retryAfterMs === 0) {
      this.#askInfo()
      return
    }
    const waitMs = Math.min(PAUSE_MAX_MS, retryAfterMs)
    this.#awayUntilMs = this.#kernel.steadyMs + waitMs
    this.pace.pause(waitMs)
  }

  /**
   * Sends a request on a connection that is there; `answered` is called exactly once, at once where there is no connection or
   * the proof of work that is asked for is too hard.
   */
  request(request: MailboxRequest, answered: Answered, work?: WorkOrder): void {
    const isUrgent = request.type === 'ack'
    const effect = (number: number): PeerAppEffect => {
      return { type: 'request', relay: this.nodeKey, number, request, work }
    }
    this.#ask(answered, effect, work?.bits ?? 0, isUrgent)
  }

  /** The same for an effect that becomes a request once the client has sealed something, and found a proof of `workBits`. */
  requestWith(
    answered: Answered,
    effect: (number: number) => PeerAppEffect,
    workBits: number = 0
  ): void {
    this.#ask(answered, effect, workBits, false)
  }

  #ask(
    answered: Answered,
    effect: (number: number) => PeerAppEffect,
    workBits: number,
    isUrgent: boolean
  ): void {
    const isConnected = this.#phase === 'greeting' || this.#phase === 'ready'
    if (!isConnected || workBits > WORK_BITS_DONE_MAX) {
      answered(undefined)
      return
    }
    const workMs = workBits === 0 ? 0 : Math.ceil(2 ** workBits / HASHES_PER_MS)
    const timeoutMs = ANSWER_TIMEOUT_MS + workMs
    const asked = { answered, effect, timeoutMs }
    if (isUrgent || this.#inFlight.size < IN_FLIGHT_MAX) {
      this.#send(asked)
    } else {
      this.#queue.push(asked)
    }
  }

  #send({ answered, effect, timeoutMs }: Asked): void {
    const number = this.#nextNumber++
    this.#inFlight.set(number, { answered, deadlineMs: this.#kernel.steadyMs + timeoutMs })
    if ((this.#kernel.timerInMs(this.#timer('answers')) ?? Number.POSITIVE_INFINITY) > timeoutMs) {
      this.#setAnswersTimer(timeoutMs)
    }
    this.#kernel.emit(effect(number))
  }

  #answered(number: number, answer: MailboxAnswer): void {
    const waiting = this.#inFlight.get(number)
    if (waiting === undefined) {
      return
    }
    this.#inFlight.delete(number)
    if (answer.type === 'registered') {
      this.#setUninvited(false)
    } else if (answer.type === 'refused' && answer.reason === 'needs-invite') {
      this.#setUninvited(true)
    }
    if (answer.type === 'refused' && answer.reason === 'busy') {
      this.pace.refused(pauseOf(answer))
    } else if (answer.type === 'refused' || answer.type === 'deposited') {
      this.pace.answered()
    }
    if (answer.type === 'refused' && answer.reason === 'needs-work' && this.info !== undefined) {
      // The challenge changes hourly: the next proof is for the one in force.
      this.info = { ...this.info, challenge: answer.challenge, workBits: answer.workBits }
    }
    waiting.answered(answer)
    this.#sendQueued()
  }

  #setUninvited(isUninvited: boolean): void {
    if (this.#isUninvited !== isUninvited) {
      this.#isUninvited = isUninvited
      this.#changed()
    }
  }

  #sendQueued(): void {
    while (this.#inFlight.size < IN_FLIGHT_MAX) {
      const next = this.#queue.shift()
      if (next === undefined) {
        break
      }
      this.#send(next)
    }
    this.pace.serve()
  }

  #greeted(answer: MailboxAnswer | undefined): void {
    if (this.#phase !== 'greeting') {
      return
    }
    if (answer?.type !== 'info') {
      this.#hangUp()
      return
    }
    this.#phase = 'ready'
    this.#readyAtMs = this.#kernel.steadyMs
    this.#hear(answer.info)
    this.pace.begin(answer.info.limits)
    this.#events.onReady(this)
    this.#changed()
  }

  #hear(info: RelayInfo): void {
    this.info = info
    this.offsetMs = info.timeMs - this.#kernel.atMs
    this.heardAtMs = this.#kernel.atMs
    this.#armInfo()
  }

  #armInfo(): void {
    this.#kernel.setTimer(this.#timer('info'), INFO_AGAIN_MS, () => {
      this.#askInfo()
    })
  }

  #askInfo(): void {
    this.request({ type: 'info' }, (answer) => {
      this.#heardAgain(answer)
    })
  }

  #heardAgain(answer: MailboxAnswer | undefined): void {
    if (!this.isReady) {
      return
    }
    if (answer?.type !== 'info') {
      this.#armInfo()
    } else if (answer.info.storeId !== this.storeId) {
      // Another store behind the same connection: everything is begun anew.
      this.#hangUp()
    } else {
      this.#hear(answer.info)
      this.pace.setLimits(answer.info.limits)
      if (TAKES_DEPOSITS.has(answer.info.capacity)) {
        this.pace.resume()
      }
      this.#events.onHeard(this)
      this.#changed()
    }
  }

  #dial(): void {
    this.#phase = 'waiting'
    if (this.#isOnline) {
      this.#kernel.cancelTimer(this.#timer('redial'))
      this.#phase = 'dialing'
      this.#kernel.emit({ type: 'dial', relay: this.nodeKey, addresses: this.addresses })
    }
    this.#changed()
  }

  #leave(): void {
    this.#kernel.cancelTimer(this.#timer('redial'))
    if (this.#phase === 'waiting') {
      this.#phase = 'idle'
      this.#changed()
    } else if (this.#phase !== 'idle') {
      this.#hangUp()
    }
  }

  #hangUp(): void {
    this.#kernel.emit({ type: 'hang-up', relay: this.nodeKey })
  }

  #armHeartbeat(): void {
    const quietMs = this.#kernel.steadyMs - this.#lastHeardMs
    const dueInMs = this.#kernel.heartbeatMs * (this.#pingCount + 1) - quietMs
    const delayMs = Math.max(1, dueInMs) + randomBelow(this.#kernel.random, JITTER_MS)
    this.#kernel.setTimer(this.#timer('heartbeat'), delayMs, () => {
      if (
        this.#kernel.steadyMs - this.#lastHeardMs >=
        this.#kernel.heartbeatMs * (this.#pingCount + 1)
      ) {
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

  /** One timer, for the request that is due first. */
  #armAnswers(): void {
    let dueMs = Number.POSITIVE_INFINITY
    for (const { deadlineMs } of this.#inFlight.values()) {
      dueMs = Math.min(dueMs, deadlineMs)
    }
    if (dueMs < Number.POSITIVE_INFINITY) {
      this.#setAnswersTimer(dueMs - this.#kernel.steadyMs)
    }
  }

  #setAnswersTimer(inMs: number): void {
    this.#kernel.setTimer(this.#timer('answers'), Math.max(0, inMs), () => {
      for (const [number, waiting] of [...this.#inFlight]) {
        if (waiting.deadlineMs <= this.#kernel.steadyMs && this.#inFlight.delete(number)) {
          waiting.answered(undefined)
        }
      }
      this.#sendQueued()
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
