/**
 * Tries a relay as a person's messages would use it, on a connection of its own and with a mailbox that is thrown away:
 *
 * ```
 *   dial --> info --> register --> deposit --> subscribe, deliver --> ack --> destroy
 * ```
 * Whatever goes wrong on the way, what was registered is destroyed, as far as the relay answers.
 */
import { sha256 } from '@sealpost/core'
import { sealEnvelope } from '@sealpost/crypto'
import type { FrameStream } from '@sealpost/host'
import {
  type Capacity,
  decodeRelayFrame,
  type DeviceNumber,
  encodeClientFrame,
  type Envelope,
  envelopeIds,
  equalBytes,
  type ErrorCode,
  isSealpostError,
  type MailboxAnswer,
  type MailboxId,
  mailboxIds,
  type MailboxPush,
  type MailboxRequest,
  ProtocolError,
  type RefusalReason,
  RefusedError,
  type RelayAddress,
  type RelayInfo,
  relayMultihash,
  SealpostError,
  UnreachableError
} from '@sealpost/protocol'
import type { ClientPorts } from './client-ports.ts'
import { findWork } from './find-work.ts'

const DIAL_TIMEOUT_MS = 15_000
/** An answer that takes longer is none. */
const ANSWER_TIMEOUT_MS = 20_000
/** Harder proofs are not looked for, here as everywhere. */
const WORK_BITS_DONE_MAX = 24
const CIPHERTEXT_BYTES = 100

/** What a trial found of a relay that answers. */
export interface RelayReport {
  readonly relay: RelayAddress
  /** What its operator says of themselves, and of the relay; may be empty, and may be anything. */
  readonly operator: string
  readonly policy: string
  readonly capacity: Capacity
  /** Its clock less ours. */
  readonly clockOffsetMs: number
  /** From a question to its answer, on a connection that is there. */
  readonly roundTripMs: number
  /** Why messages cannot be kept there now; undefined where a message went all the way through a mailbox. */
  readonly problem: ErrorCode | undefined
}

const CODES: Readonly<Record<RefusalReason, ErrorCode>> = {
  'slow-down': 'SEALPOST_SLOW_DOWN',
  busy: 'SEALPOST_BUSY',
  'needs-work': 'SEALPOST_NEEDS_WORK',
  denied: 'SEALPOST_DENIED',
  'quota-exceeded': 'SEALPOST_QUOTA_EXCEEDED',
  'too-large': 'SEALPOST_ENVELOPE_TOO_LARGE',
  expired: 'SEALPOST_EXPIRED',
  'unsupported-version': 'SEALPOST_UNSUPPORTED_VERSION',
  internal: 'SEALPOST_RELAY_INTERNAL'
}

/**
 * Tries a relay.
 *
 * @throws UnreachableError `SEALPOST_DIAL_FAILED`, `SEALPOST_REPLY_TIMEOUT`, `SEALPOST_CONNECTION_CLOSED` where it does not even say
 * what it is; ProtocolError where what it says makes no sense; SealpostError `SEALPOST_TIMEOUT` when `signal` ends the trial.
 */
export async function tryRelay(
  ports: ClientPorts,
  relay: RelayAddress,
  signal?: AbortSignal
): Promise<RelayReport> {
  const stream = await dial(ports, relay, signal)
  const conversation = new Conversation(ports, stream, signal)
  try {
    const { info, clockOffsetMs, roundTripMs } = await greet(ports, conversation)
    let problem: ErrorCode | undefined
    try {
      await tryMailbox(ports, conversation, relay, info)
    } catch (error) {
      if (!isSealpostError(error) || error.code === 'SEALPOST_TIMEOUT') {
        throw error
      }
      problem = error.code
    }
    const { operator, policy, capacity } = info
    return { relay, operator, policy, capacity, clockOffsetMs, roundTripMs, problem }
  } finally {
    conversation.end()
    await stream.close()
  }
}

async function dial(
  ports: ClientPorts,
  relay: RelayAddress,
  signal: AbortSignal | undefined
): Promise<FrameStream> {
  const { signal: giveUp, abort } = ports.abortable()
  const cancelTimer = ports.clock.setTimer(DIAL_TIMEOUT_MS, abort)
  signal?.addEventListener('abort', abort)
  try {
    if (signal?.aborted === true) {
      throw new SealpostError('SEALPOST_TIMEOUT')
    }
    return await ports.transport.dial(relay, { signal: giveUp })
  } catch (error) {
    if (signal?.aborted === true) {
      throw new SealpostError('SEALPOST_TIMEOUT')
    }
    throw isSealpostError(error)
      ? error
      : new UnreachableError('SEALPOST_DIAL_FAILED', undefined, { cause: error })
  } finally {
    cancelTimer()
    signal?.removeEventListener('abort', abort)
  }
}

