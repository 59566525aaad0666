import type { Clock } from '@sealpost/host'
import { EVENTS } from '../kernel/event-kinds.ts'
import type { NodeClock } from '../nodes/node-clock.ts'
import type { SimulatedProcess } from './simulated-process.ts'

const US_PER_MS = 1_000

/** Virtual time, as a driver asks for it. */
export class VirtualClock implements Clock {
  readonly #process: SimulatedProcess
  readonly #clock: NodeClock

  constructor(process: SimulatedProcess, clock: NodeClock) {
    this.#process = process
    this.#clock = clock
  }

  wallMs(): number {
    return this.#clock.wallMs(this.#process.nowUs)
  }

  monotonicMs(): number {
    return this.#process.nowUs / US_PER_MS
  }

  setTimer(delayMs: number, callback: () => void): () => void {
    const atUs = this.#process.nowUs + Math.ceil(Math.max(0, delayMs) * US_PER_MS)
    return this.#process.at(atUs, EVENTS.deadline, callback)
  }
}
