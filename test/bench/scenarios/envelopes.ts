/**
 * What a relay pays for an envelope, beside two floors of the same run: 20 senders with 16 envelopes in flight each, each into its
 * own mailbox (4 in the quick depth). The floors get the very frames that the relay gets.
 *
 * ```
 *   a round:  echo -> echo behind a synced group commit -> deposit -> drain with ack
 * ```
 */
import { join } from 'node:path'
import { profileOfOperation, type ProfileOfOperation, summariseProfile } from '../cpu-profile.ts'
import { type BenchRelay, startBenchRelay } from '../bench-relay.ts'
import { figure, type Figure, formatNumber, median } from '../figures.ts'
import { type Cost, costOf, keepInFlight } from '../load.ts'
import { MeasuredProcess } from '../measured-process.ts'
import type { Bench, Findings, Scenario } from '../scenario.ts'
import { floorSenders, IN_FLIGHT, RelaySenders, type Senders, type Sending } from '../senders.ts'

const ECHO_RELAY = new URL('../echo-relay.ts', import.meta.url)
const UNIT = 'us of CPU'
/** A durable deposit costs at most so many times the second floor. */
const TIMES_FLOOR_MAX = 1.8

interface Payload {
  readonly name: string
  readonly sealedBytes: number
  readonly goalUs: number
}

const PAYLOADS: readonly Payload[] = [
  { name: '256 B', sealedBytes: 2_048, goalUs: 70 },
  { name: '2 KiB', sealedBytes: 8_192, goalUs: 200 }
]

export const envelopes: Scenario = {
  names: {
    baselines: 'the two floors: raw frames, and raw frames behind a synced group commit',
    deposit: 'a durable deposit, in relay CPU',
    drain: 'fetching and acking what is queued, in relay CPU'
  },
  run: async (bench) => {
    const all: Findings[] = []
    for (const payload of PAYLOADS) {
      all.push(await measurePayload(bench, payload))
    }
    return {
      figures: all.flatMap(({ figures }) => figures),
      profiles: all.flatMap(({ profiles }) => profiles ?? [])
    }
  }
}

/** One of the floors, with its senders. */
class Floor {
  readonly costs: Cost[] = []
  readonly #process: MeasuredProcess
  readonly #senders: Senders

  private constructor(process: MeasuredProcess, senders: Senders) {
    this.#process = process
    this.#senders = senders
  }

  static async start(sending: Sending, store?: string): Promise<Floor> {
    const args = store === undefined ? [] : [store]
    const process = MeasuredProcess.start(ECHO_RELAY, { args })
    return new Floor(process, await floorSenders(await process.call('address'), sending))
  }

