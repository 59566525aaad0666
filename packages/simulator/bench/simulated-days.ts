/**
 * `node simulated-days.ts CLIENTS RELAYS REPLICAS FIDELITY`: what a day of so many people takes, in a process of its own, who write
 * 50 texts each and come and go as the defaults of scenarios have it. Prints `SimulatedDays` as JSON.
 */
import { parseScenario, seedsOfRun } from '../src/scenario/parse-scenario.ts'
import { runScenario } from '../src/run/run-scenario.ts'

export interface SimulatedDays {
  /** CPU of the process, all its threads, from everybody's arrival to the figures. */
  readonly cpuSeconds: number
  readonly events: number
  readonly texts: number
  /** The most that was resident, and what of it was there before anybody. */
  readonly peakBytes: number
  readonly emptyBytes: number
}

const [clients = '', relays = '', replicas = '', fidelity = ''] = process.argv.slice(2)
const TEXT = `sealpost-sim: 1
question: What does a simulated day take?
duration: 24h
fidelity: ${fidelity}
clients: { count: ${clients} }
relays: { count: ${relays}, replicas: ${replicas} }
`

const { seeds, variants } = parseScenario({
  name: 'simulated-days.yaml',
  text: TEXT,
  settings: new Map(),
  readBeside: () => {
    throw new Error('It extends nothing.')
  }
})
const [variant] = variants
if (variant === undefined) {
  throw new Error('There is no scenario in it.')
}
const emptyBytes = process.memoryUsage.rss()
const before = process.cpuUsage()
const result = runScenario(variant.scenario, seedsOfRun(seeds, 1))
const { system, user } = process.cpuUsage(before)
const days: SimulatedDays = {
  cpuSeconds: (system + user) / 1e6,
  events: result.eventCount,
  texts: result.values.get('messagesWritten') ?? 0,
  peakBytes: process.resourceUsage().maxRSS * 1024,
  emptyBytes
}
process.stdout.write(JSON.stringify(days))
