/**
 * One run of a scenario over real nodes in this process, on the wall clock.
 *
 * ```
 *   relays start --> clients make accounts, register --> contacts meet through links, as fast as it goes
 *     --> time 0: as churn, workload, faults and round trips have it --warm-up over: counting begins--> the end --> figures
 * ```
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type NodeKey, SealpostError } from '@sealpost/protocol'
import {
  drawReplicas,
  RunLedger,
  type RunResult,
  type RunWatch,
  type Scenario,
  type Seeds
} from 'sealpost-sim'
import { eachOf } from './each-of.ts'
import { Pace } from './pace.ts'
import { StackClient } from './stack-client.ts'
import { requirePossible, StackFaults } from './stack-faults.ts'
import { StackRelay } from './stack-relay.ts'
import { untilQuiet } from './until-quiet.ts'
import { stackWatch } from './stack-watch.ts'

const MINUTE_US = 60_000_000
const US_PER_MS = 1_000
/** Clients that start, or pairs that meet, at once: all wait for this one processor. */
const AT_ONCE = 16

/**
 * Takes as long as the scenario says, and what it takes to let everybody meet before.
 *
 * @throws ConfigError `SEALPOST_CONFIG_INVALID` for a fault that it cannot let happen; SealpostError `SEALPOST_BUG` where a node
 * logs an error, or as what went wrong
 */
export async function runFullStack(
  scenario: Scenario,
  seeds: Seeds,
  watch: RunWatch = {}
): Promise<RunResult> {
  requirePossible(scenario)
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-full-stack-'))
  const run = new FullStackRun(scenario, seeds, folder)
  try {
    return await Promise.race([run.play(watch), run.failed])
  } finally {
    await run.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

class FullStackRun {
  readonly #scenario: Scenario
  readonly #seeds: Seeds
  readonly #folder: string
  readonly #pace = new Pace()
  readonly #ledger: RunLedger
  /** By their numbers among their kind, as far as they have started. */
  readonly #relays = new Map<number, StackRelay>()
  readonly #clients = new Map<number, StackClient>()
  readonly #relayNumbers = new Map<NodeKey, number>()

  constructor(scenario: Scenario, seeds: Seeds, folder: string) {
    this.#scenario = scenario
    this.#seeds = seeds
    this.#folder = folder
    this.#ledger = new RunLedger({ scenario, seeds, clock: this.#pace, startUs: 0 })
  }

  get failed(): Promise<never> {
    return this.#pace.failed
  }

  async play(watch: RunWatch): Promise<RunResult> {
    await this.#settle()
    const { durationUs, warmUpUs } = this.#scenario
    const pace = this.#pace
    this.#begin()
    watch.progress?.(0)
    const moments = new Set([warmUpUs, durationUs])
    for (let endUs = MINUTE_US; endUs < durationUs; endUs += MINUTE_US) {
      moments.add(endUs)
    }
    for (const atUs of [...moments].sort((a, b) => a - b)) {
      await pace.until(atUs)
      if (watch.isStopped?.() === true) {
        break
      }
      this.#pass(atUs)
      watch.progress?.(atUs)
    }
    pace.stop()
    return this.#result(watch)
  }

  /** Everybody is there and knows whom they know; nothing of it takes the scenario's time. */
  async #settle(): Promise<void> {
    const { clients, relays } = this.#scenario
    const onError = (event: string, code: string): void => {
      this.#pace.fail(new SealpostError('SEALPOST_BUG', `a node logged ${event} ${code}`))
    }
    await eachOf(Array.from({ length: relays.count }), AT_ONCE, async (_, node) => {
      const { storageBytes } = relays
      const relay = await StackRelay.start({ node, folder: this.#folder, storageBytes, onError })
      this.#relays.set(node, relay)
      this.#relayNumbers.set(relay.address.nodeKey, node)
    })
    await eachOf(Array.from({ length: clients.count }), AT_ONCE, async (_, id) => {
      this.#clients.set(id, await this.#startClient(id, onError))
    })
    const pairs = this.#ledger.contacts.flatMap((others, id) =>
      others.filter((other) => other > id).map((other) => [id, other] as const)
    )
    await eachOf(pairs, AT_ONCE, async (ids) => {
      const [one, other] = ids.map((id) => this.#clients.get(id))
      if (one !== undefined && other !== undefined) {
        await one.meet(other, ids)
      }
    })
    await untilQuiet(this.#allClients, this.#allRelays, () => this.#frameCount)
  }

  #startClient(id: number, onError: (event: string, code: string) => void): Promise<StackClient> {
    const { relays } = this.#scenario
    const pace = this.#pace
    const { paths, tally } = this.#ledger
    const replicas = drawReplicas(id, relays, this.#seeds.topology)
    return StackClient.start({
      name: `person${String(id)}`,
      relays: replicas.flatMap((relay) => this.#relays.get(relay)?.address ?? []),
      way: {
        pace,
        paths,
        client: relays.count + id,
        relayOf: (nodeKey) => this.#relayNumbers.get(nodeKey) ?? -1,
        watchOf: (relay) => stackWatch(this.#ledger, id, relay)
      },
      onReceived: (messageId) => {
        tally.received(messageId, id, pace.nowUs)
      },
      onState: (messageId, state) => {
        tally.told(messageId, state, pace.nowUs)
      },
      onError,
      onFailure: (error) => {
        if (pace.isRunning) {
          pace.fail(error)
        }
      }
    })
  }

  #begin(): void {
    const { kernel } = this.#pace
    for (const id of this.#clients.keys()) {
      this.#ledger.online.set(id, true, 0)
    }
    const people = this.#ledger.people(kernel, this.#allClients)
    people.begin()
    this.#ledger.letFail(kernel, new StackFaults(people, this.#scenario.relays.count))
    this.#pace.begin()
  }

  #pass(atUs: number): void {
    const { warmUpUs } = this.#scenario
    if (atUs === warmUpUs) {
      this.#ledger.beginCounting(this.#allRelays)
    } else if (atUs > warmUpUs && atUs % MINUTE_US === 0) {
      this.#ledger.sampler.sample(this.#allRelays, atUs)
    }
  }

  #result(watch: RunWatch): RunResult {
    const { kernel, lateUs, nowUs, stoodUs } = this.#pace
    const result = this.#ledger.result(
      { eventCount: kernel.eventCount, traceHash: undefined },
      watch
    )
    const values = new Map(result.values)
    for (const percent of [50, 95, 99]) {
      values.set(`lateP${String(percent)}Ms`, lateUs.quantile(percent / 100) / US_PER_MS)
    }
    values.set('stoodStillShare', stoodUs / (nowUs + stoodUs))
    return { ...result, values, histograms: new Map([...result.histograms, ['lateUs', lateUs]]) }
  }

  get #frameCount(): number {
    const { paths } = this.#ledger
    return this.#allRelays.reduce(
      (sum, { node }) => sum + paths.framesFrom(node) + paths.framesTo(node),
      0
    )
  }

  /** In the order of their numbers. */
  get #allClients(): readonly StackClient[] {
    return inOrder(this.#clients)
  }

  get #allRelays(): readonly StackRelay[] {
    return inOrder(this.#relays)
  }

  async stop(): Promise<void> {
    this.#pace.stop()
    await Promise.all(this.#allClients.map((client) => client.close()))
    await Promise.all(this.#allRelays.map((relay) => relay.stop()))
  }
}

function inOrder<Item>(numbered: ReadonlyMap<number, Item>): readonly Item[] {
  return [...numbered].sort(([a], [b]) => a - b).map(([, item]) => item)
}
