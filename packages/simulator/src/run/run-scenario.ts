/**
 * One run of a scenario.
 *
 * ```
 *   everybody comes online within five minutes, registers, and tells contacts where they are (ten minutes, before time 0)
 *     --> time 0: as churn, workload and faults have it --warm-up over: counting begins--> the end --> figures
 * ```
 */
import { DEFAULT_RELAY_OPTIONS, type RelayOptions } from '@sealpost/core'
import { ConfigError } from '@sealpost/protocol'
import { type FaultMoment, scheduleFaults } from '../faults/fault-schedule.ts'
import { EVENTS } from '../kernel/event-kinds.ts'
import { Kernel } from '../kernel/kernel.ts'
import { LazyQueue } from '../kernel/lazy-queue.ts'
import type { RunResult } from '../metrics/run-result.ts'
import { Network } from '../network/network.ts'
import { networkPaths } from '../network/network-paths.ts'
import { OBJECT_CARRIER, WIRE_CARRIER } from '../nodes/frame-carrier.ts'
import { drawChurn } from '../people/churn.ts'
import { drawContacts, drawReplicas } from '../people/contacts.ts'
import { placeNodes, type Placement } from '../people/placement.ts'
import { Writing } from '../people/writing.ts'
import { randomStream } from '../random/random-stream.ts'
import type { Scenario, Seeds } from '../scenario/scenario.ts'
import { World } from '../world/world.ts'
import { CountingPaths } from './counting-paths.ts'
import { MessageTally } from './message-tally.ts'
import { NodeFaults } from './node-faults.ts'
import { nodeTimes } from './node-times.ts'
import { OnlineTimes } from './online-times.ts'
import { PeopleOnline } from './people-online.ts'
import { RelayKnowledge } from './relay-knowledge.ts'
import { RelaySampler } from './relay-sampler.ts'
import { runValues } from './run-values.ts'
import { simulatedPerson } from './simulated-person.ts'

/** Who waits for a run. */
export interface RunWatch {
  /** After each minute of virtual time. */
  progress?(nowUs: number): void
  /** Whether to give up; the result is what there is by then. */
  isStopped?(): boolean
}

const MINUTE_US = 60_000_000
/** How long before time 0 everybody is there. */
const SETTLING_US: number = 10 * MINUTE_US
const ARRIVING_US: number = 5 * MINUTE_US
/** Midnight of a Monday, UTC: time 0 of every run. */
const TIME_0_MS = 1_767_571_200_000
/** Idle streams are not simulated: a day. */
const HEARTBEAT_MS = 86_400_000
/** One client of so many has a row. */
const SAMPLED = 100

/** @throws ConfigError `SEALPOST_CONFIG_INVALID` for a scenario that is to run on the wall clock */
export function runScenario(scenario: Scenario, seeds: Seeds, watch: RunWatch = {}): RunResult {
  if (scenario.fidelity === 'full-stack') {
    const what = 'A scenario with fidelity full-stack does not run in virtual time.'
    throw new ConfigError('SEALPOST_CONFIG_INVALID', `${what} Choose object, wire or crypto.`)
  }
  const run = new ScenarioRun(scenario, seeds)
  run.settle()
  for (let minute = 1; minute * MINUTE_US <= scenario.durationUs; minute++) {
    if (watch.isStopped?.() === true) {
      break
    }
    run.passMinute(minute)
    watch.progress?.(minute * MINUTE_US)
  }
  if (watch.isStopped?.() !== true) {
    run.passRest()
  }
  return run.result()
}

class ScenarioRun {
  readonly #scenario: Scenario
  readonly #seeds: Seeds
  readonly #kernel: Kernel = new Kernel(new LazyQueue())
  readonly #placement: Placement
  readonly #network: Network
  readonly #paths: CountingPaths
  readonly #world: World
  readonly #online: OnlineTimes
  readonly #tally: MessageTally
  readonly #knowledge: RelayKnowledge
  readonly #sampler: RelaySampler
  readonly #people: PeopleOnline
  readonly #nodeFaults: NodeFaults
  readonly #contactCounts: readonly number[]
  /** Bytes of each client's before counting began. */
  #bytesBefore: readonly (readonly [sent: number, received: number])[] = []

