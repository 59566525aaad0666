/**
 * Lets what a kernel has to do happen when it is due by this machine's clock, less the time for which the process did not get to
 * it: hundreds of nodes on one processor would wait for each other, and for whatever else the machine does, as no people do.
 *
 * ```
 *   stands at 0 --begin--> runs: events when they are due --stop--> stands where it was stopped
 *                            `--the process is late by milliseconds: stood still for as long
 * ```
 */
import { type EventKind, EVENTS, Kernel, LazyQueue, LogHistogram } from 'sealpost-sim'

const US_PER_MS = 1_000
/** Timers count whole milliseconds: what is due within half of one is done at once, so that on average nothing is late. */
const EARLY_US = 500
/** So late may be whatever waits for a timer or a socket; beyond that the process was busy. */
const LATE_US = 2_000
/** So often at least it looks whether the process was. */
const LOOK_EVERY_US = 2_000
/** So long at most it keeps the process from everything else. */
const TURN_US = 5_000

export class Pace {
  readonly kernel: Kernel
  /** How late events were by the clock of the wall, in microseconds; what was early was not. */
  readonly lateUs: LogHistogram = new LogHistogram()
  readonly #queue = new LazyQueue()
  readonly #failed = Promise.withResolvers<never>()
  readonly #waiting = new Set<() => void>()
  #begunMs: number | undefined
  #stoppedUs: number | undefined
  #timer: NodeJS.Timeout | undefined
  /** When it wakes next. */
  #armedUs = Infinity
  /** It does not go on beyond that before it was looked at. */
  #limitUs = 0
  #stoodUs = 0

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
    return Math.max(this.kernel.nowUs, Math.min(this.#wallUs, this.#limitUs))
  }

  /** For how long it has stood still since the beginning, in microseconds. */
  get stoodUs(): number {
    return this.#stoodUs
  }

  get #wallUs(): number {
    return Math.round((performance.now() - (this.#begunMs ?? 0)) * US_PER_MS) - this.#stoodUs
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
    if (!this.isRunning) {
      return
    }
    if (this.#armedUs === Infinity) {
      this.#look()
    }
    const wallUs = this.#wallUs
    const atUs = Math.max(wallUs, Math.min(this.#queue.nextUs, wallUs + LOOK_EVERY_US))
    if (atUs >= this.#armedUs) {
      return
    }
    this.#armedUs = atUs
    this.#limitUs = atUs + LATE_US
    clearTimeout(this.#timer)
    const delayMs = Math.ceil((atUs - EARLY_US - wallUs) / US_PER_MS)
    this.#timer = setTimeout(
      () => {
        this.#wake()
      },
      Math.max(delayMs, 0)
    )
  }

  #wake(): void {
    const stoodBeforeUs = this.#stoodUs
    this.#armedUs = Infinity
    this.#look()
    const endUs = this.#wallUs + TURN_US
    try {
      while (this.isRunning && this.#queue.nextUs <= this.#wallUs + EARLY_US) {
        const dueUs = this.#queue.nextUs
        const lateUs = Math.max(0, this.#wallUs - dueUs) + this.#stoodUs - stoodBeforeUs
        this.#limitUs = Math.max(this.#limitUs, dueUs + LATE_US)
        if (this.kernel.runNext(dueUs)) {
          this.lateUs.add(lateUs)
        }
        this.#look()
        if (this.#wallUs > endUs) {
          break
        }
      }
    } catch (error) {
      this.fail(error)
    }
    this.#arm()
  }

  /** What the clock of the wall has gone beyond the limit, this one stood still for. */
  #look(): void {
    this.#stoodUs += Math.max(0, this.#wallUs - this.#limitUs)
  }
}
