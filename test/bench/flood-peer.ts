import { depositSubject, registerSubject, WorkSearch, type WorkTarget } from '@sealpost/core'
import type { FrameStream, Transport } from '@sealpost/host'
import {
  decodeRelayFrame,
  encodeClientFrame,
  type Envelope,
  envelopeIds,
  isSubscribed,
  type MailboxAnswer,
  type MailboxId,
  mailboxIds,
  type MailboxRequest,
  relayMultihash,
  type RelayAddress,
  type Work
} from '@sealpost/protocol'
import { createTransport } from '@sealpost/transport-libp2p'
import { randomBytes } from 'node:crypto'
import type { BenchMailbox } from './bench-mailbox.ts'
import { systemClock } from './system-clock.ts'

const DIAL_MS = 20_000
const ATTEMPTS = 4_096

/** What a relay says to who has no proof of work: what is asked for. */
type Asked = Pick<
  Extract<MailboxAnswer, { readonly reason: 'needs-work' }>,
  'challenge' | 'workBits'
>

/** A peer that a relay may refuse or cut off at any time, as it does those who flood it. */
export class FloodPeer {
  readonly #address: RelayAddress
  readonly #transport: Transport
  readonly #stream: FrameStream
  readonly #waiting = new Map<number, (answer: MailboxAnswer | undefined) => void>()
  #number = 0
  #asked: Asked | undefined
  /** Whether the relay is gone, or ended the connection. */
  isGone = false
  onGone: (() => void) | undefined
  onDelivered: ((mailboxId: MailboxId, envelope: Envelope) => void) | undefined

  private constructor(address: RelayAddress, transport: Transport, stream: FrameStream) {
    this.#address = address
    this.#transport = transport
    this.#stream = stream
    stream.attach({
      onFrames: (frames) => {
        for (const frame of frames) {
          this.#onFrame(frame)
        }
      },
      onClose: () => {
        this.isGone = true
        for (const answered of this.#waiting.values()) {
          answered(undefined)
        }
        this.#waiting.clear()
        this.onGone?.()
      }
    })
  }

  /** Connects under a node key of its own. @throws UnreachableError where it is not let in. */
  static async dial(address: RelayAddress): Promise<FloodPeer> {
    const transport = await createTransport({ clock: systemClock })
    try {
      const stream = await transport.dial(address, { signal: AbortSignal.timeout(DIAL_MS) })
      return new FloodPeer(address, transport, stream)
    } catch (error) {
      await transport.close()
      throw error
    }
  }

  /** Reads no more, or again. */
  setPaused(isPaused: boolean): void {
    this.#stream.setPaused(isPaused)
  }

  /** Sends a request without waiting; nobody hears what is answered. */
  tell(request: MailboxRequest): void {
    this.#stream.send(encodeClientFrame({ type: 'request', number: ++this.#number, request }))
  }

  /** Resolves with whatever is answered; undefined where the connection ends before. */
  async ask(request: MailboxRequest): Promise<MailboxAnswer | undefined> {
    if (this.isGone) {
      return undefined
    }
    const answer = new Promise<MailboxAnswer | undefined>((resolve) => {
      this.#waiting.set(this.#number + 1, resolve)
    })
    this.tell(request)
    return answer
  }

  /** Registers, with the work that is asked for. @returns whether all of them are there */
  async register(mailboxes: readonly BenchMailbox[]): Promise<boolean> {
    const registrations = mailboxes.map(({ registration }) => registration)
    const subject = registerSubject(mailboxes.map(({ id }) => mailboxIds.toBytes(id)))
    const answer = await this.#withWork(
      'register',
      () => subject,
      (work) => ({ type: 'register', registrations, work })
    )
    return answer?.type === 'registered' && answer.outcomes.every((outcome) => outcome === 'done')
  }

  /** Deposits, with work where `isWorking`. */
  async deposit(
    mailbox: Pick<BenchMailbox, 'id' | 'depositToken'>,
    envelope: Envelope,
    isWorking = false
  ): Promise<MailboxAnswer | undefined> {
    const make = (work: Work | undefined): MailboxRequest => ({
      type: 'deposit',
      mailboxId: mailbox.id,
      depositToken: mailbox.depositToken,
      envelope,
      isLive: false,
      work
    })
    if (!isWorking) {
      return this.ask(make(undefined))
    }
    const { id } = mailbox
    const subject = (): Uint8Array =>
      depositSubject(id, envelopeIds.toBytes(envelope.envelopeId), envelope.sealed)
    return this.#withWork('deposit', subject, make)
  }

  async subscribe({ id, fetchToken }: BenchMailbox): Promise<boolean> {
    const instance = new Uint8Array(randomBytes(16))
    const subscriptions = [{ mailboxId: id, fetchToken }]
    const answer = await this.ask({ type: 'subscribe', instance, subscriptions })
    return answer?.type === 'subscribed' && isSubscribed(answer.outcomes[0])
  }

  async close(): Promise<void> {
    await this.#transport.close()
  }

  /** With the work that was asked for last, and once more where it is stale, or none was asked for yet. */
  async #withWork(
    verb: WorkTarget['verb'],
    subject: () => Uint8Array,
    make: (work: Work | undefined) => MailboxRequest
  ): Promise<MailboxAnswer | undefined> {
    let answer: MailboxAnswer | undefined
    for (let attempt = 0; attempt < 2; attempt++) {
      answer = await this.ask(make(this.#asked && this.#work(verb, subject(), this.#asked)))
      if (answer?.type !== 'refused' || answer.reason !== 'needs-work') {
        return answer
      }
      this.#asked = answer
    }
    return answer
  }

  #work(verb: WorkTarget['verb'], subject: Uint8Array, { challenge, workBits }: Asked): Work {
    const relay = relayMultihash(this.#address.nodeKey)
    const search = new WorkSearch({ relay, challenge, verb, subject }, workBits)
    for (;;) {
      const work = search.advance(ATTEMPTS)
      if (work !== undefined) {
        return work
      }
    }
  }

  #onFrame(bytes: Uint8Array): void {
    const frame = decodeRelayFrame(bytes)
    if (frame.type === 'answer') {
      this.#waiting.get(frame.number)?.(frame.answer)
      this.#waiting.delete(frame.number)
    } else if (frame.type === 'ping') {
      this.#stream.send(encodeClientFrame({ type: 'pong', number: frame.number }))
    } else if (frame.type === 'push' && frame.push.type === 'deliver') {
      this.onDelivered?.(frame.push.mailboxId, frame.push.envelope)
    }
  }
}
