/**
 * One run of a scenario.
 *
 * ```
 *   everybody comes online within five minutes and registers (ten minutes, before time 0)
 *     --> time 0: as churn, workload and faults have it --warm-up over: counting begins--> the end --> figures
 * ```
 */
import {
  DEFAULT_RELAY_OPTIONS,
  type PeerEffect,
  type PeerInput,
  readMessage,
  type RelayOptions
} from '@sealpost/core'
import { ConfigError } from '@sealpost/protocol'
import { ENGINE_CIPHERS } from '../cipher/engine-cipher.ts'
import { NULL_CIPHERS } from '../cipher/null-cipher.ts'
import { EVENTS } from '../kernel/event-kinds.ts'
import { Kernel } from '../kernel/kernel.ts'
import { LazyQueue } from '../kernel/lazy-queue.ts'
import type { RunResult } from '../metrics/run-result.ts'
import { OBJECT_CARRIER, WIRE_CARRIER } from '../nodes/frame-carrier.ts'
import { NOMINAL_WORK_BITS } from '../nodes/nominal-work.ts'
import type { Spoken } from '../nodes/simulated-driver.ts'
import { drawReplicas } from '../people/contacts.ts'
import { exponential } from '../random/distributions.ts'
import { type RandomStream, randomStream } from '../random/random-stream.ts'
import type { Scenario, Seeds } from '../scenario/scenario.ts'
import { World } from '../world/world.ts'
import { DiskWatch } from './disk-watch.ts'
import { NodeFaults } from './node-faults.ts'
import { withMeetings } from './meeting-values.ts'
import { Meetings } from './meetings.ts'
import { nodeTimes, workUs } from './node-times.ts'
import { PrekeyAttacks } from './prekey-attacks.ts'
import type { TextOutcome } from './message-tally.ts'
import type { PeopleOnline } from './people-online.ts'
import { rangeOf, RunLedger } from './run-ledger.ts'
import { simulatedPerson } from './simulated-person.ts'

/** Who waits for a run. */
export interface RunWatch {
  /** After each minute of the scenario's time; on the wall clock at 0 too, once everybody has met. */
  progress?(nowUs: number): void
  /** Whether to give up; the result is what there is by then. */
  isStopped?(): boolean
  /** At the end, of each text that counts. */
  text?(outcome: TextOutcome): void
}

const MINUTE_US = 60_000_000
/** How long before time 0 everybody is there. */
const SETTLING_US: number = 10 * MINUTE_US
const ARRIVING_US: number = 5 * MINUTE_US
/** Midnight of a Monday, UTC: time 0 of every run. */
const TIME_0_MS = 1_767_571_200_000
/** Where heartbeats are left out, none is due on any day. */
const QUIET_MS = 86_400_000_000

/** @throws ConfigError `SEALPOST_CONFIG_INVALID` for a scenario that is to run on the wall clock */
export function runScenario(scenario: Scenario, seeds: Seeds, watch: RunWatch = {}): RunResult {
  if (scenario.fidelity === 'full-stack') {
    const what = 'A scenario with fidelity full-stack does not run in virtual time.'
    throw new ConfigError('SEALPOST_CONFIG_INVALID', `${what} Choose object, wire or crypto.`)
  }
  const run = new ScenarioRun(scenario, seeds)
  run.settle()
  for (let endUs = MINUTE_US; endUs <= scenario.durationUs; endUs += MINUTE_US) {
    if (watch.isStopped?.() === true) {
      return run.result(watch)
    }
    run.passMinute(endUs)
    watch.progress?.(endUs)
  }
  run.passUntil(scenario.durationUs)
  return run.result(watch)
}

class ScenarioRun {
  readonly #scenario: Scenario
  readonly #seeds: Seeds
  readonly #kernel: Kernel = new Kernel(new LazyQueue())
  readonly #ledger: RunLedger
  readonly #world: World
  readonly #people: PeopleOnline
  /** Undefined where nobody makes an acquaintance. */
  readonly #meetings: Meetings | undefined
  readonly #attacks: PrekeyAttacks
  /** In the time of the scenario. */
  #passedUs = -1

