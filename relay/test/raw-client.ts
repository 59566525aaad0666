/** A client that speaks frames and decides nothing: what a test asks goes out, what comes is kept. */
import { createHash, randomBytes } from 'node:crypto'
import type { FrameStream, Transport } from '@sealpost/host'
import { WorkSearch } from '@sealpost/core'
import {
  decodeRelayFrame,
  encodeClientFrame,
  type Envelope,
  envelopeIds,
  type MailboxAnswer,
  type MailboxId,
  mailboxIds,
  type MailboxKind,
  type MailboxPush,
  type MailboxRequest,
  type RelayAddress,
  type RelayFrame,
  relayMultihash,
  type SealpostError,
  type Work
} from '@sealpost/protocol'
import { createTransport } from '@sealpost/transport-libp2p'
import { SYSTEM_CLOCK } from '../src/world/system-clock.ts'

type Delivery = Extract<MailboxPush, { readonly type: 'deliver' }>

interface Waiter {
  readonly isMet: () => boolean
  readonly resolve: () => void
}

/** What a closed connection leaves unanswered. */
export class Unanswered extends Error {}

export class RawClient {
  readonly #transport: Transport
  readonly #stream: FrameStream
  readonly #address: RelayAddress
  readonly #answers = new Map<number, (answer: MailboxAnswer | undefined) => void>()
  readonly pushes: MailboxPush[] = []
  /** Frames that answer nothing and push nothing. */
  readonly heartbeats: RelayFrame[] = []
  #waiters: Waiter[] = []
  #nextNumber = 1
  isClosed = false
  closeReason: SealpostError | undefined

  private constructor(transport: Transport, stream: FrameStream, address: RelayAddress) {
    this.#transport = transport
    this.#stream = stream
    this.#address = address
    stream.attach({
      onFrames: (frames) => {
        for (const frame of frames) {
          this.#take(decodeRelayFrame(frame))
        }
        this.#look()
      },
      onClose: (reason) => {
        this.isClosed = true
        this.closeReason = reason
        for (const answered of this.#answers.values()) {
          answered(undefined)
        }
        this.#look()
      }
    })
  }

  static async connect(address: RelayAddress): Promise<RawClient> {
    return RawClient.over(await createTransport({ clock: SYSTEM_CLOCK }), address)
  }

  /** Over a transport of its own, which ends with it. */
  static async over(transport: Transport, address: RelayAddress): Promise<RawClient> {
    try {
      const stream = await transport.dial(address, { signal: AbortSignal.timeout(10_000) })
      return new RawClient(transport, stream, address)
    } catch (error) {
      await transport.close()
      throw error
    }
  }

  /** @throws Unanswered where the connection ends first. */
  async ask(request: MailboxRequest): Promise<MailboxAnswer> {
    if (this.isClosed) {
      throw new Unanswered()
    }
    const number = this.#nextNumber++
    const { promise, resolve } = Promise.withResolvers<MailboxAnswer | undefined>()
    this.#answers.set(number, resolve)
    this.#stream.send(encodeClientFrame({ type: 'request', number, request }))
    const answer = await promise
    if (answer === undefined) {
      throw new Unanswered()
    }
    return answer
  }

  /** Bytes that the relay has not taken. */
  get unsentBytes(): number {
    return this.#stream.unsentBytes
  }

  /** Reads no more, or again. */
  setPaused(isPaused: boolean): void {
    this.#stream.setPaused(isPaused)
  }

  /** Sends bytes as they are. */
  sendBytes(frame: Uint8Array): void {
    this.#stream.send(frame)
  }

