/** One stream to a relay for a short errand, apart from the connections that the machine keeps: requests, answers, deliveries. */
import type { FrameStream } from '@sealpost/host'
import {
  decodeRelayFrame,
  encodeClientFrame,
  type ErrorCode,
  isSealpostError,
  type MailboxAnswer,
  type MailboxId,
  type MailboxPush,
  type MailboxRequest,
  ProtocolError,
  type RefusalReason,
  RefusedError,
  type RelayAddress,
  SealpostError,
  UnreachableError
} from '@sealpost/protocol'
import type { ClientPorts } from './client-ports.ts'

const DIAL_TIMEOUT_MS = 15_000
/** An answer that takes longer is none. */
const ANSWER_TIMEOUT_MS = 20_000

/** What an errand needs of its app. */
export type ErrandPorts = Pick<ClientPorts, 'transport' | 'clock' | 'abortable'>

const CODES: Readonly<Record<RefusalReason, ErrorCode>> = {
  'slow-down': 'SEALPOST_SLOW_DOWN',
  busy: 'SEALPOST_BUSY',
  'needs-work': 'SEALPOST_NEEDS_WORK',
  denied: 'SEALPOST_DENIED',
  'quota-exceeded': 'SEALPOST_QUOTA_EXCEEDED',
  'too-large': 'SEALPOST_ENVELOPE_TOO_LARGE',
  expired: 'SEALPOST_EXPIRED',
  'unsupported-version': 'SEALPOST_UNSUPPORTED_VERSION',
  internal: 'SEALPOST_RELAY_INTERNAL',
  'needs-invite': 'SEALPOST_NEEDS_INVITE'
}

/** @throws UnreachableError `SEALPOST_DIAL_FAILED`; SealpostError `SEALPOST_TIMEOUT` when `signal` ends it */
export async function dialRelay(
  ports: ErrandPorts,
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

/** A refusal as an error. */
export function refused(reason: RefusalReason): RefusedError {
  return new RefusedError(CODES[reason])
}

type Delivery = Extract<MailboxPush, { type: 'deliver' }>

/** What waits for a frame: its promise settles once. */
interface Waiting<Result> {
  readonly resolve: (result: Result) => void
  readonly reject: (error: SealpostError) => void
}

/** Requests and answers on one stream. */
export class RelayConversation {
  readonly #ports: ErrandPorts
  readonly #stream: FrameStream
  readonly #signal: AbortSignal | undefined
  readonly #answers = new Map<number, Waiting<MailboxAnswer>>()
  readonly #deliveries = new Map<MailboxId, Waiting<Delivery>>()
  readonly #listeners = new Map<MailboxId, (delivery: Delivery) => void>()
  #nextNumber = 1
  #ended: SealpostError | undefined
  readonly #aborted = (): void => {
    this.#fail(new SealpostError('SEALPOST_TIMEOUT'))
  }

  constructor(ports: ErrandPorts, stream: FrameStream, signal: AbortSignal | undefined) {
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

  /** Has all be told that a mailbox delivers. */
  listen(mailboxId: MailboxId, listener: (delivery: Delivery) => void): void {
    this.#listeners.set(mailboxId, listener)
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
        this.#listeners.get(frame.push.mailboxId)?.(frame.push)
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
