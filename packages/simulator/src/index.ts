export type { Fidelity, Scenario, Seeds } from './scenario/scenario.ts'
export { parseScenario, seedsOfRun } from './scenario/parse-scenario.ts'
export type { ScenarioFile, ScenarioSource, ScenarioVariant } from './scenario/parse-scenario.ts'
export { resolvedText } from './scenario/resolved-text.ts'
