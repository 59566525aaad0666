import { randomBytes } from 'node:crypto'
import type { FrameStream, Transport } from '@sealpost/host'
import {
  ACKS_MAX,
  type ClientFrame,
  decodeRelayFrame,
  encodeClientFrame,
  type Envelope,
  type EnvelopeId,
  isSubscribed,
  type MailboxAnswer,
  type MailboxId,
  type MailboxRequest,
  REGISTRATIONS_MAX,
  type RelayAddress,
  type RelayFrame,
  SUBSCRIPTIONS_MAX
} from '@sealpost/protocol'
import { createTransport } from '@sealpost/transport-libp2p'
import type { BenchMailbox } from './bench-mailbox.ts'
import { systemClock } from './system-clock.ts'

const DIAL_MS = 60_000

type Answered = (answer: MailboxAnswer) => void

/**
 * A peer reduced to its connection: it speaks the mailbox protocol, keeps nothing and decrypts nothing, so that it costs the
 * machine as little as can be while it loads a relay.
 */
export class BenchPeer {
  readonly #transport: Transport
  readonly #stream: FrameStream
  readonly #answered = new Map<number, Answered>()
  #number = 0
  #pingCount = 0
  #isClosing = false
  #gone: Error | undefined
  /** Envelopes delivered in this turn, by mailbox. */
  #delivered = new Map<MailboxId, EnvelopeId[]>()
  #onAcked: ((count: number) => void) | undefined
  /** Called for each turn in which envelopes came, with how many. */
  onDelivered: ((count: number) => void) | undefined

  private constructor(transport: Transport, stream: FrameStream) {
    this.#transport = transport
    this.#stream = stream
    stream.attach({
      onFrames: (frames) => {
        for (const frame of frames) {
          this.#onFrame(frame)
        }
        this.#endTurn()
      },
      onClose: (error) => {
        this.#gone = error ?? new Error('the relay closed the stream')
        if (!this.#isClosing) {
          // Nothing can be measured any more.
          throw this.#gone
        }
      }
    })
  }

  /** Connects under a node key of its own. */
  static async dial(address: RelayAddress): Promise<BenchPeer> {
    const transport = await createTransport({ clock: systemClock })
    const stream = await transport.dial(address, { signal: AbortSignal.timeout(DIAL_MS) })
    return new BenchPeer(transport, stream)
  }

  /** Pings of the relay that were answered. */
  get pingCount(): number {
    return this.#pingCount
  }

  /** Sends a request; `answered` is called once, with whatever the relay says, a refusal included. */
  request(request: MailboxRequest, answered: Answered): void {
    const number = ++this.#number
    this.#answered.set(number, answered)
    this.#send({ type: 'request', number, request })
  }

  /** Resolves with the answer. @throws Error for a refusal. */
  async ask(request: MailboxRequest): Promise<MailboxAnswer> {
    const answer = await new Promise<MailboxAnswer>((resolve) => {
      this.request(request, resolve)
    })
    if (answer.type === 'refused') {
      throw new Error(`the relay refused a ${request.type}: ${answer.reason}`)
    }
    return answer
  }

  deposit(mailbox: BenchMailbox, envelope: Envelope, stored: () => void): void {
    this.request(
      {
        type: 'deposit',
        mailboxId: mailbox.id,
        depositToken: mailbox.depositToken,
        envelope,
        isLive: false,
        work: undefined
      },
      (answer) => {
        if (answer.type !== 'deposited' || answer.outcome !== 'stored') {
          throw new Error(`a deposit was answered ${JSON.stringify(answer)}`)
        }
        stored()
      }
    )
  }

  async register(mailboxes: readonly BenchMailbox[]): Promise<void> {
    for (let at = 0; at < mailboxes.length; at += REGISTRATIONS_MAX) {
      const some = mailboxes.slice(at, at + REGISTRATIONS_MAX)
      const registrations = some.map(({ registration }) => registration)
      const answer = await this.ask({ type: 'register', registrations, work: undefined })
      if (answer.type !== 'registered' || answer.outcomes.some((outcome) => outcome !== 'done')) {
        throw new Error(`a register was answered ${JSON.stringify(answer)}`)
      }
    }
  }

  async subscribe(mailboxes: readonly BenchMailbox[]): Promise<void> {
    const instance = new Uint8Array(randomBytes(16))
    for (let at = 0; at < mailboxes.length; at += SUBSCRIPTIONS_MAX) {
      const some = mailboxes.slice(at, at + SUBSCRIPTIONS_MAX)
      const subscriptions = some.map(({ id, fetchToken }) => ({ mailboxId: id, fetchToken }))
      const answer = await this.ask({ type: 'subscribe', instance, subscriptions })
      if (answer.type !== 'subscribed' || !answer.outcomes.every(isSubscribed)) {
        throw new Error(`a subscribe was answered ${JSON.stringify(answer)}`)
      }
    }
  }

  async unsubscribe(mailboxes: readonly BenchMailbox[]): Promise<void> {
    await this.ask({ type: 'unsubscribe', mailboxIds: mailboxes.map(({ id }) => id) })
  }

  /** From here on acks what is delivered: what came in one turn together, for each mailbox. Calls back as acks are answered. */
  ackEachTurn(acked: (count: number) => void): void {
    this.#onAcked = acked
  }

  async close(): Promise<void> {
    this.#isClosing = true
    await this.#transport.close()
  }

  #endTurn(): void {
    const delivered = this.#delivered
    if (delivered.size === 0) {
      return
    }
    this.#delivered = new Map()
    let count = 0
    for (const [mailboxId, envelopeIds] of delivered) {
      count += envelopeIds.length
      for (let at = 0; at < envelopeIds.length; at += ACKS_MAX) {
        this.#ack(mailboxId, envelopeIds.slice(at, at + ACKS_MAX))
      }
    }
    this.onDelivered?.(count)
  }

  #ack(mailboxId: MailboxId, envelopeIds: readonly EnvelopeId[]): void {
    this.request({ type: 'ack', mailboxId, envelopeIds }, (answer) => {
      if (answer.type !== 'acked') {
        throw new Error(`an ack was answered ${JSON.stringify(answer)}`)
      }
      this.#onAcked?.(envelopeIds.length)
    })
  }

  #send(frame: ClientFrame): void {
    this.#stream.send(encodeClientFrame(frame))
  }

  #onFrame(bytes: Uint8Array): void {
    const frame: RelayFrame = decodeRelayFrame(bytes)
    if (frame.type === 'answer') {
      this.#answered.get(frame.number)?.(frame.answer)
      this.#answered.delete(frame.number)
    } else if (frame.type === 'ping') {
      this.#pingCount++
      this.#send({ type: 'pong', number: frame.number })
    } else if (frame.type === 'push' && frame.push.type === 'deliver') {
      this.#onDeliver(frame.push.mailboxId, frame.push.envelope.envelopeId)
    }
  }

  #onDeliver(mailboxId: MailboxId, envelopeId: EnvelopeId): void {
    const known = this.#delivered.get(mailboxId)
    if (known === undefined) {
      this.#delivered.set(mailboxId, [envelopeId])
    } else {
      known.push(envelopeId)
    }
  }
}