  constructor(scenario: Scenario, seeds: Seeds) {
    this.#scenario = scenario
    this.#seeds = seeds
    const clock = this.#kernel
    this.#ledger = new RunLedger({ scenario, seeds, clock, startUs: SETTLING_US })
    this.#world = this.#makeWorld()
    this.#meetings = this.#makeMeetings()
    this.#attacks = new PrekeyAttacks({
      kernel: this.#kernel,
      world: this.#world,
      addressOf: (client) => this.#meetings?.addressOf(client),
      workBits: nominalBits(scenario),
      workUs: workUs('attacker', scenario.costs, scenario.relays.workBits),
      seed: seeds.faults
    })
    const people = this.#world.clients.map((_, id) => simulatedPerson(this.#world, id))
    this.#people = this.#ledger.people(this.#kernel, people)
  }

  #makeMeetings(): Meetings | undefined {
    const { warmUpUs, workload } = this.#scenario
    const { newContactsPerDay, publicAddressShare } = workload
    if (newContactsPerDay === 0 && publicAddressShare === 0) {
      return undefined
    }
    return new Meetings({
      kernel: this.#kernel,
      world: this.#world,
      online: this.#ledger.online,
      contacts: this.#ledger.graph,
      workload,
      startUs: SETTLING_US,
      countFromUs: SETTLING_US + warmUpUs,
      seed: this.#seeds.workload
    })
  }

  #makeWorld(): World {
    const { clients, costs, fidelity, network, relays } = this.#scenario
    const isMeeting = this.#scenario.workload.newContactsPerDay > 0
    const { topology, workload } = this.#seeds
    const { contacts, direct, knowledge, paths, reach, sampler, tally } = this.#ledger
    return new World({
      kernel: this.#kernel,
      carrier: fidelity === 'object' ? OBJECT_CARRIER : WIRE_CARRIER,
      ciphers: fidelity === 'crypto' ? ENGINE_CIPHERS : NULL_CIPHERS,
      paths,
      direct: direct && reach,
      startMs: TIME_0_MS - SETTLING_US / 1_000,
      relayCount: relays.count,
      relayOptions: relayOptions(this.#scenario),
      heartbeatMs: network.heartbeats === 'simulated' ? undefined : QUIET_MS,
      relayTimes: nodeTimes('relay', costs, relays.cores),
      clientTimes: nodeTimes('client', costs, 1),
      clients: Array.from({ length: clients.count }, (_, client) => ({
        relays: drawReplicas(client, relays, topology),
        contacts: contacts[client] ?? [],
        range: rangeOf(client)
      })),
      random: (purpose, node) => randomStream(workload, `machine ${purpose}`, node),
      drawWorkUs: this.#drawWork(),
      watch: {
        notice: (client, notice) => {
          this.#meetings?.noticed(client, notice)
          if (notice.type === 'message-state') {
            tally.told(notice.messageId, notice.state, this.#kernel.nowUs)
          } else if (notice.type === 'message-received') {
            // What is decrypted once more, of another envelope, is shown once all the same.
            const { messageId } = readMessage(notice.row)
            if (messageId !== undefined) {
              tally.received(messageId, client, this.#kernel.nowUs)
            }
          }
        },
        ...((direct ?? isMeeting) && {
          input: (_: number, input: PeerInput) => {
            direct?.took(input)
            this.#meetings?.took(input)
          }
        }),
        ...(direct && {
          said: (_: number, effect: Spoken<PeerEffect>) => {
            direct.said(effect)
          }
        }),
        relayInput: (relay, input) => {
          knowledge.saw(relay, input)
        },
        relaySaid: (relay, effect) => {
          sampler.said(relay, effect)
          if (effect.type === 'send') {
            knowledge.said(relay, effect.connection, effect.frame)
          }
        }
      }
    })
  }

  /** How long clients look for proofs of work. */
  #drawWork(): ((client: number) => number) | undefined {
    const { costs, relays } = this.#scenario
    const meanUs = workUs('client', costs, relays.workBits)
    const streams = new Map<number, RandomStream>()
    return (client) => {
      const stream = streams.get(client) ?? randomStream(this.#seeds.workload, 'work', client)
      streams.set(client, stream)
      return Math.round(exponential(stream, meanUs))
    }
  }

  /** Everybody comes, registers, and goes at time 0 where churn has them away. */
  settle(): void {
    const kernel = this.#kernel
    for (const [id, client] of this.#world.clients.entries()) {
      const atUs = randomStream(this.#seeds.workload, 'arrival', id).below(ARRIVING_US)
      kernel.at(atUs, EVENTS.online, client.node, () => {
        this.#ledger.online.set(id, true, kernel.nowUs)
        client.setOnline(true)
      })
    }
    kernel.runUntil(SETTLING_US)
    this.#people.begin()
    this.#meetings?.begin()
    const disks = new DiskWatch(kernel, this.#world.relays)
    disks.begin()
    const nodes = { kernel, disks, world: this.#world, people: this.#people }
    const { enumeration, knowledge } = this.#ledger
    const seed = this.#seeds.faults
    const attacks = this.#attacks
    this.#ledger.letFail(
      kernel,
      new NodeFaults({ ...nodes, seed, enumeration, knowledge, attacks })
    )
    this.passUntil(0)
  }

  passMinute(endUs: number): void {
    this.passUntil(endUs)
    if (endUs > this.#scenario.warmUpUs) {
      this.#ledger.sampler.sample(this.#world.relays, endUs)
    }
  }

  passUntil(endUs: number): void {
    const { warmUpUs } = this.#scenario
    if (this.#passedUs < warmUpUs && endUs >= warmUpUs) {
      this.#kernel.runUntil(SETTLING_US + warmUpUs)
      this.#ledger.beginCounting(this.#world.relays)
    }
    this.#kernel.runUntil(SETTLING_US + endUs)
    this.#passedUs = endUs
  }

  result(watch: RunWatch): RunResult {
    const { eventCount, traceHash } = this.#kernel
    const result = this.#ledger.result({ eventCount, traceHash }, watch)
    const meetings = this.#meetings
    return meetings === undefined ? result : withMeetings(result, meetings, this.#attacks.tally)
  }
}

/** Relays ask for what is soon found; that it takes longer is played by who looks for it. */
function nominalBits({ relays }: Scenario): number {
  return relays.workBits === 0 ? 0 : NOMINAL_WORK_BITS
}

/** As operators have them, but for proofs of work, whose cost is a client's, and ranges, which are one client each here. */
function relayOptions(scenario: Scenario): RelayOptions {
  const { relays } = scenario
  return {
    ...DEFAULT_RELAY_OPTIONS,
    workBits: nominalBits(scenario),
    registrationsPerHourPerRange: 1_000_000,
    storeBytesMax: relays.storageBytes
  }
}
