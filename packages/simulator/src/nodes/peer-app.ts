/**
 * What the client around a machine does, at once: opens, decrypts, encrypts, each handed in with the session's new record in one
 * batch.
 */
import {
  type AgainItem,
  type DirectOrigin,
  type EnvelopeOrigin,
  type Mutation,
  type PeerAppEffect,
  type PeerMachine,
  seenRow,
  sha256,
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
  type IdentityKey,
  type MailboxPush,
  type MessageId,
  messageIds,
  type NodeKey
} from '@sealpost/protocol'
import type { CipherSession, Opened } from '../cipher/client-cipher.ts'
import { FirstWords } from './first-words.ts'
import type { PeerAppHost } from './peer-app-host.ts'

type Effect<Type extends PeerAppEffect['type']> = Extract<PeerAppEffect, { type: Type }>
export type Compose = Extract<PeerAppEffect, { type: `compose-${string}` }>

interface Saying {
  readonly devices: readonly DeviceNumber[]
  readonly number: number
  readonly messageId: MessageId | undefined
  readonly body: ContentBody
  readonly onDurable?: (() => void) | undefined
}

export class PeerApp {
  readonly firstWords: FirstWords
  readonly #host: PeerAppHost

  constructor(host: PeerAppHost) {
    this.#host = host
    this.firstWords = new FirstWords(host)
  }

  /** The envelope of what the machine deposits. */
  seal(machine: PeerMachine, effect: Effect<'deposit' | 'direct-deposit'>): Envelope {
    return this.#host.cipher.seal(effect, machine.account.device)
  }

  /** A relay delivered something: what it is, is told to the machine. */
  delivered(relay: NodeKey, push: Extract<MailboxPush, { type: 'deliver' }>): void {
    const { mailboxId, envelope, isLive } = push
    const { machine } = this.#host
    const mailbox = machine?.mailbox(relay, mailboxId)
    const opened = mailbox && this.#host.cipher.open(mailbox.sealKey, mailboxId, envelope)
    if (mailbox === undefined || opened === undefined) {
      if (!isLive && !this.firstWords.requested(relay, push)) {
        const { envelopeId } = envelope
        this.#foreign({ relay, mailboxId, envelopeId, ciphertextHash: undefined })
      }
    } else if (isLive) {
      this.#live(mailbox.contactId, opened, undefined)
    } else {
      const ciphertextHash = hashOf(opened)
      const origin = { relay, mailboxId, envelopeId: envelope.envelopeId, ciphertextHash }
      this.#receive(mailbox.contactId, origin, opened)
    }
  }

  /** A deposit came on a direct stream, after the machine had the frame. Live ones are not answered, whatever they are. */
  deposited(stream: number, deposit: DirectDeposit): void {
    const { number, envelope, isLive } = deposit
    const mailbox = this.#host.machine?.directMailbox(stream, deposit)
    const opened = mailbox && this.#host.cipher.open(mailbox.sealKey, deposit.mailboxId, envelope)
    if (mailbox === undefined || opened === undefined) {
      if (!isLive) {
        this.#foreign({ stream, number, ciphertextHash: undefined })
      }
    } else if (isLive) {
      this.#live(mailbox.contactId, opened, { stream, number })
    } else {
      const origin = { stream, number, ciphertextHash: hashOf(opened) }
      this.#receive(mailbox.contactId, origin, opened)
    }
  }

