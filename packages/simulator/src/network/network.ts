/**
 * How long what leaves a node is on its way: the queue of its access link, half a round trip between the regions with jitter, the
 * queue of the other's link. There is no model of congestion between them. Time never goes back from call to call.
 */
import { logNormal } from '../random/distributions.ts'
import { type RandomStream, randomStream } from '../random/random-stream.ts'
import type { NetworkModel } from '../scenario/scenario.ts'
import { NetworkFaults } from './network-faults.ts'

const KINDS = ['client', 'relay', 'attacker'] as const

/** Who can dial it: everybody, whom it punches a hole for, nobody. */
export type Nat = 'public' | 'easy' | 'hard'

export type NodeKind = (typeof KINDS)[number]

export interface NodePlace {
  /** What its randomness is named by: adding a node of one kind shifts none of the other. */
  readonly kind: NodeKind
  /** Its number among its kind. */
  readonly id: number
  /** Its place in the table's regions. */
  readonly region: number
  readonly nat: Nat
  readonly uplinkBitsPerSecond: number
  readonly downlinkBitsPerSecond: number
}

export interface NetworkInit {
  readonly model: NetworkModel
  /** Nodes have numbers from 0 to below that. */
  readonly nodeCount: number
  /** That of the faults: jitter and loss are drawn from it. */
  readonly seed: number
}

/** What of a frame goes in one packet. */
const PACKET_BYTES = 1400
/** A packet that is lost is sent again after a round trip and this; then after twice as long, and so on. */
const RETRANSMISSION_US = 200_000
/** So often a packet is lost in a row until its stream is taken for lost too: with 200 ms, 51 s and more. */
const LOSSES_MAX = 8

/** Of the pairs that come through, those that do at once: measured for DCUtR in IPFS. */
const FIRST_TRY_SHARE = 0.976

const NATS: readonly Nat[] = ['public', 'easy', 'hard']

export class Network {
  /** What partitions it and slows it down. */
  readonly faults: NetworkFaults
  readonly #model: NetworkModel
  readonly #seed: number
  readonly #regions: Uint8Array
  readonly #nats: Uint8Array
  /** Microseconds that a byte takes on its link. */
  readonly #upUsPerByte: Float64Array
  readonly #downUsPerByte: Float64Array
  /** When its link has sent, or received, all that it was given. */
  readonly #upFreeUs: Float64Array
  readonly #downFreeUs: Float64Array
  readonly #kinds: Uint8Array
  readonly #ids: Uint32Array
  readonly #jitters: (RandomStream | undefined)[]
  readonly #losses: (RandomStream | undefined)[] = []
  readonly #punches: (RandomStream | undefined)[] = []

  constructor({ model, nodeCount, seed }: NetworkInit) {
    this.faults = new NetworkFaults(nodeCount)
    this.#model = model
    this.#seed = seed
    this.#regions = new Uint8Array(nodeCount)
    this.#nats = new Uint8Array(nodeCount)
    this.#upUsPerByte = new Float64Array(nodeCount)
    this.#downUsPerByte = new Float64Array(nodeCount)
    this.#upFreeUs = new Float64Array(nodeCount)
    this.#downFreeUs = new Float64Array(nodeCount)
    this.#kinds = new Uint8Array(nodeCount)
    this.#ids = new Uint32Array(nodeCount)
    this.#jitters = Array.from({ length: nodeCount })
  }

  /** Each node once, before anything is sent. */
  place(node: number, place: NodePlace): void {
    this.#regions[node] = place.region
    this.#nats[node] = NATS.indexOf(place.nat)
    this.#upUsPerByte[node] = 8_000_000 / place.uplinkBitsPerSecond
    this.#downUsPerByte[node] = 8_000_000 / place.downlinkBitsPerSecond
    this.#kinds[node] = KINDS.indexOf(place.kind)
    this.#ids[node] = place.id
  }

