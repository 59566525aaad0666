/** Runs a `PeerMachine` behind its ports: the driver over the vault, connections to relays, and sessions. */
import {
  type EnvelopeOrigin,
  type Mutation,
  type PeerAppEffect,
  type PeerEffect,
  type PeerInput,
  type PeerMachine,
  type PeerNotice,
  sha256
} from '@sealpost/core'
import { type EnvelopeInner, openEnvelope, openRequest, signDeviceList } from '@sealpost/crypto'
import { Driver, type Store } from '@sealpost/host'
import {
  bytesToHex,
  type ContactId,
  decodeLiveContent,
  type DirectDeposit,
  isSealpostError,
  type LiveContent,
  type MailboxPush,
  type NodeKey,
  relayMultihash,
  UsageError
} from '@sealpost/protocol'
import type { ClientPorts } from './client-ports.ts'
import { bundleOf, rowsOf } from './bundle-prekeys.ts'
import { Connections } from './connections.ts'
import { DirectConnections } from './direct-connections.ts'
import { Correspondence, type PeerDriver } from './correspondence.ts'
import { makeClaimables, openInvitation } from './invitation-maker.ts'
import { restorePeer } from './restore-peer.ts'
import { StoreWatch, unlessFull } from './store-watch.ts'
import { HistorySender } from './sync-history.ts'
import { Notes } from './notes.ts'
import { type HomeSecret, openHome } from './unlock-home.ts'
import { VaultStore } from './vault-store.ts'

export class PeerHost {
  readonly #ports: ClientPorts
  #history: HistorySender | undefined
  #onNotices: (notices: readonly PeerNotice[]) => void = () => undefined
  #onCommitted: (mutations: readonly Mutation[]) => void = () => undefined
  readonly #connections: Connections
  readonly #direct: DirectConnections
  /** Whether the disk takes what is written. */
  readonly watch: StoreWatch
  #onStore: () => void = () => undefined
  #store: Store | undefined
  #driver: PeerDriver | undefined
  #correspondence: Correspondence | undefined
  /** Deliveries whose decryption has not been handed to the machine yet. */
  #taskCount = 0
  #isOnline = false
  #isClosed = false

