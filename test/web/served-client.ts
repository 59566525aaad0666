/** A relay in this process that serves the web client, with data in a directory that is gone afterwards. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatRelayAddress } from '@sealpost/protocol'
import { readConfig, type RelayPorts, startRelay } from 'sealpost-relay'
import { builtClient } from './built-client.ts'

export interface ServedClient extends AsyncDisposable {
  /** Where a browser opens it: `http://127.0.0.1:PORT/`. */
  readonly link: string
  /** The same at a name, where passkeys work: `http://localhost:PORT/`. */
  readonly namedLink: string
  /** The relay's address, as people paste it. */
  readonly relay: string
  /** Ends it as a machine that is switched off. */
  stop(): Promise<void>
  /** Starts it again: the same relay, at the same address, with what it held. @param options further ones, as flags give them */
  start(options?: Readonly<Record<string, string>>): Promise<void>
}

/** @param options of the relay, as flags give them; `web` is another folder than that of the build. */
export async function serveClient(
  options: Readonly<Record<string, string>> = {},
  ports: RelayPorts = {}
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
  const run = (more: Readonly<Record<string, string>> = {}): ReturnType<typeof startRelay> => {
    const flags = new Map(
      Object.entries({ ...all, ...more }).map(([name, value]) => [name, [value]])
    )
    return startRelay(readConfig({ flags, environment: {} }), ports)
  }
  const first = await run()
  let relay: typeof first | undefined = first
  const link = first.webLink ?? ''
  return {
    link,
    namedLink: link.replace('127.0.0.1', 'localhost'),
    relay: formatRelayAddress(first.address),
    stop: async () => {
      await relay?.stop()
      relay = undefined
    },
    start: async (more = {}) => {
      relay ??= await run({ ...more, listen: new URL(link).host })
    },
    [Symbol.asyncDispose]: async () => {
      await relay?.stop()
      await rm(data, { recursive: true, force: true })
    }
  }
}
