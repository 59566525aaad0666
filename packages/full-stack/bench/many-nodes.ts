/**
 * Real nodes in one process: they start, meet, write to each other and stop.
 *
 * Run: `node packages/full-stack/bench/many-nodes.ts [clients] [relays]`; prints a `ManyNodes` as JSON.
 */
import { SealpostError } from '@sealpost/protocol'
import { parseScenario } from 'sealpost-sim'
import { runFullStack } from '../src/index.ts'

export interface ManyNodes {
  /** From the start of the first to the end of the last. */
  readonly seconds: number
  /** Of that, until all have met. */
  readonly meetSeconds: number
  /** Of the whole process. */
  readonly cpuSeconds: number
  readonly rssMib: number
  readonly texts: number
  readonly stoodStillShare: number
}

const TALK_S = 5
const MS_PER_S = 1_000
const KIB_PER_MIB = 1_024

const [, , clients = '280', relays = '20'] = process.argv
const text = `sealpost-sim: 1
duration: ${String(TALK_S)}s
clients: {count: ${clients}}
relays: {count: ${relays}}
churn: {model: always-on}
workload: {messagesPerDay: 8640, contacts: 2}
`
const [variant] = parseScenario({ name: 'many-nodes.yaml', text }).variants
if (variant === undefined) {
  throw new SealpostError('SEALPOST_BUG', 'a file has a variant')
}
const startMs = performance.now()
let metMs = NaN
const { values } = await runFullStack(
  variant.scenario,
  { topology: 1, workload: 1, faults: 1 },
  {
    progress: (nowUs) => {
      if (nowUs === 0) {
        metMs = performance.now()
      }
    }
  }
)
const { maxRSS, systemCPUTime, userCPUTime } = process.resourceUsage()
const figures: ManyNodes = {
  seconds: (performance.now() - startMs) / MS_PER_S,
  meetSeconds: (metMs - startMs) / MS_PER_S,
  cpuSeconds: (userCPUTime + systemCPUTime) / MS_PER_S / MS_PER_S,
  rssMib: maxRSS / KIB_PER_MIB,
  texts: values.get('messagesReceived') ?? 0,
  stoodStillShare: values.get('stoodStillShare') ?? NaN
}
process.stdout.write(`${JSON.stringify(figures)}\n`)
