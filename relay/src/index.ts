/** A relay in process, for tests and benches; the command is `main.ts`. */
export {
  type RelayOverview,
  type RelayPorts,
  type RelayStore,
  type RunningRelay,
  startRelay
} from './compose.ts'
export { type ConfigSources, readConfig, type RelayConfig } from './config.ts'
