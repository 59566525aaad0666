/** Results that are made up and always the same: what a folder is made of, without a run. */
import { LogHistogram } from '../../src/metrics/log-histogram.ts'
import type { RunResult } from '../../src/metrics/run-result.ts'
import { parseScenario } from '../../src/scenario/parse-scenario.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'

export function sampleScenario(lines: readonly string[] = []): Scenario {
  const text = [
    'sealpost-sim: 1',
    'name: sample',
    'duration: 3h',
    'clients: {count: 200}',
    ...lines
  ]
  const [variant] = parseScenario({ name: 'sample.yaml', text: text.join('\n') }).variants
  if (variant === undefined) {
    throw new Error('a file is one scenario at least')
  }
  return variant.scenario
}

const MINUTES = 180
const RELAYS = [0, 1, 2]

/** As if a run of `seed` had come to it. */
export function sampleResult(seed: number): RunResult {
  const latency = new LogHistogram()
  const wait = new LogHistogram()
  for (let message = 0; message < 500; message++) {
    latency.add(40_000 + ((message * 7919 + seed * 104_729) % 200_000))
    wait.add(((message * 6_700_417 + seed) % 3_600) * 1_000_000)
  }
  const minutes = Array.from({ length: MINUTES }, (_, minute) => minute)
  return {
    seeds: { topology: seed, workload: seed, faults: seed },
    traceHash: `hash-of-${String(seed)}`,
    eventCount: 10_000 + seed,
    values: new Map([
      ['networkLatencyP50Ms', latency.quantile(0.5) / 1000],
      ['deliveryRatio', 1 - seed / 1000],
      ['duplicates', 0],
      ['linkedByOneShare', 0.25],
      ['linkedBy50PercentShare', 0.9 + seed / 100],
      ['timingAucByOne', 0.75],
      ['recoveryMs', seed === 2 ? Number.NaN : 1500 * seed]
    ]),
    histograms: new Map([
      ['waitUs', wait],
      ['networkLatencyUs', latency]
    ]),
    relayRows: minutes.flatMap((minute) =>
      RELAYS.map((relay) => ({
        minute,
        relay,
        isUp: relay > 0 || minute !== 60,
        connections: 10 * (relay + 1),
        storedEnvelopes: minute % 60,
        storedBytes: 2048 * (minute % 60) * (relay + seed),
        framesIn: 60 * (relay + 1),
        framesOut: 30 * seed,
        bytesIn: 6000 * (relay + 1),
        bytesOut: 3000 * seed,
        deposits: relay,
        refusals: 0
      }))
    ),
    clientRows: [3, 103].map((client) => ({
      client,
      region: 'EU-W',
      contacts: 12,
      onlineUs: 3_600_000_000,
      sessions: 2,
      messagesWritten: 6,
      messagesDelivered: 6,
      messagesReceived: 5,
      duplicates: 0,
      bytesSent: 20_480,
      bytesReceived: 18_432
    }))
  }
}
