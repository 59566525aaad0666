/** What of a run is the same whatever its nodes are: who is where, knows whom and writes what, and what is counted of it. */
import { type NodeFault, scheduleFaults, sybilRelays } from '../faults/fault-schedule.ts'
import type { Enumeration } from '../faults/mailbox-enumerator.ts'
import { EVENTS } from '../kernel/event-kinds.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { RelayKnowledge } from '../knowledge/relay-knowledge.ts'
import type { RunResult } from '../metrics/run-result.ts'
import type { Network } from '../network/network.ts'
import { networkPaths } from '../network/network-paths.ts'
import type { DirectReach } from '../nodes/direct-exchange.ts'
import { drawChurn } from '../people/churn.ts'
import { drawContacts } from '../people/contacts.ts'
import { GrowingContacts } from '../people/growing-contacts.ts'
import { placeNodes, type Placement } from '../people/placement.ts'
import { Writing } from '../people/writing.ts'
import { randomStream } from '../random/random-stream.ts'
import type { Scenario, Seeds } from '../scenario/scenario.ts'
import { CountingPaths } from './counting-paths.ts'
import { DirectTally } from './direct-tally.ts'
import { MessageTally, type TextOutcome } from './message-tally.ts'
import { OnlineTimes } from './online-times.ts'
import { PeopleOnline, type Person } from './people-online.ts'
import { attackerCount, placedNetwork } from './placed-network.ts'
import { RelaySampler, type SampledRelay } from './relay-sampler.ts'
import { runValues } from './run-values.ts'

export interface LedgerInit {
  readonly scenario: Scenario
  readonly seeds: Seeds
  /** That of the run. */
  readonly clock: { readonly nowUs: number }
  /** Where on it the scenario's time 0 is. */
  readonly startUs: number
}

/** Who lets things go wrong at single nodes, which are numbered: relays first, then clients. */
export interface FaultyNodes {
  begin(fault: NodeFault, nodes: readonly number[]): void
  end(fault: NodeFault, nodes: readonly number[]): void
}

/** One client of so many has a row. */
const SAMPLED = 100

export class RunLedger {
  /** Bytes and frames that pass are counted here. */
  readonly paths: CountingPaths
  readonly online: OnlineTimes
  readonly tally: MessageTally
  /** Undefined where clients have no ways to each other. */
  readonly direct: DirectTally | undefined
  readonly knowledge: RelayKnowledge
  readonly sampler: RelaySampler
  readonly enumeration: Enumeration = { tried: 0, opened: 0 }
  /** Of each client, the clients it knows. */
  readonly contacts: readonly (readonly number[])[]
  readonly #init: LedgerInit
  readonly #placement: Placement
  readonly #network: Network
  /** Who knows whom, from the beginning or by now. */
  readonly graph: GrowingContacts
  /** Bytes of each client's before counting began. */
  #bytesBefore: readonly (readonly [sent: number, received: number])[] = []

