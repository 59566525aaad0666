/** A few people at a few relays, who all know each other, on a network where everything takes as long. */
import {
  DEFAULT_RELAY_OPTIONS,
  type PeerInput,
  type PeerNotice,
  type RelayEffect,
  type RelayInput
} from '@sealpost/core'
import type { MessageId } from '@sealpost/protocol'
import { HeapQueue } from '../../src/kernel/heap-queue.ts'
import { Kernel } from '../../src/kernel/kernel.ts'
import type { DirectReach } from '../../src/nodes/direct-exchange.ts'
import type { CipherSuite } from '../../src/cipher/client-cipher.ts'
import { NULL_CIPHERS } from '../../src/cipher/null-cipher.ts'
import { type FrameCarrier, OBJECT_CARRIER } from '../../src/nodes/frame-carrier.ts'
import { NOMINAL_WORK_BITS } from '../../src/nodes/nominal-work.ts'
import { randomStream } from '../../src/random/random-stream.ts'
import { World } from '../../src/world/world.ts'

const SECOND_US = 1_000_000
/** A Monday in 2025. */
const START_MS = 1_736_121_600_000
const ONE_WAY_US = 40_000

export interface SmallWorldOptions {
  /** What NATs let through. */
  readonly direct?: DirectReach
  /** Nobody knows anybody. */
  readonly areStrangers?: boolean
  /** What each proof of work takes, where relays ask for some. */
  readonly workUs?: number
}

export class SmallWorld {
  readonly kernel: Kernel = new Kernel(new HeapQueue())
  readonly world: World
  /** Texts as they were received, by client. */
  readonly received: readonly string[][]
  readonly delivered = new Set<MessageId>()
  /** Nodes that nothing passes to or from. */
  readonly cut = new Set<number>()
  /** Types of what relays were told, and of what all said. */
  readonly told = new Set<RelayInput['type']>()
  readonly relaysSaid = new Set<RelayEffect['type']>()
  readonly clientsSaid = new Set<string>()
  readonly notices: readonly PeerNotice[][]
  /** What clients deposited, for relays to keep and for each other. */
  readonly deposits = { relay: 0, direct: 0 }

  constructor(
    seed: number,
    clientCount = 3,
    carrier: FrameCarrier = OBJECT_CARRIER,
    ciphers: CipherSuite = NULL_CIPHERS,
    more: SmallWorldOptions = {}
  ) {
    const { areStrangers = false, direct, workUs } = more
    const { kernel, cut } = this
    const relayCount = 3
    const everybody = Array.from({ length: clientCount }, (_, id) => id)
    this.received = everybody.map(() => [])
    this.notices = everybody.map(() => [])
    this.world = new World({
      kernel,
      carrier,
      direct,
      ciphers,
      startMs: START_MS,
      paths: {
        arrivalUs: (from, to, bytes) =>
          cut.has(from) || cut.has(to) ? undefined : kernel.nowUs + ONE_WAY_US + bytes,
        dialledUs: (from, to) => ({
          atUs: kernel.nowUs + 4 * ONE_WAY_US,
          isThere: !cut.has(from) && !cut.has(to)
        })
      },
      relayCount,
      relayOptions: {
        ...DEFAULT_RELAY_OPTIONS,
        workBits: workUs === undefined ? 0 : NOMINAL_WORK_BITS
      },
      relayTimes: { commitUs: 2_000, readUs: 100, handleUs: 50 },
      clientTimes: { commitUs: 4_000, readUs: 200, handleUs: 200 },
      clients: everybody.map((id) => ({
        relays: [0, 1, 2],
        contacts: areStrangers ? [] : everybody.filter((other) => other !== id),
        range: `198.51.${String(id)}.0/24`
      })),
      random: (purpose, node) => randomStream(seed, purpose, node),
      drawWorkUs: () => workUs ?? 0,
      watch: {
        notice: (client, notice) => {
          this.notices[client]?.push(notice)
          if (notice.type === 'message-state' && notice.state === 'delivered') {
            this.delivered.add(notice.messageId)
          }
        },
        input: (client, input) => {
          this.#took(client, input)
        },
        said: (_, effect) => {
          this.clientsSaid.add(effect.type)
          this.deposits.relay += effect.type === 'deposit' && !effect.isLive ? 1 : 0
          this.deposits.direct += effect.type === 'direct-deposit' && !effect.isLive ? 1 : 0
        },
        relayInput: (_, { type }) => this.told.add(type),
        relaySaid: (_, { type }) => this.relaysSaid.add(type)
      }
    })
    for (const client of this.world.clients) {
      client.setOnline(true)
    }
    this.pass(60)
  }

  #took(client: number, input: PeerInput): void {
    if (input.type === 'received' && input.content.body.type === 'text') {
      this.received[client]?.push(input.content.body.text)
    }
  }

  pass(seconds: number): void {
    this.kernel.runUntil(this.kernel.nowUs + seconds * SECOND_US)
  }

  say(from: number, to: number, text: string): MessageId | undefined {
    const contactId = this.world.contactOf(from, to)
    const app = this.world.clients[from]?.app
    return contactId && app?.say(contactId, { type: 'text', text })
  }
}
