import { Network } from '../network/network.ts'
import type { Placement } from '../people/placement.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** The network of a scenario with everybody in it: relays first, then clients. @param seed that of the faults */
export function placedNetwork(
  { clients, network: model, relays }: Scenario,
  placement: Placement,
  seed: number
): Network {
  const network = new Network({ model, nodeCount: relays.count + clients.count, seed })
  for (let id = 0; id < relays.count; id++) {
    network.place(id, {
      kind: 'relay',
      id,
      region: placement.relayRegions[id] ?? 0,
      nat: 'public',
      uplinkBitsPerSecond: relays.linkBitsPerSecond,
      downlinkBitsPerSecond: relays.linkBitsPerSecond
    })
  }
  for (let id = 0; id < clients.count; id++) {
    const { downlinkBitsPerSecond, uplinkBitsPerSecond } = model
    network.place(relays.count + id, {
      kind: 'client',
      id,
      region: placement.clientRegions[id] ?? 0,
      nat: placement.natOf(id),
      uplinkBitsPerSecond,
      downlinkBitsPerSecond
    })
  }
  return network
}
