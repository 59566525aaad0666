/** A relay in process, for tests and benches; the command is `main.ts`. */
export { type RelayOverview, type RunningRelay, startRelay } from './compose.ts'
export { readConfig, type RelayConfig } from './config/config.ts'
export type { ConfigSources } from './config/gathered-options.ts'
export type { RelayPorts, RelayStore } from './relay-ports.ts'
