import type { RelayAddress } from '@sealpost/protocol'
import type { RelayConfig } from '../config/config.ts'

/** What of a machine's addresses a browser on it opens. */
const HERE: Readonly<Record<string, string>> = {
  localhost: 'localhost',
  '127.0.0.1': '127.0.0.1',
  '0.0.0.0': '127.0.0.1',
  '::1': '[::1]',
  '::': '127.0.0.1'
}

/**
 * Where a browser opens the web client that a relay serves: by the name that its operator gave it, else on its own machine.
 * Browsers let no other page encrypt.
 *
 * @param names of the certificate with which the relay itself encrypts, if it does
 */
export function webLink(
  config: RelayConfig,
  listening: readonly RelayAddress[],
  names: readonly string[] = []
): string | undefined {
  for (const address of config.relay.addresses) {
    const [, name = '', port = ''] =
      /^\/dns[46]?\/([^/]+)\/tcp\/(\d+)\/(?:tls\/ws|wss)$/.exec(address) ?? []
    if (name !== '') {
      return `https://${name}${port === '443' ? '' : `:${port}`}/`
    }
  }
  for (const [index, { host }] of config.listen.entries()) {
    const here = HERE[host]
    const [, port] = /\/tcp\/(\d+)\//.exec(listening[index]?.addresses[0] ?? '') ?? []
    if (config.tls !== undefined && port !== undefined) {
      return `https://${names[0] ?? here ?? host}${port === '443' ? '' : `:${port}`}/`
    }
    if (here !== undefined && port !== undefined) {
      return `http://${here}:${port}/`
    }
  }
  return undefined
}
