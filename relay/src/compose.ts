/**
 * A relay: the machine behind the driver over LevelDB, and libp2p in front. `main.ts` runs one; tests and benches run several
 * in one process.
 *
 * ```
 *   startRelay --> key, store, machine, listener --> running --stop--> draining --> streams closed --> store closed
 * ```
 */
import {
  type Random,
  RELAY_RESTORE_KEYS,
  type RelayEffect,
  type RelayInput,
  RelayMachine,
  type RelaySetup,
  type RelayStatus
} from '@sealpost/core'
import {
  type AppEffect,
  type Clock,
  Driver,
  type Listener,
  type Log,
  type Store
} from '@sealpost/host'
import {
  formatRelayAddress,
  isSealpostError,
  type NodeKey,
  type RelayAddress,
  relayMultihash,
  SealpostError
} from '@sealpost/protocol'
import { openLevelStore } from '@sealpost/storage-level'
import { listen, nodeKeyOfSeed } from '@sealpost/transport-libp2p'
import { loadWebClient, serveWebClient, type WebClient } from '@sealpost/web-files'
import { ClientStreams, type RelayDriver } from './client-streams.ts'
import type { RelayConfig } from './config.ts'
import {
  type DataDirectory,
  dataDirectory,
  loadOrCreateNodeSeed,
  lockedError,
  type NodeSeed,
  removePid,
  writePid
} from './data-directory.ts'
import {
  DiskGuard,
  type DiskUse,
  type GuardedStore,
  measureFileSystem,
  type MeasureFileSystem
} from './disk-guard.ts'
import { JsonLog } from './json-log.ts'
import { listenError } from './listen-text.ts'
import { logNotice } from './notices.ts'
import { type StoreSizes, storeSizes } from './store-sizes.ts'
import { SYSTEM_CLOCK } from './system-clock.ts'
import { SYSTEM_RANDOM } from './system-random.ts'
import { webLink } from './web-link.ts'

/** How long answers and acks are waited for when stopping. */
const DRAIN_MAX_MS = 10_000
/** What a relay needs of the world; what is left out is the system's own. */
export interface RelayPorts {
  readonly clock?: Clock | undefined
  readonly random?: Random | undefined
  readonly log?: Log | undefined
  /** Opens LevelDB in a directory. */
  readonly openStore?: ((path: string, sizes: StoreSizes) => Promise<RelayStore>) | undefined
  readonly measureFileSystem?: MeasureFileSystem | undefined
}

/** A store whose size can be asked, and which can be made smaller. */
export type RelayStore = Store & GuardedStore

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
  overview(): RelayOverview
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
  const directory = dataDirectory(config.data)
  const seed = await loadOrCreateNodeSeed(directory)
  const relay = new Relay(
    config,
    {
      clock,
      log,
      random: ports.random ?? SYSTEM_RANDOM,
      openStore: ports.openStore ?? openLevelStore,
      measureFileSystem: ports.measureFileSystem ?? measureFileSystem
    },
    { directory, seed, nodeKey: await nodeKeyOfSeed(seed.seed) },
    web
  )
  await relay.start()
  return relay
}

interface Identity {
  readonly directory: DataDirectory
  readonly seed: NodeSeed
  readonly nodeKey: NodeKey
}

type Ports = { readonly [Name in keyof RelayPorts]-?: NonNullable<RelayPorts[Name]> }

class Relay implements RunningRelay {
  readonly #config: RelayConfig
  readonly #ports: Ports
  readonly #directory: DataDirectory
  readonly #seed: NodeSeed
  readonly #web: WebClient | undefined
  readonly #setup: RelaySetup
  readonly #guard: DiskGuard
  readonly #streams: ClientStreams
  readonly #drained = Promise.withResolvers<undefined>()
  #driver: RelayDriver | undefined
  #listener: Listener | undefined
  #stopping: Promise<void> | undefined

