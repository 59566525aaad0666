/** Crashes at a node's so-many-th input: just where what it wrote is on its way to the disk. */
import { EVENTS } from '../kernel/event-kinds.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { CrashPoint } from './plan.ts'

/** What a crash needs of a node. */
export interface Crashing {
  start(): void
  stop(losesUnsynced: boolean): void
}

interface Armed {
  readonly point: CrashPoint
  readonly node: Crashing
  inputs: number
}

const US_PER_MS = 1_000

export class CrashPoints {
  readonly #kernel: Kernel
  readonly #armed = new Map<number, Armed>()

  constructor(kernel: Kernel) {
    this.#kernel = kernel
  }

  arm(number: number, node: Crashing, point: CrashPoint): void {
    this.#armed.set(number, { point, node, inputs: point.inputs })
  }

  /** Nothing crashes any more. */
  disarm(): void {
    this.#armed.clear()
  }

  /** A node has an input. */
  input(number: number): void {
    const armed = this.#armed.get(number)
    if (armed === undefined) {
      return
    }
    armed.inputs -= 1
    if (armed.inputs <= 0) {
      this.#armed.delete(number)
      const { node, point } = armed
      const atUs = this.#kernel.nowUs + point.afterUs
      this.#kernel.at(atUs, EVENTS.fault, number, () => {
        node.stop(point.losesUnsynced)
        const upUs = this.#kernel.nowUs + point.downMs * US_PER_MS
        this.#kernel.at(upUs, EVENTS.fault, number, () => {
          node.start()
        })
      })
    }
  }
}
