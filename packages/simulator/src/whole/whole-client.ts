/**
 * A person's client, whole: the API, the driver, the browser's engine, over a simulated disk and network, with randomness of the
 * seed.
 *
 * ```
 *   makeHome --> closed --open--> open --kill--> closed
 *                  ^                `--close--^
 * ```
 */
import { type ClientEvent, createHome, SealpostClient, unlockHome } from '@sealpost/client'
import { createNobleEngine } from '@sealpost/crypto-noble'
import { createRowSeal, type SignalEngine } from '@sealpost/crypto'
import type { Log } from '@sealpost/host'
import { type RelayAddress, UsageError } from '@sealpost/protocol'
import { SimulatedDisk } from '../disk/simulated-disk.ts'
import { NodeClock } from '../nodes/node-clock.ts'
import type { NodeTimes } from '../nodes/simulated-driver.ts'
import type { RandomStream } from '../random/random-stream.ts'
import { HomeDisk } from './home-disk.ts'
import { SimulatedProcess } from './simulated-process.ts'
import { type DiskState, SimulatedStore } from './simulated-store.ts'
import { SimulatedTransport, type WholeNetwork } from './simulated-transport.ts'
import { VirtualClock } from './virtual-clock.ts'

export interface WholeClientInit {
  readonly network: WholeNetwork
  readonly node: number
  readonly startMs: number
  readonly times: Pick<NodeTimes, 'commitUs' | 'readUs'>
  readonly name: string
  readonly relays: readonly RelayAddress[]
  /** The range of addresses it comes from. */
  readonly range: string
  /** A stream for each process that it will be, and for what its disk keeps where one is killed. */
  readonly random: (purpose: string) => RandomStream
  /** An error that the client logged: a bug of ours, or a broken disk. */
  readonly onError: (event: string, code: string) => void
  /** Before each event of its process. */
  readonly onWake?: (() => void) | undefined
  /** What it tells whoever listens. */
  readonly onEvent?: ((event: ClientEvent) => void) | undefined
  /** Stands between it and its engine. */
  readonly watchEngine?: ((engine: SignalEngine) => SignalEngine) | undefined
}

export class WholeClient {
  readonly clock: NodeClock
  readonly disk: SimulatedDisk = new SimulatedDisk()
  readonly diskState: DiskState = { isFull: false }
  readonly #init: WholeClientInit
  readonly #diskRandom: RandomStream
  #processCount = 0
  #process: SimulatedProcess | undefined
  #client: SealpostClient | undefined
  #home: HomeDisk | undefined

  constructor(init: WholeClientInit) {
    this.#init = init
    this.clock = new NodeClock(init.startMs)
    this.#diskRandom = init.random('disk')
  }

  get isOpen(): boolean {
    return this.#client !== undefined
  }

  /** What is on its disk. @throws UsageError `SEALPOST_HOME_MISSING` */
  get home(): HomeDisk {
    if (this.#home === undefined) {
      throw new UsageError('SEALPOST_HOME_MISSING')
    }
    return this.#home
  }

  /** @throws UsageError `SEALPOST_CLIENT_CLOSED` */
  get client(): SealpostClient {
    if (this.#client === undefined) {
      throw new UsageError('SEALPOST_CLIENT_CLOSED')
    }
    return this.#client
  }

  /** Makes the account. */
  async makeHome(): Promise<void> {
    const process = this.#begin()
    const { name, relays } = this.#init
    const ports = { ...this.#engine(), open: async () => this.#store(process) }
    const home = { name, relays, passphrase: undefined, isDirect: false }
    await createHome(ports, home, this.clock.wallMs(process.nowUs))
    const vaultKey = await unlockHome(ports, {})
    process.end()
    // Nothing is ever written by who looks in from outside.
    this.#home = new HomeDisk(this.disk, createRowSeal(vaultKey, this.#diskRandom))
  }

  /** @param isOnline whether it goes to its relays */
  async open(isOnline = true): Promise<void> {
    const process = this.#begin()
    const { network, onError, onEvent, range } = this.#init
    const log: Log = {
      error: (event, fields) => {
        onError(event, String(fields?.['code'] ?? ''))
      },
      warn: ignore,
      info: ignore,
      debug: ignore
    }
    const client = await SealpostClient.open(
      {
        ...this.#engine(),
        open: async () => this.#store(process),
        transport: new SimulatedTransport(network, process, range),
        clock: new VirtualClock(process, this.clock),
        log,
        abortable
      },
      { isOnline }
    )
    // It may have been killed while it was opened.
    if (!process.isOver) {
      this.#client = client
      if (onEvent !== undefined) {
        client.listen(onEvent)
      }
    }
  }

  /** The process ends between two instructions. */
  kill(): void {
    this.#client = undefined
    this.#process?.end()
    this.#process = undefined
  }

  async close(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    await client?.close()
    this.kill()
  }

  #begin(): SimulatedProcess {
    this.kill()
    this.#processCount += 1
    this.#process = new SimulatedProcess(
      this.#init.network.kernel,
      this.#init.node,
      this.#init.onWake
    )
    return this.#process
  }

  /** Without native helpers it awaits nothing but its stores. */
  #engine(): { readonly engine: SignalEngine; readonly random: RandomStream } {
    const random = this.#init.random(`process ${String(this.#processCount)}`)
    const engine = createNobleEngine({ random })
    return { engine: this.#init.watchEngine?.(engine) ?? engine, random }
  }

  #store(process: SimulatedProcess): SimulatedStore {
    const { times } = this.#init
    const { disk, diskState: state } = this
    return new SimulatedStore({ process, disk, state, times, random: this.#diskRandom })
  }
}

function abortable(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController()
  return {
    signal: controller.signal,
    abort: () => {
      controller.abort()
    }
  }
}

function ignore(): void {
  // Nobody reads what is not an error.
}
