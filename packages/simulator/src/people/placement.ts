/** Who is where: regions and NATs, by the seed of the topology. Nodes are numbered: relays first, then clients. */
import type { Nat } from '../network/network.ts'
import { randomStream } from '../random/random-stream.ts'
import type { NatShares, RegionShares, RttTable, Scenario } from '../scenario/scenario.ts'

export interface Placement {
  /** Of each relay, its place in the table's regions. */
  readonly relayRegions: Uint8Array
  readonly clientRegions: Uint8Array
  natOf(client: number): Nat
}

/** The golden ratio's part after the point: steps of it fall evenly into any shares, however many there are. */
const EVEN_STEP = 0.6180339887498949

export function placeNodes(
  { clients, relays, network }: Pick<Scenario, 'clients' | 'relays' | 'network'>,
  seed: number
): Placement {
  return {
    relayRegions: regionsOf(relays.count, relays.regions, network.rtt, {
      seed,
      purpose: 'relay regions'
    }),
    clientRegions: regionsOf(clients.count, clients.regions, network.rtt, {
      seed,
      purpose: 'client regions'
    }),
    natOf: (client) => natOf(clients.nat, randomStream(seed, 'nat', client).unit())
  }
}

interface Draw {
  readonly seed: number
  readonly purpose: string
}

/** Even, from a start that is drawn: five relays are where the shares say, and one more moves none of them. */
function regionsOf(
  count: number,
  shares: RegionShares,
  { regions }: RttTable,
  { seed, purpose }: Draw
): Uint8Array {
  const entries = [...shares].filter(([, share]) => share > 0)
  const placed = new Uint8Array(count)
  let step = randomStream(seed, purpose).unit()
  for (let at = 0; at < count; at++) {
    step = (step + EVEN_STEP) % 1
    let rest = step
    let chosen = 0
    while (chosen < entries.length - 1 && rest >= (entries[chosen]?.[1] ?? 0)) {
      rest -= entries[chosen]?.[1] ?? 0
      chosen += 1
    }
    placed[at] = regions.indexOf(entries[chosen]?.[0] ?? '')
  }
  return placed
}

function natOf(shares: NatShares, unit: number): Nat {
  return unit < shares.public ? 'public' : unit < shares.public + shares.easy ? 'easy' : 'hard'
}
