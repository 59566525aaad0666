/**
 * Where clients find each other: who listens under which node key, and what a dial or an attempt to come through two NATs leads to.
 *
 * ```
 *   public:          is dialled
 *   behind a NAT:    says that it takes offers; two of them try at once, twice at most, where their NATs let anything through
 * ```
 */
import { type NodeKey, OFFERS_ADDRESS } from '@sealpost/protocol'
import { EVENTS } from '../kernel/event-kinds.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { DirectDialler } from './client-direct.ts'
import type { Paths } from './connection.ts'
import { DirectConnection, type DirectEnd } from './direct-connection.ts'
import type { FrameCarrier } from './frame-carrier.ts'

/** What NATs let through. */
export interface DirectReach {
  /** Whether everybody can dial it. */
  isPublic(node: number): boolean
  /** Which try of two, who both are behind a NAT, comes through; undefined for none. */
  punchedAtTry(from: number, to: number): 1 | 2 | undefined
}

export interface DirectExchangeInit {
  readonly kernel: Kernel
  readonly paths: Paths
  readonly carrier: FrameCarrier
  readonly reach: DirectReach
}

const PUBLIC_ADDRESS = '/dns4/person.example/tcp/4001/ws'
/** A try that leads to nothing is given up after so long. */
const TRY_US = 5_000_000
const TRIES_MAX = 2

export class DirectExchange implements DirectDialler {
  readonly #init: DirectExchangeInit
  readonly #listening = new Map<NodeKey, DirectEnd>()

  constructor(init: DirectExchangeInit) {
    this.#init = init
  }

  listen(end: DirectEnd): readonly string[] {
    this.#listening.set(end.nodeKey, end)
    return [this.#init.reach.isPublic(end.node) ? PUBLIC_ADDRESS : OFFERS_ADDRESS]
  }

  leave(end: DirectEnd): void {
    this.#listening.delete(end.nodeKey)
  }

  dial(from: DirectEnd, nodeKey: NodeKey): void {
    const { kernel, paths } = this.#init
    const to = this.#listening.get(nodeKey)
    const { atUs, isThere } =
      to === undefined
        ? { atUs: kernel.nowUs + TRY_US, isThere: false }
        : paths.dialledUs(from.node, to.node)
    kernel.at(atUs, EVENTS.dialled, from.node, () => {
      if (to === undefined || !isThere || !this.#isListening(to) || !this.#isListening(from)) {
        from.dialFailed(nodeKey)
      } else {
        this.#connect(from, to)
      }
    })
  }

  punch(from: DirectEnd, nodeKey: NodeKey): void {
    const { kernel, paths, reach } = this.#init
    const to = this.#listening.get(nodeKey)
    const tries = to && reach.punchedAtTry(from.node, to.node)
    const dialled = to && tries && paths.dialledUs(from.node, to.node)
    const isThrough = dialled?.isThere === true
    const triedUs = isThrough ? (tries === 2 ? TRY_US : 0) : TRIES_MAX * TRY_US
    const atUs = triedUs + (isThrough ? dialled.atUs : kernel.nowUs)
    kernel.at(atUs, EVENTS.dialled, from.node, () => {
      const isWanted = to?.hasAttempt(from.nodeKey) === true && from.hasAttempt(nodeKey)
      if (isThrough && isWanted) {
        this.#connect(from, to)
        return
      }
      from.pathFailed(nodeKey)
      to?.pathFailed(from.nodeKey)
    })
  }

  /** Once both sides have done their part. Who has left by then ends it. */
  #connect(dialler: DirectEnd, listener: DirectEnd): void {
    const { carrier, kernel, paths } = this.#init
    const readyUs = Math.max(dialler.shakeHands(), listener.shakeHands())
    kernel.at(readyUs, EVENTS.dialled, dialler.node, () => {
      const connection = new DirectConnection({ kernel, paths, carrier, dialler, listener })
      listener.connected(connection, dialler.nodeKey, false)
      dialler.connected(connection, listener.nodeKey, true)
    })
  }

  #isListening(end: DirectEnd): boolean {
    return this.#listening.get(end.nodeKey) === end
  }
}
