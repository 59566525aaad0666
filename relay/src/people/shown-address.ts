import type { RelayAddress } from '@sealpost/protocol'
import type { RelayConfig } from '../config/config.ts'

/**
 * The line to give to people: where the operator says that the relay is, else where it listens.
 *
 * @param names of its certificate, if it has one
 */
export function shownAddress(
  config: RelayConfig,
  listening: RelayAddress,
  [name]: readonly string[] = []
): RelayAddress {
  const { nodeKey } = listening
  const { addresses } = config.relay
  if (addresses.length > 0) {
    return { nodeKey, addresses }
  }
  // Whoever dials it compares its certificate with what they dial.
  const byName = listening.addresses.map((address) =>
    name === undefined
      ? address
      : address.replace(/^\/ip[46]\/[^/]+(?=.*\/tls\/ws$)/, `/dns4/${name}`)
  )
  return { nodeKey, addresses: byName }
}
