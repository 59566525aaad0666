/**
 * Plays a plan: what it says happens, then all is well again and everybody has time, then what must have come of it is looked at.
 *
 * ```
 *   begin (all come online) --> steps --endMs--> heal --> settle --> look --> rest, restart --> look
 * ```
 * The first breach ends it.
 */
import { DEFAULT_RELAY_OPTIONS, type RelayOptions } from '@sealpost/core'
import { SealpostError } from '@sealpost/protocol'
import type { Breach } from '../checkers/breach.ts'
import { Checkers } from '../checkers/checkers.ts'
import { conversation } from '../checkers/conversations.ts'
import { Scene } from '../checkers/scene.ts'
import { NULL_CIPHERS } from '../cipher/null-cipher.ts'
import { EVENTS } from '../kernel/event-kinds.ts'
import { HeapQueue } from '../kernel/heap-queue.ts'
import { Kernel } from '../kernel/kernel.ts'
import { OBJECT_CARRIER, WIRE_CARRIER } from '../nodes/frame-carrier.ts'
import { randomStream } from '../random/random-stream.ts'
import { World, type WorldWatch } from '../world/world.ts'
import { CrashPoints } from './crash-points.ts'
import { HuntNetwork } from './hunt-network.ts'
import { HuntedMachines } from './hunted-machines.ts'
import type { HuntPlan } from './plan.ts'
import { Steps } from './steps.ts'
import { Trace } from './trace.ts'

/** A Monday in 2025. */
const START_MS = 1_736_121_600_000
const US_PER_MS = 1_000
const SECOND_US = 1_000_000
const MINUTE_US: number = 60 * SECOND_US
const HOUR_US: number = 60 * MINUTE_US
/** Until everybody is at their relays, and has told their contacts where they are. */
const BEGIN_US: number = 20 * SECOND_US
const BEGIN_ROUND_TRIPS = 20
const BEGINS_MAX = 30
/** How often disks are looked at. */
const LOOK_US: number = 5 * MINUTE_US
/** Looks in a plan of weeks. */
const LOOKS_MAX = 40
/** How long is waited until nothing is on its way: a relay that denied is left alone for 6 hours, gaps for a day. */
const SETTLE_US: readonly number[] = [
  ...Array<number>(3).fill(10 * MINUTE_US),
  ...Array<number>(6).fill(HOUR_US),
  ...Array<number>(8).fill(6 * HOUR_US),
  ...Array<number>(3).fill(24 * HOUR_US)
]
/** Addresses are told anew now and then; what is written is not. */
const REST_US: number = 20 * MINUTE_US
const TRACE_LINES = 40
/** Rates are no part of a hunt: whoever waits because of them hides what is looked for. */
const RELAY_RATES = { workBits: 0, registrationsPerHourPerRange: 1e9 }

export interface HuntResult {
  /** Empty where all is well; the first is what went wrong, the others may follow from it. */
  readonly breaches: readonly Breach[]
  /** Inputs of the nodes that the first is about, the last ones before it. */
  readonly trace: readonly string[]
  readonly traceHash: string
  readonly eventCount: number
  readonly writtenCount: number
  /** Until all was settled, in virtual time. */
  readonly endUs: number
  /** The most inputs that a node had in a minute of virtual time. */
  readonly inputsMax: number
}

export function playPlan(plan: HuntPlan): HuntResult {
  return new Play(plan).run()
}

class Play {
  readonly #plan: HuntPlan
  readonly #kernel: Kernel = new Kernel(new HeapQueue())
  readonly #scene: Scene
  readonly #checkers: Checkers
  readonly #world: World
  readonly #steps: Steps
  readonly #trace: Trace = new Trace()
  #lookedAtUs = 0

