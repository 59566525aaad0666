/** What a relay that is not honest does with what passes it. It keeps to the wire: nobody can tell from one frame. */
import {
  type ClientFrame,
  type Envelope,
  type MailboxAnswer,
  type MailboxId,
  type MailboxRequest,
  type RelayFrame,
  SIZE_CLASSES
} from '@sealpost/protocol'
import { EVENTS } from '../kernel/event-kinds.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Connection } from '../nodes/connection.ts'
import type { Tamper } from '../nodes/relay-node.ts'
import type { RandomStream } from '../random/random-stream.ts'
import type { RelayBehaviour } from '../scenario/scenario.ts'

/** How late it delivers, at most. */
const LATE_US = 120_000_000
/** Deliveries to one client that it keeps, to deliver them again. */
const KEPT_MAX = 8
/** When who is refused may ask again. */
const BUSY_MS = 2_000
/** How wrong a time it tells. */
const WRONG_MS = 3_600_000

export interface DishonestRelayInit {
  readonly kernel: Kernel
  readonly random: RandomStream
  readonly behaviour: Exclude<RelayBehaviour, 'enumerate'>
  /** Of the frames that it could do something to; for `withhold`, of the mailboxes. */
  readonly probability: number
}

export class DishonestRelay implements Tamper {
  readonly #init: DishonestRelayInit
  /** By the client's node. */
  readonly #delivered = new Map<number, RelayFrame[]>()

  constructor(init: DishonestRelayInit) {
    this.#init = init
  }

  fromClient(connection: Connection, frame: ClientFrame): boolean {
    const { behaviour, random } = this.#init
    if (frame.type !== 'request') {
      return !(behaviour === 'mute' && this.#isDrawn())
    }
    const { number, request } = frame
    switch (behaviour) {
      case 'drop':
        return !(isStored(request) && this.#isDrawn() && answers(connection, number, STORED))
      case 'refuse': {
        const isRefused = request.type !== 'info' && request.type !== 'ack' && this.#isDrawn()
        return !(isRefused && answers(connection, number, BUSY))
      }
      case 'mute':
        return !this.#isDrawn()
      case 'lie': {
        const lie = untrueAnswer(request, random)
        return !(lie !== undefined && this.#isDrawn() && answers(connection, number, lie))
      }
      default:
        return true
    }
  }

  toClient(connection: Connection, frame: RelayFrame): boolean {
    if (this.#init.behaviour === 'lie') {
      return this.#lie(connection, frame)
    }
    if (frame.type !== 'push' || frame.push.type !== 'deliver') {
      return true
    }
    switch (this.#init.behaviour) {
      case 'withhold':
        return lotOf(frame.push.mailboxId) >= this.#init.probability
      case 'delay':
        return this.#delay(connection, frame)
      case 'replay':
        this.#replay(connection, frame)
        return true
      default:
        return true
    }
  }

  #delay(connection: Connection, frame: RelayFrame): boolean {
    const { kernel, random } = this.#init
    if (!this.#isDrawn()) {
      return true
    }
    const atUs = kernel.nowUs + 1 + random.below(LATE_US)
    kernel.at(atUs, EVENTS.fault, connection.relay.node, () => {
      connection.toClient(frame)
    })
    return false
  }

  #replay(connection: Connection, frame: RelayFrame): void {
    const { random } = this.#init
    const { node } = connection.client
    const kept = this.#delivered.get(node) ?? []
    if (kept.length > 0 && this.#isDrawn()) {
      connection.toClient(random.pick(kept))
    }
    this.#delivered.set(node, [...kept, frame].slice(-KEPT_MAX))
  }

  /** Of a delivery, the envelope is of another size and opens with no key; of an answer, the time is wrong. */
  #lie(connection: Connection, frame: RelayFrame): boolean {
    if (frame.type === 'push' && frame.push.type === 'deliver' && this.#isDrawn()) {
      const push = { ...frame.push, envelope: this.#noEnvelope(frame.push.envelope) }
      connection.toClient({ type: 'push', push })
      return false
    }
    if (frame.type === 'answer' && frame.answer.type === 'info' && this.#isDrawn()) {
      const { info } = frame.answer
      const answer = { type: 'info', info: { ...info, timeMs: info.timeMs + WRONG_MS } } as const
      connection.toClient({ ...frame, answer })
      return false
    }
    return true
  }

  #noEnvelope(envelope: Envelope): Envelope {
    const others = SIZE_CLASSES.filter((size) => size !== envelope.sealed.length)
    return { ...envelope, sealed: new Uint8Array(this.#init.random.pick(others)) }
  }

  #isDrawn(): boolean {
    return this.#init.random.chance(this.#init.probability)
  }
}

const STORED: MailboxAnswer = { type: 'deposited', outcome: 'stored' }
const GONE: MailboxAnswer = { type: 'deposited', outcome: 'gone' }
const BUSY: MailboxAnswer = { type: 'refused', reason: 'busy', retryAfterMs: BUSY_MS }

/** Whether it is to be stored. */
function isStored(request: MailboxRequest): boolean {
  return request.type === 'deposit' && !request.isLive
}

/** @returns true */
function answers(connection: Connection, number: number, answer: MailboxAnswer): boolean {
  connection.toClient({ type: 'answer', number, answer })
  return true
}

/** That it was done; undefined of what nothing can be said about. */
function untrueAnswer(request: MailboxRequest, random: RandomStream): MailboxAnswer | undefined {
  switch (request.type) {
    case 'deposit':
      return isStored(request) ? random.pick([STORED, GONE]) : undefined
    case 'register':
      return { type: 'registered', outcomes: request.registrations.map(() => 'done') }
    case 'subscribe':
      return { type: 'subscribed', outcomes: request.subscriptions.map(() => 'done') }
    case 'ack':
      return { type: 'acked' }
    case 'recall':
      return { type: 'recalled', outcome: 'recalled' }
    case 'destroy':
      return { type: 'destroyed' }
    default:
      return undefined
  }
}

/** From 0 to below 1, the same each time. */
function lotOf(mailboxId: MailboxId): number {
  return Number.parseInt(mailboxId.slice(0, 8), 16) / 2 ** 32
}
