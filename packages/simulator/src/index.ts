export type { Fidelity, Scenario, Seeds } from './scenario/scenario.ts'