async function greet(
  ports: ClientPorts,
  conversation: Conversation
): Promise<{
  readonly info: RelayInfo
  readonly clockOffsetMs: number
  readonly roundTripMs: number
}> {
  // The first answer may wait for what a connection begins with; the second tells the time it takes.
  await conversation.ask({ type: 'info' })
  const startMs = ports.clock.monotonicMs()
  const answer = await conversation.ask({ type: 'info' })
  const roundTripMs = Math.max(0, ports.clock.monotonicMs() - startMs)
  if (answer.type !== 'info') {
    throw new ProtocolError('SEALPOST_FRAME_MALFORMED')
  }
  const { info } = answer
  const clockOffsetMs = Math.round(info.timeMs + roundTripMs / 2 - ports.clock.wallMs())
  return { info, clockOffsetMs, roundTripMs }
}

/** Sends a message through a mailbox. @throws SealpostError that says at what it failed */
async function tryMailbox(
  ports: ClientPorts,
  conversation: Conversation,
  relay: RelayAddress,
  info: RelayInfo
): Promise<void> {
  const { random } = ports
  const mailboxId = mailboxIds.fromBytes(random.bytes(32))
  const [depositToken, fetchToken] = [random.bytes(32), random.bytes(32)]
  const registration = {
    type: 'mailbox' as const,
    mailboxId,
    depositHash: sha256(depositToken),
    fetchHash: sha256(fetchToken),
    kind: 'contact' as const,
    isQuiet: false
  }
  if (info.workBits > WORK_BITS_DONE_MAX) {
    throw refused('needs-work')
  }
  const target = {
    relay: relayMultihash(relay.nodeKey),
    challenge: info.challenge,
    verb: 'register' as const,
    subject: sha256(mailboxIds.toBytes(mailboxId))
  }
  const work =
    info.workBits === 0 ? undefined : await findWork(ports.clock, { target, bits: info.workBits })
  const answer = await conversation.ask({ type: 'register', registrations: [registration], work })
  const outcome = answer.type === 'registered' ? answer.outcomes[0] : undefined
  if (outcome !== 'done') {
    throw refused(outcome ?? 'internal')
  }
  try {
    await passThrough(ports, conversation, { mailboxId, depositToken, fetchToken })
  } finally {
    await conversation.ask({ type: 'destroy', mailboxId, fetchToken })
  }
}

async function passThrough(
  ports: ClientPorts,
  conversation: Conversation,
  mailbox: {
    readonly mailboxId: MailboxId
    readonly depositToken: Uint8Array
    readonly fetchToken: Uint8Array
  }
): Promise<void> {
  const { mailboxId, depositToken, fetchToken } = mailbox
  const { random } = ports
  const envelope = trialEnvelope(ports, mailboxId)
  const isLive = false
  await conversation.ask({
    type: 'deposit',
    mailboxId,
    depositToken,
    envelope,
    isLive,
    work: undefined
  })
  const delivered = conversation.delivery(mailboxId)
  const instance = random.bytes(16)
  await conversation.ask({
    type: 'subscribe',
    instance,
    subscriptions: [{ mailboxId, fetchToken }]
  })
  const { sealed, envelopeId } = (await delivered).envelope
  await conversation.ask({ type: 'ack', mailboxId, envelopeIds: [envelopeId] })
  if (envelopeId !== envelope.envelopeId || !equalBytes(sealed, envelope.sealed)) {
    throw new ProtocolError(
      'SEALPOST_FRAME_MALFORMED',
      'The relay delivered something else than it was given.'
    )
  }
}

