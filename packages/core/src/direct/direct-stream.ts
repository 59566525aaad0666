/**
 * One direct stream: what this device deposited on it, what the other side deposited and waits for, and whether it is still there.
 *
 * ```
 *   ours:    queued --fewer than 16 in flight--> in flight --stored, refused, 30 s, stream gone--> answered
 *   theirs:  came --opened, durable--> stored
 *             |  `--no mailbox of ours, or damaged--> denied
 *             `--64 wait already--> busy
 * ```
 */
import {
  type ContactId,
  type DeviceNumber,
  type DirectFrame,
  HEARTBEAT_MISSED_MAX,
  type NodeKey,
  REQUEST_NUMBER_MAX
} from '@sealpost/protocol'
import type { PeerKernel } from '../peer/kernel.ts'
import { randomBelow } from '../random.ts'
import type { DirectEffect } from './direct-contract.ts'

/** Deposits that wait for their answer: enough to fill a disk's commits, few enough to be done within two seconds. */
const IN_FLIGHT_MAX = 16
/** Deposits that wait for their turn. What comes beyond goes to the relays. */
const QUEUE_MAX = 48
/** Deposits of the other side that may wait here: all that it may have in flight, whatever version it is. */
const UNANSWERED_MAX = 64
/** A deposit counts as lost after so long, on either side. */
const ANSWER_TIMEOUT_MS = 30_000
/** Deposits that name no mailbox of ours; who makes more on one stream guesses. */
const DENIED_MAX = 30
/** Live deposits that are taken at once, and each second after that. Nobody types so fast. */
const LIVE_BURST = 20
const LIVE_PER_SECOND = 2
/** Pings of several streams do not fall on one moment. */
const JITTER_MS = 3_000

/** A device of a contact. */
export interface ContactDevice {
  readonly contactId: ContactId
  readonly device: DeviceNumber
}

/** What became of a deposit; `lost` where nobody knows. */
export type DirectOutcome = 'stored' | 'denied' | 'refused' | 'lost'

interface Asked {
  readonly effect: (number: number) => DirectEffect
  readonly answered: (outcome: DirectOutcome) => void
}

export interface DirectStreamInit {
  /** How the client around the machine calls it. */
  readonly id: number
  /** The other side's second node key. */
  readonly nodeKey: NodeKey
  /** Whether this device dialled it. */
  readonly isDialled: boolean
}

export class DirectStream {
  readonly id: number
  readonly nodeKey: NodeKey
  readonly isDialled: boolean
  /** In steady time. */
  readonly openedAtMs: number
  /** Whose it is, once that is known: by the node key that a device told, or by a content of it. */
  owner: ContactDevice | undefined
  /** The epoch that the other side takes, less the present one. */
  shift = 0
  /** It denies every epoch: there is nothing more to deposit on it. */
  isDeaf = false
  readonly #kernel: PeerKernel
  readonly #queue: Asked[] = []
  readonly #inFlight = new Map<number, Asked & { readonly deadlineMs: number }>()
  /** Numbers of the other side's deposits that wait for our answer, and until when. In steady time. */
  readonly #unanswered = new Map<number, number>()
  #nextNumber = 1
  #deniedCount = 0
  #liveTokens = LIVE_BURST
  #liveAtMs: number
  #lastHeardMs: number
  #usedAtMs: number
  #pingCount = 0
  #isOver = false

  constructor(kernel: PeerKernel, init: DirectStreamInit) {
    this.#kernel = kernel
    this.id = init.id
    this.nodeKey = init.nodeKey
    this.isDialled = init.isDialled
    this.openedAtMs = kernel.steadyMs
    this.#lastHeardMs = kernel.steadyMs
    this.#usedAtMs = kernel.steadyMs
    this.#liveAtMs = kernel.steadyMs
    this.#armHeartbeat()
  }

  /** When something was last deposited on it, either way; live content does not count. In steady time. */
  get usedAtMs(): number {
    return this.#usedAtMs
  }

  /** Whether a deposit of ours, or the answer to one of theirs, is under way. */
  get isBusy(): boolean {
    return this.#inFlight.size + this.#queue.length + this.#unanswered.size > 0
  }

  // ---- ours

  /** Deposits, or says that too many wait. `answered` is called exactly once, and never within this call. */
  deposit(effect: Asked['effect'], answered: Asked['answered']): boolean {
    if (this.#isOver || this.#queue.length >= QUEUE_MAX) {
      return false
    }
    this.#usedAtMs = this.#kernel.steadyMs
    this.#queue.push({ effect, answered })
    this.#sendQueued()
    return true
  }

  /** Deposits what nobody answers. */
  depositLive(effect: Asked['effect']): void {
    this.#kernel.emit(effect(this.#takeNumber()))
  }

  // ---- theirs