  async warmUp(count: number): Promise<void> {
    await keepInFlight(this.#senders.lanes, { inFlight: IN_FLIGHT, count })
    await this.#process.call('clear')
  }

  async round(count: number): Promise<void> {
    const work = async (): Promise<void> =>
      keepInFlight(this.#senders.lanes, { inFlight: IN_FLIGHT, count })
    this.costs.push(await costOf(this.#process, this.#senders.lanes.length * count, work))
    await this.#process.call('clear')
  }

  async stop(): Promise<void> {
    await this.#senders.close()
    await this.#process.stop()
  }
}

/** The relay, with its senders and those who fetch. */
class RelayUnderLoad {
  readonly deposits: Cost[] = []
  readonly drains: Cost[] = []
  readonly #relay: BenchRelay
  readonly #senders: RelaySenders

  private constructor(relay: BenchRelay, senders: RelaySenders) {
    this.#relay = relay
    this.#senders = senders
  }

  static async start(bench: Bench, sending: Sending): Promise<RelayUnderLoad> {
    const relay = await startBenchRelay(bench, `relay-${sending.sealedBytes}`)
    return new RelayUnderLoad(relay, await RelaySenders.dial(relay.address, sending))
  }

  async warmUp(count: number): Promise<void> {
    await this.#fill(count)
    await this.#senders.drain(this.#all(count))
  }

  async round(count: number): Promise<void> {
    const all = this.#all(count)
    this.deposits.push(await costOf(this.#relay.process, all, async () => this.#fill(count)))
    this.drains.push(await costOf(this.#relay.process, all, async () => this.#senders.drain(all)))
  }

  /** One more round of each, sampled. */
  async profiles(
    bench: Bench,
    payload: Payload,
    count: number
  ): Promise<readonly ProfileOfOperation[]> {
    const all = this.#all(count)
    return [
      await this.#profile(bench, `deposit, ${payload.name}`, all, async () => this.#fill(count)),
      await this.#profile(bench, `drain, ${payload.name}`, all, async () =>
        this.#senders.drain(all)
      )
    ]
  }

  async #profile(
    bench: Bench,
    name: string,
    count: number,
    work: () => Promise<void>
  ): Promise<ProfileOfOperation> {
    const { process } = this.#relay
    const path = join(bench.directory, `${name.replaceAll(/[ ,]+/g, '-')}.cpuprofile`)
    const { before, after } = await process.profile(path, async () => {
      const atStart = await process.usage()
      await work()
      return { before: atStart, after: await process.usage() }
    })
    const mainThreadUs = (after.mainThreadUs - before.mainThreadUs) / count
    return profileOfOperation(name, await summariseProfile(path), mainThreadUs)
  }

  /** What all senders do when each does `count`. */
  #all(count: number): number {
    return this.#senders.lanes.length * count
  }

  async #fill(count: number): Promise<void> {
    await keepInFlight(this.#senders.lanes, { inFlight: IN_FLIGHT, count })
  }

  async stop(): Promise<void> {
    await this.#senders.close()
    await this.#relay.process.stop()
  }
}

async function measurePayload(bench: Bench, payload: Payload): Promise<Findings> {
  const { depth, wanted, say, directory } = bench
  const { sealedBytes } = payload
  const count = sealedBytes === 2_048 ? depth.countOf2Kib : depth.countOf8Kib
  const isRelayWanted = wanted.has('deposit') || wanted.has('drain')
  const sending = { senderCount: depth.senderCount, sealedBytes }
  const [echo, commit, relay] = await Promise.all([
    Floor.start(sending),
    Floor.start(sending, join(directory, `floor-${sealedBytes}`)),
    isRelayWanted ? RelayUnderLoad.start(bench, sending) : undefined
  ])
  for (const one of [echo, commit, relay]) {
    await one?.warmUp(depth.warmUpCount)
  }
  for (let round = 0; round < depth.rounds; round++) {
    say(`envelopes for ${payload.name}, round ${round + 1} of ${depth.rounds}`)
    for (const one of [echo, commit, relay]) {
      await one?.round(count)
    }
  }
  const profiles = (await relay?.profiles(bench, payload, count)) ?? []
  for (const one of [echo, commit, relay]) {
    await one?.stop()
  }
  const figures = [
    ...(wanted.has('baselines') || isRelayWanted ? floorFigures(payload, echo, commit) : []),
    ...(relay !== undefined && wanted.has('deposit')
      ? operationFigures('deposit', payload, {
          costs: relay.deposits,
          commit,
          profile: profiles[0]
        })
      : []),
    ...(relay !== undefined && wanted.has('drain')
      ? operationFigures('drain', payload, { costs: relay.drains, commit, profile: profiles[1] })
      : [])
  ]
  return { figures, profiles }
}

function cpuOf(costs: readonly Cost[]): readonly number[] {
  return costs.map(({ cpuUs }) => cpuUs)
}

function detailsOf(costs: readonly Cost[]): Readonly<Record<string, readonly number[]>> {
  return {
    perSecond: costs.map(({ perSecond }) => perSecond),
    mainThreadUs: costs.map(({ mainThreadUs }) => mainThreadUs)
  }
}

function floorFigures({ name }: Payload, echo: Floor, commit: Floor): readonly Figure[] {
  return [
    figure({
      scenario: 'baselines',
      name: `floor 1, ${name}: raw frames of the same size`,
      unit: UNIT,
      rounds: cpuOf(echo.costs),
      details: detailsOf(echo.costs)
    }),
    figure({
      scenario: 'baselines',
      name: `floor 2, ${name}: the same behind a synced group commit`,
      unit: UNIT,
      rounds: cpuOf(commit.costs),
      details: detailsOf(commit.costs)
    })
  ]
}

function operationFigures(
  scenario: 'deposit' | 'drain',
  { name, goalUs }: Payload,
  measured: {
    readonly costs: readonly Cost[]
    readonly commit: Floor
    readonly profile: ProfileOfOperation | undefined
  }
): readonly Figure[] {
  const { costs, commit, profile } = measured
  const what = scenario === 'deposit' ? 'durable deposit' : 'drain with ack'
  const limit = limitOf(costs, profile)
  return [
    figure({
      scenario,
      name: `${what}, ${name}`,
      unit: UNIT,
      rounds: cpuOf(costs),
      goalMax: goalUs,
      limit,
      details: detailsOf(costs)
    }),
    figure({
      scenario,
      name: `${what}, ${name}: times floor 2`,
      unit: 'times',
      rounds: costs.map(({ cpuUs }, round) => cpuUs / (commit.costs[round]?.cpuUs ?? NaN)),
      goalMax: TIMES_FLOOR_MAX,
      limit
    })
  ]
}

/** Where the time goes, largest first. */
function limitOf(costs: readonly Cost[], profile: ProfileOfOperation | undefined): string {
  const main = median(costs.map(({ mainThreadUs }) => mainThreadUs))
  const others = median(costs.map(({ cpuUs, mainThreadUs }) => cpuUs - mainThreadUs))
  const largest = (profile?.packages ?? [])
    .slice(0, 6)
    .map(({ name, us }) => `${name} ${formatNumber(us)}`)
  return (
    `${formatNumber(others)} us are LevelDB's and the garbage collector's own threads, ${formatNumber(main)} us ` +
    `the thread of our code${largest.length > 0 ? `: ${largest.join(', ')}` : ''}.`
  )
}
