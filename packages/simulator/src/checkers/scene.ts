/** What all checkers see of a run. */
import type { Kernel } from '../kernel/kernel.ts'
import type { Breach, CheckName } from './breach.ts'
import type { SeenWorld } from './seen-world.ts'

/** Breaches that are kept of one run: what follows from the first says little. */
const BREACHES_MAX = 20

/** What excuses something, as faults brought it about. */
export interface Excuses {
  /** Relays that were ever wiped, or stopped with the loss of what was not safe, or whose clock was wrong: by number. */
  readonly forgetful: ReadonlySet<number>
  /** Relays that were ever dishonest. */
  readonly liars: ReadonlySet<number>
  /** Of those, the ones that said untrue things: what they said that they erased may still be there. */
  readonly untruthful: ReadonlySet<number>
  /** Pairs of whom one blocked the other, as `pairName` has them. */
  readonly blocked: ReadonlySet<string>
  /** Whether some clock was ever wrong. */
  readonly hadWrongClock: boolean
}

export interface SceneInit {
  readonly kernel: Kernel
  readonly excuses: Excuses
  readonly relayCount: number
  /** True time at the beginning, in milliseconds since 1970. */
  readonly startMs: number
  readonly world: () => SeenWorld
}

export class Scene {
  readonly kernel: Kernel
  readonly excuses: Excuses
  readonly startMs: number
  readonly breaches: Breach[] = []
  readonly #relayCount: number
  readonly #world: () => SeenWorld

  constructor({ kernel, excuses, relayCount, startMs, world }: SceneInit) {
    this.kernel = kernel
    this.excuses = excuses
    this.startMs = startMs
    this.#relayCount = relayCount
    this.#world = world
  }

  /** Not before it was made. */
  get world(): SeenWorld {
    return this.#world()
  }

  clientNode(client: number): number {
    return this.#relayCount + client
  }

  breach(check: CheckName, nodes: readonly number[], says: string): void {
    if (this.breaches.length < BREACHES_MAX) {
      this.breaches.push({ check, atUs: this.kernel.nowUs, nodes, says })
    }
  }
}

export function pairName(one: number, other: number): string {
  return `${String(Math.min(one, other))} ${String(Math.max(one, other))}`
}
