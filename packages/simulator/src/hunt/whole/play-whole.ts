/**
 * Plays a plan among whole clients: what it says happens, then all is well again and everybody has time, then what must have come of
 * it is looked at, and once more after everybody's process has begun anew.
 */
import { DEFAULT_RELAY_OPTIONS } from '@sealpost/core'
import type { ClientEvent } from '@sealpost/client'
import type { SignalEngine } from '@sealpost/crypto'
import type { ClientFrame, MessageId, NodeKey } from '@sealpost/protocol'
import { Checkers } from '../../checkers/checkers.ts'
import { conversation } from '../../checkers/conversations.ts'
import { Scene } from '../../checkers/scene.ts'
import { HeapQueue } from '../../kernel/heap-queue.ts'
import { Kernel } from '../../kernel/kernel.ts'
import { randomStream } from '../../random/random-stream.ts'
import { CrashPoints } from '../crash-points.ts'
import { HuntNetwork } from '../hunt-network.ts'
import type { HuntPlan } from '../plan.ts'
import type { HuntResult } from '../play-plan.ts'
import { Steps } from '../steps.ts'
import { Trace } from '../trace.ts'
import { EnvelopeContents } from './envelope-contents.ts'
import { HuntedClients } from './hunted-clients.ts'
import { WholeWorld, type WholeWatch } from './whole-world.ts'

/** A Monday in 2025. */
const START_MS = 1_736_121_600_000
const US_PER_MS = 1_000
const MINUTE_US = 60_000_000
const HOUR_US: number = 60 * MINUTE_US
/** How often disks are looked at. */
const LOOK_US: number = 5 * MINUTE_US
/** How long is waited until nothing is on its way, as at the machines' depth. */
const SETTLE_US: readonly number[] = [
  ...Array<number>(5).fill(MINUTE_US),
  ...Array<number>(3).fill(10 * MINUTE_US),
  ...Array<number>(6).fill(HOUR_US),
  ...Array<number>(8).fill(6 * HOUR_US)
]
const REST_US: number = 5 * MINUTE_US
const TRACE_LINES = 40
/** A disk that takes nothing is no bug of a client's, and it says so. */
const DISK_CODES: ReadonlySet<string> = new Set(['SEALPOST_STORE_FULL', 'SEALPOST_STORE_FAILED'])
/** Rates are no part of a hunt. */
const RELAY_RATES = { workBits: 0, registrationsPerHourPerRange: 1e9, knocksPerMinutePerRange: 1e9 }

export async function playWhole(plan: HuntPlan): Promise<HuntResult> {
  return new WholePlay(plan).run()
}

class WholePlay {
  readonly #plan: HuntPlan
  readonly #kernel: Kernel = new Kernel(new HeapQueue())
  readonly #crashes: CrashPoints = new CrashPoints(this.#kernel)
  readonly #scene: Scene
  readonly #checkers: Checkers
  readonly #contents: EnvelopeContents
  readonly #world: WholeWorld
  readonly #people: HuntedClients
  readonly #steps: Steps
  /** Texts that a client's process decrypted: what it says of them must be safe. */
  readonly #read: Set<MessageId>[]
  readonly #trace: Trace = new Trace()
  #lookedAtUs = 0

