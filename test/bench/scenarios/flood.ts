/** People who write and fetch while somebody floods their relay: how much longer it takes than before. */
import { setTimeout as delay } from 'node:timers/promises'
import { startBenchRelay } from '../bench-relay.ts'
import { figure, percentile, type Figure } from '../figures.ts'
import type { FloodCounts, FloodName, KnownBox } from '../flood-attackers.ts'
import type { PeopleTimes } from '../flood-people.ts'
import { MeasuredProcess } from '../measured-process.ts'
import type { Bench, Findings, Scenario } from '../scenario.ts'

const PEOPLE = new URL('../flood-people.ts', import.meta.url)
const ATTACKERS = new URL('../flood-attackers.ts', import.meta.url)
const WORK_BITS = 8
/** Bounds that a busy machine would change in the midst of it. */
const PINNED = { 'tuning-pins': 'deposits-per-second, pending-reads-max', overload: 'off' }
const TIMES_MAX = 2
const MB = 1_000_000
/** Beyond what a relay alone takes: connections and what waits for them, each within its bound. */
const RSS_MB_MAX = 1_024
/** So long a turn goes on before anything is measured. */
const LEAD_SECONDS = 1

const FLOODS: Readonly<Record<FloodName, string>> = {
  connections: 'one range opens connections without end',
  knocks: 'strangers in 8 ranges knock at one box',
  deposits: 'one client deposits beyond its quota',
  'slow-readers': 'connections that fetch and do not read'
}
const SHARES = [0.95, 0.99] as const

export const flood: Scenario = {
  names: { flood: 'people who write and fetch while somebody floods their relay, beside before' },
  run
}

/** Calm and flood in turns: what else the machine does meanwhile, it does to both. */
interface Turn {
  readonly calm: PeopleTimes
  readonly flooded: PeopleTimes
  /** Of a core, while flooded. */
  readonly cpuShare: number
}

interface Flooded {
  readonly turns: readonly Turn[]
  readonly counts: FloodCounts
  readonly rssBytes: number
}

async function run(bench: Bench): Promise<Findings> {
  const figures: Figure[] = []
  for (const name of Object.keys(FLOODS) as readonly FloodName[]) {
    bench.say(`flood: ${FLOODS[name]}`)
    figures.push(...figuresOf(name, await floodOnce(bench, name)))
  }
  return {
    figures,
    remarks: [
      `During a flood the relay has its usual bounds, but for work of ${String(WORK_BITS)} bits, so that strangers are many; they are pinned. 10 people deposit and fetch at an even pace, and connect anew; calm and flood take turns of ${String(bench.depth.floodSeconds)} s, and a ratio is that of one turn and the one before. Who floods comes from other ranges of addresses, as fast as it can, and yields the CPU to them and to the relay.`
    ]
  }
}

async function floodOnce(bench: Bench, name: FloodName): Promise<Flooded> {
  const { floodSeconds: seconds, floodTurns, slowReaderCount } = bench.depth
  const relay = await startBenchRelay(bench, `relay-flood-${name}`, {
    ...PINNED,
    'work-bits': WORK_BITS
  })
  const people = MeasuredProcess.start(PEOPLE)
  const attackers = MeasuredProcess.start(ATTACKERS)
  const { address } = relay
  await people.call('connect', address)
  const box = await people.call<KnownBox>('box')
  await people.call('live', { seconds: LEAD_SECONDS })
  await attackers.call('start', { name, address, box, slowReaderCount })
  const live = async (): Promise<PeopleTimes> => people.call<PeopleTimes>('live', { seconds })
  const turns: Turn[] = []
  let rssBytes = 0
  for (let turn = 0; turn < floodTurns; turn++) {
    await attackers.call('hold', { isHeld: true })
    await delay(LEAD_SECONDS * 1_000)
    const calm = await live()
    await attackers.call('hold', { isHeld: false })
    await delay(LEAD_SECONDS * 1_000)
    const [startUsage, startMs] = [await relay.process.usage(), performance.now()]
    const flooded = await live()
    const usage = await relay.process.usage()
    const cpuShare = (usage.cpuUs - startUsage.cpuUs) / ((performance.now() - startMs) * 1_000)
    turns.push({ calm, flooded, cpuShare })
    rssBytes = Math.max(rssBytes, usage.rssBytes)
  }
  const counts = await attackers.call<FloodCounts>('counts')
  await attackers.stop()
  await people.stop()
  await relay.process.stop()
  return { turns, counts, rssBytes }
}

function figuresOf(name: FloodName, { turns, counts, rssBytes }: Flooded): readonly Figure[] {
  const ratios = (['deposit', 'fetch'] as const).flatMap((what) =>
    SHARES.map((share) => {
      const of = (times: PeopleTimes): number => percentile(times[what], share)
      return figure({
        scenario: 'flood',
        name: `${FLOODS[name]}: ${what} p${String(share * 100)}`,
        unit: 'times',
        rounds: turns.map(({ calm, flooded }) => of(flooded) / of(calm)),
        goalMax: TIMES_MAX,
        limit: 'relay, people and who floods share the cores of this machine.',
        details: {
          calmMs: turns.map(({ calm }) => of(calm)),
          floodedMs: turns.map(({ flooded }) => of(flooded))
        }
      })
    })
  )
  const p95OfConnect = ({ connect }: PeopleTimes): number => percentile(connect, 0.95)
  return [
    ...ratios,
    figure({
      scenario: 'flood',
      name: `${FLOODS[name]}: memory of the relay`,
      unit: 'MB',
      rounds: [rssBytes / MB],
      goalMax: RSS_MB_MAX,
      limit: 'what waits for who does not read.',
      details: {
        relayCores: turns.map(({ cpuShare }) => cpuShare),
        attempts: [counts.attempts],
        letIn: [counts.successes],
        refused: [counts.refusals],
        failedCalm: [turns.reduce((sum, { calm }) => sum + calm.failures, 0)],
        failedFlooded: [turns.reduce((sum, { flooded }) => sum + flooded.failures, 0)],
        connectCalmMs: turns.map(({ calm }) => p95OfConnect(calm)),
        connectFloodedMs: turns.map(({ flooded }) => p95OfConnect(flooded))
      }
    })
  ]
}
