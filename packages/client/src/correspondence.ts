/**
 * Sessions: everything that encrypts or decrypts, one task at a time for each identity, each handed to the machine as one batch
 * with what it means.
 *
 * A task notes how often the driver has crashed before it reads anything, and gives up if that has changed by the time it has a
 * result: what it read may not be what the disk has kept.
 */
import {
  type AddressRecord,
  type ContactId,
  type Content,
  type ContentBody,
  CryptoError,
  decodeContent,
  type DeviceAddress,
  encodeContent,
  type IdentityKey,
  isSealpostError,
  type MessageId,
  messageIds,
  StorageError
} from '@sealpost/protocol'
import {
  type AgainItem,
  type CiphertextOfType,
  type Contact,
  deviceListIn,
  type EnvelopeOrigin,
  messageKey,
  type Mutation,
  type PeerAppEffect,
  type PeerInput,
  type PeerMachine,
  receivedIndexKey,
  seenRow,
  type SubmissionPart
} from '@sealpost/core'
import { type EnvelopeInner, verifyDeviceList } from '@sealpost/crypto'
import { Lanes } from '@sealpost/host'
import type { ClientPorts } from './client-ports.ts'
import { withHere } from './content-with-here.ts'
import type { Composed, Draft, PeerDriver } from './correspondence-contract.ts'
import { checkNotStopped } from './devices-stopped.ts'
import { resendRequestOf, unheardNumbers, waitingNumbers } from './resend-requests.ts'
import { SessionCache } from './session-cache.ts'
import { sessionBundle } from './session-bundle.ts'
import { type OwnIdentity, StagedStores } from './staged-stores.ts'
import { SyncCorrespondence } from './sync-correspondence.ts'
import { withSoundList } from './sync-words.ts'

export type { PeerDriver }

/** Tasks that may wait for one identity: more deliveries than any stream has credit for. */
const LANE_QUEUE_MAX = 4_096

/** Why an envelope holds nothing that may be shown. */
interface NothingDecrypted {
  readonly reason: 'duplicate' | 'unreadable'
  readonly isSessionLost?: boolean
}

/** What is known of a message once it is queued. */
export interface SentMessage {
  readonly messageId: MessageId
  /** Its place in the conversation, for what is shown in it. */
  readonly key: string
  readonly sentAtMs: number
  readonly storedAtMs: number
}

export class Correspondence {
  readonly #ports: ClientPorts
  readonly #driver: PeerDriver
  readonly #own: OwnIdentity
  readonly #sessions = new SessionCache()
  readonly #lanes = new Lanes<IdentityKey>(LANE_QUEUE_MAX)
  /** What is said to our own other devices. */
  readonly siblings: SyncCorrespondence

  constructor(ports: ClientPorts, driver: PeerDriver, own: OwnIdentity) {
    this.#ports = ports
    this.#driver = driver
    this.#own = own
    this.siblings = new SyncCorrespondence({
      engine: ports.engine,
      random: ports.random,
      driver,
      lanes: this.#lanes,
      machine: () => this.#machine(),
      compose: (draft) => this.#compose(draft),
      commit: (input, staged) => this.#commit(input, staged),
      check: (generation) => {
        this.#check(generation)
      }
    })
  }

  /** The engine's stores for one operation. */
  stores(): StagedStores {
    return new StagedStores(this.#own, this.#sessions.of(this.#driver.crashCount), async (keys) => {
      return (await this.#driver.read(keys)).values
    })
  }

