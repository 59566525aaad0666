/** One life of a program: once it has ended, nothing that it waits for ever comes. */
import type { Kernel } from '../kernel/kernel.ts'

export class SimulatedProcess {
  readonly node: number
  readonly #kernel: Kernel
  readonly #onWake: () => void
  #isOver = false
  readonly #onEnd = new Set<() => void>()

  constructor(kernel: Kernel, node: number, onWake: () => void = () => undefined) {
    this.#kernel = kernel
    this.node = node
    this.#onWake = onWake
  }

  get isOver(): boolean {
    return this.#isOver
  }

  get nowUs(): number {
    return this.#kernel.nowUs
  }

  /** Calls back at that moment, if the process still lives. @returns what cancels it */
  at(atUs: number, kind: number, run: () => void): () => void {
    const token = this.#kernel.at(atUs, kind, this.node, () => {
      if (!this.#isOver) {
        this.#onWake()
      }
      // Whoever was woken may have been killed at once.
      if (!this.#isOver) {
        run()
      }
    })
    return () => {
      this.#kernel.cancel(token)
    }
  }

  /** Calls back when it ends. @returns what takes that back */
  onEnd(run: () => void): () => void {
    this.#onEnd.add(run)
    return () => {
      this.#onEnd.delete(run)
    }
  }

  end(): void {
    this.#isOver = true
    for (const run of this.#onEnd) {
      run()
    }
    this.#onEnd.clear()
  }
}
