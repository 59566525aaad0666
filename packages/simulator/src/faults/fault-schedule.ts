/** Faults as moments: what begins and ends when, at which nodes. Nodes are numbered: relays first, then clients. */
import type { NetworkFault } from '../network/network-faults.ts'
import { type RandomStream, randomStream } from '../random/random-stream.ts'
import type {
  Fault,
  FaultKind,
  NodeChoice,
  RelayBehaviour,
  Scenario
} from '../scenario/scenario.ts'
import type { Placement } from '../people/placement.ts'

/** What goes wrong at single nodes. */
export type NodeFault =
  | { readonly type: 'crash'; readonly losesUnsynced: boolean }
  | { readonly type: 'disk-lost' }
  | { readonly type: 'disk-full' }
  | { readonly type: 'bit-rot'; readonly probability: number }
  | { readonly type: 'clock'; readonly offsetUs: number }
  | {
      readonly type: 'byzantine'
      readonly behaviour: RelayBehaviour
      readonly probability: number
    }
  | { readonly type: 'away' }
  | { readonly type: 'move'; readonly leaves: 'down' | 'all'; readonly withinUs: number }
  | {
      readonly type: 'prekey-exhaustion'
      readonly attackers: number
      readonly claimsPerMinute: number
      readonly knocksPerMinute: number
    }

/** A fault with its nodes. */
export type FaultEffect =
  | { readonly kind: 'network'; readonly fault: NetworkFault }
  | { readonly kind: 'nodes'; readonly fault: NodeFault; readonly nodes: readonly number[] }

export interface FaultMoment {
  readonly atUs: number
  /** The fault's place in the scenario. */
  readonly id: number
  readonly isBegin: boolean
  readonly effect: FaultEffect
}

/**
 * In order; at one moment what ends comes before what begins. What does not end within the run has no end.
 *
 * @param seed that of the faults
 */
export function scheduleFaults(
  scenario: Scenario,
  placement: Placement,
  seed: number
): readonly FaultMoment[] {
  const { faults, durationUs } = scenario
  const moments = faults.flatMap((fault, id) => {
    const choose = (choice: NodeChoice, key: string): readonly number[] =>
      chosenNodes(choice, { scenario, placement, seed, purpose: `fault ${String(id)} ${key}` })
    const effect = effectOf(fault, choose, placement)
    const endUs = fault.atUs + fault.forUs
    const begin = { atUs: fault.atUs, id, isBegin: true, effect }
    return endUs < durationUs ? [begin, { atUs: endUs, id, isBegin: false, effect }] : [begin]
  })
  return moments.sort(
    (a, b) => a.atUs - b.atUs || Number(a.isBegin) - Number(b.isBegin) || a.id - b.id
  )
}

type Choose = (choice: NodeChoice, key: string) => readonly number[]

function effectOf(fault: Fault, choose: Choose, placement: Placement): FaultEffect {
  switch (fault.type) {
    case 'partition': {
      const from = choose(fault.from, 'from')
      const to = fault.to === undefined ? others(from, placement) : choose(fault.to, 'to')
      const { isOneWay } = fault
      return { kind: 'network', fault: { type: 'partition', from, to, isOneWay } }
    }
    case 'censor':
      return { kind: 'network', fault: censorship(fault, choose) }
    case 'clog': {
      const nodes = choose(fault.nodes, 'nodes')
      return { kind: 'network', fault: { type: 'clog', nodes, factor: fault.factor } }
    }
    case 'loss': {
      const nodes = choose(fault.nodes, 'nodes')
      return { kind: 'network', fault: { type: 'loss', nodes, share: fault.share } }
    }
    default:
      return { kind: 'nodes', fault: nodeFault(fault), nodes: choose(fault.nodes, 'nodes') }
  }
}

function censorship(
  { bitsPerSecond, clients, relays, traffic }: FaultKind & { readonly type: 'censor' },
  choose: Choose
): NetworkFault {
  const from = choose(clients, 'clients')
  const to = traffic === 'direct' ? choose({ kind: 'client' }, 'to') : choose(relays, 'relays')
  return bitsPerSecond === undefined
    ? { type: 'partition', from, to, isOneWay: false, isOfDials: traffic === 'dials' }
    : { type: 'throttle', from, to, bitsPerSecond }
}

type NodeFaultKind = Exclude<FaultKind, { type: 'partition' | 'censor' | 'clog' | 'loss' }>

