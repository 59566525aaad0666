/**
 * A small world for whole clients: relays and homes in memory, the official engine, and a clock that the test advances.
 * The relays run the shipped machine behind the shipped driver, as the relay's app does.
 */
import { createLibsignalEngine } from '@sealpost/crypto-libsignal'
import {
  DEFAULT_RELAY_OPTIONS,
  inviteHash,
  type KnownInvites,
  RELAY_RESTORE_KEYS,
  type RelayEffect,
  type RelayInput,
  RelayMachine,
  type RelayOptions,
  type RelayTable,
  type Write
} from '@sealpost/core'
import { type Clock, Driver, type FrameStream } from '@sealpost/host'
import {
  ManualClock,
  type MemoryDirectTransport,
  MemoryDisk,
  MemoryLog,
  MemoryNetwork,
  seededRandom,
  testNodeKey
} from '@sealpost/host/testing'
import {
  type ClientFrame,
  decodeClientFrame,
  encodeRelayFrame,
  formatInvitedAddress,
  type MailboxRequest,
  type RelayAddress,
  type RelayFrame,
  relayMultihash,
  SealpostError,
  type OperatorNotice
} from '@sealpost/protocol'
import { type ClientPorts, createHome, SealpostClient } from '../src/index.ts'
import { lieTo, type RelayLie } from './relay-lies.ts'

/** Argon2id at its least: what is tested is not its cost. */
const CHEAP = { memoryKib: 8_192, passes: 1, lanes: 1 }
/** Turns of the event loop that a condition may take: the engine works on other threads. */
const TURNS_MAX = 40_000

/** What passes at once while time is skipped: less than a day, so that relays expire what they hold by and by. */
const SKIP_MS = 6 * 3_600_000

/** One turn of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

type RelayDriver = Driver<RelayInput, RelayEffect, RelayMachine>

const RELAY_TABLES: readonly RelayTable[] = [
  'relay',
  'mailbox',
  'envelope',
  'envelope-index',
  'expiry',
  'idle-mailbox',
  'doomed-mailbox'
]

/** A clock whose wall clock is wrong. */
function wrongClock(clock: Clock, errorMs: () => number): Clock {
  return {
    wallMs: () => clock.wallMs() + errorMs(),
    monotonicMs: () => clock.monotonicMs(),
    setTimer: (delayMs, callback) => clock.setTimer(delayMs, callback)
  }
}

export class TestRelay {
  address: RelayAddress
  disk = new MemoryDisk()
  /** Deposits that came, live ones left out. */
  depositCount = 0
  liveCount = 0
  /** The log of every process that it was. */
  readonly log = new MemoryLog()
  /** How it lies now. */
  lie: RelayLie | undefined
  /** Its wall clock less the true one. */
  clockErrorMs = 0
  /** Sees what it is asked. */
  onRequest: ((request: MailboxRequest) => void) | undefined
  readonly #world: World
  readonly #number: number
  #stop: (() => Promise<void>) | undefined
  #setOptions: (options: Partial<RelayOptions>) => void = () => undefined
  #setInvites: (invites: KnownInvites) => void = () => undefined

  constructor(world: World, number: number) {
    this.#world = world
    this.#number = number
    const port = String(7_700 + number)
    this.address = { nodeKey: testNodeKey(number), addresses: [`/ip4/127.0.0.1/tcp/${port}/ws`] }
  }

