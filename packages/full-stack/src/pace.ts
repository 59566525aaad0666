/**
 * Lets what a kernel has to do happen when it is due by this machine's clock.
 *
 * ```
 *   stands at 0 --begin--> runs: events when they are due --stop--> stands where it was stopped
 * ```
 */
import { type EventKind, EVENTS, Kernel, LazyQueue, LogHistogram } from 'sealpost-sim'

const US_PER_MS = 1_000
/** Timers count whole milliseconds: what is due within half of one is done at once, so that on average nothing is late. */
const EARLY_US = 500
/** So long at most it keeps the process from everything else. */
const TURN_US = 5_000
const TIMER_MS_MAX = 2 ** 31 - 1

export class Pace {
  readonly kernel: Kernel
  /** How late events were, in microseconds; what was early was not. */
  readonly lateUs: LogHistogram = new LogHistogram()
  readonly #queue = new LazyQueue()
  readonly #failed = Promise.withResolvers<never>()
  readonly #waiting = new Set<() => void>()
  #begunMs: number | undefined
  #stoppedUs: number | undefined
  #timer: NodeJS.Timeout | undefined
  #armedUs = Infinity

  constructor() {
    this.kernel = new Kernel(this.#queue)
    // Whoever waits for it hears of it; nobody has to.
    this.#failed.promise.catch(() => undefined)
  }

  get isRunning(): boolean {
    return this.#begunMs !== undefined && this.#stoppedUs === undefined
  }

  /** Microseconds since the beginning; never runs back. */
  get nowUs(): number {
    if (this.#begunMs === undefined || this.#stoppedUs !== undefined) {
      return this.#stoppedUs ?? 0
    }
    return Math.max(this.kernel.nowUs, this.#wallUs)
  }

  get #wallUs(): number {
    return Math.round((performance.now() - (this.#begunMs ?? 0)) * US_PER_MS)
  }

  begin(): void {
    this.#begunMs = performance.now()
    this.#arm()
  }

  stop(): void {
    this.#stoppedUs ??= this.nowUs
    clearTimeout(this.#timer)
    for (const pass of this.#waiting) {
      pass()
    }
  }

  /** @param atUs now, where it is past. */
  at(atUs: number, kind: EventKind, node: number, run: () => void): void {
    this.kernel.at(Math.max(Math.round(atUs), this.kernel.nowUs), EVENTS[kind], node, run)
    this.#arm()
  }

  /** Resolves at that moment, or where it does not run. */
  async until(atUs: number): Promise<void> {
    if (!this.isRunning) {
      return
    }
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const pass = (): void => {
      resolve(undefined)
    }
    this.#waiting.add(pass)
    this.at(atUs, 'sample', -1, pass)
    await promise
    this.#waiting.delete(pass)
  }

  /** Never resolves; rejects once something went wrong that nobody waits for. */
  get failed(): Promise<never> {
    return this.#failed.promise
  }

  /** Something that nobody waits for went wrong: the run is no good. */
  fail(error: unknown): void {
    this.#failed.reject(error)
  }

  #arm(): void {
    const { nextUs } = this.#queue
    if (!this.isRunning || nextUs >= this.#armedUs) {
      return
    }
    this.#armedUs = nextUs
    clearTimeout(this.#timer)
    const delayMs = Math.ceil((nextUs - EARLY_US - this.#wallUs) / US_PER_MS)
    this.#timer = setTimeout(
      () => {
        this.#wake()
      },
      Math.min(Math.max(delayMs, 0), TIMER_MS_MAX)
    )
  }

  #wake(): void {
    this.#armedUs = Infinity
    const endUs = this.#wallUs + TURN_US
    try {
      while (this.isRunning && this.#queue.nextUs <= this.#wallUs + EARLY_US) {
        const dueUs = this.#queue.nextUs
        if (this.kernel.runNext(dueUs)) {
          this.lateUs.add(Math.max(0, this.#wallUs - dueUs))
        }
        if (this.#wallUs > endUs) {
          break
        }
      }
    } catch (error) {
      this.fail(error)
    }
    this.#arm()
  }
}