  constructor(plan: HuntPlan) {
    this.#plan = plan
    const kernel = this.#kernel
    const { clients, pairs, quotaCount, quotaBytes, relayCount } = plan
    const quota = { envelopeCountMax: quotaCount, bytesMax: quotaBytes }
    const excuses = {
      forgetful: new Set<number>(),
      liars: new Set<number>(),
      untruthful: new Set<number>(),
      blocked: new Set<string>(),
      hadWrongClock: false
    }
    this.#scene = new Scene({
      kernel,
      excuses,
      relayCount,
      startMs: START_MS,
      world: () => this.#world
    })
    const relayCounts = clients.map(({ relays }) => relays.length)
    this.#checkers = new Checkers({ scene: this.#scene, relayCounts, pairs, quota })
    const network = new HuntNetwork({
      kernel,
      random: randomStream(plan.seed, 'network'),
      rttUs: plan.rttMs * US_PER_MS,
      jitter: plan.jitter
    })
    const crashes = new CrashPoints(kernel)
    const { quotas } = DEFAULT_RELAY_OPTIONS
    const relayOptions: RelayOptions = {
      ...DEFAULT_RELAY_OPTIONS,
      ...RELAY_RATES,
      quotas: { ...quotas, contact: quota }
    }
    this.#world = new World({
      kernel,
      carrier: plan.isWire ? WIRE_CARRIER : OBJECT_CARRIER,
      ciphers: NULL_CIPHERS,
      paths: network,
      startMs: START_MS,
      relayCount,
      relayOptions,
      heartbeatMs: plan.heartbeatMs,
      relayTimes: { commitUs: plan.relayCommitUs, readUs: 100, handleUs: 50 },
      clientTimes: { commitUs: plan.clientCommitUs, readUs: 200, handleUs: 200 },
      clients: clients.map(({ relays }, id) => ({
        relays,
        contacts: pairs.flatMap(([a, b]) => (a === id ? [b] : b === id ? [a] : [])),
        range: `198.51.${String(id)}.0/24`
      })),
      random: (purpose, node) => randomStream(plan.seed, purpose, node),
      watch: this.#watch(crashes)
    })
    const { world } = this
    const people = new HuntedMachines(world, crashes, this.#checkers)
    const { relays } = world
    this.#steps = new Steps({ plan, kernel, relays, people, network, crashes, excuses })
  }

  get world(): World {
    return this.#world
  }

  #watch(crashes: CrashPoints): WorldWatch {
    const { watch, bounds } = this.#checkers
    const kernel = this.#kernel
    const { relayCount } = this.#plan
    return {
      ...watch,
      input: (client, input) => {
        this.#trace.add(kernel.nowUs, relayCount + client, input)
        crashes.input(relayCount + client)
        watch.input(client, input)
        stopStorm(bounds.isStorm)
      },
      relayInput: (relay, input) => {
        this.#trace.add(kernel.nowUs, relay, input)
        crashes.input(relay)
        watch.relayInput(relay, input)
        stopStorm(bounds.isStorm)
      }
    }
  }

  run(): HuntResult {
    try {
      this.#happen()
    } catch (cause) {
      // A storm said what it is.
      if (!this.#checkers.bounds.isStorm) {
        const says = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
        this.#scene.breach('whole', [], says)
      }
    }
    const { breaches } = this.#scene
    const nodes = breaches[0]?.nodes ?? []
    return {
      breaches,
      trace: breaches.length === 0 ? [] : this.#trace.lines(nodes, TRACE_LINES),
      traceHash: this.#kernel.traceHash,
      eventCount: this.#kernel.eventCount,
      writtenCount: this.#checkers.ledger.written.size,
      endUs: this.#kernel.nowUs,
      inputsMax: this.#checkers.bounds.inputsMax
    }
  }

  get #isBroken(): boolean {
    return this.#scene.breaches.length > 0
  }

  #happen(): void {
    const { clients } = this.#world
    const { endings } = this.#checkers
    for (const client of clients) {
      client.setOnline(true)
    }
    const { steps, endMs, rttMs, jitter } = this.#plan
    const beginUs = BEGIN_US + BEGIN_ROUND_TRIPS * rttMs * (1 + jitter) * US_PER_MS
    for (let begins = 0; begins < BEGINS_MAX && !(begins > 0 && endings.isSettled); begins++) {
      this.#passUntil(this.#kernel.nowUs + beginUs)
    }
    const beganUs = this.#kernel.nowUs
    for (const step of steps) {
      this.#passUntil(beganUs + step.atMs * US_PER_MS)
      if (this.#isBroken) {
        return
      }
      this.#steps.do(step)
    }
    this.#passUntil(beganUs + endMs * US_PER_MS)
    this.#steps.heal()
    this.#steps.lastWords()
    this.#settle()
    if (!this.#isBroken) {
      this.#checkers.look()
      endings.look()
    }
    if (!this.#isBroken) {
      this.#rest()
    }
  }

  /** Disks are looked at on the way. */
  #passUntil(atUs: number): void {
    const lookUs = Math.max(LOOK_US, (this.#plan.endMs * US_PER_MS) / LOOKS_MAX)
    while (!this.#isBroken && this.#lookedAtUs + lookUs <= atUs) {
      this.#lookedAtUs = Math.floor(this.#lookedAtUs + lookUs)
      this.#kernel.runUntil(this.#lookedAtUs)
      this.#checkers.look()
    }
    if (!this.#isBroken) {
      this.#kernel.runUntil(atUs)
    }
  }

  #settle(): void {
    for (const us of SETTLE_US) {
      this.#kernel.runUntil(this.#kernel.nowUs + us)
      if (this.#isBroken || this.#checkers.endings.isSettled) {
        return
      }
    }
  }

  /** Nothing happens any more, not even after a restart. */
  #rest(): void {
    const { ledger } = this.#checkers
    const { clients } = this.#world
    this.#kernel.runUntil(this.#kernel.nowUs + REST_US)
    const before = { count: ledger.depositCount, texts: this.#texts() }
    this.#kernel.runUntil(this.#kernel.nowUs + REST_US)
    for (const client of clients) {
      client.stop(true)
      this.#kernel.at(this.#kernel.nowUs + SECOND_US, EVENTS.fault, client.node, () => {
        client.start()
      })
    }
    this.#kernel.runUntil(this.#kernel.nowUs + REST_US)
    if (ledger.depositCount !== before.count) {
      const count = ledger.depositCount - before.count
      this.#scene.breach(
        'rest',
        [],
        `${String(count)} messages are deposited where nobody writes any`
      )
    }
    if (this.#texts() !== before.texts) {
      this.#scene.breach('rest', [], 'a restart changes what a conversation shows')
    }
  }

  #texts(): string {
    const { pairs } = this.#plan
    const all = pairs.flatMap(([a, b]) => [[a, b] as const, [b, a] as const])
    return all
      .flatMap(([client, other]) => conversation(this.#world, client, other))
      .map(({ key, text }) => `${key} ${text}`)
      .join('\n')
  }
}

/** There is no end to it: whatever runs is left. */
function stopStorm(isStorm: boolean): void {
  if (isStorm) {
    throw new SealpostError('SEALPOST_BUG', 'a storm')
  }
}