  async start(options: Partial<RelayOptions> = {}): Promise<void> {
    const { network } = this.#world
    const clock = wrongClock(this.#world.clock, () => this.clockErrorMs)
    const setup = {
      relay: relayMultihash(this.address.nodeKey),
      random: seededRandom(1_000 + this.#number + this.#world.nextSeed()),
      options: { ...DEFAULT_RELAY_OPTIONS, workBits: 4, ...options }
    }
    const streams = new Map<number, FrameStream>()
    const driver: RelayDriver = await Driver.start<RelayInput, RelayEffect, RelayMachine>({
      open: () => this.disk.open(),
      restore: async (store) =>
        RelayMachine.restore(await store.getMany(RELAY_RESTORE_KEYS), setup),
      clock,
      log: this.log,
      perform: (effects) => {
        for (const effect of effects) {
          if (effect.type === 'send') {
            const frames = this.#framesFor(effect.frame)
            for (const frame of frames) {
              streams.get(effect.connection)?.send(encodeRelayFrame(frame))
            }
          } else if (effect.type === 'cut') {
            streams.get(effect.connection)?.abort(new SealpostError(effect.code))
          }
        }
      },
      onCrash: () => {
        network.cut(this.address.nodeKey)
      }
    })
    driver.post({
      type: 'disk',
      atMs: driver.now(),
      freeBytes: 1e12,
      totalBytes: 1e12,
      storeBytes: 0
    })
    this.#setOptions = (changes) => {
      const changed = { ...setup.options, ...changes }
      driver.post({ type: 'options', atMs: driver.now(), options: changed })
    }
    this.#setInvites = (invites) => {
      driver.post({ type: 'invites', atMs: driver.now(), invites })
    }
    let connections = 0
    const listener = network.listen({
      nodeKey: this.address.nodeKey,
      address: this.address.addresses[0] ?? '',
      onStream: (stream) => {
        const connection = ++connections
        streams.set(connection, stream)
        driver.post({ type: 'opened', atMs: driver.now(), connection, range: stream.remoteRange })
        stream.attach({
          onFrames: (frames) => {
            for (const bytes of frames) {
              const frame = decodeClientFrame(bytes)
              this.#count(frame)
              const answer = frame.type === 'request' ? lieTo(this.lie, frame.request) : undefined
              if (answer !== undefined && frame.type === 'request') {
                stream.send(encodeRelayFrame({ type: 'answer', number: frame.number, answer }))
              } else {
                driver.post({ type: 'frame', atMs: driver.now(), connection, frame })
              }
            }
          },
          onClose: () => {
            streams.delete(connection)
            driver.post({ type: 'closed', atMs: driver.now(), connection })
          }
        })
      }
    })
    this.#stop = async () => {
      await listener.close()
      network.cut(this.address.nodeKey)
      await driver.close()
    }
  }

  #count(frame: ClientFrame): void {
    if (frame.type === 'request') {
      this.onRequest?.(frame.request)
    }
    if (frame.type === 'request' && frame.request.type === 'deposit') {
      this.depositCount += frame.request.isLive ? 0 : 1
      this.liveCount += frame.request.isLive ? 1 : 0
    }
  }

  /** Its operator makes an invite, the only one there is. @returns what to give to so many people */
  invite(usesMax: number): string {
    const token = new Uint8Array(16).fill(usesMax)
    const known = { usesMax, expiresAtMs: Infinity, claimants: new Set<string>() }
    this.#setInvites(new Map([[inviteHash(token), known]]))
    return formatInvitedAddress(this.address, token)
  }

  /** Its operator gives it up; undefined: after all not. */
  giveUp(closesAtMs: number | undefined): void {
    this.#setOptions({ closesAtMs })
  }

  /** Its operator says this to its people, and nothing else any more. */
  say(...notices: readonly OperatorNotice[]): void {
    this.#setOptions({ notices })
  }

  /** Whether it runs. */
  get isUp(): boolean {
    return this.#stop !== undefined
  }

  async stop(): Promise<void> {
    await this.#stop?.()
    this.#stop = undefined
  }

  /** It is the same relay, at another address. */
  async moveTo(port: number): Promise<void> {
    await this.stop()
    const addresses = [`/ip4/127.0.0.1/tcp/${String(port)}/ws`]
    this.address = { nodeKey: this.address.nodeKey, addresses }
    await this.start()
  }

  /** What is sent where the machine says `frame`. */
  #framesFor(frame: RelayFrame): readonly RelayFrame[] {
    const isDelivery = frame.type === 'push' && frame.push.type === 'deliver'
    if (isDelivery && this.lie === 'withholds') {
      return []
    }
    return isDelivery && this.lie === 'delivers-twice' ? [frame, frame] : [frame]
  }

  /** Everything it held is lost; its key is not. */
  async wipe(): Promise<void> {
    await this.stop()
    this.disk = new MemoryDisk()
    await this.start()
  }

  /** What a backup of its store holds: all but the store's id. */
  backUp(): readonly Write[] {
    return RELAY_TABLES.flatMap((table) => {
      const rows = this.disk.rows(table).filter(({ key }) => table !== 'relay' || key !== 'store')
      return rows.map(({ key, value }) => ({ type: 'write' as const, table, key, value }))
    })
  }

  /** Its store is what it was when it was backed up, under another id. */
  async restore(backup: readonly Write[]): Promise<void> {
    await this.stop()
    this.disk = new MemoryDisk()
    const store = await this.disk.open()
    await store.commit(backup)
    await store.close()
    await this.start()
  }
}

/** How contacts reach a home directly. */
interface Reached {
  readonly isListening: boolean
  /** As a browser: by offers of paths. */
  readonly takesOffers: boolean
}

export class TestHome {
  readonly disk = new MemoryDisk()
  readonly log = new MemoryLog()
  /** Its wall clock less the true one. */
  clockErrorMs = 0
  /** The transport between clients, as it was opened last. */
  direct: MemoryDirectTransport | undefined
  readonly #world: World
  readonly #name: string
  readonly #reached: Reached
  #client: SealpostClient | undefined
  #end: () => void = () => undefined

  constructor(world: World, name: string, isListening: boolean, takesOffers = false) {
    this.#world = world
    this.#name = name
    this.#reached = { isListening, takesOffers }
  }

  get client(): SealpostClient {
    if (this.#client === undefined) {
      throw new Error(`${this.#name} is not open`)
    }
    return this.#client
  }

