/** What no value says alone: how the values of a scenario must fit each other. */
import { didYouMean } from '@sealpost/protocol'
import { DAY_US } from './quantities.ts'
import type { Fault, NodeChoice, Region, Scenario } from './scenario.ts'

/** A key, and what is wrong with it. */
export interface Misfit {
  /** Dotted. */
  readonly path: string
  readonly text: string
}

/** Partitions and censorship at one moment: each node has so many bits. */
export const PARTITIONS_MAX = 32

/** Everything that does not fit; empty where all does. */
export function misfits(scenario: Scenario): readonly Misfit[] {
  return [
    ...misfitsOfNumbers(scenario),
    ...misfitsOfRegions(scenario),
    ...misfitsOfChurn(scenario),
    ...scenario.faults.flatMap((fault, at) =>
      misfitsOfFault(fault, `faults.${String(at)}`, scenario)
    ),
    ...misfitsOfPartitions(scenario)
  ]
}

function misfitsOfNumbers({ relays, durationUs, warmUpUs }: Scenario): readonly Misfit[] {
  const all: Misfit[] = []
  if (relays.replicas > relays.count) {
    all.push({ path: 'relays.replicas', text: 'must be at most relays.count.' })
  }
  if (warmUpUs >= durationUs) {
    all.push({ path: 'warmUp', text: 'must be shorter than duration.' })
  }
  return all
}

function misfitsOfRegions({ clients, relays, network }: Scenario): readonly Misfit[] {
  const check = (path: string, regions: Iterable<Region>): readonly Misfit[] =>
    strangers(path, regions, network.rtt.regions)
  return [
    ...check('clients.regions', clients.regions.keys()),
    ...check('relays.regions', relays.regions.keys())
  ]
}

function strangers(
  path: string,
  regions: Iterable<Region>,
  known: readonly Region[]
): readonly Misfit[] {
  return [...regions]
    .filter((region) => !known.includes(region))
    .map((region) => {
      const hint = didYouMean(region, known)
      return { path, text: `names ${region}, which is no region of network.rttMs.${hint}` }
    })
}

function misfitsOfChurn({ churn, clients, durationUs }: Scenario): readonly Misfit[] {
  switch (churn.type) {
    case 'always-on':
      return []
    case 'weibull':
      // Between two sessions there is some time; hours without sessions take away from it.
      return churn.meanSessionUs * churn.sessionsPerDay < 0.95 * DAY_US
        ? []
        : [{ path: 'churn.sessionsPerDay', text: 'leaves a day no time between its sessions.' }]
    case 'trace': {
      const stranger = churn.sessions.find(({ client }) => client >= clients.count)
      const text = `names client ${String(stranger?.client)}, and there are ${String(clients.count)} from 0 on.`
      return stranger === undefined ? [] : [{ path: 'churn.sessions', text }]
    }
    case 'flash-crowd':
      return [
        ...(churn.atUs < durationUs
          ? []
          : [{ path: 'churn.at', text: 'must lie before the end of the run.' }]),
        ...(churn.withinUs <= churn.forUs
          ? []
          : [{ path: 'churn.within', text: 'must be at most churn.for.' }])
      ]
  }
}

function misfitsOfFault(fault: Fault, path: string, scenario: Scenario): readonly Misfit[] {
  const all: Misfit[] = []
  if (fault.atUs >= scenario.durationUs) {
    all.push({ path: `${path}.at`, text: 'must lie before the end of the run.' })
  }
  if (fault.type === 'prekey-exhaustion' && scenario.workload.publicAddressShare === 0) {
    const text = 'needs public addresses: workload.publicAddressShare above 0.'
    all.push({ path: `${path}.action`, text })
  }
  for (const [key, choice] of choicesOf(fault)) {
    all.push(...misfitsOfChoice(choice, `${path}.${key}`, scenario))
  }
  return all
}

/** The nodes that a fault is about, by the key that names them. */
function choicesOf(fault: Fault): readonly (readonly [key: string, choice: NodeChoice])[] {
  switch (fault.type) {
    case 'partition':
      return [['from', fault.from], ...(fault.to === undefined ? [] : [['to', fault.to] as const])]
    case 'censor':
      return [
        ['clients', fault.clients],
        ['relays', fault.relays]
      ]
    default:
      return [['nodes', fault.nodes]]
  }
}

function misfitsOfChoice(
  choice: NodeChoice,
  path: string,
  { clients, relays, network }: Scenario
): readonly Misfit[] {
  const all = [...strangers(`${path}.regions`, choice.regions ?? [], network.rtt.regions)]
  const { kind, ids, share, count } = choice
  if (kind === 'any' && ids !== undefined) {
    all.push({ path: `${path}.ids`, text: 'needs kind: client or kind: relay beside it.' })
  }
  const nodes = kind === 'relay' ? relays.count : clients.count
  const stranger = ids?.find((id) => id >= nodes)
  if (kind !== 'any' && stranger !== undefined) {
    const text = `names ${kind} ${String(stranger)}, and there are ${String(nodes)} from 0 on.`
    all.push({ path: `${path}.ids`, text })
  }
  if (share !== undefined && count !== undefined) {
    all.push({ path: `${path}.count`, text: 'cannot stand beside share: one of them counts.' })
  }
  if (choice.draw !== undefined && (share ?? count) !== undefined) {
    all.push({ path: `${path}.draw`, text: 'cannot stand beside share or count.' })
  }
  if (choice.isSybil !== undefined && kind !== 'relay') {
    all.push({ path: `${path}.sybil`, text: 'is of relays: needs kind: relay beside it.' })
  }
  return all
}

function misfitsOfPartitions({ faults }: Scenario): readonly Misfit[] {
  const moments = faults
    .filter((fault) => {
      const isThrottle = fault.type === 'censor' && fault.bitsPerSecond !== undefined
      return fault.type === 'partition' || (fault.type === 'censor' && !isThrottle)
    })
    .flatMap(({ atUs, forUs }) => [
      { atUs, change: 1 },
      { atUs: atUs + forUs, change: -1 }
    ])
  // Where one ends as another begins, the end comes first.
  moments.sort((a, b) => a.atUs - b.atUs || a.change - b.change)
  let open = 0
  let most = 0
  for (const { change } of moments) {
    open += change
    most = Math.max(most, open)
  }
  const text = `must have at most ${String(PARTITIONS_MAX)} partitions and censorships at one moment.`
  return most <= PARTITIONS_MAX ? [] : [{ path: 'faults', text }]
}
