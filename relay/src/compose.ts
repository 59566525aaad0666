/**
 * A relay: the machine behind the driver over LevelDB, and libp2p in front. `main.ts` runs one; tests and benches run several
 * in one process.
 *
 * ```
 *   startRelay --> key, store, machine, listener --> running --stop--> draining --> streams closed --> store closed
 * ```
 */
import {
  type LoadStep,
  type Mutation,
  RELAY_RESTORE_KEYS,
  type RelayEffect,
  type RelayInput,
  RelayMachine,
  type RelayNotice,
  type RelayOptions,
  type RelaySetup,
  type RelayStatus
} from '@sealpost/core'
import { type AppEffect, Driver, type Store } from '@sealpost/host'
import {
  formatRelayAddress,
  isSealpostError,
  type MailboxId,
  type NodeKey,
  type RelayAddress,
  relayMultihash,
  SealpostError
} from '@sealpost/protocol'
import { openLevelStore, type StoredRow } from '@sealpost/storage-level'
import {
  listen,
  nodeKeyOfSeed,
  type PageListener,
  type RelayListener
} from '@sealpost/transport-libp2p'
import { loadWebClient, serveWebClient, type WebClient } from '@sealpost/web-files'
import { ClientStreams, type RelayDriver } from './people/client-streams.ts'
import type { RelayConfig } from './config/config.ts'
import {
  type DataDirectory,
  dataDirectory,
  loadOrCreateNodeSeed,
  lockedError,
  type NodeSeed,
  removePid,
  writePid
} from './store/data-directory.ts'
import { type Compaction, DiskGuard, type DiskUse, measureFileSystem } from './store/disk-guard.ts'
import { dialBack } from './neighbours/dial-back.ts'
import { JsonLog } from './log/json-log.ts'
import { listenError } from './config/listen-text.ts'
import { logNotice } from './log/notices.ts'
import { NO_OBSERVER } from './log/relay-observer.ts'
import { CommitTimes, observedStore } from './store/observed-store.ts'
import { storeSizes } from './store/store-sizes.ts'
import { SYSTEM_CLOCK } from './world/system-clock.ts'
import { SYSTEM_RANDOM } from './world/system-random.ts'
import { type CertificateOverview, CertificateWatch } from './people/certificate-watch.ts'
import { connectionBounds } from './people/connection-bounds.ts'
import { RelayHealth } from './people/health.ts'
import { peoplePages } from './people/people-pages.ts'
import { programVersion } from './program-version.ts'
import { LoopWatch } from './world/loop-watch.ts'
import { shownAddress } from './people/shown-address.ts'
import { isWakeup } from './people/wakeup.ts'
import { webLink } from './people/web-link.ts'
import { NO_INVITES, NOBODY_BLOCKED, type RelayPorts, type RelayStore } from './relay-ports.ts'

/** How long answers and acks are waited for when stopping. */
const DRAIN_MAX_MS = 10_000
/** Written to see whether that can be done; nobody reads it. */
const HEALTH_ROW: Mutation = {
  type: 'write',
  table: 'relay',
  key: 'health',
  value: new Uint8Array([1])
}

/** What an operator may look at. */
export interface RelayOverview {
  /** As the machine says; undefined while the store is opened again after a failure. */
  readonly machine: RelayStatus | undefined
  /** undefined until it was measured once. */
  readonly disk: DiskUse | undefined
  readonly ballastBytes: number
  /** How often the store failed, or the machine, since the start. */
  readonly crashCount: number
  /** Streams of clients. */
  readonly streamCount: number
  /** For how long rows have been on their way to the disk, in ms; 0 where none are. */
  readonly commitWaitMs: number
  /** undefined where the port for people is not encrypted. */
  readonly certificate?: CertificateOverview | undefined
}

