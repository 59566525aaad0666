/**
 * People who write and fetch while somebody floods their relay: how much longer it takes than before, and than while the same
 * flood goes to another relay of this machine, which takes the cores as well and nothing else of theirs.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { type BenchRelay, startBenchRelay } from '../bench-relay.ts'
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
  names: {
    flood: 'people who write and fetch while somebody floods their relay, beside before and another'
  },
  run
}

/** Three in turns: what else the machine does meanwhile, it does to all. */
interface Turn {
  readonly calm: PeopleTimes
  /** While the other relay is flooded. */
  readonly beside: PeopleTimes
  readonly flooded: PeopleTimes
  /** Of a core, while flooded. */
  readonly cpuShare: number
  /** Of the other relay, while that is flooded. */
  readonly besideCpuShare: number
}

interface Flooded {
  readonly turns: readonly Turn[]
  readonly counts: FloodCounts
  readonly besideCounts: FloodCounts
  readonly rssBytes: number
}

/** A relay, and those who flood it; held at first. */
interface Target {
  readonly relay: BenchRelay
  readonly attackers: MeasuredProcess
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
      `During a flood the relay has its usual bounds, but for work of ${String(WORK_BITS)} bits, so that strangers are many; they are pinned. 10 people deposit and fetch at an even pace, and connect anew; calm, a flood of another relay on this machine, and the flood of theirs take turns of ${String(bench.depth.floodSeconds)} s, and a ratio is that of one turn and the one before. Who floods comes from other ranges of addresses, as fast as it can, and yields the CPU to them and to both relays. What is asked of a relay is the ratio against the flood elsewhere: that takes the same cores, and is no doing of this relay.`
    ]
  }
}

async function floodOnce(bench: Bench, name: FloodName): Promise<Flooded> {
  const { floodSeconds: seconds, floodTurns } = bench.depth
  const people = MeasuredProcess.start(PEOPLE)
  const [theirs, other] = [
    await startTarget(bench, name, people),
    await startTarget(bench, name, people, '-beside')
  ]
  await people.call('connect', theirs.relay.address)
  const live = async (): Promise<PeopleTimes> => people.call<PeopleTimes>('live', { seconds })
  await people.call('live', { seconds: LEAD_SECONDS })
  const turns: Turn[] = []
  let rssBytes = 0
  for (let turn = 0; turn < floodTurns; turn++) {
    await delay(LEAD_SECONDS * 1_000)
    const calm = await live()
    // Whichever is first finds the CPU's caches cold: they take that in turns, too.
    const besideFirst = turn % 2 === 0 ? await during(other, live) : undefined
    const flooded = await during(theirs, live)
    const beside = besideFirst ?? (await during(other, live))
    rssBytes = Math.max(rssBytes, flooded.rssBytes)
    turns.push({
      calm,
      beside: beside.times,
      flooded: flooded.times,
      cpuShare: flooded.cpuShare,
      besideCpuShare: beside.cpuShare
    })
  }
  const [counts, besideCounts] = [await countsOf(theirs), await countsOf(other)]
  await Promise.all([people, theirs.attackers, other.attackers].map(async (one) => one.stop()))
  await Promise.all([theirs, other].map(async ({ relay }) => relay.process.stop()))
  return { turns, counts, besideCounts, rssBytes }
}

async function startTarget(
  bench: Bench,
  name: FloodName,
  people: MeasuredProcess,
  suffix = ''
): Promise<Target> {
  const { slowReaderCount } = bench.depth
  const options = { ...PINNED, 'work-bits': WORK_BITS }
  const relay = await startBenchRelay(bench, `relay-flood-${name}${suffix}`, options)
  const attackers = MeasuredProcess.start(ATTACKERS)
  const { address } = relay
  const box = await people.call<KnownBox>('box', address)
  await attackers.call('start', { name, address, box, slowReaderCount })
  await attackers.call('hold', { isHeld: true })
  return { relay, attackers }
}

async function countsOf({ attackers }: Target): Promise<FloodCounts> {
  return attackers.call<FloodCounts>('counts')
}

/** What people note while a relay is flooded, and what that relay uses. */
async function during(
  { relay, attackers }: Target,
  live: () => Promise<PeopleTimes>
): Promise<{
  readonly times: PeopleTimes
  readonly cpuShare: number
  readonly rssBytes: number
}> {
  await attackers.call('hold', { isHeld: false })
  await delay(LEAD_SECONDS * 1_000)
  const [startUsage, startMs] = [await relay.process.usage(), performance.now()]
  const times = await live()
  const { cpuUs, rssBytes } = await relay.process.usage()
  const cpuShare = (cpuUs - startUsage.cpuUs) / ((performance.now() - startMs) * 1_000)
  await attackers.call('hold', { isHeld: true })
  return { times, cpuShare, rssBytes }
}

function figuresOf(name: FloodName, flooded: Flooded): readonly Figure[] {
  return [...ratiosOf(name, flooded.turns), memoryOf(name, flooded)]
}

function ratiosOf(name: FloodName, turns: readonly Turn[]): readonly Figure[] {
  return (['deposit', 'fetch'] as const).flatMap((what) =>
    SHARES.flatMap((share) => {
      const of = (times: PeopleTimes): number => percentile(times[what], share)
      const title = `${FLOODS[name]}: ${what} p${String(share * 100)}`
      const besideMs = turns.map(({ beside }) => of(beside))
      const floodedMs = turns.map(({ flooded }) => of(flooded))
      return [
        figure({
          scenario: 'flood',
          name: `${title}, beside calm`,
          unit: 'times',
          rounds: turns.map(({ calm, flooded }) => of(flooded) / of(calm)),
          details: { calmMs: turns.map(({ calm }) => of(calm)), floodedMs }
        }),
        figure({
          scenario: 'flood',
          name: `${title}, beside the same flood elsewhere`,
          unit: 'times',
          rounds: turns.map(({ beside, flooded }) => of(flooded) / of(beside)),
          goalMax: TIMES_MAX,
          limit: 'what the relay does for who floods it delays what it does for people.',
          details: { besideMs, floodedMs }
        })
      ]
    })
  )
}

function memoryOf(name: FloodName, { turns, counts, besideCounts, rssBytes }: Flooded): Figure {
  const p95OfConnect = ({ connect }: PeopleTimes): number => percentile(connect, 0.95)
  const failures = (of: (turn: Turn) => PeopleTimes): readonly number[] => [
    turns.reduce((sum, turn) => sum + of(turn).failures, 0)
  ]
  return figure({
    scenario: 'flood',
    name: `${FLOODS[name]}: memory of the relay`,
    unit: 'MB',
    rounds: [rssBytes / MB],
    goalMax: RSS_MB_MAX,
    limit: 'what waits for who does not read.',
    details: {
      relayCores: turns.map(({ cpuShare }) => cpuShare),
      besideCores: turns.map(({ besideCpuShare }) => besideCpuShare),
      attempts: [counts.attempts],
      besideAttempts: [besideCounts.attempts],
      letIn: [counts.successes],
      refused: [counts.refusals],
      failedCalm: failures(({ calm }) => calm),
      failedBeside: failures(({ beside }) => beside),
      failedFlooded: failures(({ flooded }) => flooded),
      connectCalmMs: turns.map(({ calm }) => p95OfConnect(calm)),
      connectBesideMs: turns.map(({ beside }) => p95OfConnect(beside)),
      connectFloodedMs: turns.map(({ flooded }) => p95OfConnect(flooded))
    }
  })
}
