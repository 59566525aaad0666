/** The relays of a home, for those who make another one on this machine. Nobody is asked for a passphrase for that. */
import type { Clock } from '@sealpost/host'
import { UsageError } from '@sealpost/protocol'
import type { FullScreen, Screen } from '../screen/screen.ts'
import { callHome } from '../socket/call-home.ts'
import { hasStore, type Home } from './home.ts'
import { openClient } from './open-client.ts'
import { findWay } from './open-store.ts'

interface Options {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** `SEALPOST_PASSPHRASE` */
  readonly passphrase: string | undefined
}

/**
 * Their addresses, from the process that stays or from the store; none where there is no home.
 *
 * @throws UsageError `SEALPOST_PASSPHRASE_REQUIRED`, `SEALPOST_HOME_IN_USE`; CryptoError `SEALPOST_PASSPHRASE_WRONG`; StorageError
 */
export async function ownRelays(home: Home, options: Options): Promise<readonly string[]> {
  if (!hasStore(home)) {
    return []
  }
  const { clock, signal, passphrase } = options
  const way = await findWay(home, options)
  if (way.type === 'socket') {
    const screen = new LineCollector()
    const line = { words: ['relays'], isJson: true, directory: '.', secret: undefined }
    await callHome(way.socket, line, { screen, signal })
    return screen.lineList.flatMap(ownAddress)
  }
  const source = { given: passphrase, terminal: undefined }
  const setup = { home, clock, signal, passphrase: source, logLevel: undefined }
  const client = await openClient(way.store, { ...setup, directListen: undefined })
  try {
    return client.relays().flatMap(({ isOwn, address }) => (isOwn ? [address] : []))
  } finally {
    await client.close()
  }
}

/** A line as `relays --json` prints it, of this version's process. */
function ownAddress(line: string): readonly string[] {
  const { address, isOwn } = JSON.parse(line) as {
    readonly address: string
    readonly isOwn: boolean
  }
  return isOwn ? [address] : []
}

/** A screen that nobody looks at. */
class LineCollector implements Screen {
  readonly columns: undefined
  readonly terminal: undefined
  readonly lineList: string[] = []

  async print(text: string): Promise<void> {
    this.lineList.push(text)
    return Promise.resolve()
  }

  async warn(): Promise<void> {
    return Promise.resolve()
  }

  async *lines(): AsyncIterable<string> {
    // Nobody types.
  }

  takeTerminal(): Promise<FullScreen> {
    return Promise.reject(new UsageError('SEALPOST_USAGE'))
  }
}
