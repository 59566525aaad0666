/**
 * What the client around a machine does, as it does it: opens, decrypts, encrypts, one thing after another, each handed in with the
 * session's new record in one batch.
 */
import {
  type AgainItem,
  type EnvelopeOrigin,
  type Mutation,
  type PeerAppEffect,
  type PeerInput,
  type PeerMachine,
  seenRow,
  sha256,
  type Submission,
  type SubmissionPart
} from '@sealpost/core'
import {
  bytesToHex,
  type ContactId,
  type Content,
  type ContentBody,
  decodeContent,
  decodeLiveContent,
  decodeResendRequest,
  type DeviceNumber,
  type DirectDeposit,
  encodeContent,
  type Envelope,
  type MailboxPush,
  type MessageId,
  messageIds,
  type NodeKey,
  parseDeviceNumber,
  type PrekeyBundle
} from '@sealpost/protocol'
import { sessionKey } from '../../src/peer/keys.ts'
import { bundleRows, FakeSession } from './fake-sessions.ts'
import type { HomeEnd } from './pair-contract.ts'

type Effect<Type extends PeerAppEffect['type']> = Extract<PeerAppEffect, { type: Type }>
type Compose = Extract<PeerAppEffect, { type: `compose-${string}` }>

const SEAL_BYTES = 20

interface Inner {
  readonly type: number
  readonly device: DeviceNumber
  readonly ciphertext: Uint8Array
}

/** A seal that says with which key it was made. */
export function seal(
  { sealKey, envelopeId, recallHash, lifetime, ciphertext }: Effect<'deposit' | 'direct-deposit'>,
  device: DeviceNumber
): Envelope {
  const { type, bytes } = ciphertext
  const sealed = new Uint8Array(SEAL_BYTES + bytes.length <= 2_048 ? 2_048 : 8_192)
  sealed.set([type, device, bytes.length >>> 8, bytes.length & 0xff])
  sealed.set(sealKey.subarray(0, 16), 4)
  sealed.set(bytes, SEAL_BYTES)
  return { envelopeId, recallHash, lifetime, sealed }
}

function open(sealKey: Uint8Array, { sealed }: Envelope): Inner | undefined {
  const isOurs = sealKey.subarray(0, 16).every((byte, at) => byte === sealed[4 + at])
  const device = parseDeviceNumber(sealed[1] ?? 0)
  const length = (sealed[2] ?? 0) * 256 + (sealed[3] ?? 0)
  return isOurs && device !== undefined
    ? { type: sealed[0] ?? 0, device, ciphertext: sealed.slice(SEAL_BYTES, SEAL_BYTES + length) }
    : undefined
}

function hashOf(ciphertext: Uint8Array): string {
  return bytesToHex(sha256(ciphertext).subarray(0, 16))
}

export class HomeClient {
  readonly #home: HomeEnd
  #laneAtMs = 0

  constructor(home: HomeEnd) {
    this.#home = home
  }

