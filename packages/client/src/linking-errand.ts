/** What a device that links, on either side, does at one relay: the short-lived mailboxes in which the two devices meet. */
import {
  inviteFor,
  linkingMailbox,
  type LinkingMailbox,
  type Random,
  registerSubject,
  sha256
} from '@sealpost/core'
import { openEnvelope, openRequest, sealEnvelope, sealRequest } from '@sealpost/crypto'
import {
  type DeviceNumber,
  type Envelope,
  envelopeIds,
  isSubscribed,
  type Lifetime,
  mailboxIds,
  ProtocolError,
  type RelayAddress,
  type RelayInfo,
  relayMultihash
} from '@sealpost/protocol'
import { findWork } from './find-work.ts'
import { dialRelay, type ErrandPorts, refused, RelayConversation } from './relay-conversation.ts'

/** An hour: longer than any code holds. */
const LIFETIME: Lifetime = 0
/** Which device seals is not known yet on one of the sides. */
const ANY_DEVICE = 1 as DeviceNumber
const HELLO = 10
const WELCOME = 11

export interface LinkingPorts extends ErrandPorts {
  readonly random: Random
}

export class LinkingErrand {
  readonly relay: RelayAddress
  readonly #ports: LinkingPorts
  readonly #conversation: RelayConversation
  readonly #close: () => Promise<void>
  readonly #old: LinkingMailbox
  readonly #new: LinkingMailbox
  readonly info: RelayInfo

  private constructor(
    ports: LinkingPorts,
    made: {
      readonly relay: RelayAddress
      readonly linkSecret: Uint8Array
      readonly conversation: RelayConversation
      readonly close: () => Promise<void>
      readonly info: RelayInfo
    }
  ) {
    this.#ports = ports
    this.relay = made.relay
    this.info = made.info
    this.#conversation = made.conversation
    this.#close = made.close
    this.#old = linkingMailbox(made.linkSecret, made.relay.nodeKey, 'old')
    this.#new = linkingMailbox(made.linkSecret, made.relay.nodeKey, 'new')
  }

  /** @param signal ends the dialling, but not what comes after. @throws as `dialRelay`; RefusedError, UnreachableError, ProtocolError from the relay */
  static async open(
    ports: LinkingPorts,
    relay: RelayAddress,
    linkSecret: Uint8Array,
    signal: AbortSignal | undefined
  ): Promise<LinkingErrand> {
    const stream = await dialRelay(ports, relay, signal)
    const conversation = new RelayConversation(ports, stream, undefined)
    const close = async (): Promise<void> => {
      conversation.end()
      await stream.close()
    }
    try {
      const answer = await conversation.ask({ type: 'info' })
      if (answer.type !== 'info') {
        throw new ProtocolError('SEALPOST_FRAME_MALFORMED')
      }
      const { info } = answer
      return new LinkingErrand(ports, { relay, linkSecret, conversation, close, info })
    } catch (error) {
      await close()
      throw error
    }
  }

  /** Registers both mailboxes. @param secret whose use of an invite this is */
  async register(secret: Uint8Array): Promise<void> {
    const { nodeKey } = this.relay
    const mailboxes = [this.#old, this.#new]
    const registrations = mailboxes.map(({ mailboxId, depositToken, fetchToken }) => ({
      type: 'mailbox' as const,
      mailboxId,
      depositHash: sha256(depositToken),
      fetchHash: sha256(fetchToken),
      kind: 'contact' as const,
      isQuiet: false
    }))
    const target = {
      relay: relayMultihash(nodeKey),
      challenge: this.info.challenge,
      verb: 'register' as const,
      subject: registerSubject(mailboxes.map(({ mailboxId }) => mailboxIds.toBytes(mailboxId)))
    }
    const bits = this.info.workBits
    const work = bits === 0 ? undefined : await findWork(this.#ports.clock, { target, bits })
    const invite = inviteFor([this.relay], secret, nodeKey)
    const answer = await this.#conversation.ask({ type: 'register', registrations, work, invite })
    const outcomes = answer.type === 'registered' ? answer.outcomes : []
    if (mailboxes.some((_, index) => outcomes[index] !== 'done')) {
      throw refused('denied')
    }
  }

  /** Tells what the new device writes until the errand is closed. */
  async listenAsOld(onHello: (hello: Uint8Array) => void): Promise<void> {
    const { mailboxId, sealKey } = this.#old
    await this.#listen(this.#old, (envelope) => {
      const inner = openEnvelope({ sealKey, mailboxId, envelope })
      if (inner?.type === HELLO) {
        onHello(inner.ciphertext)
      }
    })
  }