/** The same without its time and its choice. */
function nodeFault(fault: NodeFaultKind): NodeFault {
  switch (fault.type) {
    case 'crash':
      return { type: 'crash', losesUnsynced: fault.losesUnsynced }
    case 'bit-rot':
      return { type: 'bit-rot', probability: fault.probability }
    case 'clock':
      return { type: 'clock', offsetUs: fault.offsetUs }
    case 'byzantine': {
      const { behaviour, probability } = fault
      return { type: 'byzantine', behaviour, probability }
    }
    case 'move':
      return { type: 'move', leaves: fault.leaves, withinUs: fault.withinUs }
    case 'prekey-exhaustion': {
      const { attackers, claimsPerMinute, knocksPerMinute } = fault
      return { type: 'prekey-exhaustion', attackers, claimsPerMinute, knocksPerMinute }
    }
    case 'disk-lost':
    case 'disk-full':
    case 'away':
      return { type: fault.type }
  }
}

interface Choosing {
  readonly scenario: Scenario
  readonly placement: Placement
  readonly seed: number
  readonly purpose: string
}

function chosenNodes(choice: NodeChoice, choosing: Choosing): readonly number[] {
  const { relayRegions, clientRegions } = choosing.placement
  const relays = choice.kind === 'client' ? [] : fitting(choice, relayRegions, choosing)
  const clients = choice.kind === 'relay' ? [] : fitting(choice, clientRegions, choosing)
  const drawn = [
    ...relays.map((id) => ({ node: id, kind: 'relay', id })),
    ...clients.map((id) => ({ node: relayRegions.length + id, kind: 'client', id }))
  ]
  const { seed, purpose } = choosing
  const wanted = wantedCount(choice, drawn.length, randomStream(seed, `${purpose} number`))
  if (wanted >= drawn.length && choice.draw !== 'each') {
    return drawn.map(({ node }) => node)
  }
  // Each node has a lot of its own: where one more comes, at most one other goes.
  const lots = drawn.map(({ node, kind, id }) => ({
    node,
    lot: randomStream(seed, `${purpose} ${kind}`, id).unit()
  }))
  lots.sort((a, b) => a.lot - b.lot || a.node - b.node)
  return lots
    .filter(({ lot }, at) => (choice.draw === 'each' ? lot < 0.5 : at < wanted))
    .map(({ node }) => node)
    .sort((a, b) => a - b)
}

/** Relays that one operator runs: of the seed of the faults, and of nothing else. */
export function sybilRelays(
  { relays }: Pick<Scenario, 'relays'>,
  seed: number
): ReadonlySet<number> {
  const lots = Array.from({ length: relays.count }, (_, relay) => {
    return { relay, lot: randomStream(seed, 'sybil', relay).unit() }
  })
  lots.sort((a, b) => a.lot - b.lot || a.relay - b.relay)
  const count = shareOf(relays.sybilShare, relays.count)
  return new Set(lots.slice(0, count).map(({ relay }) => relay))
}

/** Those of one kind that are of the regions, the numbers and the operator that the choice names. */
function fitting(
  { regions, ids, isSybil }: NodeChoice,
  placed: Uint8Array,
  { scenario, seed }: Choosing
): readonly number[] {
  const sybils = isSybil === undefined ? undefined : sybilRelays(scenario, seed)
  const names = scenario.network.rtt.regions
  const all = ids === undefined ? [...placed.keys()] : [...new Set(ids)].sort((a, b) => a - b)
  return all.filter(
    (id) =>
      (regions?.includes(names[placed[id] ?? -1] ?? '') ?? true) &&
      (sybils === undefined || sybils.has(id) === isSybil)
  )
}

function wantedCount(
  { share, count, draw }: NodeChoice,
  among: number,
  random: RandomStream
): number {
  if (draw === 'number') {
    return Math.min(1 + random.below(Math.max(1, among - 1)), among)
  }
  return Math.min(count ?? shareOf(share ?? 1, among), among)
}

/** A share that is above 0 is somebody. */
function shareOf(share: number, among: number): number {
  return share === 0 ? 0 : Math.max(1, Math.round(share * among))
}

function others(nodes: readonly number[], placement: Placement): readonly number[] {
  const count = placement.relayRegions.length + placement.clientRegions.length
  const some = new Set(nodes)
  return Array.from({ length: count }, (_, node) => node).filter((node) => !some.has(node))
}