  constructor(config: RelayConfig, ports: Ports, identity: Identity, web: WebClient | undefined) {
    this.#config = config
    this.#ports = ports
    this.#directory = identity.directory
    this.#seed = identity.seed
    this.#web = web
    this.#setup = {
      relay: relayMultihash(identity.nodeKey),
      random: ports.random,
      options: config.relay
    }
    this.#guard = new DiskGuard({
      directory: this.#directory,
      clock: ports.clock,
      log: ports.log,
      measure: ports.measureFileSystem,
      onDisk: () => {
        this.#tellDisk()
      },
      use: () => this.#driver?.machine?.status()
    })
    this.#streams = new ClientStreams({
      log: ports.log,
      onIntake: (bytes) => {
        this.#guard.countIntake(bytes)
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
    return shownAddress(this.#config, first)
  }

  get webLink(): string | undefined {
    return this.#web && webLink(this.#config, this.listening)
  }

  overview(): RelayOverview {
    return {
      machine: this.#driver?.machine?.status(),
      disk: this.#guard.lastUse,
      ballastBytes: this.#guard.ballastBytes,
      crashCount: this.#driver?.crashCount ?? 0,
      streamCount: this.#streams.count
    }
  }

  async start(): Promise<void> {
    await this.#guard.prepare()
    const driver = await this.#startDriver()
    this.#driver = driver
    await writePid(this.#directory)
    try {
      this.#streams.connect(driver)
      this.#tellDisk()
      this.#listener = await this.#listen()
    } catch (error) {
      await this.#close(driver)
      throw error
    }
    this.#guard.lookNow()
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
        RelayMachine.restore(await store.getMany(RELAY_RESTORE_KEYS), this.#setup),
      clock: this.#ports.clock,
      log: this.#ports.log,
      perform: (effects) => {
        this.#perform(effects)
      },
      onCrash: ({ code }) => {
        if (code === 'SEALPOST_STORE_FULL') {
          this.#guard.onFull()
        }
        this.#streams.onCrash()
        // What was to be finished first has failed; nothing that was answered is lost.
        this.#drained.resolve(undefined)
      },
      onRestart: () => {
        this.#tellDisk()
        this.#streams.onRestart()
        this.#guard.lookNow()
      },
      beforeReopen: () => this.#guard.beforeReopen()
    })
  }

  async #openStore(): Promise<RelayStore> {
    const store = await this.#ports.openStore(
      this.#directory.storePath,
      storeSizes(this.#guard.totalBytes)
    )
    this.#guard.guard(store)
    return store
  }

  async #listen(): Promise<Listener> {
    try {
      return await this.#tryToListen()
    } catch (error) {
      throw isSealpostError(error) && error.code === 'SEALPOST_LISTEN_FAILED'
        ? listenError(this.#config.listen, error)
        : error
    }
  }

  #tryToListen(): Promise<Listener> {
    const { connectionsPendingMax, relay } = this.#config
    return listen({
      seed: this.#seed.seed,
      endpoints: this.#config.listen,
      bounds: {
        // The machine counts those that have a stream, and tells one too many so.
        connectionsMax: relay.connectionsMax + connectionsPendingMax,
        connectionsPerRangeMax: relay.connectionsPerRangeMax,
        pendingMax: connectionsPendingMax
      },
      clock: this.#ports.clock,
      log: this.#ports.log,
      onStream: (stream) => {
        this.#streams.accept(stream)
      },
      onRequest:
        this.#web && serveWebClient(this.#web, { relays: () => [formatRelayAddress(this.address)] })
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
          break
        case 'drained':
          this.#drained.resolve(undefined)
      }
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
    await this.#listener?.close()
    await this.#guard.stop()
    try {
      await driver.close()
    } finally {
      await removePid(this.#directory)
    }
  }
}

/** The line to give to people: where the operator says that the relay is, else where it listens. */
export function shownAddress(config: RelayConfig, listening: RelayAddress): RelayAddress {
  const { addresses } = config.relay
  return addresses.length === 0 ? listening : { nodeKey: listening.nodeKey, addresses }
}
