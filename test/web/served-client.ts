/** A relay in this process that serves the web client, with data in a directory that is gone afterwards. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatRelayAddress } from '@sealpost/protocol'
import { readConfig, startRelay } from 'sealpost-relay'
import { builtClient } from './built-client.ts'

export interface ServedClient extends AsyncDisposable {
  /** Where a browser opens it: `http://127.0.0.1:PORT/`. */
  readonly link: string
  /** The relay's address, as people paste it. */
  readonly relay: string
}

/** @param options of the relay, as flags give them; `web` is another folder than that of the build. */
export async function serveClient(
  options: Readonly<Record<string, string>> = {}
): Promise<ServedClient> {
  const data = await mkdtemp(join(tmpdir(), 'sealpost-served-'))
  const all = {
    data,
    listen: '127.0.0.1:0',
    web: options['web'] ?? (await builtClient()),
    'work-bits': '0',
    'log-level': 'error',
    ...options
  }
  const flags = new Map(Object.entries(all).map(([name, value]) => [name, [value]]))
  const relay = await startRelay(readConfig({ flags, environment: {} }))
  return {
    link: relay.webLink ?? '',
    relay: formatRelayAddress(relay.address),
    [Symbol.asyncDispose]: async () => {
      await relay.stop()
      await rm(data, { recursive: true, force: true })
    }
  }
}