  /** Takes a frame. @returns false where the other side breaks the protocol, and the stream is to be cut. */
  frame(frame: DirectFrame): boolean {
    this.#lastHeardMs = this.#kernel.steadyMs
    this.#pingCount = 0
    switch (frame.type) {
      case 'ping':
        this.#send({ type: 'pong', number: frame.number })
        return true
      case 'deposit':
        return frame.isLive ? this.#cameLive(frame.number) : this.#came(frame.number)
      case 'stored':
        this.#answered(frame.number, 'stored')
        return true
      case 'refused':
        this.#answered(frame.number, frame.reason === 'denied' ? 'denied' : 'refused')
        return true
      case 'pong':
      case 'unknown':
        return true
    }
  }

  /** Whether a deposit of the other side waits for an answer, or is a live one that may be opened. */
  isTaken(number: number): boolean {
    return this.#unanswered.has(number)
  }

  /** Says that a deposit is durable here. It leaves after the batch of the input at hand. */
  stored(number: number): void {
    if (this.#unanswered.delete(number)) {
      this.#send({ type: 'stored', number })
    }
  }

  /** Says that a deposit is nothing to us. @returns false after too many of these. */
  denied(number: number): boolean {
    if (this.#unanswered.delete(number)) {
      this.#deniedCount += 1
      this.#send({ type: 'refused', number, reason: 'denied' })
    }
    return this.#deniedCount <= DENIED_MAX
  }

  /** The stream is gone. */
  over(): void {
    this.#isOver = true
    this.#unanswered.clear()
    this.#kernel.cancelTimer(this.#timer('heartbeat'))
    this.#kernel.cancelTimer(this.#timer('answers'))
    const unanswered = [...this.#inFlight.values(), ...this.#queue]
    this.#inFlight.clear()
    this.#queue.length = 0
    for (const { answered } of unanswered) {
      answered('lost')
    }
  }

  #came(number: number): boolean {
    const now = this.#kernel.steadyMs
    for (const [old, deadlineMs] of this.#unanswered) {
      if (deadlineMs > now) {
        break
      }
      this.#unanswered.delete(old)
    }
    if (this.#unanswered.has(number)) {
      return false
    }
    if (this.#unanswered.size >= UNANSWERED_MAX) {
      this.#send({ type: 'refused', number, reason: 'busy' })
      return true
    }
    this.#usedAtMs = now
    this.#unanswered.set(number, now + ANSWER_TIMEOUT_MS)
    return true
  }

  /** A live deposit: taken for as long as its content is opened, unless there are too many. */
  #cameLive(number: number): boolean {
    const now = this.#kernel.steadyMs
    const filled = this.#liveTokens + ((now - this.#liveAtMs) * LIVE_PER_SECOND) / 1_000
    this.#liveTokens = Math.min(LIVE_BURST, filled)
    this.#liveAtMs = now
    if (this.#liveTokens >= 1 && this.#unanswered.size < UNANSWERED_MAX) {
      this.#liveTokens -= 1
      this.#unanswered.set(number, now + ANSWER_TIMEOUT_MS)
    }
    return true
  }

  /** Lets go of a live deposit, which nobody answers. */
  forgetLive(number: number): void {
    this.#unanswered.delete(number)
  }

  // ---- within

  #sendQueued(): void {
    while (this.#inFlight.size < IN_FLIGHT_MAX) {
      const next = this.#queue.shift()
      if (next === undefined) {
        return
      }
      const number = this.#takeNumber()
      const deadlineMs = this.#kernel.steadyMs + ANSWER_TIMEOUT_MS
      this.#inFlight.set(number, { ...next, deadlineMs })
      if (!this.#kernel.hasTimer(this.#timer('answers'))) {
        this.#armAnswers(ANSWER_TIMEOUT_MS)
      }
      this.#kernel.emit(next.effect(number))
    }
  }

  #takeNumber(): number {
    const number = this.#nextNumber
    this.#nextNumber = number >= REQUEST_NUMBER_MAX ? 1 : number + 1
    return number
  }

  #answered(number: number, outcome: DirectOutcome): void {
    const asked = this.#inFlight.get(number)
    if (asked !== undefined) {
      this.#inFlight.delete(number)
      asked.answered(outcome)
      this.#sendQueued()
    }
  }

  #armAnswers(inMs: number): void {
    this.#kernel.setTimer(this.#timer('answers'), inMs, () => {
      for (const [number, { deadlineMs }] of [...this.#inFlight]) {
        if (deadlineMs > this.#kernel.steadyMs) {
          this.#armAnswers(deadlineMs - this.#kernel.steadyMs)
          return
        }
        this.#answered(number, 'lost')
      }
    })
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
          this.#kernel.emit({ type: 'cut-direct', stream: this.id })
          return
        }
        this.#pingCount += 1
        this.#send({ type: 'ping', number: this.#pingCount })
      }
      this.#armHeartbeat()
    })
  }

  #send(frame: Exclude<DirectFrame, { type: 'deposit' | 'unknown' }>): void {
    this.#kernel.emit({ type: 'direct-frame', stream: this.id, frame })
  }

  #timer(name: string): string {
    return `direct ${String(this.id)} ${name}`
  }
}
