/** What goes wrong between nodes now: faults begin and end by their numbers, and may lie over each other. */
import { invariant } from '@sealpost/core'
import { PARTITIONS_MAX } from '../scenario/check-scenario.ts'

/** Nodes by their numbers in the network. */
export type NetworkFault =
  | {
      readonly type: 'partition'
      readonly from: readonly number[]
      readonly to: readonly number[]
      /** Nothing passes from the first to the second, and the way back is open. */
      readonly isOneWay: boolean
      /** Streams that are open go on. */
      readonly isOfDials?: boolean | undefined
    }
  /** What passes between the two is so much of each of the first, each way, and the rest waits. */
  | {
      readonly type: 'throttle'
      readonly from: readonly number[]
      readonly to: readonly number[]
      readonly bitsPerSecond: number
    }
  | { readonly type: 'clog'; readonly nodes: readonly number[]; readonly factor: number }
  | { readonly type: 'loss'; readonly nodes: readonly number[]; readonly share: number }

type Partition = NetworkFault & { readonly type: 'partition' }

/** Queues of each of its nodes, one for each way. */
class Throttle {
  readonly #from: ReadonlySet<number>
  readonly #to: ReadonlySet<number>
  readonly #usPerByte: number
  readonly #upFreeUs = new Map<number, number>()
  readonly #downFreeUs = new Map<number, number>()

  constructor({ from, to, bitsPerSecond }: NetworkFault & { readonly type: 'throttle' }) {
    this.#from = new Set(from)
    this.#to = new Set(to)
    this.#usPerByte = 8_000_000 / bitsPerSecond
  }

  waitUs(nowUs: number, from: number, to: number, bytes: number): number {
    const isUp = this.#from.has(from) && this.#to.has(to)
    if (!isUp && !(this.#from.has(to) && this.#to.has(from))) {
      return 0
    }
    const [free, node] = isUp ? [this.#upFreeUs, from] : [this.#downFreeUs, to]
    const freeUs = Math.max(nowUs, free.get(node) ?? 0) + bytes * this.#usPerByte
    free.set(node, freeUs)
    return freeUs - nowUs
  }
}

export class NetworkFaults {
  readonly #active = new Map<number, NetworkFault>()
  /** The bit of each partition: on which side of it a node stands. */
  readonly #bits = new Map<number, number>()
  readonly #from: Int32Array
  readonly #to: Int32Array
  #twoWay = 0
  /** Those that only dials meet. */
  #ofDials = 0
  readonly #throttles = new Map<number, Throttle>()
  readonly #factors: Float64Array
  readonly #passing: Float64Array

  constructor(nodeCount: number) {
    this.#from = new Int32Array(nodeCount)
    this.#to = new Int32Array(nodeCount)
    this.#factors = new Float64Array(nodeCount).fill(1)
    this.#passing = new Float64Array(nodeCount).fill(1)
  }

  /** Whether nothing passes from one to the other. */
  isBlocked(from: number, to: number): boolean {
    return (this.#between(from, to) & ~this.#ofDials) !== 0
  }

  /** Whether no dial passes from one to the other. */
  isDialBlocked(from: number, to: number): boolean {
    return this.#between(from, to) !== 0
  }

  #between(from: number, to: number): number {
    const there = (this.#from[from] as number) & (this.#to[to] as number)
    const back = (this.#to[from] as number) & (this.#from[to] as number) & this.#twoWay
    return there | back
  }

  /** How long what goes now from one to the other waits for those before it. */
  throttledUs(nowUs: number, from: number, to: number, bytes: number): number {
    let waitUs = 0
    for (const throttle of this.#throttles.values()) {
      waitUs = Math.max(waitUs, throttle.waitUs(nowUs, from, to, bytes))
    }
    return waitUs
  }

  /** How many times as long a trip between them takes: that of the worse side. */
  factor(from: number, to: number): number {
    return Math.max(this.#factors[from] as number, this.#factors[to] as number)
  }

  /** The share of trips between them that is not lost to faults. */
  passing(from: number, to: number): number {
    return (this.#passing[from] as number) * (this.#passing[to] as number)
  }

  /** @param id any number that no fault has that goes on */
  begin(id: number, fault: NetworkFault): void {
    invariant(!this.#active.has(id), 'a fault begins once')
    this.#active.set(id, fault)
    switch (fault.type) {
      case 'partition':
        this.#divide(id, fault)
        break
      case 'throttle':
        this.#throttles.set(id, new Throttle(fault))
        break
      case 'clog':
        this.#slow(fault.nodes)
        break
      case 'loss':
        this.#lose(fault.nodes)
        break
    }
  }

  /** Nothing where it did not begin. */
  end(id: number): void {
    const fault = this.#active.get(id)
    this.#active.delete(id)
    switch (fault?.type) {
      case 'partition':
        this.#unite(id, fault)
        break
      case 'throttle':
        this.#throttles.delete(id)
        break
      case 'clog':
        this.#slow(fault.nodes)
        break
      case 'loss':
        this.#lose(fault.nodes)
        break
      case undefined:
        break
    }
  }

  #divide(id: number, { from, to, isOfDials = false, isOneWay }: Partition): void {
    const taken = new Set(this.#bits.values())
    const free = Array.from({ length: PARTITIONS_MAX }, (_, at) => at).find((at) => !taken.has(at))
    invariant(free !== undefined, 'a scenario has no more partitions at once than bits')
    this.#bits.set(id, free)
    const bit = 1 << free
    mark(this.#from, from, bit)
    mark(this.#to, to, bit)
    this.#twoWay |= isOneWay ? 0 : bit
    this.#ofDials |= isOfDials ? bit : 0
  }

  #unite(id: number, { from, to }: Partition): void {
    const bit = 1 << (this.#bits.get(id) ?? 0)
    this.#bits.delete(id)
    unmark(this.#from, from, bit)
    unmark(this.#to, to, bit)
    this.#twoWay &= ~bit
    this.#ofDials &= ~bit
  }

  /** Taken from all that goes on, for dividing by what ended would not come out even. */
  #slow(changed: readonly number[]): void {
    for (const node of changed) {
      this.#factors[node] = 1
    }
    for (const fault of this.#active.values()) {
      if (fault.type === 'clog') {
        for (const node of fault.nodes) {
          this.#factors[node] = Math.max(this.#factors[node] as number, fault.factor)
        }
      }
    }
  }

  #lose(changed: readonly number[]): void {
    const lossy = [...this.#active.values()].filter((fault) => fault.type === 'loss')
    const all = new Set([...changed, ...lossy.flatMap(({ nodes }) => nodes)])
    for (const node of all) {
      this.#passing[node] = 1
    }
    for (const { nodes, share } of lossy) {
      for (const node of nodes) {
        this.#passing[node] = (this.#passing[node] as number) * (1 - share)
      }
    }
  }
}

function mark(bits: Int32Array, nodes: readonly number[], bit: number): void {
  for (const node of nodes) {
    bits[node] = (bits[node] as number) | bit
  }
}

function unmark(bits: Int32Array, nodes: readonly number[], bit: number): void {
  for (const node of nodes) {
    bits[node] = (bits[node] as number) & ~bit
  }
}