  get #machine(): PeerMachine {
    return this.#home.machine
  }

  /** Does it once it is its turn, unless the process has ended by then. */
  #run(task: () => void): void {
    const { epoch, world } = this.#home
    this.#laneAtMs = Math.max(this.#laneAtMs, world.nowMs + world.below(6))
    world.at(this.#laneAtMs, () => {
      if (this.#home.epoch === epoch) {
        task()
      }
    })
  }

  // ---- what comes

  delivered(
    relay: NodeKey,
    { mailboxId, envelope, isLive }: Extract<MailboxPush, { type: 'deliver' }>
  ): void {
    const mailbox = this.#machine.mailbox(relay, mailboxId)
    const inner = mailbox && open(mailbox.sealKey, envelope)
    const { envelopeId } = envelope
    if (mailbox === undefined || inner === undefined) {
      if (!isLive) {
        this.#foreign({ relay, mailboxId, envelopeId, ciphertextHash: undefined })
      }
    } else if (isLive) {
      this.#live(mailbox.contactId, inner, undefined)
    } else {
      const ciphertextHash = hashOf(inner.ciphertext)
      this.#receive(mailbox.contactId, { relay, mailboxId, envelopeId, ciphertextHash }, inner)
    }
  }

  deposited(stream: number, deposit: DirectDeposit): void {
    const { number, envelope, isLive } = deposit
    const mailbox = this.#machine.directMailbox(stream, deposit)
    const inner = mailbox && open(mailbox.sealKey, envelope)
    if (mailbox === undefined || inner === undefined) {
      if (!isLive) {
        this.#foreign({ stream, number, ciphertextHash: undefined })
      }
    } else if (isLive) {
      this.#live(mailbox.contactId, inner, { stream, number })
    } else {
      const ciphertextHash = hashOf(inner.ciphertext)
      this.#receive(mailbox.contactId, { stream, number, ciphertextHash }, inner)
    }
  }

  #foreign(origin: EnvelopeOrigin): void {
    const [contactId, device] = [undefined, undefined]
    this.#home.give({ type: 'discarded', origin, reason: 'foreign', contactId, device })
  }

  #live(
    contactId: ContactId,
    { type, device, ciphertext }: Inner,
    origin: { readonly stream: number; readonly number: number } | undefined
  ): void {
    if (type === 9) {
      const live = decodeLiveContent(ciphertext)
      this.#home.give({ type: 'live-received', contactId, device, live, origin })
    }
  }

  #receive(contactId: ContactId, origin: EnvelopeOrigin, inner: Inner): void {
    this.#run(() => {
      this.#received(contactId, origin, inner)
    })
  }

  #received(contactId: ContactId, origin: EnvelopeOrigin, inner: Inner): void {
    const contact = this.#machine.contact(contactId)
    const { device, ciphertext: bytes, type } = inner
    if (contact === undefined) {
      return
    }
    const isSeen = this.#home.rows.get(seenRow(origin.ciphertextHash ?? '')) !== undefined
    if (type === 8) {
      if (isSeen) {
        this.#foreign(origin)
      } else {
        const request = decodeResendRequest(bytes)
        this.#home.give({ type: 'resend-requested', origin, contactId, device, request })
      }
      return
    }
    if (isSeen) {
      this.#home.give({ type: 'discarded', origin, reason: 'duplicate', contactId, device })
      return
    }
    const session = new FakeSession(this.#home.rows, sessionKey(contact.identityKey, device))
    const opened = session.decrypt({ type: type === 3 ? 3 : 2, bytes })
    if (!(opened instanceof Uint8Array)) {
      const { isSessionLost } = opened
      this.#home.give({
        type: 'discarded',
        origin,
        reason: 'unreadable',
        contactId,
        device,
        isSessionLost
      })
      return
    }
    const content = decodeContent(opened)
    if (this.#machine.isSenderAllowed(contactId, device, content)) {
      this.#home.give({ type: 'received', origin, contactId, device, content }, session.mutations)
    } else {
      this.#home.give({ type: 'discarded', origin, reason: 'foreign', contactId, device })
    }
  }

  // ---- what is asked for

  compose(effect: Compose): void {
    this.#run(() => {
      this.#compose(effect)
    })
  }

  #compose(effect: Compose): void {
    if (effect.type === 'compose-own') {
      return
    }
    const { contactId } = effect
    switch (effect.type) {
      case 'compose-receipt': {
        const devices = this.#machine.receiptDevices(contactId)
        this.#submit(contactId, devices, 0, undefined, { type: 'receipt' })
        return
      }
      case 'compose-again':
        this.#composeAgain(effect)
        return
      case 'compose-unavailable': {
        const { shown, silent } = effect
        this.#say(contactId, { type: 'unavailable', shown, silent })
        return
      }
      case 'compose-address': {
        const address = this.#machine.ownAddress(contactId)
        if (address !== undefined) {
          const { deviceList } = this.#home
          this.#say(contactId, { type: 'address-update', address, deviceList })
        }
        return
      }
      default:
        throw new Error(`nobody asks for ${effect.type} here`)
    }
  }

  #composeAgain({ contactId, device, contents }: Effect<'compose-again'>): void {
    const contact = this.#machine.contact(contactId)
    if (contact === undefined) {
      return
    }
    const session = new FakeSession(this.#home.rows, sessionKey(contact.identityKey, device))
    const items: AgainItem[] = []
    const isNewSession = this.#ensure(session, contactId, device)
    if (isNewSession === undefined) {
      return
    }
    for (const { number, contentBytes } of contents) {
      items.push({ number, contentBytes, ciphertext: session.encrypt(contentBytes) })
    }
    this.#home.give(
      { type: 'submit-again', contactId, device, items, isNewSession },
      session.mutations
    )
  }

  bundleMade({ signedPrekeyId, kyberPrekeyId }: Effect<'make-bundle'>): void {
    this.#run(() => {
      const before = this.#machine.account.bundle
      const bundle: PrekeyBundle = { ...before, signedPrekeyId, kyberPrekeyId }
      this.#home.give({ type: 'bundle-made', bundle }, bundleRows(bundle))
    })
  }

  /** Writes a message. @param onDurable called once it is on the disk. */
  say(contactId: ContactId, body: ContentBody, onDurable?: () => void): void {
    this.#run(() => {
      this.#say(contactId, body, onDurable)
    })
  }

  #say(contactId: ContactId, body: ContentBody, onDurable?: () => void): void {
    const contact = this.#machine.contact(contactId)
    if (contact?.standing !== 'accepted' || this.#machine.stopped !== undefined) {
      return
    }
    const devices = this.#machine.recipientDevices(contactId, this.#home.clockMs)
    const messageId = messageIds.fromBytes(this.#home.world.bytes(16))
    this.#submit(contactId, devices, contact.nextNumber, messageId, body, onDurable)
  }

  #submit(
    contactId: ContactId,
    devices: readonly DeviceNumber[],
    number: number,
    messageId: MessageId | undefined,
    body: ContentBody,
    onDurable?: () => void
  ): void {
    const machine = this.#machine
    const contact = machine.contact(contactId)
    if (contact === undefined) {
      return
    }
    const { words, revisions } = machine.progress(contactId)
    const sentAtMs = machine.networkTimeMs(this.#home.clockMs)
    const here = machine.here(contactId)
    const content: Content = { number, messageId, sentAtMs, progress: words, body, here }
    const contentBytes = encodeContent(content)
    const parts: SubmissionPart[] = []
    const staged: Mutation[] = []
    for (const device of devices) {
      const session = new FakeSession(this.#home.rows, sessionKey(contact.identityKey, device))
      const isNewSession = this.#ensure(session, contactId, device)
      if (isNewSession !== undefined) {
        const ciphertext = session.encrypt(contentBytes)
        parts.push({ device, ciphertext, isNewSession, revision: revisions.get(device) ?? 0 })
        staged.push(...session.mutations)
      }
    }
    if (parts.length > 0) {
      const submission: Submission = { contactId, content, contentBytes, parts }
      const input: Omit<Extract<PeerInput, { type: 'submit' }>, 'atMs'> = {
        type: 'submit',
        submissions: [submission]
      }
      this.#home.give(input, staged, onDurable)
    }
  }

  /** Begins a session where one is due. @returns whether it did; undefined where there is none to write in. */
  #ensure(session: FakeSession, contactId: ContactId, device: DeviceNumber): boolean | undefined {
    const record = this.#machine.theirAddress(contactId, device)
    const isDue = this.#machine.mustReplaceSession(contactId, device, this.#home.clockMs)
    if ((isDue || !session.canEncrypt) && record !== undefined) {
      session.begin(record.bundle, this.#home.world.bytes(16))
      return true
    }
    return session.canEncrypt ? false : undefined
  }
}
