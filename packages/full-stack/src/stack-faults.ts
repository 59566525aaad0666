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

/** @throws ConfigError `SEALPOST_CONFIG_INVALID` for a fault that takes nodes in virtual time, and for paths between clients */
export function requirePossible({ clients, faults }: Scenario): void {
  if (clients.isDirect) {
    const what = 'The full stack has no paths from client to client.'
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      `${what} Take clients.direct out, or choose another fidelity.`
    )
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
