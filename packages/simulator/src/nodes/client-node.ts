/** A person's client: the machine that people run, over a simulated disk, with the cipher that its world has. */
import {
  type Account,
  depositSubject,
  type Mutation,
  type PeerEffect,
  type PeerInput,
  type PeerMachine,
  type PeerNotice,
  type Random,
  type WorkOrder
} from '@sealpost/core'
import {
  type ClientFrame,
  envelopeIds,
  type NodeKey,
  type RelayFrame,
  relayMultihash,
  type SignedDeviceList
} from '@sealpost/protocol'
import type { AccountKeys, CipherSuite, ClientCipher } from '../cipher/client-cipher.ts'
import { SimulatedDisk } from '../disk/simulated-disk.ts'
import { EVENTS } from '../kernel/event-kinds.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { ClientDirect, type DirectAsk, type DirectDialler, isDirectAsk } from './client-direct.ts'
import type { ClientEnd, Connection } from './connection.ts'
import { withWork } from './nominal-work.ts'
import { NodeClock } from './node-clock.ts'
import { type Compose, PeerApp } from './peer-app.ts'
import type { PeerAppHost } from './peer-app-host.ts'
import { restoredPeer } from './restored-peer.ts'
import {
  type NodeTimes,
  SimulatedDriver,
  type Spoken,
  type WithoutTime
} from './simulated-driver.ts'

/** How a client's streams come about. */
export interface Dialler {
  /** Answers by `dialled` or `dialFailed` with the same number, never within the call. */
  dial(client: ClientNode, relay: NodeKey, dial: number): void
}

export interface ClientNodeInit {
  readonly kernel: Kernel
  readonly node: number
  readonly startMs: number
  readonly times: NodeTimes
  /** A stream for each process that it will be. */
  readonly random: (process: number) => Random
  /** The same for what its ciphers draw. */
  readonly cipherRandom: (process: number) => Random
  readonly ciphers: CipherSuite
  readonly account: Account
  readonly keys: AccountKeys
  /** How long a quiet stream is taken to be there. */
  readonly heartbeatMs?: number | undefined
  readonly dialler: Dialler
  /** How it comes to streams with other clients; undefined where nobody does. */
  readonly direct?: { readonly dialler: DirectDialler; readonly random: Random } | undefined
  /** How long its processor looks for one proof of work, in microseconds. */
  readonly drawWorkUs: () => number
  readonly onNotice: (notice: PeerNotice) => void
  /** Before the machine has it. */
  readonly onInput?: ((input: PeerInput) => void) | undefined
  /** What the machine says, once what it wrote is safe. */
  readonly onSaid?: ((effect: Spoken<PeerEffect>) => void) | undefined
}

export class ClientNode implements ClientEnd, PeerAppHost {
  readonly node: number
  readonly clock: NodeClock
  readonly disk: SimulatedDisk = new SimulatedDisk()
  readonly app: PeerApp = new PeerApp(this)
  readonly #init: ClientNodeInit
  readonly #driver: SimulatedDriver<PeerInput, PeerEffect, PeerMachine>
  readonly #direct: ClientDirect | undefined
  readonly #connections = new Map<NodeKey, Connection>()
  /** Dials under way; another begins where one was given up. */
  readonly #dials = new Map<NodeKey, number>()
  #dialCount = 0
  /** It looks for one proof after another. */
  #workedUntilUs = 0
  #processCount = 0
  #random: Random
  #cipher: ClientCipher
  #isOnline = false