  /** Resolves once something that frames bring about is so. */
  async until(isMet: () => boolean): Promise<void> {
    if (isMet()) {
      return
    }
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#waiters.push({
      isMet,
      resolve: () => {
        resolve(undefined)
      }
    })
    await promise
  }

  async untilClosed(): Promise<void> {
    await this.until(() => this.isClosed)
  }

  get deliveries(): readonly Delivery[] {
    return this.pushes.filter((push) => push.type === 'deliver')
  }

  /** Registers mailboxes, with work where the relay asks for it. */
  async register(mailboxes: readonly TestMailbox[]): Promise<MailboxAnswer> {
    const registrations = mailboxes.map((mailbox) => mailbox.registration)
    const first = await this.ask({ type: 'register', registrations, work: undefined })
    if (first.type !== 'refused' || first.reason !== 'needs-work') {
      return first
    }
    const ids = mailboxes.map(({ mailboxId }) => mailboxIds.toBytes(mailboxId))
    const subject = sha256(Buffer.concat(ids))
    const work = this.#work('register', subject, first)
    return this.ask({ type: 'register', registrations, work })
  }

  #work(
    verb: 'register',
    subject: Uint8Array,
    { challenge, workBits }: { readonly challenge: Uint8Array; readonly workBits: number }
  ): Work {
    const relay = relayMultihash(this.#address.nodeKey)
    const search = new WorkSearch({ relay, challenge, verb, subject }, workBits)
    for (;;) {
      const work = search.advance(1_000)
      if (work !== undefined) {
        return work
      }
    }
  }

  /** Mailboxes that are empty count as drained. */
  async subscribe(
    mailboxes: readonly TestMailbox[],
    instance = randomBytes(16)
  ): Promise<MailboxAnswer> {
    const subscriptions = mailboxes.map(({ mailboxId, fetchToken }) => ({ mailboxId, fetchToken }))
    const request = {
      type: 'subscribe',
      instance: new Uint8Array(instance),
      subscriptions
    } as const
    const answer = await this.ask(request)
    const outcomes = answer.type === 'subscribed' ? answer.outcomes : []
    for (const [index, { mailboxId }] of mailboxes.entries()) {
      if (outcomes[index] === 'empty') {
        this.pushes.push({ type: 'drained', mailboxId })
      }
    }
    return answer
  }

  deposit(mailbox: TestMailbox, envelope: Envelope = testEnvelope()): Promise<MailboxAnswer> {
    const { mailboxId, depositToken } = mailbox
    return this.ask({
      type: 'deposit',
      mailboxId,
      depositToken,
      envelope,
      isLive: false,
      work: undefined
    })
  }

  async close(): Promise<void> {
    await this.#transport.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #take(frame: RelayFrame): void {
    if (frame.type === 'answer') {
      const answered = this.#answers.get(frame.number)
      this.#answers.delete(frame.number)
      answered?.(frame.answer)
    } else if (frame.type === 'push') {
      this.pushes.push(frame.push)
    } else {
      this.heartbeats.push(frame)
    }
  }

  #look(): void {
    const met = this.#waiters.filter(({ isMet }) => isMet() || this.isClosed)
    this.#waiters = this.#waiters.filter((waiter) => !met.includes(waiter))
    for (const { resolve } of met) {
      resolve()
    }
  }
}

/** A mailbox and its secrets. */
export interface TestMailbox {
  readonly mailboxId: MailboxId
  readonly depositToken: Uint8Array
  readonly fetchToken: Uint8Array
  readonly registration: {
    readonly type: 'mailbox'
    readonly mailboxId: MailboxId
    readonly depositHash: Uint8Array
    readonly fetchHash: Uint8Array
    readonly kind: MailboxKind
    readonly isQuiet: boolean
  }
}

export function testMailbox(kind: MailboxKind = 'contact'): TestMailbox {
  const mailboxId = mailboxIds.fromBytes(bytes(32))
  const depositToken = bytes(32)
  const fetchToken = bytes(32)
  const depositHash = sha256(depositToken)
  const fetchHash = sha256(fetchToken)
  return {
    mailboxId,
    depositToken,
    fetchToken,
    registration: { type: 'mailbox', mailboxId, depositHash, fetchHash, kind, isQuiet: false }
  }
}

export function testEnvelope(sealedBytes = 2_048): Envelope {
  return {
    envelopeId: envelopeIds.fromBytes(bytes(16)),
    recallHash: bytes(32),
    lifetime: 2,
    sealed: bytes(sealedBytes)
  }
}

function bytes(count: number): Uint8Array {
  return new Uint8Array(randomBytes(count))
}

function sha256(input: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(input).digest())
}