  #foreign(origin: EnvelopeOrigin): void {
    const [contactId, device] = [undefined, undefined]
    this.#host.give({ type: 'discarded', origin, reason: 'foreign', contactId, device })
  }

  #live(
    contactId: ContactId,
    { type, device, ciphertext }: Opened,
    origin: Pick<DirectOrigin, 'stream' | 'number'> | undefined
  ): void {
    if (type === 9) {
      const live = decodeLiveContent(ciphertext)
      this.#host.give({ type: 'live-received', contactId, device, live, origin })
    }
  }

  #receive(contactId: ContactId, origin: EnvelopeOrigin, opened: Opened): void {
    const { disk, machine } = this.#host
    const contact = machine?.contact(contactId)
    if (machine === undefined || contact === undefined) {
      return
    }
    const { device, ciphertext: bytes, type } = opened
    const isSeen = disk.get(seenRow(origin.ciphertextHash ?? '')) !== undefined
    if (type === 8) {
      if (isSeen) {
        this.#foreign(origin)
      } else {
        const request = decodeResendRequest(bytes)
        this.#host.give({ type: 'resend-requested', origin, contactId, device, request })
      }
      return
    }
    if (isSeen) {
      this.#host.give({ type: 'discarded', origin, reason: 'duplicate', contactId, device })
      return
    }
    const session = this.#session(contact.identityKey, device)
    const plaintext = session.decrypt({ type: type === 3 ? 3 : 2, bytes })
    if (!(plaintext instanceof Uint8Array)) {
      const isSessionLost = plaintext === 'SEALPOST_NO_SESSION'
      const what = { reason: 'unreadable', isSessionLost } as const
      this.#host.give({ type: 'discarded', origin, contactId, device, ...what })
      return
    }
    const content = decodeContent(plaintext)
    if (machine.isSenderAllowed(contactId, device, content)) {
      this.#host.give({ type: 'received', origin, contactId, device, content }, session.mutations)
    } else {
      this.#host.give({ type: 'discarded', origin, reason: 'foreign', contactId, device })
    }
  }

  #session(identityKey: IdentityKey, device: DeviceNumber): CipherSession {
    return this.#host.cipher.session(identityKey, device)
  }

  /** Makes what the machine asks for. What belongs to several devices is nothing here. */
  compose(effect: Compose): void {
    const { machine } = this.#host
    if (machine === undefined || effect.type === 'compose-own') {
      return
    }
    const { contactId } = effect
    switch (effect.type) {
      case 'compose-receipt':
        this.#submit(machine, contactId, {
          devices: machine.receiptDevices(contactId),
          number: 0,
          messageId: undefined,
          body: { type: 'receipt' }
        })
        return
      case 'compose-again':
        this.#composeAgain(machine, effect)
        return
      case 'compose-unavailable': {
        const { shown, silent } = effect
        this.say(contactId, { type: 'unavailable', shown, silent })
        return
      }
      case 'compose-address': {
        const address = machine.ownAddress(contactId)
        if (address !== undefined) {
          const { deviceList } = this.#host
          this.say(contactId, { type: 'address-update', address, deviceList })
        }
        return
      }
      case 'compose-text':
        this.say(contactId, { type: 'text', text: effect.text })
        return
      case 'compose-answer':
        this.#answer(machine, effect)
        return
      case 'compose-request':
        this.firstWords.composeRequest(contactId)
    }
  }

  #answer(machine: PeerMachine, { answer, contactId }: Effect<'compose-answer'>): void {
    const { deviceList, random, wallMs } = this.#host
    const address = machine.ownAddress(contactId)
    if (answer === 'link-used') {
      this.#submit(machine, contactId, {
        devices: machine.recipientDevices(contactId, wallMs),
        number: machine.contact(contactId)?.nextNumber ?? 0,
        messageId: messageIds.fromBytes(random.bytes(16)),
        body: { type: 'link-used' }
      })
    } else if (address !== undefined) {
      const profile = { name: machine.account.name }
      this.say(contactId, { type: 'accept', profile, address, deviceList })
    }
  }

  #composeAgain(machine: PeerMachine, effect: Effect<'compose-again'>): void {
    const { contactId, device, contents } = effect
    const contact = machine.contact(contactId)
    if (contact === undefined) {
      return
    }
    const session = this.#session(contact.identityKey, device)
    const isNewSession = this.#ensure(machine, session, contactId, device)
    const items: AgainItem[] = []
    for (const { number, contentBytes } of contents) {
      const ciphertext = session.encrypt(contentBytes, this.#host.wallMs)
      if (ciphertext !== undefined) {
        items.push({ number, contentBytes, ciphertext })
      }
    }
    if (isNewSession !== undefined && items.length > 0) {
      const what = { contactId, device, items, isNewSession }
      this.#host.give({ type: 'submit-again', ...what }, session.mutations)
    }
  }

  /** Prekeys of a new bundle. */
  makeBundle(effect: Effect<'make-bundle'>): void {
    const { bundle, rows } = this.#host.cipher.makeBundle(effect)
    this.#host.give({ type: 'bundle-made', bundle }, rows)
  }

  /**
   * Writes a message.
   *
   * @param onDurable called once it is on the disk.
   * @returns its id; undefined where this contact cannot be written to.
   */
  say(
    contactId: ContactId,
    body: ContentBody,
    onDurable?: (messageId: MessageId) => void
  ): MessageId | undefined {
    const { machine, random, wallMs } = this.#host
    const contact = machine?.contact(contactId)
    if (
      machine === undefined ||
      contact?.standing !== 'accepted' ||
      machine.stopped !== undefined
    ) {
      return undefined
    }
    const messageId = messageIds.fromBytes(random.bytes(16))
    const isSaid = this.#submit(machine, contactId, {
      devices: machine.recipientDevices(contactId, wallMs),
      number: contact.nextNumber,
      messageId,
      body,
      onDurable: onDurable && (() => onDurable(messageId))
    })
    return isSaid ? messageId : undefined
  }

  #submit(machine: PeerMachine, contactId: ContactId, saying: Saying): boolean {
    const { devices, number, messageId, body, onDurable } = saying
    const contact = machine.contact(contactId)
    if (contact === undefined) {
      return false
    }
    const { words, revisions } = machine.progress(contactId)
    const content: Content = {
      number,
      messageId,
      sentAtMs: machine.networkTimeMs(this.#host.wallMs),
      progress: words,
      body,
      here: machine.here(contactId)
    }
    const contentBytes = encodeContent(content)
    const parts: SubmissionPart[] = []
    const staged: Mutation[] = []
    for (const device of devices) {
      const session = this.#session(contact.identityKey, device)
      const isNewSession = this.#ensure(machine, session, contactId, device)
      const ciphertext = session.encrypt(contentBytes, this.#host.wallMs)
      if (isNewSession !== undefined && ciphertext !== undefined) {
        parts.push({ device, ciphertext, isNewSession, revision: revisions.get(device) ?? 0 })
        staged.push(...session.mutations)
      }
    }
    if (parts.length === 0) {
      return false
    }
    const submissions = [{ contactId, content, contentBytes, parts }]
    this.#host.give({ type: 'submit', submissions }, staged, onDurable)
    return true
  }

  /** Begins a session where one is due. @returns whether it did; undefined where there is none to write in. */
  #ensure(
    machine: PeerMachine,
    session: CipherSession,
    contactId: ContactId,
    device: DeviceNumber
  ): boolean | undefined {
    const { wallMs } = this.#host
    const record = machine.theirAddress(contactId, device)
    const isDue = machine.mustReplaceSession(contactId, device, wallMs)
    const canEncrypt = session.canEncrypt(wallMs)
    const isBegun = record !== undefined && (isDue || !canEncrypt) && session.begin(record, wallMs)
    return isBegun || canEncrypt ? isBegun : undefined
  }
}

/** The same for every replica of a ciphertext. */
function hashOf({ ciphertext }: Opened): string {
  return bytesToHex(sha256(ciphertext).subarray(0, 16))
}
