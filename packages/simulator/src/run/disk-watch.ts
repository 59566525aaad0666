/** Looks at the disks of relays, as their app does, so that each knows how full it is. */
import { EVENTS } from '../kernel/event-kinds.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { RelayNode } from '../nodes/relay-node.ts'

/** Between two looks, as the app has it while all is well. */
const EVERY_US = 5_000_000
/** Of the file system that a store is on: only the store's own limit bounds it, unless a fault does. */
const ROOMY = { freeBytes: 2 ** 40, totalBytes: 2 ** 40 }
const FULL = { freeBytes: 0, totalBytes: 2 ** 40 }

export class DiskWatch {
  readonly #kernel: Kernel
  readonly #relays: readonly RelayNode[]
  readonly #isFull: boolean[] = []
  /** What each store took at the last look; undefined where it must be looked at again. */
  readonly #seenBytes: (number | undefined)[] = []

  constructor(kernel: Kernel, relays: readonly RelayNode[]) {
    this.#kernel = kernel
    this.#relays = relays
  }

  /** Looks now, and from now on. */
  begin(): void {
    for (const [id, relay] of this.#relays.entries()) {
      this.#look(id, relay)
    }
    this.#kernel.at(this.#kernel.nowUs + EVERY_US, EVENTS.sample, -1, () => {
      this.begin()
    })
  }

  /** Whether the file system under a relay has no room. */
  setFull(id: number, isFull: boolean): void {
    const relay = this.#relays[id]
    this.#isFull[id] = isFull
    this.#seenBytes[id] = undefined
    if (relay !== undefined) {
      this.#look(id, relay)
    }
  }

  /** Its process knows nothing of what the one before was told. */
  restarted(id: number): void {
    this.setFull(id, this.#isFull[id] === true)
  }

  #look(id: number, relay: RelayNode): void {
    if (this.#seenBytes[id] !== relay.disk.byteCount) {
      this.#seenBytes[id] = relay.disk.byteCount
      relay.measured(this.#isFull[id] === true ? FULL : ROOMY)
    }
  }
}
