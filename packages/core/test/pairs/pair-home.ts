/**
 * One home: a machine over rows in memory, and what a driver is to it. Writes join a batch; what a handle says is performed once its
 * batch is durable. The process ends at any moment: before a batch, after it, or in the middle of what it says.
 */
import {
  type Account,
  ACCOUNT_KEY,
  ALL_KEYS,
  BUNDLES_KEY,
  DEVICES_KEY,
  deviceKey,
  type EnvelopeOrigin,
  type Mutation,
  type PeerAppEffect,
  type PeerEffect,
  PeerMachine,
  type Read,
  readAccount,
  type Row,
  type TableName
} from '@sealpost/core'
import {
  type ContactId,
  type DirectFrame,
  encodeSignedDeviceList,
  type NodeKey,
  type RelayFrame,
  type SignedDeviceList
} from '@sealpost/protocol'
import { TheirAddress } from '../../src/address/their-address.ts'
import {
  account,
  contactId,
  contactRow,
  device as deviceNumber,
  deviceList as listOf,
  relayKey
} from '../peer/cast.ts'
import { MemoryRows } from '../relay/memory-rows.ts'
import { SeededRandom } from '../relay/relay-world.ts'
import { bundleRows } from './fake-sessions.ts'
import type { DirectNetwork } from './direct-network.ts'
import { HomeClient, seal } from './home-client.ts'
import type { Given, HomeEnd, LinkEnd, RelayEnd, Timeline } from './pair-contract.ts'
import type { Truth } from './truth.ts'

/** What is around a home. */
export interface Surroundings extends Timeline {
  readonly direct: DirectNetwork
  relay(nodeKey: NodeKey): RelayEnd | undefined
  dial(home: PairHome, relay: RelayEnd): LinkEnd
}

/** Commits take so long, or less. */
const COMMIT_MS = 4

/** Where what an input deals with came from. */
function originOf(given: Given): EnvelopeOrigin | undefined {
  switch (given.type) {
    case 'received':
    case 'discarded':
    case 'resend-requested':
      return given.origin
    default:
      return undefined
  }
}

/** Whether it only says that this side is there, to a relay or to another home. */
function isHeartbeat(effect: PeerAppEffect): boolean {
  const isPing = effect.type === 'direct-frame' && ['ping', 'pong'].includes(effect.frame.type)
  return effect.type === 'heartbeat' || isPing
}

interface Uncommitted {
  /** What undoes it, in the order in which it was done. */
  readonly undo: readonly Mutation[]
  readonly said: readonly PeerAppEffect[]
  readonly onDurable: (() => void) | undefined
  /** What came, if it is dealt with in it. */
  readonly origin: EnvelopeOrigin | undefined
}

export interface HomeInit {
  readonly person: string
  readonly device: number
  readonly deviceList: SignedDeviceList
  readonly relays: readonly RelayEnd[]
  readonly seed: number
}

export class PairHome implements HomeEnd {
  readonly name: string
  readonly person: string
  readonly world: Surroundings
  readonly client: HomeClient
  readonly account: Account
  /** What its person's devices are, as it tells others. */
  readonly deviceList: SignedDeviceList
  readonly rows = new MemoryRows()
  machine: PeerMachine
  isRunning = true
  isOnline = false
  /** Its clock less true time. */
  offsetMs = 0
  /** Counts its processes. */
  epoch = 1
  directKey: NodeKey | undefined
  /** Ends the process in so many inputs: before the batch, or after it and so many effects. */
  crashIn:
    | {
        inputs: number
        readonly performed: number | undefined
        /** It starts again after so long. */
        readonly downMs: number
      }
    | undefined
  crashCount = 0
  /** What it has said since the last look, by type. */
  readonly said = new Map<string, number>()
  readonly #truth: Truth
  readonly #seed: number
  readonly #links = new Map<NodeKey, LinkEnd>()
  readonly #dialling = new Map<NodeKey, object>()
  #uncommitted: Uncommitted[] = []
  #isCommitting = false
  #readAtMs = 0