/** A relay that runs. */
export interface RunningRelay {
  /** The line to give to people, in its parts: what the operator told, else what it listens on. */
  readonly address: RelayAddress
  /** What it listens on, one for each of `listen`. */
  readonly listening: readonly RelayAddress[]
  /** Whether its node key was made at this start. */
  readonly isFresh: boolean
  /** Where a browser opens the web client; undefined where it serves none, or a browser needs a proxy with HTTPS. */
  readonly webLink: string | undefined
  /** How it is, for who looks from outside. */
  readonly health: RelayHealth
  overview(): RelayOverview
  /** Goes by another configuration from here on, as far as that can be without a restart. Connections stay. */
  reconfigure(config: RelayConfig): void
  /** What is blocked has changed: who is, is cut off. @param mailboxId the one that was blocked just now, if one was. */
  onBlocks(mailboxId?: MailboxId): void
  /** Invites have changed. */
  onInvites(): void
  /** When it closes has changed, or what is said to its people: everybody who is connected is told. */
  onInfo(): void
  /** All rows of its store, as they are at the moment of the first step. @throws StorageError where the store fails meanwhile */
  allRows(): AsyncIterable<readonly StoredRow[]>
  /** Gives the room of erased rows back to the disk. @throws as `DiskGuard.compactNow` */
  compact(): Promise<Compaction>
  /** What to turn away from here on because there is too much to do. A store that is opened again knows nothing of it. */
  setLoad(step: LoadStep): void
  /**
   * Stops without losing anything: tells clients, waits up to 10 s for what is under way, closes. Again has no effect.
   *
   * @throws StorageError where the store cannot be closed; all that was answered is durable even so.
   */
  stop(): Promise<void>
}

/**
 * Starts a relay.
 *
 * @throws ConfigError `SEALPOST_LISTEN_FAILED`, `SEALPOST_CONFIG_INVALID` where it is to serve what is no web client; StorageError `SEALPOST_STORE_LOCKED`, `_CORRUPT`, `_NEWER`, `_FULL`, `_FAILED`.
 */
export async function startRelay(
  config: RelayConfig,
  ports: RelayPorts = {}
): Promise<RunningRelay> {
  const clock = ports.clock ?? SYSTEM_CLOCK
  const log =
    ports.log ??
    new JsonLog({
      level: config.logLevel,
      format: config.logFormat,
      output: process.stderr,
      wallMs: () => clock.wallMs()
    })
  const web = config.web === undefined ? undefined : await loadWebClient(config.web)
  const certificate = config.tls && (await CertificateWatch.open({ files: config.tls, clock, log }))
  const directory = dataDirectory(config.data)
  const seed = await loadOrCreateNodeSeed(directory)
  const relay = new Relay(
    config,
    {
      clock,
      log,
      random: ports.random ?? SYSTEM_RANDOM,
      openStore: ports.openStore ?? openLevelStore,
      measureFileSystem: ports.measureFileSystem ?? measureFileSystem,
      observer: ports.observer ?? NO_OBSERVER,
      blocks: ports.blocks ?? NOBODY_BLOCKED,
      dialBack: ports.dialBack ?? dialBack({ clock }),
      closing: ports.closing ?? { closesAtMs: undefined },
      invites: ports.invites ?? NO_INVITES,
      notices: ports.notices ?? { rows: [] }
    },
    { directory, seed, nodeKey: await nodeKeyOfSeed(seed.seed) },
    { web, certificate, version: await programVersion() }
  )
  await relay.start()
  return relay
}

interface Identity {
  readonly directory: DataDirectory
  readonly seed: NodeSeed
  readonly nodeKey: NodeKey
}

/** What was read before anything starts. */
interface Loaded {
  readonly web: WebClient | undefined
  readonly certificate: CertificateWatch | undefined
  readonly version: string
}

type Ports = { readonly [Name in keyof RelayPorts]-?: NonNullable<RelayPorts[Name]> }