  /** Hands submissions in, with the sessions' new records in the same batch. */
  #commit(
    input: Extract<PeerInput, { type: 'submit' }>,
    staged: readonly Mutation[]
  ): Promise<void> {
    const durable = this.#driver.handle(input, staged)
    this.#sessions.note(staged)
    return durable
  }

  get isBusy(): boolean {
    return this.#lanes.busyCount > 0
  }

  whenIdle(): Promise<void> {
    return this.#lanes.whenIdle()
  }

  /**
   * Encrypts a numbered message and queues it. Resolves once it is durable.
   *
   * @param messageId drawn here if not given.
   * @throws StorageError, CryptoError; UsageError where the contact cannot be written to.
   */
  async send(
    contactId: ContactId,
    body: ContentBody,
    messageId: MessageId = messageIds.fromBytes(this.#ports.random.bytes(16))
  ): Promise<SentMessage> {
    const contact = this.#contact(contactId)
    checkNotStopped(this.#machine())
    const committed = await this.#lanes.run(contact.identityKey, async () => {
      const generation = this.#driver.crashCount
      const { nextNumber: number } = this.#contact(contactId)
      const devices = this.#machine().recipientDevices(contactId, this.#driver.now())
      const { submission, staged } = await this.#compose({
        contactId,
        devices,
        number,
        messageId,
        body
      })
      return this.siblings.withCopy(submission, (copies) => {
        this.#check(generation)
        const atMs = this.#driver.now()
        const submissions = [submission, ...copies.map((copy) => copy.submission)]
        const writes = [...staged, ...copies.flatMap((copy) => copy.staged)]
        const durable = this.#commit({ type: 'submit', atMs, submissions }, writes)
        const { lastOrderMs } = this.#contact(contactId)
        const { device } = this.#machine().account
        const key = messageKey(contactId, lastOrderMs, { device, isOwn: true }, number)
        const { sentAtMs } = submission.content
        // Not awaited in the lane: the next message is encrypted while this one is on its way to the disk.
        return { durable, sent: { messageId, key, sentAtMs, storedAtMs: atMs } }
      })
    })
    await committed.durable
    return committed.sent
  }

  /** Encrypts a receipt for each device that is owed one, and queues it. Where that fails it stays owed. */
  async sendReceipt(contactId: ContactId): Promise<void> {
    const { identityKey } = this.#contact(contactId)
    await this.#lanes.run(identityKey, async () => {
      const generation = this.#driver.crashCount
      const devices = this.#machine().receiptDevices(contactId)
      if (devices.length === 0) {
        return
      }
      const { submission, staged } = await this.#compose({
        contactId,
        devices,
        number: 0,
        messageId: undefined,
        body: { type: 'receipt' }
      })
      this.#check(generation)
      const atMs = this.#driver.now()
      this.#post({ type: 'submit', atMs, submissions: [submission] }, staged)
    })
  }

  /** Encrypts contents for one device once more, in the present session or in the one that is due. Where that fails they stay wanted. */
  async sendAgain({
    contactId,
    device,
    contents
  }: Extract<PeerAppEffect, { type: 'compose-again' }>): Promise<void> {
    const { identityKey } = this.#contact(contactId)
    await this.#lanes.run(identityKey, async () => {
      const generation = this.#driver.crashCount
      const stores = this.stores()
      const peer = { identityKey, device }
      const items: AgainItem[] = []
      let isNewSession = false
      for (const { number, contentBytes } of contents) {
        const isFirst = items.length === 0
        const encrypted = await this.#encrypt(stores, contactId, peer, contentBytes, isFirst)
        isNewSession ||= encrypted.isNewSession
        items.push({ number, contentBytes, ciphertext: encrypted.ciphertext })
      }
      this.#check(generation)
      const atMs = this.#driver.now()
      this.#post(
        { type: 'submit-again', atMs, contactId, device, items, isNewSession },
        stores.mutations
      )
    })
  }

  /** Starts a session from the invitation and encrypts the request in it. */
  async sendRequest(contactId: ContactId): Promise<void> {
    const { identityKey } = this.#contact(contactId)
    await this.#lanes.run(identityKey, async () => {
      const generation = this.#driver.crashCount
      const machine = this.#machine()
      const opened = machine.invitation(contactId)
      const address = machine.ownAddress(contactId)
      if (opened === undefined || address === undefined) {
        return
      }
      const { invitation, requestId, number, text, isAgain } = opened
      const { name, deviceList } = machine.account
      const peer = { identityKey, device: invitation.device }
      const stores = this.stores()
      await this.#ports.engine.startSession(
        stores,
        peer,
        sessionBundle(invitation.registrationId, invitation.bundle),
        this.#driver.now()
      )
      const content: Content = {
        number,
        // The same with each claimable: it is one message.
        messageId: number === 0 ? undefined : messageIds.fromHex(requestId),
        sentAtMs: machine.networkTimeMs(this.#driver.now()),
        progress: [],
        body: { type: 'request', requestId, profile: { name }, address, deviceList, text }
      }
      const ciphertext = await this.#ports.engine.encrypt(
        stores,
        peer,
        encodeContent(content),
        this.#driver.now()
      )
      this.#check(generation)
      this.#post(
        {
          type: 'request-composed',
          atMs: this.#driver.now(),
          contactId,
          ciphertext,
          addressVersion: address.version,
          sentAtMs: content.sentAtMs
        },
        stores.mutations
      )
      if (number > 0 && text !== '' && !isAgain) {
        await this.siblings.copy(contactId, { ...content, body: { type: 'text', text } })
      }
    })
  }

  /** Decrypts what came through a contact's mailbox. Whatever it is, it ends as shown, duplicate or unreadable. */
  async receive(contactId: ContactId, origin: EnvelopeOrigin, inner: EnvelopeInner): Promise<void> {
    const { identityKey } = this.#contact(contactId)
    if (inner.type === 8) {
      await this.#receiveResendRequest(contactId, origin, inner)
      return
    }
    await this.#lanes.run(identityKey, async () => {
      const opened = await this.#decrypt(identityKey, inner, origin)
      const atMs = this.#driver.now()
      const device = inner.senderDevice
      if ('reason' in opened) {
        this.#driver.post({ type: 'discarded', atMs, origin, contactId, device, ...opened })
        return
      }
      const { content, staged } = opened
      const own = await this.siblings.read(contactId, content)
      const isHere = content.body.type === 'text' && (await this.#isHere(content))
      const isOlder = this.#machine().isOlder(contactId, content.progress)
      const unheard = isOlder ? await waitingNumbers(this.#driver, contactId) : undefined
      if (this.#machine().isSenderAllowed(contactId, device, content)) {
        this.#post(
          { type: 'received', atMs, origin, contactId, device, content, own, isHere, unheard },
          staged
        )
      } else {
        // Its session stays as it was, so that the same ciphertext can be read once the device is listed.
        const reason = 'foreign'
        this.#driver.post({ type: 'discarded', atMs, origin, reason, contactId, device })
      }
    })
  }

  /** Only the seal protects a resend request: there may be no session that could. Each counts once, whichever relays bring it. */
  async #receiveResendRequest(
    contactId: ContactId,
    origin: EnvelopeOrigin,
    { senderDevice: device, ciphertext }: EnvelopeInner
  ): Promise<void> {
    const { identityKey } = this.#contact(contactId)
    const request = await resendRequestOf(this.#ports.engine, identityKey, ciphertext)
    const { ciphertextHash } = origin
    const isSeen = ciphertextHash !== undefined && (await this.#isSeen(ciphertextHash))
    if (request === undefined || isSeen) {
      this.#discard(origin)
      return
    }
    // In the lane, where numbers are given: it may tell that what was said is to have others.
    await this.#lanes.run(identityKey, async () => {
      const { device: own } = this.#machine().account
      const unheard = await unheardNumbers(this.#driver, contactId, own, request)
      const atMs = this.#driver.now()
      const what = { origin, contactId, device, request, unheard }
      this.#driver.post({ type: 'resend-requested', atMs, ...what })
    })
  }

  /** Decrypts what came through a request box: the first word of somebody unknown. */
  async receiveRequest(
    invitationId: string,
    origin: EnvelopeOrigin,
    inner: EnvelopeInner
  ): Promise<void> {
    const header = inner.type === 3 ? await this.#header(inner.ciphertext) : undefined
    if (header === undefined) {
      this.#discard(origin)
      return
    }
    const { identityKey } = header
    await this.#lanes.run(identityKey, async () => {
      const opened = await this.#decrypt(identityKey, inner, origin)
      const request = 'reason' in opened ? undefined : opened.content.body
      const device = inner.senderDevice
      if ('reason' in opened || request?.type !== 'request' || request.address.device !== device) {
        this.#discard(origin)
        return
      }
      this.#post(
        {
          type: 'request-received',
          atMs: this.#driver.now(),
          origin,
          invitationId,
          identityKey,
          device,
          content: opened.content,
          request
        },
        opened.staged
      )
    })
  }

  async #header(
    ciphertext: Uint8Array
  ): Promise<{ readonly identityKey: IdentityKey } | undefined> {
    try {
      return await this.#ports.engine.readPrekeyMessage(ciphertext)
    } catch (error) {
      if (isSealpostError(error)) {
        return undefined
      }
      throw error
    }
  }

  #discard(origin: EnvelopeOrigin): void {
    this.#driver.post({
      type: 'discarded',
      atMs: this.#driver.now(),
      origin,
      reason: 'foreign',
      contactId: undefined,
      device: undefined
    })
  }

  /** What an envelope holds, and the session's writes; or why it holds nothing. */
  async #decrypt(
    identityKey: IdentityKey,
    inner: EnvelopeInner,
    { ciphertextHash }: EnvelopeOrigin
  ): Promise<
    { readonly content: Content; readonly staged: readonly Mutation[] } | NothingDecrypted
  > {
    if (inner.type !== 2 && inner.type !== 3) {
      return { reason: 'unreadable' }
    }
    const generation = this.#driver.crashCount
    if (ciphertextHash !== undefined && (await this.#isSeen(ciphertextHash))) {
      return { reason: 'duplicate' }
    }
    const stores = this.stores()
    const peer = { identityKey, device: inner.senderDevice }
    try {
      const ciphertext = { type: inner.type, bytes: inner.ciphertext }
      const plaintext = await this.#withSession(stores, peer, () =>
        this.#ports.engine.decrypt(stores, peer, ciphertext, this.#driver.now())
      )
      const content = await this.#soundContent(decodeContent(plaintext))
      await this.#checkDeviceList(identityKey, content)
      this.#check(generation)
      return { content, staged: stores.mutations }
    } catch (error) {
      if (!isSealpostError(error) || error.name === 'StorageError') {
        throw error
      }
      // The engine's "duplicate" of a ciphertext that nobody has dealt with: its key was used for another one, by a session that
      // went back to what it was before, or is kept no longer.
      return { reason: 'unreadable', isSessionLost: error.code === 'SEALPOST_NO_SESSION' }
    }
  }

  /** Runs an operation of the engine; once more without the session where its record cannot be read. */
  async #withSession<Result>(
    stores: StagedStores,
    peer: DeviceAddress,
    run: () => Promise<Result>
  ): Promise<Result> {
    try {
      return await run()
    } catch (error) {
      if (!isSealpostError(error) || error.code !== 'SEALPOST_STORE_CORRUPT') {
        throw error
      }
      this.#ports.log.warn('client.session.corrupt')
      stores.dropSession(peer)
      return run()
    }
  }

  /** Whether another replica of the same ciphertext was dealt with. */
  async #isSeen(ciphertextHash: string): Promise<boolean> {
    const [row] = (await this.#driver.read([seenRow(ciphertextHash)])).values
    return row !== undefined
  }

  /** Whether a message of its id came before, or was taken back before it came. */
  async #isHere({ messageId }: Content): Promise<boolean> {
    const keys = messageId === undefined ? [] : [receivedIndexKey(messageId)]
    const rows = await this.#driver.read(keys.map((key) => ({ table: 'message-index', key })))
    return rows.values.some((value) => value !== undefined)
  }

  /** What an own device says of a contact, without a list that the contact did not sign. */
  async #soundContent(content: Content): Promise<Content> {
    const { body } = content
    if (body.type !== 'contact-state') {
      return content
    }
    const contact = await withSoundList(this.#ports.engine, body.contact)
    return { ...content, body: { ...body, contact } }
  }

  /** @throws CryptoError where a content carries a device list that its account did not sign. */
  async #checkDeviceList(identityKey: IdentityKey, content: Content): Promise<void> {
    const list = deviceListIn(content)
    if (
      list !== undefined &&
      !(await verifyDeviceList(this.#ports.engine, { identityKey, ...list }))
    ) {
      throw new CryptoError(
        'SEALPOST_MESSAGE_INVALID',
        'a device list that its account did not sign'
      )
    }
  }

  /**
   * Encrypts a content for each of its devices. One whose address has not come yet is left out, as is one that there is no session
   * with for another reason: what one device of a contact lacks must not keep a message from the others.
   *
   * @throws CryptoError where none of them can be written to.
   */
  async #compose({ contactId, devices, ...what }: Draft): Promise<Composed> {
    const machine = this.#machine()
    const { identityKey } = this.#contact(contactId)
    const { words, revisions } = machine.progress(contactId)
    const sentAtMs = machine.networkTimeMs(this.#driver.now())
    const { content, contentBytes } = withHere(
      { ...what, sentAtMs, progress: words },
      machine.here(contactId)
    )
    const parts: SubmissionPart[] = []
    const staged: Mutation[] = []
    let failure: unknown = new CryptoError('SEALPOST_NO_SESSION', 'this contact has no device')
    for (const device of devices) {
      const stores = this.stores()
      try {
        const peer = { identityKey, device }
        const encrypted = await this.#encrypt(stores, contactId, peer, contentBytes, true)
        parts.push({ device, ...encrypted, revision: revisions.get(device) ?? 0 })
        staged.push(...stores.mutations)
      } catch (error) {
        if (!isSealpostError(error) || error.name !== 'CryptoError') {
          throw error
        }
        failure = error
      }
    }
    if (parts.length === 0) {
      throw failure
    }
    return { submission: { contactId, content, contentBytes, parts }, staged }
  }

  /**
   * Encrypts; where there is no session that can, or it is to be replaced, one is started from the address record's bundle.
   *
   * @param isFirst whether it is the first of those that are handed in together: only then is the machine asked.
   */
  async #encrypt(
    stores: StagedStores,
    contactId: ContactId,
    peer: DeviceAddress,
    plaintext: Uint8Array,
    isFirst: boolean
  ): Promise<{ readonly ciphertext: CiphertextOfType; readonly isNewSession: boolean }> {
    const machine = this.#machine()
    const now = this.#driver.now()
    const record = machine.theirAddress(contactId, peer.device)
    const isDue = isFirst && machine.mustReplaceSession(contactId, peer.device, now)
    let isNewSession = isDue && record !== undefined && (await this.#begin(stores, peer, record))
    const encrypt = (): Promise<CiphertextOfType> =>
      this.#withSession(stores, peer, () =>
        this.#ports.engine.encrypt(stores, peer, plaintext, this.#driver.now())
      )
    try {
      return { ciphertext: await encrypt(), isNewSession }
    } catch (error) {
      if (!isSealpostError(error) || error.code !== 'SEALPOST_NO_SESSION' || record === undefined) {
        throw error
      }
      isNewSession = await this.#begin(stores, peer, record)
      return { ciphertext: await encrypt(), isNewSession }
    }
  }

  /** Starts a session. @returns false where the bundle is none to start one from: the session stays what it was. */
  async #begin(stores: StagedStores, peer: DeviceAddress, record: AddressRecord): Promise<boolean> {
    const bundle = sessionBundle(record.registrationId, record.bundle)
    try {
      await this.#withSession(stores, peer, () =>
        this.#ports.engine.startSession(stores, peer, bundle, this.#driver.now())
      )
      return true
    } catch (error) {
      if (!isSealpostError(error) || error.name !== 'CryptoError') {
        throw error
      }
      this.#ports.log.warn('client.session.not-started', { code: error.code })
      return false
    }
  }

  #machine(): PeerMachine {
    const { machine } = this.#driver
    if (machine === undefined) {
      throw new StorageError(
        'SEALPOST_STORE_FAILED',
        'the store is being opened again; try again in a moment'
      )
    }
    return machine
  }

  #contact(contactId: ContactId): Contact {
    const contact = this.#machine().contact(contactId)
    if (contact === undefined) {
      throw new CryptoError('SEALPOST_NO_SESSION', 'there is no such contact')
    }
    return contact
  }

  /** Gives the machine what an operation led to; whoever reads the session next finds it in memory. */
  #post(input: PeerInput, staged: readonly Mutation[]): void {
    this.#driver.post(input, staged)
    this.#sessions.note(staged)
  }

  #check(generation: number): void {
    if (this.#driver.crashCount !== generation) {
      throw new StorageError('SEALPOST_STORE_FAILED', 'the store was opened again meanwhile')
    }
  }
}
