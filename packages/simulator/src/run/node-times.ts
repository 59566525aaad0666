/** What takes time at nodes, where a scenario names no other figure; `sealpost-sim calibrate` measures those of a machine. */
import type { NodeTimes } from '../nodes/simulated-driver.ts'
import type { CostName } from '../scenario/known-names.ts'
import type { Costs } from '../scenario/scenario.ts'

/** Microseconds, by the name that a scenario gives them. */
const DEFAULT_COSTS: Readonly<Record<CostName, number>> = {
  'relay-handle': 50,
  'relay-commit': 2_000,
  'relay-read': 100,
  'relay-handshake': 8_500,
  'client-handle': 400,
  'client-commit': 4_000,
  'client-read': 200,
  'client-handshake': 8_500,
  'client-hash': 3,
  'attacker-hash': 0.1
}

/** @param cores processors of a node: so many inputs at once are handled in the time of one */
export function nodeTimes(kind: 'relay' | 'client', costs: Costs, cores: number): NodeTimes {
  const of = (name: CostName): number => Math.round(costs.get(name) ?? DEFAULT_COSTS[name])
  return {
    handleUs: Math.round(of(`${kind}-handle`) / cores),
    commitUs: of(`${kind}-commit`),
    readUs: of(`${kind}-read`),
    handshakeUs: Math.round(of(`${kind}-handshake`) / cores)
  }
}

/** What a proof of work takes on average: of so many bits, at so much for each try. */
export function workUs(who: 'client' | 'attacker', costs: Costs, bits: number): number {
  const name: CostName = `${who}-hash`
  return (costs.get(name) ?? DEFAULT_COSTS[name]) * 2 ** bits
}
