/**
 * A relay that asks the others for mailboxes: with the rights that people show to it, and by guesses. Rights are secrets of one relay
 * each, so it should open nothing; that it does not is what is counted.
 *
 * ```
 *   ask --stream to another relay, drawn--> subscribe: rights of its own people, guesses --answer--> so many opened --10 s--> ask
 * ```
 */
import {
  type ClientFrame,
  isSubscribed,
  mailboxIds,
  type RelayFrame,
  type Subscription
} from '@sealpost/protocol'
import { EVENTS } from '../kernel/event-kinds.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { ClientEnd, Connection } from '../nodes/connection.ts'
import type { Tamper } from '../nodes/relay-node.ts'
import type { RandomStream } from '../random/random-stream.ts'

const EVERY_US = 10_000_000
/** Mailboxes of one question: half of them by rights, as far as it has any. */
const ASKED = 16
const RIGHTS_MAX = 4_096
const ID_BYTES = 32

/** What came of it, at all relays that do so. */
export interface Enumeration {
  tried: number
  opened: number
}

/** Opens a stream to another relay, as a client does; `onOpen` is not called where it fails. */
export type Connect = (
  end: ClientEnd,
  relay: number,
  onOpen: (connection: Connection) => void
) => void

export interface EnumeratorInit {
  readonly kernel: Kernel
  readonly random: RandomStream
  readonly node: number
  readonly relayCount: number
  readonly connect: Connect
  readonly enumeration: Enumeration
}

export class MailboxEnumerator implements Tamper, ClientEnd {
  readonly node: number
  readonly #init: EnumeratorInit
  readonly #rights: Subscription[] = []
  #isOver = false
  #requests = 0

  constructor(init: EnumeratorInit) {
    this.node = init.node
    this.#init = init
    this.#askLater()
  }

  end(): void {
    this.#isOver = true
  }

  fromClient(_connection: Connection, frame: ClientFrame): boolean {
    if (frame.type === 'request' && frame.request.type === 'subscribe') {
      for (const right of frame.request.subscriptions) {
        // Old ones make room at random: who asks seldom is not forgotten for it.
        const place =
          this.#rights.length < RIGHTS_MAX
            ? this.#rights.length
            : this.#init.random.below(RIGHTS_MAX)
        this.#rights[place] = right
      }
    }
    return true
  }

  toClient(): boolean {
    return true
  }

  #askLater(): void {
    const { kernel, node } = this.#init
    kernel.at(kernel.nowUs + EVERY_US, EVENTS.fault, node, () => {
      if (!this.#isOver) {
        this.#ask()
        this.#askLater()
      }
    })
  }

  #ask(): void {
    const { connect, enumeration, random, relayCount } = this.#init
    const relay = random.below(relayCount)
    if (relay === this.node) {
      return
    }
    const rights = Array.from({ length: ASKED }, (_, at) => {
      return at % 2 === 0 && this.#rights.length > 0 ? random.pick(this.#rights) : guess(random)
    })
    connect(this, relay, (connection) => {
      const subscriptions = [...new Map(rights.map((right) => [right.mailboxId, right])).values()]
      enumeration.tried += subscriptions.length
      this.#requests += 1
      const request = { type: 'subscribe', instance: random.bytes(16), subscriptions } as const
      connection.toRelay({ type: 'request', number: this.#requests, request })
    })
  }

  relayFrame(connection: Connection, frame: RelayFrame): void {
    if (frame.type === 'answer') {
      const { answer } = frame
      const outcomes = answer.type === 'subscribed' ? answer.outcomes : []
      this.#init.enumeration.opened += outcomes.filter(isSubscribed).length
      connection.end('client')
    }
  }

  relayClosed(): void {
    // The next question has a stream of its own.
  }
}

function guess(random: RandomStream): Subscription {
  const mailboxId = mailboxIds.fromBytes(random.bytes(ID_BYTES))
  return { mailboxId, fetchToken: random.bytes(ID_BYTES) }
}