class Relay implements RunningRelay {
  #config: RelayConfig
  readonly #ports: Ports
  readonly #directory: DataDirectory
  readonly #seed: NodeSeed
  readonly #web: WebClient | undefined
  readonly #certificate: CertificateWatch | undefined
  readonly #version: string
  readonly #loop: LoopWatch
  readonly #nodeKey: NodeKey
  readonly #guard: DiskGuard
  readonly #commits: CommitTimes
  readonly #streams: ClientStreams
  readonly health: RelayHealth
  readonly #drained = Promise.withResolvers<undefined>()
  #driver: RelayDriver | undefined
  #listener: RelayListener | undefined
  #store: RelayStore | undefined
  #stopping: Promise<void> | undefined

  constructor(config: RelayConfig, ports: Ports, identity: Identity, loaded: Loaded) {
    this.#config = config
    this.#ports = ports
    this.#directory = identity.directory
    this.#seed = identity.seed
    this.#web = loaded.web
    this.#certificate = loaded.certificate
    this.#version = loaded.version
    this.#loop = new LoopWatch(ports.clock)
    this.#nodeKey = identity.nodeKey
    this.#guard = new DiskGuard({
      directory: this.#directory,
      clock: ports.clock,
      log: ports.log,
      measure: ports.measureFileSystem,
      onDisk: () => {
        this.#tellDisk()
      },
      use: () => this.#driver?.machine?.status(),
      onCompacted: (tookMs) => {
        ports.observer.onCompacted(tookMs)
      }
    })
    this.#commits = new CommitTimes(ports.clock, (tookMs) => {
      ports.observer.onCommitted(tookMs)
    })
    this.#streams = new ClientStreams({
      log: ports.log,
      clock: ports.clock,
      observer: ports.observer,
      byteBounds: config.relay,
      isBlocked: (nodeKey) => ports.blocks.isNodeBlocked(nodeKey),
      onIntake: (bytes) => {
        this.#guard.countIntake(bytes)
      }
    })
    this.health = this.#makeHealth()
  }

  #makeHealth(): RelayHealth {
    return new RelayHealth({
      clock: this.#ports.clock,
      loop: this.#loop,
      isStopping: () => this.#stopping !== undefined,
      isOpen: () => this.#driver?.isRunning === true,
      measure: () => this.#guard.look(),
      hasRoom: () => this.#driver?.machine?.status().capacity !== 'read-only',
      write: async () => {
        const driver = this.#driver
        if (driver !== undefined) {
          await driver.handle({ type: 'timeout', atMs: driver.now() }, [HEALTH_ROW])
        }
      }
    })
  }

  get isFresh(): boolean {
    return this.#seed.isFresh
  }

  get listening(): readonly RelayAddress[] {
    return this.#listener?.addresses ?? []
  }

  get address(): RelayAddress {
    const [first] = this.listening
    if (first === undefined) {
      throw new SealpostError('SEALPOST_BUG', 'a relay that does not listen has no address')
    }
    return shownAddress(this.#config, first, this.#certificate?.certificate.names)
  }

  get webLink(): string | undefined {
    return this.#web && webLink(this.#config, this.listening, this.#certificate?.certificate.names)
  }

  overview(): RelayOverview {
    return {
      machine: this.#driver?.machine?.status(),
      disk: this.#guard.lastUse,
      ballastBytes: this.#guard.ballastBytes,
      crashCount: this.#driver?.crashCount ?? 0,
      streamCount: this.#streams.count,
      commitWaitMs: this.#commits.waitMs,
      certificate: this.#certificate?.overview
    }
  }

  reconfigure(config: RelayConfig): void {
    this.#config = config
    this.#listener?.setBounds(connectionBounds(config))
    this.#streams.setByteBounds(config.relay)
    this.#listener?.setTrustedProxies(config.trustedProxies)
    this.#tellOptions()
  }

  onBlocks(mailboxId?: MailboxId): void {
    this.#streams.cutBlocked()
    this.#listener?.cutBlocked()
    this.#tellBlocks(mailboxId)
  }

  onInfo(): void {
    this.#tellOptions()
  }

  onInvites(): void {
    const driver = this.#driver
    if (driver?.isRunning === true) {
      driver.post({ type: 'invites', atMs: driver.now(), invites: this.#ports.invites.known })
    }
  }

  allRows(): AsyncIterable<readonly StoredRow[]> {
    if (this.#store === undefined) {
      throw new SealpostError('SEALPOST_BUG', 'a relay that was not started has no rows')
    }
    return this.#store.allRows()
  }

  compact(): Promise<Compaction> {
    return this.#guard.compactNow()
  }

  setLoad(step: LoadStep): void {
    const driver = this.#driver
    if (driver?.isRunning === true) {
      driver.post({ type: 'load', atMs: driver.now(), step })
    }
  }

  async start(): Promise<void> {
    await this.#guard.prepare()
    const driver = await this.#startDriver()
    this.#driver = driver
    await writePid(this.#directory)
    try {
      this.#streams.connect(driver)
      this.#tellBlocks()
      this.onInvites()
      this.#tellDisk()
      this.#listener = await this.#listen()
    } catch (error) {
      await this.#close(driver)
      throw error
    }
    this.#certificate?.start((pair) => {
      this.#listener?.setTls(pair)
    })
    this.#guard.lookNow()
    this.#loop.start()
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #startDriver(): Promise<RelayDriver> {
    try {
      return await this.#tryDriver()
    } catch (error) {
      if (!isSealpostError(error)) {
        throw error
      }
      if (error.code === 'SEALPOST_STORE_LOCKED') {
        throw await lockedError(this.#directory, error)
      }
      if (error.code !== 'SEALPOST_STORE_FULL') {
        throw error
      }
      this.#guard.onFull()
      await this.#guard.beforeReopen()
      return this.#tryDriver()
    }
  }

  #tryDriver(): Promise<RelayDriver> {
    return Driver.start<RelayInput, RelayEffect, RelayMachine>({
      open: () => this.#openStore(),
      restore: async (store) =>
        RelayMachine.restore(await store.getMany(RELAY_RESTORE_KEYS), this.#setup()),
      clock: this.#ports.clock,
      log: this.#ports.log,
      perform: (effects) => {
        this.#perform(effects)
      },
      onCrash: ({ code }) => {
        this.#ports.observer.onStoreFailed(code)
        if (code === 'SEALPOST_STORE_FULL') {
          this.#guard.onFull()
        }
        this.#streams.onCrash()
        // What was to be finished first has failed; nothing that was answered is lost.
        this.#drained.resolve(undefined)
      },
      onRestart: () => {
        this.#ports.observer.onStoreReopened()
        this.#tellOptions()
        this.#tellBlocks()
        this.onInvites()
        this.#tellDisk()
        this.#streams.onRestart()
        this.#guard.lookNow()
      },
      beforeReopen: () => this.#guard.beforeReopen()
    })
  }

  async #openStore(): Promise<Store> {
    const store = await this.#ports.openStore(
      this.#directory.storePath,
      storeSizes(this.#guard.totalBytes)
    )
    this.#guard.guard(store)
    this.#store = store
    return observedStore(store, this.#commits)
  }

  async #listen(): Promise<RelayListener> {
    try {
      return await this.#tryToListen()
    } catch (error) {
      throw isSealpostError(error) && error.code === 'SEALPOST_LISTEN_FAILED'
        ? listenError(this.#config.listen, error)
        : error
    }
  }

  #setup(): RelaySetup {
    const { random } = this.#ports
    return { relay: relayMultihash(this.#nodeKey), random, options: this.#options() }
  }

  #tryToListen(): Promise<RelayListener> {
    return listen({
      seed: this.#seed.seed,
      endpoints: this.#config.listen,
      bounds: connectionBounds(this.#config),
      trustedProxies: this.#config.trustedProxies,
      tls: this.#certificate?.certificate.pair,
      isBlocked: (address) => this.#ports.blocks.isAddressBlocked(address),
      clock: this.#ports.clock,
      log: this.#ports.log,
      onStream: (stream) => {
        this.#streams.accept(stream)
      },
      onHandshake: (tookMs) => {
        this.#ports.observer.onHandshake(tookMs)
      },
      onRefused: (reason) => {
        this.#ports.observer.onConnectionRefused(reason)
        if (reason === 'blocked') {
          this.#ports.observer.onBlocked('range')
        }
      },
      onRequest: this.#pages()
    })
  }

  #pages(): PageListener {
    const web = this.#web
    const address = (): string => formatRelayAddress(this.address)
    return peoplePages({
      health: this.health,
      version: this.#version,
      config: () => this.#config,
      address,
      dialBack: this.#ports.dialBack,
      client:
        web &&
        serveWebClient(web, {
          relays: () => [address()],
          isByInvite: () => this.#config.relay.registration === 'invite'
        })
    })
  }

  #perform(effects: readonly AppEffect<RelayEffect>[]): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'send':
        case 'cut':
          this.#streams.perform(effect)
          break
        case 'notify':
          logNotice(this.#ports.log, effect)
          this.#observe(effect)
          break
        case 'invite-used':
          this.#ports.invites.onUsed(effect.inviteHash, effect.claimantHash)
          break
        case 'drained':
          this.#drained.resolve(undefined)
      }
    }
    if (isWakeup(effects)) {
      this.#ports.observer.onWakeup(this.#commits.sinceMs)
    }
  }

  /** To a machine that runs; one that is being restored is told afterwards. */
  #tellOptions(): void {
    const driver = this.#driver
    if (driver?.isRunning === true) {
      driver.post({ type: 'options', atMs: driver.now(), options: this.#options() })
    }
  }

  #options(): RelayOptions {
    const { closesAtMs } = this.#ports.closing
    return { ...this.#config.relay, closesAtMs, notices: this.#ports.notices.rows }
  }

  /** To a machine that runs; one that is being restored is told afterwards, when nobody is subscribed. */
  #tellBlocks(mailboxId?: MailboxId): void {
    const driver = this.#driver
    if (driver?.isRunning === true) {
      const { mailboxes } = this.#ports.blocks
      driver.post({ type: 'blocks', atMs: driver.now(), mailboxes, mailboxId })
    }
  }

  #observe(notice: RelayNotice): void {
    const { observer } = this.#ports
    if (notice.event === 'connection-refused') {
      observer.onConnectionRefused(notice.reason)
    } else if (notice.event === 'blocked') {
      observer.onBlocked('mailbox')
    } else {
      observer.onNotice(notice)
    }
  }

  #tellDisk(): void {
    const driver = this.#driver
    const use = this.#guard.lastUse
    if (driver !== undefined && use !== undefined) {
      driver.post({ type: 'disk', atMs: driver.now(), ...use })
    }
  }

  async #stop(): Promise<void> {
    const driver = this.#driver
    if (driver === undefined) {
      return
    }
    await this.#listener?.stopAccepting()
    if (driver.isRunning) {
      driver.post({ type: 'drain', atMs: driver.now() })
      const cancelTimer = this.#ports.clock.setTimer(DRAIN_MAX_MS, () => {
        this.#ports.log.warn('relay.drain.not-finished')
        this.#drained.resolve(undefined)
      })
      await this.#drained.promise
      cancelTimer()
    }
    await this.#close(driver)
    this.#ports.log.info('relay.stopped')
  }

  /** In this order: nobody speaks any more, then nothing is written any more. */
  async #close(driver: RelayDriver): Promise<void> {
    this.#certificate?.close()
    await this.#listener?.close()
    this.#loop.stop()
    await this.#guard.stop()
    try {
      await driver.close()
    } finally {
      await removePid(this.#directory)
    }
  }
}
