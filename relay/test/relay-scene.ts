/** A relay in this process, on a port of its own, with its data in a directory that is gone afterwards. */
import { MemoryLog } from '@sealpost/host/testing'
import { type RunningRelay, startRelay } from '../src/compose.ts'
import { readConfig, type RelayConfig } from '../src/config/config.ts'
import type { RelayPorts } from '../src/relay-ports.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** Options by name, as flags give them. */
export type TestOptions = Readonly<Record<string, string>>

/** Rates that no test meets by chance, and no work. */
export const GENEROUS: TestOptions = {
  'work-bits': '0',
  'deposits-per-second': '1000000',
  'deposit-burst': '1000000',
  'requests-per-second': '1000000',
  'request-burst': '1000000',
  'mailbox-deposits-per-minute': '1000000',
  'registrations-per-hour-per-range': '1000000',
  'bytes-per-second-per-key': '1TiB',
  'bytes-per-second-per-range': '1TiB',
  'connections-per-minute-per-range': '1000000',
  'contact-envelopes-max': '1000000',
  'contact-bytes-max': '1TiB',
  // How busy the machine is that runs the tests is nothing to them.
  overload: 'off'
}

export function testConfig(data: string, options: TestOptions = {}): RelayConfig {
  // No test depends on what was built here.
  const all = { data, listen: '127.0.0.1:0', web: 'none', 'operator-listen': 'none', ...options }
  return readConfig({
    flags: new Map(Object.entries(all).map(([name, value]) => [name, [value]])),
    environment: {}
  })
}

export interface RelayScene extends AsyncDisposable {
  readonly relay: RunningRelay
  readonly log: MemoryLog
  readonly config: RelayConfig
}

export interface SceneOptions {
  readonly options?: TestOptions
  readonly ports?: RelayPorts
  /** Of an earlier scene's, or of a file system of its own. */
  readonly data?: string
}

export async function relayScene(scene: SceneOptions = {}): Promise<RelayScene> {
  const directory = scene.data === undefined ? await temporaryDirectory() : undefined
  const log = new MemoryLog()
  const config = testConfig(scene.data ?? directory?.path ?? '', { ...GENEROUS, ...scene.options })
  try {
    const relay = await startRelay(config, { log, ...scene.ports })
    return {
      relay,
      log,
      config,
      [Symbol.asyncDispose]: async () => {
        await relay.stop()
        await directory?.[Symbol.asyncDispose]()
      }
    }
  } catch (error) {
    await directory?.[Symbol.asyncDispose]()
    throw error
  }
}