  /** Ports of one process: once it is killed, its timers stay silent and nothing of it reaches the disk or the network. */
  ports(): ClientPorts {
    const { clock, network } = this.#world
    const nodeKey = testNodeKey(0x8000 + this.#world.nextSeed())
    let isAlive = true
    this.#end = () => {
      isAlive = false
      network.cut(nodeKey)
      network.cut(this.direct?.nodeKey ?? nodeKey)
      void this.direct?.close()
    }
    const never = new Promise<never>(() => {
      // A process that is gone waits for nothing.
    })
    const transport = network.transport({ nodeKey })
    return {
      open: () => (isAlive ? this.disk.open() : never),
      transport: {
        dial: (address, options) => (isAlive ? transport.dial(address, options) : never),
        close: () => transport.close()
      },
      openDirect: (onStream) => {
        const direct = network.direct({
          ...this.#reached,
          onStream: (stream) => {
            if (isAlive) {
              onStream(stream)
            }
          }
        })
        this.direct = direct
        return isAlive ? Promise.resolve(direct) : never
      },
      engine: createLibsignalEngine(),
      clock: {
        wallMs: () => clock.wallMs() + this.clockErrorMs,
        monotonicMs: () => clock.monotonicMs(),
        setTimer: (delayMs, callback) =>
          clock.setTimer(delayMs, () => {
            if (isAlive) {
              callback()
            }
          })
      },
      random: seededRandom(this.#world.nextSeed()),
      log: this.log,
      abortable: () => {
        const controller = new AbortController()
        return {
          signal: controller.signal,
          abort: () => {
            controller.abort()
          }
        }
      }
    }
  }

  async create(relays: readonly RelayAddress[], isDirect: boolean): Promise<void> {
    const [name, passphrase] = [this.#name, 'correct horse']
    await createHome(
      this.ports(),
      { name, relays, passphrase, isDirect, passphraseCost: CHEAP },
      this.#world.clock.wallMs()
    )
  }

  async open(): Promise<SealpostClient> {
    this.#client = await SealpostClient.open(this.ports(), { passphrase: 'correct horse' })
    return this.#client
  }

  async close(): Promise<void> {
    await this.#client?.close()
    this.#client = undefined
  }

  /** The process is gone; the disk keeps what it acknowledged, or more. */
  kill(untoldCommits = 0): void {
    this.#end()
    this.disk.crash(untoldCommits)
    this.#client = undefined
  }
}

export class World {
  readonly clock = new ManualClock()
  readonly network = new MemoryNetwork(this.clock)
  readonly relays: TestRelay[] = []
  #seed = 1

  nextSeed(): number {
    return this.#seed++
  }

  async addRelays(
    count: number,
    options: Partial<RelayOptions> = {}
  ): Promise<readonly RelayAddress[]> {
    for (let i = 0; i < count; i++) {
      const relay = new TestRelay(this, this.relays.length + 1)
      this.relays.push(relay)
      await relay.start(options)
    }
    return this.relays.map(({ address }) => address)
  }

  /**
   * A home that has to do with relays only, unless a test says otherwise.
   *
   * @param relays all there are, if not given.
   */
  async addHome(
    name: string,
    relays: readonly TestRelay[] = this.relays,
    options: { readonly isDirect?: boolean } & Partial<Reached> = {}
  ): Promise<TestHome> {
    const { isDirect = false, isListening = true, takesOffers = false } = options
    const home = new TestHome(this, name, isListening, takesOffers)
    await home.create(
      relays.map(({ address }) => address),
      isDirect
    )
    return home
  }

  /** Lets time pass, a little at a time, until `work` is done. */
  async run<Result>(work: Promise<Result>): Promise<Result> {
    let isDone = false
    const done = (): void => {
      isDone = true
    }
    work.then(done, done)
    for (let count = 0; count < TURNS_MAX && !isDone; count++) {
      await turn()
      this.clock.advance(1)
    }
    if (!isDone) {
      throw new Error('it did not come about')
    }
    return work
  }

  /** Lets time pass in steps, with what happens in between. */
  async pass(ms: number, stepMs = 50): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.clock.advance(stepMs)
      for (let count = 0; count < 5; count++) {
        await turn()
      }
    }
  }

  /** Lets days or weeks pass in which nobody who is online is looked at closely. */
  async skip(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += SKIP_MS) {
      this.clock.advance(Math.min(SKIP_MS, ms - passed))
      for (let count = 0; count < 3; count++) {
        await turn()
      }
    }
  }

  /** Two people who know each other. */
  async meet(alice: TestHome, bob: TestHome): Promise<void> {
    const { link } = await this.run(alice.client.invite({ expiresInMs: 7 * 86_400_000 }))
    const contact = await this.run(bob.client.add(link))
    await this.run(bob.client.waitForContact(contact.contactId, 'accepted'))
  }
}