  constructor(init: ClientNodeInit) {
    const { kernel, node, startMs, times, onInput, onSaid } = init
    this.#init = init
    this.node = node
    this.clock = new NodeClock(startMs)
    this.#random = init.random(0)
    this.#direct =
      init.direct &&
      new ClientDirect({
        ...init.direct,
        node,
        shakeHands: () => this.shakeHands(),
        give: (input) => {
          this.give(input)
        },
        onFrame: (stream, frame) => {
          this.give({ type: 'direct-frame', stream, frame })
          if (frame.type === 'deposit') {
            this.app.deposited(stream, frame)
          }
        }
      })
    this.#cipher = this.#makeCipher()
    this.#driver = new SimulatedDriver({
      kernel,
      node,
      clock: this.clock,
      disk: this.disk,
      times,
      restore: (disk, atMs) => this.#restore(disk, atMs),
      perform: (effect) => {
        onSaid?.(effect)
        this.#perform(effect)
      },
      onInput
    })
  }

  // ---- what the client around the machine sees

  get machine(): PeerMachine | undefined {
    return this.#driver.machine
  }

  /** As it was when it began. */
  get account(): Account {
    return this.#init.account
  }

  get deviceList(): SignedDeviceList {
    return this.#init.account.deviceList
  }

  get random(): Random {
    return this.#random
  }

  get cipher(): ClientCipher {
    return this.#cipher
  }

  /** What its account began with. */
  get keys(): AccountKeys {
    return this.#init.keys
  }

  #makeCipher(): ClientCipher {
    const { account, cipherRandom, ciphers, keys } = this.#init
    return ciphers.makeCipher({
      disk: this.disk,
      identity: keys.identity,
      registrationId: account.registrationId,
      random: cipherRandom(this.#processCount)
    })
  }

  get wallMs(): number {
    return this.clock.wallMs(this.#init.kernel.nowUs)
  }

  give(
    given: WithoutTime<PeerInput>,
    staged: readonly Mutation[] = [],
    onDurable?: () => void
  ): void {
    this.#driver.give(given, staged, onDurable)
  }

  // ---- its process

  get isRunning(): boolean {
    return this.#driver.machine !== undefined
  }

  get isOnline(): boolean {
    return this.#isOnline
  }

  start(): void {
    if (!this.isRunning) {
      this.#driver.start()
      this.give({ type: this.#isOnline ? 'online' : 'timeout' })
    }
  }

  stop(losesUnsynced: boolean): void {
    this.#driver.stop(losesUnsynced)
    this.#direct?.close()
    const connections = [...this.#connections.values()]
    this.#connections.clear()
    this.#dials.clear()
    for (const connection of connections) {
      connection.end('client')
    }
  }

  setOnline(isOnline: boolean): void {
    if (this.#isOnline !== isOnline) {
      this.#isOnline = isOnline
      this.give({ type: isOnline ? 'online' : 'offline' })
    }
  }

  setClock(offsetMs: number): void {
    this.clock.offsetMs = offsetMs
    this.#driver.clockSet()
  }

  #restore(disk: SimulatedDisk, atMs: number): PeerMachine {
    this.#processCount += 1
    this.#random = this.#init.random(this.#processCount)
    this.#cipher = this.#makeCipher()
    const { account, heartbeatMs } = this.#init
    return restoredPeer(disk, { account, random: this.#random, atMs, heartbeatMs })
  }

  // ---- its streams

  /** As `SimulatedDriver.shakeHands`. */
  shakeHands(): number {
    return this.#driver.shakeHands()
  }

  /** Whether a dial is still wanted. */
  isDialling(relay: NodeKey, dial: number): boolean {
    return this.#dials.get(relay) === dial
  }

  /** What a dial that is still wanted came to. */
  dialled(connection: Connection, relay: NodeKey): void {
    this.#dials.delete(relay)
    this.#connections.set(relay, connection)
    this.give({ type: 'relay-connected', relay })
  }

  dialFailed(relay: NodeKey, dial: number): void {
    if (this.#dials.get(relay) === dial) {
      this.#dials.delete(relay)
      this.give({ type: 'relay-failed', relay })
    }
  }

  relayFrame(connection: Connection, frame: RelayFrame): void {
    const relay = this.#relayOf(connection)
    if (relay === undefined) {
      return
    }
    this.give({ type: 'relay-frame', relay, frame })
    if (frame.type === 'push' && frame.push.type === 'deliver') {
      this.app.delivered(relay, frame.push)
    }
  }

  relayClosed(connection: Connection): void {
    const relay = this.#relayOf(connection)
    if (relay !== undefined) {
      this.#connections.delete(relay)
      this.give({ type: 'relay-closed', relay })
    }
  }

  #relayOf(connection: Connection): NodeKey | undefined {
    for (const [relay, one] of this.#connections) {
      if (one === connection) {
        return relay
      }
    }
    return undefined
  }

  // ---- what the machine says

  #perform(effect: Spoken<PeerEffect>): void {
    switch (effect.type) {
      case 'dial':
        this.#dialCount += 1
        this.#dials.set(effect.relay, this.#dialCount)
        this.#init.dialler.dial(this, effect.relay, this.#dialCount)
        return
      case 'hang-up':
        this.#hangUp(effect.relay)
        return
      case 'heartbeat':
        this.#connections.get(effect.relay)?.toRelay(effect.frame)
        return
      case 'request': {
        const { number, relay, request, work } = effect
        this.#toRelay(relay, { type: 'request', number, request }, work)
        return
      }
      case 'deposit':
        this.#deposit(effect)
        return
      case 'deposit-request':
        this.#depositRequest(effect)
        return
      case 'make-claimables':
        this.app.firstWords.makeClaimables(effect)
        return
      case 'open-claimable':
        this.app.firstWords.openClaimable(effect)
        return
      case 'make-bundle':
        this.app.makeBundle(effect)
        return
      case 'notify':
        this.#init.onNotice(effect.notice)
        return
      case 'direct-deposit': {
        const { stream, number, mailboxId, depositToken, isLive } = effect
        const { machine } = this
        if (machine !== undefined) {
          const envelope = this.app.seal(machine, effect)
          const what = { number, mailboxId, depositToken, envelope, isLive }
          this.#direct?.send(stream, { type: 'deposit', ...what })
        }
        return
      }
      default:
        if (isCompose(effect)) {
          this.app.compose(effect)
        } else if (isDirectAsk(effect)) {
          this.#performDirect(effect)
        }
    }
  }

  #performDirect(effect: DirectAsk): void {
    if (this.#direct !== undefined) {
      this.#direct.perform(effect)
    } else if (effect.type === 'open-direct') {
      this.give({ type: 'direct-unavailable' })
    }
  }

  #deposit(effect: Extract<PeerEffect, { type: 'deposit' }>): void {
    const { relay, number, mailboxId, depositToken, isLive } = effect
    const { machine } = this
    const connection = this.#connections.get(relay)
    if (machine === undefined || connection === undefined) {
      return
    }
    const envelope = this.app.seal(machine, effect)
    const what = { mailboxId, depositToken, envelope, isLive, work: undefined }
    connection.toRelay({ type: 'request', number, request: { type: 'deposit', ...what } })
  }

  #depositRequest(effect: Extract<PeerEffect, { type: 'deposit-request' }>): void {
    const { boxId, boxToken, challenge, number, relay, workBits } = effect
    const { machine } = this
    if (machine === undefined) {
      return
    }
    const envelope = this.app.firstWords.sealRequest(machine, effect)
    const subject = depositSubject(boxId, envelopeIds.toBytes(envelope.envelopeId), envelope.sealed)
    const target = { relay: relayMultihash(relay), challenge, verb: 'deposit', subject } as const
    const what = { mailboxId: boxId, depositToken: boxToken, envelope, isLive: false }
    const request = { type: 'deposit', ...what, work: undefined } as const
    this.#toRelay(relay, { type: 'request', number, request }, { target, bits: workBits })
  }

  /** Sends a request on the stream that there is now, with its proof of work where one is asked for. */
  #toRelay(
    relay: NodeKey,
    frame: Extract<ClientFrame, { type: 'request' }>,
    order: WorkOrder | undefined
  ): void {
    const connection = this.#connections.get(relay)
    if (order === undefined || order.bits === 0) {
      connection?.toRelay(frame)
      return
    }
    const { kernel, node } = this.#init
    this.#workedUntilUs = Math.max(this.#workedUntilUs, kernel.nowUs) + this.#init.drawWorkUs()
    kernel.at(this.#workedUntilUs, EVENTS.work, node, () => {
      connection?.toRelay(withWork(frame, order))
    })
  }

  #hangUp(relay: NodeKey): void {
    const connection = this.#connections.get(relay)
    if (connection !== undefined) {
      this.#connections.delete(relay)
      connection.end('client')
      this.give({ type: 'relay-closed', relay })
    } else if (this.#dials.delete(relay)) {
      this.give({ type: 'relay-failed', relay })
    }
  }
}

function isCompose(effect: Spoken<PeerEffect>): effect is Compose {
  return effect.type.startsWith('compose-')
}