  constructor(scenario: Scenario, seeds: Seeds) {
    this.#scenario = scenario
    this.#seeds = seeds
    const { clients, relays, network, workload } = scenario
    const nodeCount = relays.count + clients.count
    this.#placement = placeNodes(scenario, seeds.topology)
    this.#network = new Network({ model: network, nodeCount, seed: seeds.faults })
    this.#place()
    this.#paths = new CountingPaths(networkPaths(this.#network, this.#kernel), nodeCount)
    this.#online = new OnlineTimes(clients.count)
    this.#tally = new MessageTally(clients.count, this.#online, this.#faultSpans())
    const clientOfRange = new Map(
      Array.from({ length: clients.count }, (_, client) => [rangeOf(client), client])
    )
    this.#knowledge = new RelayKnowledge(relays.count, clients.count, (range) =>
      clientOfRange.get(range)
    )
    this.#sampler = new RelaySampler(relays.count, this.#paths)
    const contacts = drawContacts(clients.count, workload.contacts, seeds.topology)
    const contactLists = Array.from({ length: clients.count }, (_, client) => {
      return [...contacts.contactsOf(client)]
    })
    this.#contactCounts = contactLists.map(({ length }) => length)
    this.#world = this.#makeWorld(contactLists)
    const churn = drawChurn({
      model: scenario.churn,
      count: clients.count,
      hoursFromUtc: (client) =>
        network.rtt.hoursFromUtc[this.#placement.clientRegions[client] ?? 0] ?? 0,
      seed: seeds.workload
    })
    const { onlineShare } = churn
    const count = clients.count
    this.#people = new PeopleOnline({
      kernel: this.#kernel,
      people: this.#world.clients.map((_, id) => simulatedPerson(this.#world, id)),
      churn,
      writing: new Writing({ workload, count, contacts, onlineShare, seed: seeds.workload }),
      online: this.#online,
      startUs: SETTLING_US,
      onWritten: (messageId, from, to) => {
        if (this.#nowUs >= scenario.warmUpUs) {
          this.#tally.written(messageId, from, to, this.#kernel.nowUs)
        }
      }
    })
    this.#nodeFaults = new NodeFaults(this.#world, this.#people)
  }

  /** In the time of the scenario. */
  get #nowUs(): number {
    return this.#kernel.nowUs - SETTLING_US
  }

  #place(): void {
    const { clients, network, relays } = this.#scenario
    const placement = this.#placement
    for (let id = 0; id < relays.count; id++) {
      this.#network.place(id, {
        kind: 'relay',
        id,
        region: placement.relayRegions[id] ?? 0,
        nat: 'public',
        uplinkBitsPerSecond: relays.linkBitsPerSecond,
        downlinkBitsPerSecond: relays.linkBitsPerSecond
      })
    }
    for (let id = 0; id < clients.count; id++) {
      const { downlinkBitsPerSecond, uplinkBitsPerSecond } = network
      this.#network.place(relays.count + id, {
        kind: 'client',
        id,
        region: placement.clientRegions[id] ?? 0,
        nat: placement.natOf(id),
        uplinkBitsPerSecond,
        downlinkBitsPerSecond
      })
    }
  }

  #makeWorld(contactLists: readonly (readonly number[])[]): World {
    const { clients, costs, fidelity, relays } = this.#scenario
    const { topology, workload } = this.#seeds
    return new World({
      kernel: this.#kernel,
      carrier: fidelity === 'object' ? OBJECT_CARRIER : WIRE_CARRIER,
      paths: this.#paths,
      startMs: TIME_0_MS - SETTLING_US / 1_000,
      relayCount: relays.count,
      relayOptions: relayOptions(this.#scenario),
      heartbeatMs: HEARTBEAT_MS,
      relayTimes: nodeTimes('relay', costs, relays.cores),
      clientTimes: nodeTimes('client', costs, 1),
      clients: Array.from({ length: clients.count }, (_, client) => ({
        relays: drawReplicas(client, relays, topology),
        contacts: contactLists[client] ?? [],
        range: rangeOf(client)
      })),
      random: (purpose, node) => randomStream(workload, `machine ${purpose}`, node),
      watch: {
        notice: (client, notice) => {
          if (notice.type === 'message-state') {
            this.#tally.told(notice.messageId, notice.state, this.#kernel.nowUs)
          }
        },
        input: (client, input) => {
          if (input.type === 'received' && input.content.messageId !== undefined) {
            this.#tally.received(input.content.messageId, client, this.#kernel.nowUs)
          }
        },
        relayInput: (relay, input) => {
          this.#knowledge.saw(relay, input)
        },
        relaySaid: (relay, effect) => {
          this.#sampler.said(relay, effect)
        }
      }
    })
  }

  #faultSpans(): readonly { readonly fromUs: number; readonly toUs: number }[] {
    return this.#scenario.faults.map(({ atUs, forUs }) => ({
      fromUs: SETTLING_US + atUs,
      toUs: SETTLING_US + atUs + forUs
    }))
  }

  /** Everybody comes, registers, and goes at time 0 where churn has them away. */
  settle(): void {
    const kernel = this.#kernel
    for (const [id, client] of this.#world.clients.entries()) {
      const atUs = randomStream(this.#seeds.workload, 'arrival', id).below(ARRIVING_US)
      kernel.at(atUs, EVENTS.online, client.node, () => {
        this.#online.set(id, true, kernel.nowUs)
        client.setOnline(true)
      })
    }
    kernel.runUntil(SETTLING_US)
    this.#people.begin()
    for (const moment of scheduleFaults(this.#scenario, this.#placement, this.#seeds.faults)) {
      kernel.at(SETTLING_US + moment.atUs, EVENTS.fault, -1, () => {
        this.#onFault(moment)
      })
    }
    this.#beginCounting()
  }

  #onFault({ effect, id, isBegin }: FaultMoment): void {
    const { faults } = this.#network
    if (effect.kind === 'network') {
      if (isBegin) {
        faults.begin(id, effect.fault)
      } else {
        faults.end(id)
      }
    } else if (isBegin) {
      this.#nodeFaults.begin(effect.fault, effect.nodes)
    } else {
      this.#nodeFaults.end(effect.fault, effect.nodes)
    }
  }

  #beginCounting(): void {
    this.#bytesBefore = this.#world.clients.map(({ node }) => [
      this.#paths.bytesFrom(node),
      this.#paths.bytesTo(node)
    ])
    this.#sampler.sample(this.#world.relays, 0)
  }

  /** @param minute that ends */
  passMinute(minute: number): void {
    this.#kernel.runUntil(SETTLING_US + minute * MINUTE_US)
    if (minute * MINUTE_US <= this.#scenario.warmUpUs) {
      this.#beginCounting()
    } else {
      this.#sampler.sample(this.#world.relays, minute * MINUTE_US)
    }
  }

  /** What a duration has beyond whole minutes. */
  passRest(): void {
    this.#kernel.runUntil(SETTLING_US + this.#scenario.durationUs)
  }

  result(): RunResult {
    const { clients, network, warmUpUs } = this.#scenario
    const { nowUs, eventCount, traceHash } = this.#kernel
    const rows = this.#world.clients.map((_, client) => this.#clientRow(client))
    const clientBytes = rows.reduce((sum, row) => sum + row.bytesSent + row.bytesReceived, 0)
    return {
      seeds: this.#seeds,
      traceHash,
      eventCount,
      values: runValues({
        tally: this.#tally,
        knowledge: this.#knowledge,
        relayRows: this.#sampler.rows,
        clientBytes,
        clientCount: clients.count,
        durationUs: Math.max(1, this.#nowUs - warmUpUs),
        nowUs,
        faultSeed: this.#seeds.faults
      }),
      histograms: new Map([
        ['networkLatencyUs', this.#tally.networkUs],
        ['waitUs', this.#tally.waitUs],
        ['wholeUs', this.#tally.wholeUs]
      ]),
      relayRows: this.#sampler.rows,
      clientRows: rows
        .filter(({ client }) => client % SAMPLED === 0)
        .map((row) => ({
          ...row,
          region: network.rtt.regions[this.#placement.clientRegions[row.client] ?? 0] ?? ''
        }))
    }
  }

  #clientRow(client: number): Omit<RunResult['clientRows'][number], 'region'> {
    const tally = this.#tally.clients[client]
    const node = this.#world.clients[client]?.node ?? -1
    const [sentBefore = 0, receivedBefore = 0] = this.#bytesBefore[client] ?? []
    const { nowUs } = this.#kernel
    return {
      client,
      contacts: this.#contactCounts[client] ?? 0,
      onlineUs: nowUs - this.#online.offlineUs(client, nowUs),
      sessions: this.#online.sessions(client),
      messagesWritten: tally?.written ?? 0,
      messagesDelivered: tally?.delivered ?? 0,
      messagesReceived: tally?.received ?? 0,
      duplicates: tally?.duplicates ?? 0,
      bytesSent: this.#paths.bytesFrom(node) - sentBefore,
      bytesReceived: this.#paths.bytesTo(node) - receivedBefore
    }
  }
}

/** As operators have them, but for proofs of work, whose cost is a client's, and ranges, which are one client each here. */
function relayOptions({ relays }: Scenario): RelayOptions {
  return {
    ...DEFAULT_RELAY_OPTIONS,
    workBits: 0,
    registrationsPerHourPerRange: 1_000_000,
    storeBytesMax: relays.storageBytes
  }
}

/** The range of addresses that is one client's. */
function rangeOf(client: number): string {
  return `client ${String(client)}`
}
