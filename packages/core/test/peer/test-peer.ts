/**
 * A client's machine, driven by hand and synchronously: rows in a map, relays that answer within the call, time that a test lets
 * pass. What the client around it would do, composing and opening, is left to the test.
 */
import {
  type Account,
  ACCOUNT_KEY,
  ALL_KEYS,
  BUNDLES_KEY,
  DEVICES_KEY,
  deviceKey,
  type Mutation,
  type NewInvitation,
  type PeerAppEffect,
  type PeerEffect,
  type PeerInput,
  PeerMachine,
  type PeerNotice,
  type Read,
  readAccount,
  type Row,
  type Submission,
  type TableName
} from '@sealpost/core'
import { TheirAddress } from '../../src/address/their-address.ts'
import {
  type AddressRecord,
  type ContactId,
  type Content,
  type DeviceNumber,
  encodeContent,
  encodeSignedDeviceList,
  type IdentityKey,
  type MailboxPush,
  type NodeKey,
  type Progress,
  type RelayAddress,
  type RelayFrame,
  requestIds,
  type SignedDeviceList
} from '@sealpost/protocol'
import { MemoryRows } from '../relay/memory-rows.ts'
import { SeededRandom } from '../relay/relay-world.ts'
import { claimablesFor } from './claimables-for.ts'
import { originOf } from './origin-of.ts'
import {
  account,
  addressRecord,
  bytesOf,
  contactId,
  contactRow,
  content,
  DAY_MS,
  deviceList,
  FIRST,
  identity,
  START_MS
} from './cast.ts'
import type { Asked, TestRelay } from './test-relay.ts'

type WithoutTime<Input> = Input extends PeerInput ? Omit<Input, 'atMs'> : never
/** What a test gives; the time is the peer's. */
export type Given = WithoutTime<PeerInput>
type Effect<Type extends PeerAppEffect['type']> = Extract<PeerAppEffect, { type: Type }>

/** How one of somebody's devices is reached: at mailboxes of its own. */
export function deviceRecord(
  name: string,
  number: DeviceNumber,
  relays: readonly TestRelay[],
  version = 1
): AddressRecord {
  const label = `${name} ${String(number)}`
  const addresses = relays.map(({ address }) => address)
  return addressRecord(label, addresses, { device: number, version })
}

export class TestPeer {
  readonly account: Account
  readonly rows: MemoryRows
  readonly relays = new Map<NodeKey, TestRelay>()
  readonly notices: PeerNotice[] = []
  /** What the client is asked to do, and the test does. */
  readonly wanted: PeerAppEffect[] = []
  readonly heartbeats: Effect<'heartbeat'>[] = []
  readonly dials: { readonly relay: NodeKey; readonly atMs: number }[] = []
  readonly reads: Read[] = []
  machine: PeerMachine
  nowMs = START_MS
  isHolding = false // While true, reads wait for `answerReads`.
  /** Whether claimables are made as soon as they are wanted. */
  isMaking = true
  madeCount = 0
  /** Ends the process at an input: before its batch is on the disk, or after, before anything else of it happens. */
  crash: { inInputs: number; readonly isCommitted: boolean } | undefined
  crashCount = 0
  /** Called before each input. */
  onInput: (input: PeerInput) => void = () => undefined
  #seed: number
  readonly #connected = new Set<NodeKey>()
  /** What is to be handled, in order; a read is answered with what the rows are when its turn comes. */
  readonly #inputs: (Given | Read)[] = []
  #isRunning = false

  constructor(
    name: string,
    relays: readonly TestRelay[],
    options: {
      readonly rows?: MemoryRows
      readonly seed?: number
      readonly own?: readonly RelayAddress[]
    } = {}
  ) {
    this.account = account(name, options.own ?? relays.map(({ address }) => address))
    this.rows = options.rows ?? new MemoryRows()
    this.#seed = options.seed ?? 1
    relays.forEach((relay) => this.relays.set(relay.nodeKey, relay))
    this.machine = this.#restore()
  }

