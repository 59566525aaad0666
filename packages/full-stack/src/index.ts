/** The fourth fidelity of the simulator: a scenario over real nodes. `sealpost-sim` loads it by its name, where it is asked for. */
export { runFullStack } from './run-full-stack.ts'
