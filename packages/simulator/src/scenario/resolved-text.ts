/** A scenario as a file again, with nothing left out: what a run leaves behind, and `replay` reads. */
import { HEAD_KEYS } from './scenario-file.ts'
import { SCENARIO } from './scenario-shape.ts'
import type { Scenario, Seeds } from './scenario.ts'
import type { Json } from './written.ts'

/** Canonical: the same scenario gives the same text. It is read by `parseScenario`, and gives the same scenario. */
export function resolvedText(scenario: Scenario, seeds?: Seeds): string {
  const [version = ''] = HEAD_KEYS
  const { topology, workload, faults } = seeds ?? {}
  const head: Record<string, Json> =
    topology === undefined || workload === undefined || faults === undefined
      ? { [version]: 1 }
      : { [version]: 1, seeds: { topology, workload, faults } }
  const body = SCENARIO.write(scenario) as Readonly<Record<string, Json>>
  return `${JSON.stringify({ ...head, ...body }, undefined, 2)}\n`
}