  constructor(init: LedgerInit) {
    const { clock, scenario, seeds, startUs } = init
    const { clients, relays, workload } = scenario
    this.#init = init
    this.#placement = placeNodes(scenario, seeds.topology)
    this.#network = placedNetwork(scenario, this.#placement, seeds.faults)
    const nodeCount = relays.count + clients.count + attackerCount(scenario.faults)
    this.paths = new CountingPaths(networkPaths(this.#network, clock), nodeCount)
    this.online = new OnlineTimes(clients.count)
    const spans = scenario.faults.map(({ atUs, forUs }) => ({
      fromUs: startUs + atUs,
      toUs: startUs + atUs + forUs
    }))
    this.tally = new MessageTally(clients.count, this.online, spans)
    const isDirect = clients.isDirect && scenario.fidelity !== 'full-stack'
    this.direct = isDirect ? new DirectTally(this.tally) : undefined
    const clientOfRange = new Map(
      Array.from({ length: clients.count }, (_, client) => [rangeOf(client), client])
    )
    this.knowledge = new RelayKnowledge({
      relayCount: relays.count,
      clientCount: clients.count,
      replicas: relays.replicas,
      clientOf: (range) => clientOfRange.get(range),
      clock,
      random: randomStream(seeds.faults, 'watched people')
    })
    this.sampler = new RelaySampler(relays.count, this.paths)
    this.graph = new GrowingContacts(drawContacts(clients.count, workload.contacts, seeds.topology))
    this.contacts = Array.from({ length: clients.count }, (_, client) => {
      return [...this.graph.contactsOf(client)]
    })
  }

  /** What NATs let through. */
  get reach(): DirectReach {
    return this.#network
  }

  /** Those who write and come and go, from time 0 on. */
  people(kernel: Kernel, people: readonly Person[]): PeopleOnline {
    const { clock, scenario, seeds, startUs } = this.#init
    const { clients, network, warmUpUs, workload } = scenario
    const churn = drawChurn({
      model: scenario.churn,
      count: clients.count,
      hoursFromUtc: (client) =>
        network.rtt.hoursFromUtc[this.#placement.clientRegions[client] ?? 0] ?? 0,
      seed: seeds.workload
    })
    const writing = new Writing({
      workload,
      count: clients.count,
      contacts: this.graph,
      onlineShare: churn.onlineShare,
      seed: seeds.workload
    })
    return new PeopleOnline({
      kernel,
      people,
      churn,
      writing,
      online: this.online,
      startUs,
      onWritten: (messageId, from, to, plannedUs) => {
        if (plannedUs >= warmUpUs) {
          this.tally.written(messageId, { from, to, plannedUs }, clock.nowUs)
        }
      }
    })
  }

  /** Lets everything go wrong that is to, when it is to. */
  letFail(kernel: Kernel, nodes: FaultyNodes): void {
    const { scenario, seeds, startUs } = this.#init
    const { faults } = this.#network
    for (const moment of scheduleFaults(scenario, this.#placement, seeds.faults)) {
      const { effect, id, isBegin } = moment
      kernel.at(startUs + moment.atUs, EVENTS.fault, -1, () => {
        if (effect.kind === 'nodes') {
          nodes[isBegin ? 'begin' : 'end'](effect.fault, effect.nodes)
        } else if (isBegin) {
          faults.begin(id, effect.fault)
        } else {
          faults.end(id)
        }
      })
    }
  }

  /** What was counted of bytes and frames until now is not. */
  beginCounting(relays: readonly SampledRelay[]): void {
    this.#bytesBefore = this.contacts.map((_, client) => this.#bytesOf(client))
    this.sampler.sample(relays, 0)
    this.direct?.beginCounting()
    this.knowledge.beginCounting()
  }

  result(
    trace: Pick<RunResult, 'traceHash' | 'eventCount'>,
    watch: { text?(outcome: TextOutcome): void }
  ): RunResult {
    for (const outcome of watch.text === undefined ? [] : this.tally.outcomes()) {
      watch.text?.(outcome)
    }
    const { clock, scenario, seeds, startUs } = this.#init
    const { clients, durationUs, network, warmUpUs } = scenario
    const { nowUs } = clock
    const rows = this.contacts.map((_, client) => this.#clientRow(client, nowUs))
    return {
      seeds,
      ...trace,
      values: runValues({
        tally: this.tally,
        direct: this.direct,
        knowledge: this.knowledge,
        sybils: sybilRelays(scenario, seeds.faults),
        enumeration: this.enumeration,
        relayRows: this.sampler.rows,
        clientBytes: rows.reduce((sum, row) => sum + row.bytesSent + row.bytesReceived, 0),
        clientCount: clients.count,
        // A clock on the wall goes on while the last of the run is done: that is no longer day.
        durationUs: Math.max(1, Math.min(nowUs - startUs, durationUs) - warmUpUs),
        nowUs,
        faultSeed: seeds.faults
      }),
      histograms: new Map([
        ['networkLatencyUs', this.tally.networkUs],
        ['waitUs', this.tally.waitUs],
        ['wholeUs', this.tally.wholeUs]
      ]),
      relayRows: this.sampler.rows,
      clientRows: rows
        .filter(({ client }) => client % SAMPLED === 0)
        .map((row) => ({
          ...row,
          region: network.rtt.regions[this.#placement.clientRegions[row.client] ?? 0] ?? ''
        }))
    }
  }

  #clientRow(client: number, nowUs: number): Omit<RunResult['clientRows'][number], 'region'> {
    const tally = this.tally.clients[client]
    const [sentBefore = 0, receivedBefore = 0] = this.#bytesBefore[client] ?? []
    const [sent, received] = this.#bytesOf(client)
    return {
      client,
      contacts: this.contacts[client]?.length ?? 0,
      onlineUs: nowUs - this.online.offlineUs(client, nowUs),
      sessions: this.online.sessions(client),
      messagesWritten: tally?.written ?? 0,
      messagesDelivered: tally?.delivered ?? 0,
      messagesReceived: tally?.received ?? 0,
      duplicates: tally?.duplicates ?? 0,
      bytesSent: sent - sentBefore,
      bytesReceived: received - receivedBefore
    }
  }

  #bytesOf(client: number): readonly [sent: number, received: number] {
    const node = this.#init.scenario.relays.count + client
    return [this.paths.bytesFrom(node), this.paths.bytesTo(node)]
  }
}

/** The range of addresses that is one client's. */
export function rangeOf(client: number): string {
  return `client ${String(client)}`
}
