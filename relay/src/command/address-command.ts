import { networkInterfaces } from 'node:os'
import { ConfigError, formatRelayAddress, webSocketMultiaddr } from '@sealpost/protocol'
import { type ListenEndpoint, nodeKeyOfSeed } from '@sealpost/transport-libp2p'
import type { RelayConfig } from '../config/config.ts'
import { dataDirectory, loadNodeSeed } from '../store/data-directory.ts'
import { shownAddress } from '../people/shown-address.ts'
import { loadCertificate } from '../people/certificate.ts'

/**
 * The line to give to people, whether or not the relay runs.
 *
 * @throws ConfigError where there is no relay, or its port is only known once it runs; StorageError where its key is damaged.
 */
export async function relayAddress(config: RelayConfig): Promise<string> {
  const seed = await loadNodeSeed(dataDirectory(config.data))
  const nodeKey = await nodeKeyOfSeed(seed)
  const addresses =
    config.relay.addresses.length > 0
      ? []
      : config.listen.map((endpoint) => multiaddrOf(endpoint, config))
  const certificate = config.tls && (await loadCertificate(config.tls))
  return formatRelayAddress(shownAddress(config, { nodeKey, addresses }, certificate?.names))
}

function multiaddrOf({ host, port }: ListenEndpoint, { tls }: RelayConfig): string {
  if (port === 0) {
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      'With port 0 the relay has another port at each start, which it prints. Give --listen a port.'
    )
  }
  const address = webSocketMultiaddr(reachableHost(host), port)
  return tls === undefined ? address : address.replace(/\/ws$/, '/tls/ws')
}

/** For all of a machine's addresses one that leads there, as the relay itself names when it starts. */
function reachableHost(host: string): string {
  const family = host === '0.0.0.0' ? 'IPv4' : host === '::' ? 'IPv6' : undefined
  if (family === undefined) {
    return host
  }
  const address = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find((one) => !one.internal && one.family === family && !one.address.startsWith('fe80:'))
  return address?.address ?? (family === 'IPv6' ? '::1' : '127.0.0.1')
}
