/** A relay as operators run it: LevelDB in a directory of its own, libp2p on a port of loopback. */
import { join } from 'node:path'
import type { RelayAddress } from '@sealpost/protocol'
import { readConfig, type RunningRelay, startRelay } from 'sealpost-relay'
import type { SampledRelay } from 'sealpost-sim'
import { errorLog } from './system-ports.ts'

/**
 * As operators have it, but for proofs of work, whose cost is a client's; for what is counted by ranges of addresses, as all
 * clients have the same; and for how busy this machine is, which is no matter of the scenario.
 */
const OPTIONS: Readonly<Record<string, string>> = {
  listen: '127.0.0.1:0',
  web: 'none',
  'operator-listen': 'none',
  'work-bits': '0',
  'registrations-per-hour-per-range': '1000000',
  'knocks-per-minute-per-range': '1000000',
  'bytes-per-second-per-range': '1TiB',
  'connections-per-minute-per-range': '1000000',
  'connections-per-range-max': '10000',
  overload: 'off'
}
/** Nothing but the limit of its own store bounds it, and it keeps no ballast: relays that write files would slow each other down. */
const FILE_SYSTEM = { freeBytes: 2 ** 40, totalBytes: 0 }

export interface StackRelayInit {
  readonly node: number
  /** Where all relays of the run have their directories. */
  readonly folder: string
  readonly storageBytes: number
  readonly onError: (event: string, code: string) => void
}

export class StackRelay implements SampledRelay {
  readonly node: number
  readonly #running: RunningRelay
  #isUp = true

  private constructor(node: number, running: RunningRelay) {
    this.node = node
    this.#running = running
  }

  static async start({ node, folder, storageBytes, onError }: StackRelayInit): Promise<StackRelay> {
    const data = join(folder, `relay-${String(node)}`)
    const options = { ...OPTIONS, data, 'store-bytes-max': String(storageBytes) }
    const config = readConfig({
      flags: new Map(Object.entries(options).map(([name, value]) => [name, [value]])),
      environment: {}
    })
    const ports = { log: errorLog(onError), measureFileSystem: async () => FILE_SYSTEM }
    return new StackRelay(node, await startRelay(config, ports))
  }

  get address(): RelayAddress {
    return this.#running.address
  }

  get isUp(): boolean {
    return this.#isUp
  }

  get status(): SampledRelay['status'] {
    return this.#running.overview().machine
  }

  async stop(): Promise<void> {
    this.#isUp = false
    await this.#running.stop()
  }
}