  constructor(plan: HuntPlan) {
    this.#plan = plan
    const kernel = this.#kernel
    const { clients, pairs, quotaCount, quotaBytes, relayCount, seed } = plan
    const quota = { envelopeCountMax: quotaCount, bytesMax: quotaBytes }
    const excuses = {
      forgetful: new Set<number>(),
      liars: new Set<number>(),
      untruthful: new Set<number>(),
      blocked: new Set<string>(),
      hadWrongClock: false
    }
    const world = (): WholeWorld => this.#world
    this.#scene = new Scene({ kernel, excuses, relayCount, startMs: START_MS, world })
    const relayCounts = clients.map(({ relays }) => relays.length)
    this.#checkers = new Checkers({ scene: this.#scene, relayCounts, pairs, quota })
    this.#contents = new EnvelopeContents(() => this.#world.clients)
    this.#read = clients.map(() => new Set())
    const network = new HuntNetwork({
      kernel,
      random: randomStream(seed, 'network'),
      rttUs: plan.rttMs * US_PER_MS,
      jitter: plan.jitter
    })
    const { quotas } = DEFAULT_RELAY_OPTIONS
    this.#world = new WholeWorld({
      plan,
      kernel,
      network,
      startMs: START_MS,
      relayOptions: {
        ...DEFAULT_RELAY_OPTIONS,
        ...RELAY_RATES,
        quotas: { ...quotas, contact: quota }
      },
      watch: this.#watch()
    })
    this.#people = new HuntedClients({
      kernel,
      world: this.#world,
      checkers: this.#checkers,
      onBug: (client, error) => {
        this.#bug([this.#scene.clientNode(client)], error)
      }
    })
    const crashes = this.#crashes
    const { relays } = this.#world
    const people = this.#people
    this.#steps = new Steps({ plan, kernel, relays, people, network, crashes, excuses })
  }

  #watch(): WholeWatch {
    const { bounds, clients, watch } = this.#checkers
    const kernel = this.#kernel
    return {
      relayInput: (relay, input) => {
        this.#trace.add(kernel.nowUs, relay, input)
        this.#crashes.input(relay)
        watch.relayInput(relay, input)
      },
      relaySaid: watch.relaySaid,
      sent: (client, relay, frame) => {
        this.#sent(client, relay, frame)
      },
      heard: (client, relay, frame) => {
        const node = this.#scene.clientNode(client)
        this.#trace.add(kernel.nowUs, node, { type: 'relay-frame', atMs: 0, relay, frame })
        bounds.input(node)
        clients.heard(client, relay, frame)
      },
      event: (client, event) => {
        this.#told(client, event)
      },
      error: (client, event, code) => {
        if (!DISK_CODES.has(code)) {
          this.#bug([this.#scene.clientNode(client)], `${event} ${code}`)
        }
      },
      wake: (client) => {
        this.#people.wake(client)
      },
      engine: (client, engine) => this.#engine(client, engine)
    }
  }

  /** Of a new process: what an earlier one read is nothing to it. */
  #engine(client: number, engine: SignalEngine): SignalEngine {
    const read = new Set<MessageId>()
    this.#read[client] = read
    return this.#contents.watched(engine, ({ messageId, body }) => {
      if (messageId !== undefined && body.type === 'text') {
        read.add(messageId)
      }
    })
  }

  #sent(client: number, relay: NodeKey, frame: ClientFrame): void {
    if (frame.type !== 'request') {
      return
    }
    const { number, request } = frame
    if (request.type === 'deposit' && !request.isLive) {
      const { envelope, mailboxId } = request
      const content = this.#contents.of(relay, mailboxId, envelope)
      if (content !== undefined) {
        const { envelopeId } = envelope
        this.#checkers.clients.deposited(client, { relay, number, envelopeId }, content)
      }
    } else if (request.type === 'ack') {
      for (const envelopeId of request.envelopeIds) {
        const messageId = this.#checkers.ledger.messageOf(envelopeId)
        if (messageId !== undefined && this.#read[client]?.has(messageId) === true) {
          this.#checkers.clients.acked(client, messageId)
        }
      }
    }
  }

  #told(client: number, event: ClientEvent): void {
    if (event.type === 'message-state') {
      this.#checkers.clients.ticked(client, event)
    } else if (event.type === 'message' && event.message.kind === 'received') {
      this.#checkers.clients.showed(client, event.message.key)
    }
  }

  #bug(nodes: readonly number[], cause: unknown): void {
    const says = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
    this.#scene.breach('whole', nodes, says)
  }

  async run(): Promise<HuntResult> {
    try {
      await this.#happen()
    } catch (cause) {
      this.#bug([], cause)
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

  async #happen(): Promise<void> {
    await this.#world.begin()
    await this.#settle()
    const beganUs = this.#kernel.nowUs
    this.#lookedAtUs = beganUs
    const { steps, endMs } = this.#plan
    for (const step of steps) {
      await this.#passUntil(beganUs + step.atMs * US_PER_MS)
      if (this.#isBroken) {
        return
      }
      this.#steps.do(step)
    }
    await this.#passUntil(beganUs + endMs * US_PER_MS)
    this.#steps.heal()
    // Whoever is opened again is there by then.
    await this.#passUntil(this.#kernel.nowUs + MINUTE_US)
    this.#steps.lastWords()
    await this.#passUntil(this.#kernel.nowUs + MINUTE_US)
    await this.#settle()
    if (!this.#isBroken) {
      this.#checkers.look()
      this.#checkers.endings.look()
    }
    if (!this.#isBroken) {
      await this.#rest()
    }
  }

  /** Disks are looked at on the way. */
  async #passUntil(atUs: number): Promise<void> {
    while (!this.#isBroken && this.#lookedAtUs + LOOK_US <= atUs) {
      this.#lookedAtUs += LOOK_US
      await this.#world.pass(this.#lookedAtUs)
      this.#checkers.look()
    }
    if (!this.#isBroken) {
      await this.#world.pass(atUs)
    }
  }

  async #settle(): Promise<void> {
    for (const us of SETTLE_US) {
      if (this.#isBroken || this.#checkers.endings.isSettled) {
        return
      }
      await this.#world.pass(this.#kernel.nowUs + us)
    }
  }

  /** Nothing happens any more, not even after a restart. */
  async #rest(): Promise<void> {
    const { ledger } = this.#checkers
    await this.#world.pass(this.#kernel.nowUs + REST_US)
    const before = { count: ledger.depositCount, texts: this.#texts() }
    this.#people.restartAll()
    await this.#world.pass(this.#kernel.nowUs + REST_US)
    if (ledger.depositCount !== before.count) {
      const count = ledger.depositCount - before.count
      const says = `${String(count)} messages are deposited where nobody writes any`
      this.#scene.breach('rest', [], says)
    }
    if (this.#texts() !== before.texts) {
      this.#scene.breach('rest', [], 'a restart changes what a conversation shows')
    }
  }

  #texts(): string {
    const all = this.#plan.pairs.flatMap(([a, b]) => [[a, b] as const, [b, a] as const])
    return all
      .flatMap(([client, other]) => conversation(this.#world, client, other))
      .map(({ key, text }) => `${key} ${text}`)
      .join('\n')
  }
}
