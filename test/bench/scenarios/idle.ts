/** Clients that are connected and silent: what each costs a relay in memory, and in CPU with its heartbeat. */
import { setTimeout as delay } from 'node:timers/promises'
import { RAISED_RATES, startBenchRelay } from '../bench-relay.ts'
import { figure } from '../figures.ts'
import { quiet } from '../load.ts'
import { MeasuredProcess } from '../measured-process.ts'
import type { Bench, Findings, Scenario } from '../scenario.ts'

const IDLE_PEERS = new URL('../idle-peers.ts', import.meta.url)
/** Processes that hold the clients: one alone would take long to answer its pings. */
const PROCESS_COUNT = 4
const KB = 1_000
const MEMORY_KB_MAX = 200
const CORE_PERCENT_MAX = 0.005

export const idle: Scenario = {
  names: { idle: 'clients that are connected and silent: memory and CPU of each' },
  run
}

async function run(bench: Bench): Promise<Findings> {
  const { idlePeerCount, idleSeconds } = bench.depth
  const relay = await startBenchRelay(bench, 'relay-idle', RAISED_RATES)
  const alone = await quiet(relay.process)
  bench.say(`idle: connecting ${idlePeerCount} clients`)
  const processes = Array.from({ length: PROCESS_COUNT }, () => MeasuredProcess.start(IDLE_PEERS))
  const { address } = relay
  const count = idlePeerCount / PROCESS_COUNT
  await Promise.all(processes.map(async (one) => one.call('connect', { address, count })))
  const connected = await quiet(relay.process)
  const pingsOf = async (): Promise<number> => {
    const all = await Promise.all(processes.map(async (one) => one.call<number>('pings')))
    return all.reduce((sum, pings) => sum + pings, 0)
  }
  bench.say(`idle: watching them for ${idleSeconds} s`)
  const pingsBefore = await pingsOf()
  const before = await relay.process.usage()
  const startMs = performance.now()
  await delay(idleSeconds * 1_000)
  const after = await relay.process.usage()
  const tookMs = performance.now() - startMs
  const pings = (await pingsOf()) - pingsBefore
  await Promise.all(processes.map(async (one) => one.stop()))
  await relay.process.stop()
  const perClient = (bytes: number): number => (bytes - alone.rssBytes) / idlePeerCount / KB
  const figures = [
    figure({
      scenario: 'idle',
      name: `${idlePeerCount} idle clients: resident memory each`,
      unit: 'KB',
      rounds: [perClient(after.rssBytes)],
      goalMax: MEMORY_KB_MAX,
      limit:
        'libp2p’s objects for a connection, and what the handshakes left behind that the collector has not returned.',
      details: {
        justConnectedKb: [perClient(connected.rssBytes)],
        heapKb: [(after.heapBytes - alone.heapBytes) / idlePeerCount / KB],
        aloneMb: [alone.rssBytes / KB / KB]
      }
    }),
    figure({
      scenario: 'idle',
      name: `${idlePeerCount} idle clients: CPU each`,
      unit: '% of a core',
      rounds: [((after.cpuUs - before.cpuUs) / (tookMs * 1_000) / idlePeerCount) * 100],
      goalMax: CORE_PERCENT_MAX,
      limit: 'a ping and its answer go through the whole libp2p stack, one frame a write.',
      details: {
        pingsPerClient: [pings / idlePeerCount],
        ...(pings === 0 ? {} : { cpuUsPerPing: [(after.cpuUs - before.cpuUs) / pings] })
      }
    })
  ]
  return { figures }
}