  constructor(world: Surroundings, truth: Truth, init: HomeInit) {
    const { person, device, deviceList, relays, seed } = init
    this.name = `${person} ${String(device)}`
    this.person = person
    this.world = world
    this.deviceList = deviceList
    this.#truth = truth
    this.#seed = seed
    const base = account(
      person,
      relays.map(({ address }) => address)
    )
    // It knows of no other device of its own: these are nothing of what is played here.
    const ownList = listOf(1, device)
    this.account = { ...base, device: deviceNumber(device), deviceList: ownList }
    bundleRows(base.bundle).forEach((row) => {
      this.rows.apply(row)
    })
    this.client = new HomeClient(this)
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
        devices: one(DEVICES_KEY),
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
        declinedRequests: all('declined-request')
      },
      {
        random: new SeededRandom(this.#seed * 15_485_863 + this.epoch * 7_919),
        atMs: this.clockMs
      }
    )
  }

  // ---- acquaintances, before anything happens

  /** Has another person as a contact, and an address for them. */
  knows(person: string, list: SignedDeviceList): ContactId {
    const row = contactRow(person, { deviceList: encodeSignedDeviceList(list) })
    this.rows.apply({ type: 'write', table: 'contact', ...row })
    this.machine = this.#restore()
    const id = contactId(person)
    // An address is made for whoever is unblocked.
    this.give({ type: 'block', contactId: id })
    this.give({ type: 'unblock', contactId: id })
    this.#commit()
    return id
  }

  /** Knows how one of their devices is reached. */
  reaches(other: HomeEnd): void {
    const id = contactId(other.person)
    const record = other.machine.ownAddress(contactId(this.person))
    if (record === undefined) {
      throw new Error(`${other.name} has no address for ${this.name}`)
    }
    const key = deviceKey(id, other.account.device)
    const value = new TheirAddress(id, record).encode()
    this.rows.apply({ type: 'write', table: 'their-address', key, value })
    this.machine = this.#restore()
  }

  /** How many relays it has for another home. */
  relayCountOf(other: HomeEnd): number {
    const id = contactId(other.person)
    return this.machine.theirAddress(id, other.account.device)?.relays.length ?? 0
  }

  /** Whether it holds a number of another home. */
  holds(other: HomeEnd, number: number): boolean {
    return this.machine.isHeld(contactId(other.person), other.account.device, number)
  }

  // ---- time

  get clockMs(): number {
    return this.world.nowMs + this.offsetMs
  }

  get dueMs(): number | undefined {
    const dueMs = this.isRunning ? this.machine.deadlineMs() : undefined
    return dueMs === undefined ? undefined : dueMs - this.offsetMs
  }

  due(): void {
    this.give({ type: 'timeout' })
  }

  setClock(offsetMs: number): void {
    this.offsetMs = offsetMs
    this.give({ type: 'clock' })
  }

  // ---- the process

  /** Ends it; what was not committed never was. */
  crash(): void {
    if (!this.isRunning) {
      return
    }
    for (const { undo } of [...this.#uncommitted].reverse()) {
      for (const mutation of [...undo].reverse()) {
        this.rows.apply(mutation)
      }
    }
    this.#uncommitted = []
    this.isRunning = false
    this.crashCount += 1
    this.epoch += 1
    this.crashIn = undefined
    this.directKey = undefined
    this.world.direct.leave(this)
    const links = [...this.#links.values()]
    this.#links.clear()
    this.#dialling.clear()
    for (const link of links) {
      link.end('home')
    }
  }

  start(): void {
    if (!this.isRunning) {
      this.isRunning = true
      this.machine = this.#restore()
      this.give({ type: this.isOnline ? 'online' : 'timeout' })
    }
  }

  setOnline(isOnline: boolean): void {
    if (this.isOnline !== isOnline) {
      this.isOnline = isOnline
      this.give({ type: isOnline ? 'online' : 'offline' })
    }
  }

  /** Gives an input; its writes and `staged` are one batch. @param onDurable called once that is on the disk. */
  give(given: Given, staged: readonly Mutation[] = [], onDurable?: () => void): void {
    if (!this.isRunning) {
      return
    }
    const effects = this.machine.handle({ ...given, atMs: this.clockMs })
    const undo: Mutation[] = []
    const said: PeerAppEffect[] = []
    for (const effect of [...staged, ...effects]) {
      this.#take(effect, undo, said)
    }
    const origin = originOf(given)
    this.#uncommitted.push({ undo, said, onDurable, origin })
    if (this.crashIn !== undefined && --this.crashIn.inputs <= 0) {
      const { performed, downMs } = this.crashIn
      if (performed !== undefined) {
        this.#commit(performed)
      }
      this.crash()
      const { epoch } = this
      this.world.at(this.world.nowMs + downMs, () => {
        if (this.epoch === epoch) {
          this.start()
        }
      })
      return
    }
    this.#commitSoon()
  }

  #take(effect: PeerEffect | Mutation, undo: Mutation[], said: PeerAppEffect[]): void {
    if (effect.type === 'write' || effect.type === 'erase') {
      const { table, key } = effect
      const value = this.rows.get({ table, key })
      undo.push(
        value === undefined ? { type: 'erase', table, key } : { type: 'write', table, key, value }
      )
      this.rows.apply(effect)
    } else if (effect.type === 'read') {
      this.#read(effect)
    } else {
      said.push(effect)
    }
  }

  /** Answered in the order asked, with every write of the inputs before. */
  #read({ id, keys, range }: Read): void {
    const { epoch } = this
    this.#readAtMs = Math.max(this.#readAtMs, this.world.nowMs + this.world.below(3))
    this.world.at(this.#readAtMs, () => {
      if (this.epoch === epoch) {
        const found = range === undefined ? undefined : this.rows.range(range)
        this.give({
          type: 'records',
          id,
          values: keys.map((key) => this.rows.get(key)),
          rows: found?.rows ?? [],
          isEnd: found?.isEnd ?? true
        })
      }
    })
  }

  #commitSoon(): void {
    if (!this.#isCommitting) {
      this.#isCommitting = true
      this.world.at(this.world.nowMs + this.world.below(COMMIT_MS), () => {
        this.#isCommitting = false
        this.#commit()
      })
    }
  }

  /** @param performed effects that come about before the process ends; all where it does not. */
  #commit(performed = Infinity): void {
    const batches = this.#uncommitted
    this.#uncommitted = []
    let left = performed
    for (const { said, onDurable, origin } of batches) {
      onDurable?.()
      if (origin !== undefined) {
        this.#truth.dealtWith(this, origin)
      }
      for (const effect of said) {
        if (left-- > 0) {
          this.#perform(effect)
        }
      }
    }
  }

  // ---- what it says

  #perform(effect: PeerAppEffect): void {
    const name = isHeartbeat(effect) ? 'heartbeat' : effect.type
    this.said.set(name, (this.said.get(name) ?? 0) + 1)
    switch (effect.type) {
      case 'dial':
        this.#dial(effect.relay)
        return
      case 'hang-up':
        this.#hangUp(effect.relay)
        return
      case 'heartbeat':
        this.#links.get(effect.relay)?.toRelay(effect.frame)
        return
      case 'request': {
        const { number, request } = effect
        if (request.type === 'ack') {
          this.#truth.acked(this, effect.relay, request.envelopeIds)
        }
        this.#links.get(effect.relay)?.toRelay({ type: 'request', number, request })
        return
      }
      case 'deposit': {
        this.#truth.left(this, effect)
        const { relay, number, mailboxId, depositToken, isLive } = effect
        const envelope = seal(effect, this.account.device)
        const work = undefined
        const request = {
          type: 'deposit',
          mailboxId,
          depositToken,
          envelope,
          isLive,
          work
        } as const
        this.#links.get(relay)?.toRelay({ type: 'request', number, request })
        return
      }
      case 'open-direct':
        this.#openDirect()
        return
      case 'close-direct':
        this.directKey = undefined
        this.world.direct.leave(this)
        return
      case 'dial-direct':
        this.world.direct.dial(this, effect.nodeKey)
        return
      case 'cut-direct':
        this.world.direct.cut(this, effect.stream)
        this.#closedDirect(effect.stream)
        return
      case 'direct-frame':
        if (effect.frame.type === 'stored') {
          this.#truth.ackedDirectly(this, effect.stream, effect.frame.number)
        }
        this.world.direct.send(this, effect.stream, effect.frame)
        return
      case 'direct-deposit': {
        this.#truth.left(this, effect)
        const { stream, number, mailboxId, depositToken, isLive } = effect
        const envelope = seal(effect, this.account.device)
        const frame = {
          type: 'deposit',
          number,
          mailboxId,
          depositToken,
          envelope,
          isLive
        } as const
        this.world.direct.send(this, stream, frame)
        return
      }
      case 'make-bundle':
        this.client.bundleMade(effect)
        return
      case 'notify':
        this.#notified(effect)
        return
      case 'sign-device-list':
      case 'make-claimables':
      case 'open-claimable':
      case 'deposit-request':
      case 'offer-path':
      case 'answer-path':
      case 'take-answer':
      case 'drop-path':
        throw new Error(`nobody asks for ${effect.type} here`)
      default:
        this.client.compose(effect)
    }
  }

  #notified({ notice }: Extract<PeerAppEffect, { type: 'notify' }>): void {
    if (notice.type === 'message-state') {
      this.#truth.claimed(this, notice.messageId, notice.state)
    }
  }

  // ---- relays

  #dial(nodeKey: NodeKey): void {
    const token = {}
    this.#dialling.set(nodeKey, token)
    this.world.at(this.world.arrivalMs(), () => {
      if (this.#dialling.get(nodeKey) !== token) {
        return
      }
      this.#dialling.delete(nodeKey)
      const relay = this.world.relay(nodeKey)
      if (relay?.isUp === true && this.isOnline) {
        this.#links.set(nodeKey, this.world.dial(this, relay))
        this.give({ type: 'relay-connected', relay: nodeKey })
      } else {
        this.give({ type: 'relay-failed', relay: nodeKey })
      }
    })
  }

  #hangUp(nodeKey: NodeKey): void {
    const link = this.#links.get(nodeKey)
    if (link !== undefined) {
      link.end('home')
    } else {
      this.#dialling.delete(nodeKey)
      const { epoch } = this
      this.world.at(this.world.arrivalMs(), () => {
        if (this.epoch === epoch) {
          this.give({ type: 'relay-failed', relay: nodeKey })
        }
      })
    }
  }

  relayClosed(link: LinkEnd): void {
    const { nodeKey } = link.relay.address
    if (this.#links.get(nodeKey) === link) {
      this.#links.delete(nodeKey)
      this.give({ type: 'relay-closed', relay: nodeKey })
    }
  }

  relayFrame(link: LinkEnd, frame: RelayFrame): void {
    const { nodeKey: relay } = link.relay.address
    if (this.#links.get(relay) !== link) {
      return
    }
    this.give({ type: 'relay-frame', relay, frame })
    if (this.isRunning && frame.type === 'push' && frame.push.type === 'deliver') {
      this.client.delivered(relay, frame.push)
    }
  }

  // ---- direct streams

  #openDirect(): void {
    const { epoch, world } = this
    world.at(world.arrivalMs(), () => {
      if (this.epoch !== epoch) {
        return
      }
      if (world.direct.isUp) {
        const nodeKey = relayKey(`direct ${this.name} ${String(world.nowMs)}`)
        this.directKey = nodeKey
        this.give({ type: 'direct-opened', nodeKey, addresses: ['/ip4/192.0.2.1/tcp/7700/ws'] })
      } else {
        this.give({ type: 'direct-unavailable' })
      }
    })
  }

  #closedDirect(stream: number): void {
    const { epoch } = this
    this.world.at(this.world.arrivalMs(), () => {
      if (this.epoch === epoch) {
        this.give({ type: 'direct-closed', stream })
      }
    })
  }

  directFrame(stream: number, frame: DirectFrame): void {
    this.give({ type: 'direct-frame', stream, frame })
    if (this.isRunning && frame.type === 'deposit') {
      this.client.deposited(stream, frame)
    }
  }
}
