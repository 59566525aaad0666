/** What can go wrong on a real network without breaking real nodes: what is between them, and people who are away. */
import { ConfigError } from '@sealpost/protocol'
import type { FaultKind, FaultyNodes, NodeFault, PeopleOnline, Scenario } from 'sealpost-sim'

const POSSIBLE: ReadonlySet<FaultKind['type']> = new Set([
  'partition',
  'clog',
  'loss',
  'censor',
  'away'
])

/** @throws ConfigError `SEALPOST_CONFIG_INVALID` for what only virtual time has: faults that take nodes, paths between clients, links */
export function requirePossible(scenario: Scenario): void {
  const { clients, faults, relays, workload } = scenario
  const absent: readonly (readonly [key: string, isAsked: boolean, what: string])[] = [
    ['clients.direct', clients.isDirect, 'paths from client to client'],
    ['relays.workBits', relays.workBits > 0, 'proofs of work'],
    ['workload.newContactsPerDay', workload.newContactsPerDay > 0, 'links that people open'],
    ['workload.publicAddressShare', workload.publicAddressShare > 0, 'public addresses']
  ]
  for (const [key, isAsked, what] of absent) {
    if (isAsked) {
      throw new ConfigError(
        'SEALPOST_CONFIG_INVALID',
        `The full stack has no ${what}. Take ${key} out, or choose another fidelity.`
      )
    }
  }
  const wrong = faults.find(({ type }) => !POSSIBLE.has(type))
  if (wrong !== undefined) {
    const most = [...POSSIBLE].join(', ')
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      `The full stack cannot let a fault happen of action ${wrong.type}, only ${most}. Take it out, or choose another fidelity.`
    )
  }
}

export class StackFaults implements FaultyNodes {
  readonly #people: PeopleOnline
  readonly #relayCount: number

  constructor(people: PeopleOnline, relayCount: number) {
    this.#people = people
    this.#relayCount = relayCount
  }

  begin(fault: NodeFault, nodes: readonly number[]): void {
    this.#setAway(fault, nodes, true)
  }

  end(fault: NodeFault, nodes: readonly number[]): void {
    this.#setAway(fault, nodes, false)
  }

  #setAway({ type }: NodeFault, nodes: readonly number[], isAway: boolean): void {
    if (type === 'away') {
      for (const node of nodes) {
        this.#people.setAway(node - this.#relayCount, isAway)
      }
    }
  }
}