  #restore(): PeerMachine {
    const all = (table: TableName): readonly Row[] =>
      this.rows.range({ table, ...ALL_KEYS, limit: Number.MAX_SAFE_INTEGER }).rows
    const one = (key: string): Uint8Array | undefined => this.rows.get({ table: 'account', key })
    const stored = one(ACCOUNT_KEY)
    return PeerMachine.restore(
      {
        account: stored === undefined ? this.account : readAccount(stored),
        bundles: one(BUNDLES_KEY),
        knownRelays: all('known-relay'),
        contacts: all('contact'),
        ownAddresses: all('own-address'),
        theirAddresses: all('their-address'),
        progress: all('progress'),
        receipts: all('receipt'),
        recalls: all('recall'),
        withdrawals: all('withdrawal'),
        pendingWords: all('pending-word'),
        invitations: all('invitation'),
        claimedLinks: all('claimed-link'),
        devices: one(DEVICES_KEY),
        declinedRequests: all('declined-request')
      },
      { random: new SeededRandom(this.#seed++ * 7_919), atMs: this.nowMs }
    )
  }

  // ---- the world around it

  /** The process ends; a new one goes on from the rows. */
  restart(isOnline = true): void {
    this.#connected.clear()
    this.#inputs.length = 0
    this.reads.length = 0
    this.wanted.length = 0
    this.machine = this.#restore()
    this.give({ type: isOnline ? 'online' : 'timeout' })
  }

  /** Gives an input, and all that follows from it at once. */
  give(input: Given, staged: readonly Mutation[] = []): void {
    for (const mutation of staged) {
      this.rows.apply(mutation)
    }
    this.#inputs.push(input)
    if (this.#isRunning) {
      return
    }
    this.#isRunning = true
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
        this.#handle(next)
      }
    } finally {
      this.#isRunning = false
    }
  }

  #handle(given: Given | Read): void {
    const input: PeerInput = {
      ...(given.type === 'read' ? this.#records(given) : given),
      atMs: this.nowMs
    }
    this.onInput(input)
    const effects = this.machine.handle(input)
    if (this.crash !== undefined && --this.crash.inInputs === 0) {
      const committed = this.crash.isCommitted ? effects : []
      this.crash = undefined
      this.crashCount += 1
      for (const effect of committed.filter(({ type }) => type === 'write' || type === 'erase')) {
        this.#perform(effect)
      }
      this.restart()
      return
    }
    for (const effect of effects) {
      this.#perform(effect)
    }
    if (!this.isHolding) {
      this.answerReads()
    }
  }

  #records({ id, keys, range }: Read): Given {
    const found = range === undefined ? undefined : this.rows.range(range)
    return {
      type: 'records',
      id,
      values: keys.map((key) => this.rows.get(key)),
      rows: found?.rows ?? [],
      isEnd: found?.isEnd ?? true
    }
  }

  /** Answers the reads that wait, in order. */
  answerReads(): void {
    this.#inputs.push(...this.reads.splice(0))
    if (!this.#isRunning) {
      this.give({ type: 'timeout' })
    }
  }

  #perform(effect: PeerEffect): void {
    switch (effect.type) {
      case 'write':
      case 'erase':
        this.rows.apply(effect)
        return
      case 'read':
        this.reads.push(effect)
        return
      case 'notify':
        this.notices.push(effect.notice)
        return
      case 'dial':
        this.dials.push({ relay: effect.relay, atMs: this.nowMs })
        if (this.relays.get(effect.relay)?.isUp === true) {
          this.#connected.add(effect.relay)
          this.#inputs.push({ type: 'relay-connected', relay: effect.relay })
        } else {
          this.#inputs.push({ type: 'relay-failed', relay: effect.relay })
        }
        return
      case 'hang-up':
        this.cut(effect.relay)
        return
      case 'heartbeat':
        this.heartbeats.push(effect)
        this.#beat(effect)
        return
      case 'request':
        if (effect.request.type !== 'deposit') {
          this.#ask(effect.relay, effect.number, effect.request, effect.work?.bits ?? 0)
        }
        return
      case 'deposit':
        this.#ask(effect.relay, effect.number, effect, 0)
        return
      case 'deposit-request':
        this.#ask(effect.relay, effect.number, effect, effect.workBits)
        return
      case 'make-claimables':
        if (this.isMaking) {
          this.#make(effect)
          return
        }
        this.wanted.push(effect)
        return
      default:
        this.wanted.push(effect)
    }
  }

  /** Makes the claimables that are wanted, no two alike. */
  #make(order: Effect<'make-claimables'>): void {
    const { invitationId, relay } = order
    const claimables = claimablesFor(order, () => ++this.madeCount)
    this.#inputs.push({ type: 'claimables-made', invitationId, relay, claimables })
  }

  /** Makes what was wanted while `isMaking` was false. */
  makeClaimables(): void {
    for (const order of this.take('make-claimables')) {
      this.#make(order)
    }
    this.give({ type: 'timeout' })
  }

  #beat({ relay: nodeKey, frame }: Effect<'heartbeat'>): void {
    const relay = this.relays.get(nodeKey)
    if (frame.type === 'ping' && relay?.isAlive === true && this.#connected.has(nodeKey)) {
      const pong = { type: 'pong', number: frame.number } as const
      this.#inputs.push({ type: 'relay-frame', relay: nodeKey, frame: pong })
    }
  }

  #ask(nodeKey: NodeKey, number: number, request: Asked['request'], bits: number): void {
    const relay = this.relays.get(nodeKey)
    if (relay?.isUp !== true || !this.#connected.has(nodeKey)) {
      return
    }
    for (const frame of relay.ask({ number, atMs: this.nowMs, request, bits })) {
      this.#inputs.push({ type: 'relay-frame', relay: nodeKey, frame })
    }
  }

  isConnected(relay: TestRelay): boolean {
    return this.#connected.has(relay.nodeKey)
  }

  /** The connection ends. */
  cut(relay: NodeKey): void {
    if (this.#connected.delete(relay)) {
      this.give({ type: 'relay-closed', relay })
    } else {
      this.give({ type: 'relay-failed', relay })
    }
  }

  /** A relay stops. */
  down(relay: TestRelay): void {
    relay.isUp = false
    if (this.isConnected(relay)) {
      this.cut(relay.nodeKey)
    }
  }

  frame(relay: TestRelay, frame: RelayFrame): void {
    this.give({ type: 'relay-frame', relay: relay.nodeKey, frame })
  }

  push(relay: TestRelay, push: MailboxPush): void {
    this.frame(relay, { type: 'push', push })
  }

  /** Lets time pass, with every timeout at its moment. */
  advance(ms: number): void {
    const endMs = this.nowMs + ms
    for (let count = 0; ; count++) {
      if (count > 1_000_000) {
        throw new Error('timeouts without end')
      }
      const deadlineMs = this.machine.deadlineMs()
      if (deadlineMs === undefined || deadlineMs > endMs) {
        break
      }
      this.nowMs = Math.max(this.nowMs, deadlineMs)
      this.give({ type: 'timeout' })
    }
    this.nowMs = endMs
    this.give({ type: 'timeout' })
  }

  /** Sets the wall clock. */
  setClock(toMs: number): void {
    this.nowMs = toMs
    this.give({ type: 'clock' })
  }

  online(): void {
    this.give({ type: 'online' })
  }

  // ---- contacts

  /** Knows somebody from before, who is reached at these relays. */
  knows(
    name: string,
    relays: readonly TestRelay[],
    changes: {
      readonly record?: Partial<AddressRecord>
      readonly contact?: Parameters<typeof contactRow>[1]
    } = {}
  ): ContactId {
    const addresses = relays.map(({ address }) => address)
    const record = addressRecord(name, addresses, changes.record)
    const row = contactRow(name, changes.contact)
    const id = contactId(name)
    this.rows.apply({ type: 'write', table: 'contact', ...row })
    const value = new TheirAddress(id, record).encode()
    this.rows.apply({ type: 'write', table: 'their-address', key: `${id}.01`, value })
    relays.forEach((relay) => this.relays.set(relay.nodeKey, relay))
    this.machine = this.#restore()
    return id
  }

  /** Knows somebody from before, each of whose devices is reached at relays of its own. */
  knowsDevices(
    name: string,
    devices: readonly (readonly [device: DeviceNumber, relays: readonly TestRelay[]])[],
    list: SignedDeviceList
  ): ContactId {
    const id = contactId(name)
    const row = contactRow(name, { deviceList: encodeSignedDeviceList(list) })
    this.rows.apply({ type: 'write', table: 'contact', ...row })
    for (const [number, relays] of devices) {
      const record = deviceRecord(name, number, relays)
      const value = new TheirAddress(id, record).encode()
      const key = deviceKey(id, number)
      this.rows.apply({ type: 'write', table: 'their-address', key, value })
      for (const relay of relays) {
        this.relays.set(relay.nodeKey, relay)
      }
    }
    this.machine = this.#restore()
    return id
  }

  /** Makes a link at each of our relays. */
  invite(id: string, changes: Partial<NewInvitation> = {}): NewInvitation {
    const made = {
      id,
      link: `link ${id}`,
      linkSecret: bytesOf(`link secret ${id}`, 32),
      boxSeed: bytesOf(`box seed ${id}`, 32),
      requestSecretKey: bytesOf(`request secret ${id}`, 32),
      expiresAtMs: this.nowMs + 7 * DAY_MS,
      requestKey: bytesOf(`request key ${id}`, 1_216),
      isPublic: false,
      relays: this.account.relays,
      ...changes
    }
    this.give({ type: 'invite', invitation: made })
    return made
  }

  /** Somebody's request comes through a link. */
  request(
    invitationId: string,
    name: string,
    changes: {
      readonly record?: Partial<AddressRecord>
      readonly relays?: readonly TestRelay[]
      readonly deviceList?: SignedDeviceList
      readonly sentAtMs?: number
      readonly text?: string
      readonly number?: number
    } = {}
  ): void {
    const relays = changes.relays ?? [...this.relays.values()]
    const addresses = relays.map(({ address }) => address)
    const request = {
      type: 'request' as const,
      requestId: requestIds.fromBytes(bytesOf(`request ${name}`, 16)),
      profile: { name },
      address: addressRecord(name, addresses, changes.record),
      deviceList: changes.deviceList ?? deviceList(1, 1),
      text: changes.text ?? ''
    }
    const [via] = relays
    if (via === undefined) {
      throw new Error('there is no relay')
    }
    this.give({
      type: 'request-received',
      origin: originOf(via, 1, `box ${invitationId} ${name}`),
      invitationId,
      identityKey: identity(name),
      device: FIRST,
      content: content(changes.number ?? 1, request, {
        sentAtMs: changes.sentAtMs ?? this.nowMs
      }),
      request
    })
  }

  /** Meets somebody who came through a link of ours. */
  meet(name: string): ContactId {
    this.invite(`link for ${name}`)
    this.request(`link for ${name}`, name)
    return this.contactOf(identity(name))
  }

  // ---- what a client does

  /** Encrypts and submits the next text. */
  send(id: ContactId, text?: string): Content {
    const number = this.machine.contact(id)?.nextNumber ?? 0
    const body = { type: 'text', text: text ?? `text ${String(number)}` } as const
    const made = content(number, body, { progress: this.machine.progress(id).words })
    this.submit(id, made)
    return made
  }

  /** @param devices those that get it; all of the contact's where a test does not say. */
  submit(
    id: ContactId,
    made: Content,
    bytes = 100,
    devices: readonly DeviceNumber[] = this.machine.devices(id)
  ): void {
    this.give({ type: 'submit', submissions: [this.submission(id, made, bytes, devices)] })
  }

  submission(
    id: ContactId,
    made: Content,
    bytes = 100,
    devices: readonly DeviceNumber[] = this.machine.devices(id)
  ): Submission {
    const { revisions } = this.machine.progress(id)
    return {
      contactId: id,
      content: made,
      contentBytes: encodeContent(made),
      parts: devices.map((number) => ({
        device: number,
        ciphertext: { type: 2, bytes: new Uint8Array(bytes).fill(made.number) },
        revision: revisions.get(number) ?? 0
      }))
    }
  }

  /** Composes the receipts that are wanted. */
  composeReceipts(): number {
    const receipts = this.wanted.filter(
      (effect): effect is Effect<'compose-receipt'> => effect.type === 'compose-receipt'
    )
    this.wanted.splice(
      0,
      this.wanted.length,
      ...this.wanted.filter(({ type }) => type !== 'compose-receipt')
    )
    for (const { contactId: id } of receipts) {
      const { words } = this.machine.progress(id)
      const devices = this.machine.receiptDevices(id)
      this.submit(id, content(0, { type: 'receipt' }, { progress: words }), 100, devices)
    }
    return receipts.length
  }

  /** What came through a mailbox of the contact, decrypted. */
  receive(
    id: ContactId,
    received: Content,
    relay?: TestRelay,
    number = 1,
    sender: DeviceNumber = FIRST,
    isHere?: boolean
  ): void {
    const via = relay ?? [...this.relays.values()][0]
    if (via === undefined) {
      throw new Error('there is no relay')
    }
    this.give({
      type: 'received',
      origin: originOf(via, (sender - 1) * 1_000_000 + received.number * 100 + number),
      contactId: id,
      device: sender,
      content: received,
      isHere
    })
  }

  /** The contact tells what it holds of ours. */
  told(id: ContactId, word: Partial<Progress>, sender: DeviceNumber = FIRST): void {
    const progress = [
      { device: FIRST, deliveredUpTo: 0, deliveredBeyond: [], readUpTo: 0, ...word }
    ]
    this.receive(id, content(0, { type: 'receipt' }, { progress }), undefined, 1, sender)
  }

  contactOf(key: IdentityKey): ContactId {
    const found = this.machine.contactOf(key)
    if (found === undefined) {
      throw new Error('nobody has this identity')
    }
    return found.contactId
  }

  /** Takes what the client was asked for, of one kind. */
  take<Type extends PeerAppEffect['type']>(type: Type): readonly Effect<Type>[] {
    const taken = this.wanted.filter((effect): effect is Effect<Type> => effect.type === type)
    this.wanted.splice(
      0,
      this.wanted.length,
      ...this.wanted.filter((effect) => effect.type !== type)
    )
    return taken
  }

  /** Notices of one kind, which are then forgotten. */
  takeNotices<Type extends PeerNotice['type']>(
    type: Type
  ): readonly Extract<PeerNotice, { type: Type }>[] {
    const taken = this.notices.filter(
      (notice): notice is Extract<PeerNotice, { type: Type }> => notice.type === type
    )
    this.notices.length = 0
    return taken
  }
}
