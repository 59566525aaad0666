/** A network as bad as a plan has it: partitions in all shapes, clogs, jitter. Relays are the first nodes, then clients. */
import type { Kernel } from '../kernel/kernel.ts'
import type { Paths } from '../nodes/connection.ts'
import type { RandomStream } from '../random/random-stream.ts'
import type { Way } from './plan.ts'

/** Round trips until a stream carries its first frame. */
const DIAL_ROUND_TRIPS = 3
/** A dial that comes to nothing is given up after so long. */
const DIAL_LOST_US = 10_000_000

export interface HuntNetworkInit {
  readonly kernel: Kernel
  readonly random: RandomStream
  readonly rttUs: number
  readonly jitter: number
}

interface Clog {
  readonly addedUs: number
  readonly untilUs: number
}

export class HuntNetwork implements Paths {
  readonly #init: HuntNetworkInit
  /** How many cuts there are of each way: `from to`. */
  readonly #cuts = new Map<string, number>()
  readonly #clogs = new Map<string, Clog>()
  #isWell = false

  constructor(init: HuntNetworkInit) {
    this.#init = init
  }

  /** Nothing passes. @returns what ends it. */
  cut(clients: readonly number[], relays: readonly number[], way: Way): () => void {
    const names = clients.flatMap((client) =>
      relays.flatMap((relay) => [
        ...(way === 'to-client' ? [] : [nameOf(client, relay)]),
        ...(way === 'to-relay' ? [] : [nameOf(relay, client)])
      ])
    )
    this.#count(names, 1)
    return () => {
      this.#count(names, -1)
    }
  }

  #count(names: readonly string[], by: number): void {
    for (const name of names) {
      this.#cuts.set(name, (this.#cuts.get(name) ?? 0) + by)
    }
  }

  /** All that passes between two takes longer. */
  clog(one: number, other: number, clog: Clog): void {
    this.#clogs.set(nameOf(one, other), clog)
    this.#clogs.set(nameOf(other, one), clog)
  }

  /** Nothing is wrong any more, whatever was said before. */
  heal(): void {
    this.#isWell = true
    this.#clogs.clear()
  }

  #isCut(from: number, to: number): boolean {
    return !this.#isWell && (this.#cuts.get(nameOf(from, to)) ?? 0) > 0
  }

  arrivalUs(from: number, to: number, bytes: number): number | undefined {
    return this.#isCut(from, to) ? undefined : this.#tripUs(from, to) + bytes
  }

  dialledUs(from: number, to: number): { readonly atUs: number; readonly isThere: boolean } {
    if (this.#isCut(from, to) || this.#isCut(to, from)) {
      return { atUs: this.#init.kernel.nowUs + DIAL_LOST_US, isThere: false }
    }
    const { nowUs } = this.#init.kernel
    const tripUs = this.#tripUs(from, to) - nowUs
    return { atUs: nowUs + 2 * DIAL_ROUND_TRIPS * tripUs, isThere: true }
  }

  /** When what leaves now is there. */
  #tripUs(from: number, to: number): number {
    const { kernel, random, rttUs, jitter } = this.#init
    const clog = this.#clogs.get(nameOf(from, to))
    const addedUs = clog !== undefined && clog.untilUs > kernel.nowUs ? clog.addedUs : 0
    const factor = 1 + jitter * random.unit()
    return kernel.nowUs + Math.floor((rttUs / 2) * factor) + addedUs
  }
}

function nameOf(from: number, to: number): string {
  return `${String(from)} ${String(to)}`
}