/** Looks like any other, and nobody can open it: its key is forgotten. */
function trialEnvelope({ random }: ClientPorts, mailboxId: MailboxId): Envelope {
  const envelopeId = envelopeIds.fromBytes(random.bytes(16))
  const recallHash = random.bytes(32)
  const lifetime = 0 as const
  const sealed = sealEnvelope(
    {
      sealKey: random.bytes(32),
      mailboxId,
      envelopeId,
      recallHash,
      lifetime,
      type: 2,
      member: 0,
      senderDevice: 1 as DeviceNumber,
      ciphertext: random.bytes(CIPHERTEXT_BYTES)
    },
    random
  )
  return { envelopeId, recallHash, lifetime, sealed }
}

function refused(reason: RefusalReason): RefusedError {
  return new RefusedError(CODES[reason])
}

type Delivery = Extract<MailboxPush, { type: 'deliver' }>

/** What waits for a frame: its promise settles once. */
interface Waiting<Result> {
  readonly resolve: (result: Result) => void
  readonly reject: (error: SealpostError) => void
}

/** Requests and answers on one stream. */
class Conversation {
  readonly #ports: ClientPorts
  readonly #stream: FrameStream
  readonly #signal: AbortSignal | undefined
  readonly #answers = new Map<number, Waiting<MailboxAnswer>>()
  readonly #deliveries = new Map<MailboxId, Waiting<Delivery>>()
  #nextNumber = 1
  #ended: SealpostError | undefined
  readonly #aborted = (): void => {
    this.#fail(new SealpostError('SEALPOST_TIMEOUT'))
  }

  constructor(ports: ClientPorts, stream: FrameStream, signal: AbortSignal | undefined) {
    this.#ports = ports
    this.#stream = stream
    this.#signal = signal
    signal?.addEventListener('abort', this.#aborted)
    stream.attach({
      onFrames: (frames) => {
        frames.forEach((bytes) => {
          this.#frame(bytes)
        })
      },
      onClose: () => {
        this.#fail(new UnreachableError('SEALPOST_CONNECTION_CLOSED'))
      }
    })
  }

  /** @throws RefusedError for a refusal, and as `tryRelay` */
  async ask(request: MailboxRequest): Promise<MailboxAnswer> {
    const number = this.#nextNumber++
    const answer = this.#wait(this.#answers, number)
    this.#stream.send(encodeClientFrame({ type: 'request', number, request }))
    const answered = await answer
    if (answered.type === 'refused') {
      throw refused(answered.reason)
    }
    return answered
  }

  /** The next envelope that a mailbox delivers; ask for it before it can come. */
  delivery(mailboxId: MailboxId): Promise<Delivery> {
    const delivery = this.#wait(this.#deliveries, mailboxId)
    // Where something fails before it is waited for, that is what is told.
    delivery.catch(() => undefined)
    return delivery
  }

  end(): void {
    this.#signal?.removeEventListener('abort', this.#aborted)
    this.#fail(new UnreachableError('SEALPOST_CONNECTION_CLOSED'))
  }

  #wait<Key, Result>(waiting: Map<Key, Waiting<Result>>, key: Key): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(this.#ended)
        return
      }
      const cancelTimer = this.#ports.clock.setTimer(ANSWER_TIMEOUT_MS, () => {
        waiting.delete(key)
        reject(new UnreachableError('SEALPOST_REPLY_TIMEOUT'))
      })
      waiting.set(key, {
        resolve: (result) => {
          cancelTimer()
          resolve(result)
        },
        reject: (error) => {
          cancelTimer()
          reject(error)
        }
      })
    })
  }

  #frame(bytes: Uint8Array): void {
    try {
      const frame = decodeRelayFrame(bytes)
      if (frame.type === 'answer') {
        take(this.#answers, frame.number)?.resolve(frame.answer)
      } else if (frame.type === 'push' && frame.push.type === 'deliver') {
        take(this.#deliveries, frame.push.mailboxId)?.resolve(frame.push)
      } else if (frame.type === 'ping') {
        this.#stream.send(encodeClientFrame({ type: 'pong', number: frame.number }))
      }
    } catch (error) {
      this.#fail(isSealpostError(error) ? error : new ProtocolError('SEALPOST_FRAME_MALFORMED'))
    }
  }

  #fail(error: SealpostError): void {
    this.#ended ??= error
    for (const waiting of [...this.#answers.values(), ...this.#deliveries.values()]) {
      waiting.reject(error)
    }
    this.#answers.clear()
    this.#deliveries.clear()
  }
}

function take<Key, Result>(waiting: Map<Key, Result>, key: Key): Result | undefined {
  const found = waiting.get(key)
  waiting.delete(key)
  return found
}
