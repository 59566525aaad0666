/** One scenario, played in virtual time and by real nodes with the same seeds: what should be the same, and how much it is. */
import { parseScenario, runScenario, type RunWatch, type Scenario, type Seeds } from 'sealpost-sim'
import { SealpostError } from '@sealpost/protocol'
import { runFullStack } from '../src/index.ts'

/** One of the two runs. */
export interface Played {
  /** What came of what was written in time, each by who wrote it to whom, and when by plan. */
  readonly texts: ReadonlySet<string>
  /** Of its network, in milliseconds. */
  readonly p50Ms: number
  readonly p95Ms: number
  readonly values: ReadonlyMap<string, number>
}

export interface Compared {
  readonly simulated: Played
  readonly real: Played
  /** The real ones' as a multiple of the simulated ones'. */
  readonly bytes: number
  readonly p50: number
  readonly p95: number
  /** Texts that came in one of the two and not in the other. */
  readonly strayTexts: readonly string[]
}

const US_PER_MS = 1_000
/** What is written later may still be on its way when the run ends. */
const LAST_US = 10_000_000
/** Streams that a client has not used for a minute are left, so it takes as long until both have those that are in use. */
const WARM_UP_S = 75

/**
 * People all over the world who are always there, and relays in Western Europe: no round trip is below 40 ms. Homes are in memory, so
 * neither side has a client wait for a disk.
 */
export function comparedScenario(clients: number, seconds: number): Scenario {
  const text = `sealpost-sim: 1
duration: ${String(WARM_UP_S + seconds)}s
warmUp: ${String(WARM_UP_S)}s
clients: {count: ${String(clients)}}
relays: {count: 5, replicas: 3, regions: {EU-W: 1}}
churn: {model: always-on}
network: {heartbeats: simulated}
workload: {messagesPerDay: 2880, contacts: 6, messagesPerConversation: 4, gap: 5s}
costs: {client-commit: 0, client-read: 0}
`
  const [variant] = parseScenario({ name: 'compared.yaml', text }).variants
  if (variant === undefined) {
    throw new SealpostError('SEALPOST_BUG', 'a file has a variant')
  }
  return variant.scenario
}

/** Takes as long as the scenario says, and what it takes to let everybody meet before. */
export async function compare(scenario: Scenario, seeds: Seeds): Promise<Compared> {
  const simulated = await played(scenario, (watch) =>
    runScenario({ ...scenario, fidelity: 'wire' }, seeds, watch)
  )
  const real = await played(scenario, (watch) => runFullStack(scenario, seeds, watch))
  const times = (name: string): number =>
    (real.values.get(name) ?? NaN) / (simulated.values.get(name) ?? NaN)
  return {
    simulated,
    real,
    bytes: times('bytesPerClientDay'),
    p50: real.p50Ms / simulated.p50Ms,
    p95: real.p95Ms / simulated.p95Ms,
    strayTexts: [
      ...[...simulated.texts].filter((text) => !real.texts.has(text)),
      ...[...real.texts].filter((text) => !simulated.texts.has(text))
    ]
  }
}

async function played(
  { durationUs }: Scenario,
  run: (watch: RunWatch) => Awaitable<{ readonly values: ReadonlyMap<string, number> }>
): Promise<Played> {
  const texts = new Set<string>()
  const tookUs: number[] = []
  const { values } = await run({
    text: ({ from, plannedUs, to, wholeUs }) => {
      if (wholeUs !== undefined && plannedUs < durationUs - LAST_US) {
        texts.add(`${String(from)} to ${String(to)} at ${String(plannedUs)}`)
        // Everybody is always there: the whole is the network's.
        tookUs.push(wholeUs)
      }
    }
  })
  tookUs.sort((a, b) => a - b)
  const msAt = (share: number): number =>
    (tookUs[Math.ceil(tookUs.length * share) - 1] ?? NaN) / US_PER_MS
  return { texts, p50Ms: msAt(0.5), p95Ms: msAt(0.95), values }
}

type Awaitable<Value> = Value | Promise<Value>
