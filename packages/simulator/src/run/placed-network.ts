import { Network } from '../network/network.ts'
import type { Placement } from '../people/placement.ts'
import { randomStream } from '../random/random-stream.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** The network of a scenario with everybody in it: relays first, then clients, then attackers. @param seed that of the faults */
export function placedNetwork(
  { clients, faults, network: model, relays }: Scenario,
  placement: Placement,
  seed: number
): Network {
  const peopleCount = relays.count + clients.count
  const attackers = attackerCount(faults)
  const network = new Network({ model, nodeCount: peopleCount + attackers, seed })
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
  for (let id = 0; id < attackers; id++) {
    network.place(peopleCount + id, {
      kind: 'attacker',
      id,
      region: randomStream(seed, 'attacker', id).pick([...placement.clientRegions]),
      nat: 'public',
      uplinkBitsPerSecond: relays.linkBitsPerSecond,
      downlinkBitsPerSecond: relays.linkBitsPerSecond
    })
  }
  return network
}

/** Nodes behind relays and clients that belong to nobody's account: several attacks may have the same. */
export function attackerCount(faults: Scenario['faults']): number {
  return Math.max(
    0,
    ...faults.map((fault) => (fault.type === 'prekey-exhaustion' ? fault.attackers : 0))
  )
}