  private constructor(ports: ClientPorts) {
    this.#ports = ports
    this.watch = new StoreWatch({
      clock: ports.clock,
      write: () => new Notes(this.driver).keep('room', new Uint8Array(1)),
      onChange: (wasFull) => {
        this.#onStore()
        if (wasFull) {
          this.setOnline(this.#isOnline)
        }
      }
    })
    this.#connections = new Connections(ports, {
      onConnected: (relay) => {
        this.post({ type: 'relay-connected', atMs: this.driver.now(), relay })
      },
      onFailed: (relay) => {
        this.post({ type: 'relay-failed', atMs: this.driver.now(), relay })
      },
      onClosed: (relay) => {
        this.post({ type: 'relay-closed', atMs: this.driver.now(), relay })
      },
      onFrame: (relay, frame) => {
        if (frame.type === 'push' && frame.push.type === 'deliver') {
          this.#delivered(relay, frame.push)
        }
        this.post({ type: 'relay-frame', atMs: this.driver.now(), relay, frame })
      }
    })
    this.#direct = new DirectConnections(ports, {
      onOpened: (own) => {
        this.post({ type: 'direct-opened', atMs: this.driver.now(), ...own })
      },
      onUnavailable: () => {
        this.post({ type: 'direct-unavailable', atMs: this.driver.now() })
      },
      onConnected: (stream, nodeKey, isDialled) => {
        const atMs = this.driver.now()
        this.post({ type: 'direct-connected', atMs, stream, nodeKey, isDialled })
      },
      onFailed: (nodeKey) => {
        this.post({ type: 'direct-failed', atMs: this.driver.now(), nodeKey })
      },
      onClosed: (stream) => {
        this.post({ type: 'direct-closed', atMs: this.driver.now(), stream })
      },
      onPathMade: (attempt, end) => {
        this.post({ type: 'path-made', atMs: this.driver.now(), attempt, end })
      },
      onPathFailed: (attempt) => {
        this.post({ type: 'path-failed', atMs: this.driver.now(), attempt })
      },
      onFrame: (stream, frame) => {
        this.post({ type: 'direct-frame', atMs: this.driver.now(), stream, frame })
        if (frame.type === 'deposit') {
          this.#deposited(stream, frame)
        }
      }
    })
  }

  /** @throws as `SealpostClient.open` */
  static async open(ports: ClientPorts, secret: HomeSecret): Promise<PeerHost> {
    const host = new PeerHost(ports)
    // Opened once at the start: the secret is tried on the store that the driver then takes over.
    let opened: Store | undefined = await ports.open()
    const { seal, own } = await openHome(opened, ports, secret)
    const driver = await Driver.start<PeerInput, PeerEffect, PeerMachine>({
      open: async () => {
        const store = opened ?? (await ports.open())
        opened = undefined
        host.#store = store
        return new VaultStore(store, seal, (mutations) => {
          host.#onCommitted(mutations)
          host.watch.committed()
        })
      },
      restore: (store, atMs) => restorePeer(store, ports, atMs),
      clock: ports.clock,
      log: ports.log,
      perform: (effects) => {
        host.#perform(effects)
      },
      onCrash: (error) => {
        ports.log.error('client.store.failed', { code: error.code })
        host.#connections.drop()
        host.#direct.drop()
        host.watch.failed(error.code)
      },
      onRestart: () => {
        host.watch.reopened()
        host.setOnline(host.#isOnline)
      }
    })
    host.#driver = driver
    // Nothing is awaited in between: the machine's first timers already ask for receipts to be encrypted.
    host.#correspondence = new Correspondence(ports, driver, own)
    host.#history = new HistorySender({
      driver,
      correspondence: host.#correspondence,
      onFailed: (error) => {
        host.#taskFailed(error)
      }
    })
    return host
  }

  /** Tells what the machine said; also, with nothing, that something happened. */
  listen(onNotices: (notices: readonly PeerNotice[]) => void): void {
    this.#onNotices = onNotices
  }

  /** Tells what was committed, in order, once it is durable; and when the store fails, or does not any more. */
  follow(onCommitted: (mutations: readonly Mutation[]) => void, onStore: () => void): void {
    this.#onCommitted = onCommitted
    this.#onStore = onStore
  }

  /** The store as it is, in which only the vault's header may be written: all else is the driver's. */
  get store(): Store {
    if (this.#store === undefined) {
      throw new UsageError('SEALPOST_CLIENT_CLOSED')
    }
    return this.#store
  }

  get driver(): PeerDriver {
    if (this.#driver === undefined) {
      throw new UsageError('SEALPOST_CLIENT_CLOSED')
    }
    return this.#driver
  }

  get correspondence(): Correspondence {
    if (this.#correspondence === undefined) {
      throw new UsageError('SEALPOST_CLIENT_CLOSED')
    }
    return this.#correspondence
  }

  /** Whether anything is under way here or to a relay we are connected to. */
  get isBusy(): boolean {
    const machine = this.driver.machine
    return (
      machine === undefined ||
      this.#taskCount > 0 ||
      this.#connections.isWorking ||
      this.correspondence.isBusy ||
      this.#history?.isRunning === true ||
      machine.isBusy()
    )
  }

  setOnline(isOnline: boolean): void {
    this.#isOnline = isOnline
    if (this.watch.isFull) {
      this.#tell([])
      return
    }
    this.post({ type: isOnline ? 'online' : 'offline', atMs: this.driver.now() })
  }

  /**
   * The device's own mailbox lets a copy of this home, or a device out of a backup, find this one: it is made before either is. A
   * home whose disk is full is opened without it.
   */
  expectDevice(): Promise<void> {
    const input = { type: 'expect-device', atMs: this.driver.now(), isGiven: false } as const
    return this.driver.handle(input).catch(unlessFull)
  }

  async close(): Promise<void> {
    if (this.#isOnline && this.driver.machine?.account.settings.isPresenceShown === true) {
      // So that contacts hear that we go; where it fails they notice later.
      await this.driver.handle({ type: 'offline', atMs: this.driver.now() }).catch(() => undefined)
    }
    this.#isClosed = true
    this.watch.stop()
    await this.correspondence.whenIdle()
    await this.#connections.close()
    await this.#direct.close()
    await this.driver.close()
    await this.#ports.transport.close()
  }

  #tell(notices: readonly PeerNotice[]): void {
    if (!this.#isClosed) {
      this.#history?.pump()
    }
    this.#onNotices(notices)
  }

  /** Gives the machine an input and does not wait. */
  post(input: PeerInput): void {
    this.driver.post(input)
    this.#tell([])
  }

  #perform(effects: readonly PeerAppEffect[]): void {
    const notices: PeerNotice[] = []
    for (const effect of effects) {
      if (effect.type === 'notify') {
        notices.push(effect.notice)
      } else if (!this.#isClosed) {
        this.#performOne(effect)
      }
    }
    this.#tell(notices)
  }

  #performOne(effect: Exclude<PeerAppEffect, { type: 'notify' }>): void {
    const device = this.driver.machine?.account.device
    if (device === undefined) {
      return
    }
    switch (effect.type) {
      case 'dial':
        this.#run(this.#connections.dial(effect))
        return
      case 'hang-up':
        this.#connections.hangUp(effect.relay)
        return
      case 'heartbeat':
        this.#connections.heartbeat(effect.relay, effect.frame)
        return
      case 'request':
        this.#connections.request(effect)
        return
      case 'deposit':
        this.#connections.deposit(effect, device)
        return
      case 'open-direct':
        this.#run(this.#direct.open())
        return
      case 'close-direct':
        this.#direct.shut()
        return
      case 'dial-direct':
        this.#run(this.#direct.dial(effect))
        return
      case 'offer-path':
      case 'answer-path':
      case 'take-answer':
      case 'drop-path':
        this.#direct.path(effect)
        return
      case 'cut-direct':
        this.#direct.cut(effect.stream)
        return
      case 'direct-frame':
        this.#direct.send(effect)
        return
      case 'direct-deposit':
        this.#direct.deposit(effect, device)
        return
      case 'deposit-request':
        this.#run(this.#connections.depositRequest(effect, device))
        return
      case 'sign-device-list':
        this.#run(this.#signList(effect.body))
        return
      case 'make-bundle':
        this.#run(this.#makeBundle(effect))
        return
      case 'open-claimable':
        this.#run(this.#openClaimable(effect))
        return
      case 'make-claimables':
        this.#run(this.#makeClaimables(effect))
        return
      default:
        this.#run(this.#compose(effect))
    }
  }

  /** Encrypts what the machine asks for. */
  #compose(effect: Extract<PeerAppEffect, { type: `compose-${string}` }>): Promise<void> {
    switch (effect.type) {
      case 'compose-text':
        return this.#say(effect.contactId, effect.text)
      case 'compose-receipt':
        return this.correspondence.sendReceipt(effect.contactId)
      case 'compose-again':
        return this.correspondence.sendAgain(effect)
      case 'compose-unavailable':
        return this.#tellUnavailable(effect)
      case 'compose-answer':
        return this.#answer(effect)
      case 'compose-address':
        return this.#tellAddress(effect.contactId)
      case 'compose-request':
        return this.correspondence.sendRequest(effect.contactId)
      case 'compose-own':
        return this.correspondence.siblings.tell()
    }
  }

  async #answer({
    contactId,
    answer
  }: Extract<PeerAppEffect, { type: 'compose-answer' }>): Promise<void> {
    if (answer === 'link-used') {
      await this.correspondence.send(contactId, { type: 'link-used' })
      return
    }
    const { machine } = this.driver
    const address = machine?.ownAddress(contactId)
    if (machine !== undefined && address !== undefined) {
      const { name, deviceList } = machine.account
      await this.correspondence.send(contactId, {
        type: 'accept',
        profile: { name },
        address,
        deviceList
      })
    }
  }

  async #tellUnavailable({
    contactId,
    shown,
    silent
  }: Extract<PeerAppEffect, { type: 'compose-unavailable' }>): Promise<void> {
    await this.correspondence.send(contactId, { type: 'unavailable', shown, silent })
  }

  async #tellAddress(contactId: ContactId): Promise<void> {
    const { machine } = this.driver
    const address = machine?.ownAddress(contactId)
    if (machine !== undefined && address !== undefined) {
      const { deviceList } = machine.account
      await this.correspondence.send(contactId, { type: 'address-update', address, deviceList })
    }
  }

  async #signList(body: Uint8Array): Promise<void> {
    const identity = await this.correspondence.stores().identity()
    const signature = await signDeviceList(this.#ports.engine, { identity, body })
    const deviceList = { body, signature }
    const atMs = this.driver.now()
    this.post({ type: 'device-list-signed', atMs, deviceList, granted: undefined })
  }

  /** Makes prekeys, whose private halves are on disk in the batch that first names their public ones. */
  async #makeBundle({
    signedPrekeyId,
    kyberPrekeyId
  }: Extract<PeerAppEffect, { type: 'make-bundle' }>): Promise<void> {
    const generation = this.driver.crashCount
    const identity = await this.correspondence.stores().identity()
    const { engine } = this.#ports
    const nowMs = this.driver.now()
    const prekeys = {
      signed: await engine.makeSignedPrekey(signedPrekeyId, identity, nowMs),
      kyber: await engine.makeKyberPrekey(kyberPrekeyId, identity, nowMs)
    }
    // One of these ids may be there already, asked for twice: its private halves must not be another's.
    const known = this.driver.machine?.account.bundle.signedPrekeyId
    if (this.driver.crashCount === generation && known !== signedPrekeyId) {
      const bundle = bundleOf(prekeys)
      this.driver.post({ type: 'bundle-made', atMs: this.driver.now(), bundle }, rowsOf(prekeys))
      this.#tell([])
    }
  }

  async #say(contactId: ContactId, text: string): Promise<void> {
    await this.correspondence.send(contactId, { type: 'text', text })
  }

  async #makeClaimables(
    effect: Extract<PeerAppEffect, { type: 'make-claimables' }>
  ): Promise<void> {
    const { machine, crashCount } = this.driver
    if (machine === undefined) {
      return
    }
    const stores = this.correspondence.stores()
    const { claimables, staged } = await makeClaimables(this.#ports, machine, stores, effect)
    if (this.driver.crashCount === crashCount) {
      const { invitationId, relay } = effect
      const atMs = this.driver.now()
      this.driver.post({ type: 'claimables-made', atMs, invitationId, relay, claimables }, staged)
    }
  }

  async #openClaimable(effect: Extract<PeerAppEffect, { type: 'open-claimable' }>): Promise<void> {
    const { contactId, relay, blob } = effect
    const { machine } = this.driver
    if (machine === undefined) {
      return
    }
    const opened = await openInvitation(this.#ports, machine, contactId, relay, blob)
    this.post({
      type: 'claimable-opened',
      atMs: this.driver.now(),
      contactId,
      relay,
      invitation: opened?.invitation,
      invitationBytes: opened?.bytes ?? new Uint8Array(0)
    })
  }

  /** A deposit came on a direct stream. Live ones are not answered, whatever they are. */
  #deposited(stream: number, deposit: DirectDeposit): void {
    const { number, mailboxId, envelope, isLive } = deposit
    const mailbox = this.driver.machine?.directMailbox(stream, deposit)
    const inner = mailbox && openEnvelope({ sealKey: mailbox.sealKey, mailboxId, envelope })
    if (mailbox !== undefined && inner !== undefined && isLive) {
      this.#live(mailbox.contactId, inner, { stream, number })
    } else if (mailbox !== undefined && inner !== undefined && inner.type !== 9) {
      const origin = { stream, number, ciphertextHash: hashOf(inner.ciphertext) }
      this.#run(this.correspondence.receive(mailbox.contactId, origin, inner))
    } else if (!isLive) {
      this.#foreign({ stream, number, ciphertextHash: undefined })
    }
  }

  /** Live content, which nobody stores and nobody acknowledges. */
  #live(
    contactId: ContactId,
    { type, senderDevice: device, ciphertext }: EnvelopeInner,
    origin: { readonly stream: number; readonly number: number } | undefined
  ): void {
    if (type !== 9) {
      return
    }
    let live: LiveContent
    try {
      live = decodeLiveContent(ciphertext)
    } catch (error) {
      if (isSealpostError(error)) {
        return
      }
      throw error
    }
    const atMs = this.driver.now()
    this.post({ type: 'live-received', atMs, contactId, device, live, origin })
  }

  #foreign(origin: EnvelopeOrigin): void {
    this.post({
      type: 'discarded',
      atMs: this.driver.now(),
      origin,
      reason: 'foreign',
      contactId: undefined,
      device: undefined
    })
  }

  #delivered(
    relay: NodeKey,
    { mailboxId, envelope, isLive }: Extract<MailboxPush, { type: 'deliver' }>
  ): void {
    const { machine } = this.driver
    if (isLive) {
      const known = machine?.mailbox(relay, mailboxId)
      const live = known && openEnvelope({ sealKey: known.sealKey, mailboxId, envelope })
      if (known !== undefined && live !== undefined) {
        this.#live(known.contactId, live, undefined)
      }
      return
    }
    const origin = (inner?: EnvelopeInner): EnvelopeOrigin => ({
      relay,
      mailboxId,
      envelopeId: envelope.envelopeId,
      ciphertextHash: inner === undefined ? undefined : hashOf(inner.ciphertext)
    })
    const mailbox = machine?.mailbox(relay, mailboxId)
    const box = machine?.requestBox(relay, mailboxId)
    if (mailbox !== undefined) {
      const inner = openEnvelope({ sealKey: mailbox.sealKey, mailboxId, envelope })
      if (inner !== undefined) {
        this.#run(this.correspondence.receive(mailbox.contactId, origin(inner), inner))
        return
      }
    } else if (box !== undefined && box.requestSecretKey.length > 0) {
      const inner = openRequest({
        secretKey: box.requestSecretKey,
        relay: relayMultihash(relay),
        mailboxId,
        envelope
      })
      if (inner !== undefined) {
        this.#run(this.correspondence.receiveRequest(box.invitationId, origin(inner), inner))
        return
      }
    }
    this.#foreign(origin())
  }

  #taskFailed(error: unknown): void {
    this.#ports.log.warn('client.task.failed', {
      code: isSealpostError(error) ? error.code : 'SEALPOST_BUG'
    })
  }

  /** Runs what the machine asked for. What fails stays as it was on disk, and is begun again. */
  #run(task: Promise<void>): void {
    this.#taskCount += 1
    void task
      .catch((error: unknown) => {
        this.#taskFailed(error)
        if (!isSealpostError(error)) {
          throw error
        }
      })
      .finally(() => {
        this.#taskCount -= 1
        this.#tell([])
      })
  }
}

/** The same for every replica of a ciphertext. */
function hashOf(ciphertext: Uint8Array): string {
  return bytesToHex(sha256(ciphertext).subarray(0, 16))
}
