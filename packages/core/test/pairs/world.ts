/** Homes, relays and what is on its way between them, in true time: each of them has a clock of its own. */
import { randomBelow } from '@sealpost/core'
import type { NodeKey } from '@sealpost/protocol'
import { START_MS } from '../peer/cast.ts'
import { SeededRandom } from '../relay/relay-world.ts'
import { DirectNetwork } from './direct-network.ts'
import { Link } from './link.ts'
import type { PairHome } from './pair-home.ts'
import { PairRelay } from './pair-relay.ts'

/** More inputs than that in one go are a storm. */
const STEPS_MAX = 200_000
/** Frames are on their way for so long, or less. */
const DELAY_MS = 40

interface Event {
  readonly atMs: number
  readonly run: () => void
}

export class World {
  nowMs = START_MS
  readonly homes: PairHome[] = []
  readonly relays: readonly PairRelay[]
  readonly direct: DirectNetwork = new DirectNetwork(this)
  readonly links = new Set<Link>()
  readonly #random: SeededRandom
  /** Soonest last. */
  readonly #events: Event[] = []
  #nextLink = 1

  constructor(seed: number, relayNames: readonly string[]) {
    this.#random = new SeededRandom(seed * 2 + 1)
    this.relays = relayNames.map((name, index) => new PairRelay(this, name, index + 1))
  }

  below(bound: number): number {
    return randomBelow(this.#random, bound)
  }

  bytes(count: number): Uint8Array {
    return this.#random.bytes(count)
  }

  /** When what leaves now is there. */
  arrivalMs(): number {
    return this.nowMs + 1 + this.below(DELAY_MS)
  }

  at(atMs: number, run: () => void): void {
    let index = this.#events.length
    while (index > 0 && (this.#events[index - 1]?.atMs ?? Infinity) <= atMs) {
      index -= 1
    }
    this.#events.splice(index, 0, { atMs, run })
  }

  relay(nodeKey: NodeKey): PairRelay | undefined {
    return this.relays.find(({ address }) => address.nodeKey === nodeKey)
  }

  /** A home dials a relay. */
  dial(home: PairHome, relay: PairRelay): Link {
    const link = new Link(this, this.#nextLink++, home, relay)
    for (const old of this.links) {
      if (old.isOver) {
        this.links.delete(old)
      }
    }
    this.links.add(link)
    relay.opened(link)
    return link
  }

  /** Lets time pass, with everything at its moment. */
  advance(ms: number): void {
    const endMs = this.nowMs + ms
    for (let step = 0; this.#step(endMs); step++) {
      if (step > STEPS_MAX) {
        throw new Error(`a storm: more than ${String(STEPS_MAX)} steps in ${String(ms)} ms`)
      }
    }
    this.nowMs = endMs
  }

  /** Time passes while everybody sleeps: whatever was due is late. */
  sleep(ms: number): void {
    this.nowMs += ms
  }

  #step(endMs: number): boolean {
    const eventMs = this.#events.at(-1)?.atMs ?? Infinity
    let dueMs = eventMs
    let node: PairHome | PairRelay | undefined
    for (const one of [...this.relays, ...this.homes]) {
      const oneMs = one.dueMs
      if (oneMs !== undefined && oneMs < dueMs) {
        dueMs = oneMs
        node = one
      }
    }
    if (dueMs > endMs) {
      return false
    }
    this.nowMs = Math.max(this.nowMs, dueMs)
    if (node === undefined) {
      this.#events.pop()?.run()
    } else {
      node.due()
    }
    return true
  }
}