  /** Between their regions, in microseconds, without jitter and faults. */
  rttUs(from: number, to: number): number {
    const { regions, rttUs } = this.#model.rtt
    const row = (this.#regions[from] as number) * regions.length
    return rttUs[row + (this.#regions[to] as number)] ?? 0
  }

  /**
   * When a frame that leaves `from` now is at `to`; Infinity where nothing passes. Each call is a frame.
   *
   * @param afterUs when the frame before it on its stream arrives: none overtakes another
   */
  arrivalUs(nowUs: number, from: number, to: number, bytes: number, afterUs = 0): number {
    if (this.faults.isBlocked(from, to)) {
      return Infinity
    }
    const sentUs =
      Math.max(nowUs, this.#upFreeUs[from] as number) + bytes * (this.#upUsPerByte[from] as number)
    this.#upFreeUs[from] = sentUs
    const rttUs = this.rttUs(from, to) * this.faults.factor(from, to)
    const tripUs = (rttUs / 2) * this.#jitter(from) + this.#lossUs(from, to, rttUs, bytes)
    if (tripUs === Infinity) {
      return Infinity
    }
    // What is on its way to a link cannot hold up what arrives before it: its queue is that of the moment of sending.
    const freeUs =
      Math.max(nowUs, this.#downFreeUs[to] as number) + bytes * (this.#downUsPerByte[to] as number)
    this.#downFreeUs[to] = freeUs
    const throttledUs = this.faults.throttledUs(nowUs, from, to, bytes)
    return Math.max(afterUs, Math.round(sentUs + tripUs + throttledUs + (freeUs - nowUs)))
  }

  /** When a dial that begins now has come to a stream that carries frames; Infinity where nothing passes one of the ways. */
  dialUs(nowUs: number, from: number, to: number): number {
    if (this.faults.isDialBlocked(from, to) || this.faults.isDialBlocked(to, from)) {
      return Infinity
    }
    const rttUs = this.rttUs(from, to) * this.faults.factor(from, to)
    const handshakeUs = this.#model.dialRoundTrips * rttUs * this.#jitter(from)
    return Math.round(nowUs + handshakeUs + this.#lossUs(from, to, rttUs, 1))
  }

  isPublic(node: number): boolean {
    return this.#nats[node] === 0
  }

  /** Whether `from` can come to a stream with `to` at all, by their NATs. The same pair has the same answer for ever. */
  isReachable(from: number, to: number): boolean {
    const [a, b] = [this.#nats[from], this.#nats[to]]
    if (a === 0 || b === 0) {
      return true
    }
    if (a === 2 || b === 2) {
      return false
    }
    const [low, high] = from < to ? [from, to] : [to, from]
    const stream = randomStream(this.#seed, `hole punch ${this.#name(low)}`, this.#ids[high])
    return stream.chance(this.#model.holePunchShare)
  }

  /** At which try two come through their NATs; undefined where they do not. */
  punchedAtTry(from: number, to: number): 1 | 2 | undefined {
    if (!this.isReachable(from, to)) {
      return undefined
    }
    const stream = (this.#punches[from] ??= this.#stream('punch', from))
    return stream.chance(FIRST_TRY_SHARE) ? 1 : 2
  }

  #jitter(from: number): number {
    const sigma = this.#model.jitterSigma
    if (sigma === 0) {
      return 1
    }
    const stream = (this.#jitters[from] ??= this.#stream('jitter', from))
    return logNormal(stream, { median: 1, sigma })
  }

  /** What is lost is sent again. */
  #lossUs(from: number, to: number, rttUs: number, bytes: number): number {
    const passing = (1 - this.#model.lossShare) * this.faults.passing(from, to)
    if (passing === 1) {
      return 0
    }
    const stream = (this.#losses[from] ??= this.#stream('loss', from))
    const loss = 1 - wholePower(passing, Math.max(1, Math.ceil(bytes / PACKET_BYTES)))
    let delayUs = 0
    let timeoutUs = rttUs + RETRANSMISSION_US
    for (let losses = 0; stream.chance(loss); losses++) {
      if (losses === LOSSES_MAX) {
        return Infinity
      }
      delayUs += timeoutUs
      timeoutUs *= 2
    }
    return delayUs
  }

  #stream(purpose: string, node: number): RandomStream {
    return randomStream(this.#seed, `${purpose} ${this.#kind(node)}`, this.#ids[node])
  }

  #name(node: number): string {
    return `${this.#kind(node)} ${String(this.#ids[node])}`
  }

  #kind(node: number): NodeKind {
    return KINDS[this.#kinds[node] ?? 0] ?? 'client'
  }
}

/** `base` to a power from 1 on, by squaring: the same on every machine. */
function wholePower(base: number, exponent: number): number {
  let power = 1
  let square = base
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) {
      power *= square
    }
    square *= square
  }
  return power
}