  /** Tells what the old device answers to the key until the errand is closed. */
  async listenAsNew(
    secretKey: Uint8Array,
    onWelcome: (welcome: Uint8Array) => void
  ): Promise<void> {
    const { mailboxId } = this.#new
    const relay = relayMultihash(this.relay.nodeKey)
    await this.#listen(this.#new, (envelope) => {
      const inner = openRequest({ secretKey, relay, mailboxId, envelope })
      if (inner?.type === WELCOME) {
        onWelcome(inner.ciphertext)
      }
    })
  }

  async sayHello(ciphertext: Uint8Array): Promise<void> {
    const { mailboxId, sealKey } = this.#old
    const content = {
      mailboxId,
      type: HELLO,
      member: 0,
      senderDevice: ANY_DEVICE,
      ciphertext
    } as const
    await this.#deposit(this.#old, (binding) =>
      sealEnvelope({ sealKey, ...content, ...binding }, this.#ports.random)
    )
  }

  async sayWelcome(publicKey: Uint8Array, ciphertext: Uint8Array): Promise<void> {
    const relay = relayMultihash(this.relay.nodeKey)
    const { mailboxId } = this.#new
    const content = {
      mailboxId,
      type: WELCOME,
      member: 0,
      senderDevice: ANY_DEVICE,
      ciphertext
    } as const
    await this.#deposit(this.#new, (binding) =>
      sealRequest({ publicKey, relay, ...content, ...binding }, this.#ports.random)
    )
  }

  /** Destroys both mailboxes, with what is in them. */
  async destroy(): Promise<void> {
    for (const { mailboxId, fetchToken } of [this.#old, this.#new]) {
      await this.#conversation.ask({ type: 'destroy', mailboxId, fetchToken })
    }
  }

  close(): Promise<void> {
    return this.#close()
  }

  async #listen(
    { mailboxId, fetchToken }: LinkingMailbox,
    onEnvelope: (envelope: Envelope) => void
  ): Promise<void> {
    this.#conversation.listen(mailboxId, ({ envelope }) => {
      onEnvelope(envelope)
    })
    const instance = this.#ports.random.bytes(16)
    const subscriptions = [{ mailboxId, fetchToken }]
    const answer = await this.#conversation.ask({ type: 'subscribe', instance, subscriptions })
    if (answer.type !== 'subscribed' || !isSubscribed(answer.outcomes[0])) {
      throw refused('denied')
    }
  }

  async #deposit(
    { mailboxId, depositToken }: LinkingMailbox,
    seal: (binding: Pick<Envelope, 'envelopeId' | 'recallHash' | 'lifetime'>) => Uint8Array
  ): Promise<void> {
    const { random } = this.#ports
    const envelopeId = envelopeIds.fromBytes(random.bytes(16))
    const binding = { envelopeId, recallHash: random.bytes(32), lifetime: LIFETIME }
    const envelope = { ...binding, sealed: seal(binding) }
    const rest = { depositToken, isLive: false, work: undefined }
    await this.#conversation.ask({ type: 'deposit', mailboxId, envelope, ...rest })
  }
}

/**
 * Opens an errand at each relay that can be reached, and prepares it.
 *
 * @throws what the last relay said where none is left.
 */
export async function openErrands(
  ports: LinkingPorts,
  relays: readonly RelayAddress[],
  linkSecret: Uint8Array,
  options: {
    readonly signal: AbortSignal | undefined
    readonly prepare: (errand: LinkingErrand) => Promise<void>
  }
): Promise<readonly LinkingErrand[]> {
  let failure: unknown
  const opened = await Promise.all(
    relays.map(async (relay) => {
      let errand: LinkingErrand | undefined
      try {
        errand = await LinkingErrand.open(ports, relay, linkSecret, options.signal)
        await options.prepare(errand)
        return [errand]
      } catch (error) {
        failure = error
        await errand?.close()
        return []
      }
    })
  )
  const errands = opened.flat()
  if (errands.length === 0) {
    throw failure
  }
  return errands
}

/** Does something at every relay; one of them is enough. @throws what the last relay said where all fail */
export async function atAny(
  errands: readonly LinkingErrand[],
  work: (errand: LinkingErrand) => Promise<void>
): Promise<void> {
  const outcomes = await Promise.allSettled(errands.map(work))
  const failed = outcomes.filter((outcome) => outcome.status === 'rejected')
  if (failed.length === errands.length) {
    throw failed.at(-1)?.reason
  }
}

/**
 * Destroys the mailboxes and closes the errands, as far as relays answer; what stays holds nothing that is of use to anybody, and
 * expires within the hour.
 */
export async function destroyErrands(errands: readonly LinkingErrand[]): Promise<void> {
  await Promise.allSettled(
    errands.map(async (errand) => {
      await errand.destroy()
    })
  )
  await closeErrands(errands)
}

export async function closeErrands(errands: readonly LinkingErrand[]): Promise<void> {
  await Promise.allSettled(errands.map((errand) => errand.close()))
}
