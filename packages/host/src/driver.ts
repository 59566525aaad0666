/**
 * Runs a machine behind ports: commit, then speak.
 *
 * - The writes of a handle join a batch. While one batch is on its way to the disk the machine goes on, and what it writes is
 *   collected for the next. What a handle says is performed when its batch and all earlier ones are durable, in order.
 * - Reads are answered in the order asked, with the state that every earlier input left (`read-queue.ts`).
 * - Where storage fails the machine is dropped with everything that waits; the store is opened again, after waits that double,
 *   and a machine is restored from it. Nothing is half done: what was not durable was never said.
 * - What the machine or `perform` throws is a bug of ours. It is logged as an error and then treated in the same way, since
 *   what is on the disk is sound and the process serves others; a bug that comes back costs a restart each time, slower and slower.
 *
 * ```
 *   start --> running --(store fails, machine throws)--> restarting --(opened, restored)--> running
 *                \--(close)--> draining --> closed <--(close)--/
 * ```
 */
import type {
  Machine,
  MachineEffect,
  MachineInput,
  Mutation,
  RangeQuery,
  RowKey
} from '@sealpost/core'
import { isSealpostError, SealpostError, StorageError } from '@sealpost/protocol'
import { MachineClock } from './machine-clock.ts'
import { type AppEffect, type DriverInput, MachineRun } from './machine-run.ts'
import type { Clock, Log, Store, StoreOpener } from './ports.ts'
import type { Answer } from './read-queue.ts'

/** The wait before the first try to open the store again; it doubles with each further one. */
const RESTART_FIRST_MS = 100
const RESTART_MAX_MS = 5_000
/** A machine that ran for so long was sound: the next failure is the first again. */
const SOUND_MS = 10_000
const CHECK_CLOCK_MS = 60_000

/** What a driver runs, and what it tells the app. */
export interface DriverOptions<Effect, M> {
  readonly open: StoreOpener
  /** Reads the rows it needs and builds the machine. Must not keep the store. */
  readonly restore: (store: Store, atMs: number) => Promise<M>
  readonly clock: Clock
  readonly log: Log
  /** Performs what one handle said, in order, once that is durable. Must not throw. May give the driver further inputs. */
  readonly perform: (effects: readonly AppEffect<Effect>[]) => void
  /** The machine was dropped: what was waiting has failed. Called before anything is tried. */
  readonly onCrash: (error: SealpostError) => void
  /** A new machine runs. */
  readonly onRestart?: (() => void) | undefined
  /** Makes room on the disk, if it can, while the store is closed. */
  readonly beforeReopen?: (() => Promise<void>) | undefined
  /** How often to look whether the wall clock was set while nothing else happens; a minute if not given. */
  readonly checkClockMs?: number | undefined
}

/** @typeParam Input - what the app tells the machine; what the driver tells it need not be part of that. */
export class Driver<
  Input extends MachineInput,
  Effect extends MachineEffect,
  M extends Machine<Input | DriverInput, Effect> = Machine<Input | DriverInput, Effect>
> {
  readonly #options: DriverOptions<Effect, M>
  readonly #machineClock: MachineClock
  #run: MachineRun<Input, Effect, M> | undefined
  #isClosed = false
  #lastError: SealpostError = notRunning('the driver was not started')
  /** Crashes and vain restarts since a machine last ran soundly. */
  #failureCount = 0
  #crashCount = 0
  #startedAtMs = 0
  /** Ends the wait before a restart. */
  #endWait: (() => void) | undefined
  #restarting: Promise<void> | undefined
  #closing: Promise<void> | undefined

  private constructor(options: DriverOptions<Effect, M>) {
    this.#options = options
    this.#machineClock = new MachineClock(options.clock)
  }

  /**
   * Opens the store and restores the machine. Later failures are the driver's to deal with, this first one is not.
   *
   * @throws StorageError from the store, and whatever `restore` throws; the store is closed then.
   */
  static async start<
    Input extends MachineInput,
    Effect extends MachineEffect,
    M extends Machine<Input | DriverInput, Effect> = Machine<Input | DriverInput, Effect>
  >(options: DriverOptions<Effect, M>): Promise<Driver<Input, Effect, M>> {
    const driver = new Driver<Input, Effect, M>(options)
    await driver.#begin()
    return driver
  }

  /** Whether inputs are taken. Where not, the app answers busy. */
  get isRunning(): boolean {
    return this.#run !== undefined && !this.#isClosed
  }

  /** For synchronous queries; undefined while there is none. Never give it inputs. */
  get machine(): M | undefined {
    return this.#isClosed ? undefined : this.#run?.machine
  }

  /** Mutations that wait for the disk. Unbounded here: an app that sees it grow holds inputs back. */
  get pendingMutations(): number {
    return this.#run?.pendingMutations ?? 0
  }

  /** Reads that wait for their answer; like `pendingMutations`. */
  get pendingReads(): number {
    return this.#run?.pendingReads ?? 0
  }

  /** How often the machine was dropped since the start. */
  get crashCount(): number {
    return this.#crashCount
  }

  /**
   * The time for the next input: milliseconds since 1970, an integer. If the wall clock was set, the machine is told first.
   */
  now(): number {
    if (this.#run === undefined) {
      this.#machineClock.follow()
    } else {
      this.#run.checkClock()
    }
    return this.#machineClock.now()
  }

  /**
   * Gives the machine an input and does not wait. Without a machine the input is dropped: see `isRunning`.
   *
   * @param staged Mutations that are committed together with those of this handle, before them where they touch the same row.
   */
  post(input: Input, staged?: readonly Mutation[]): void {
    if (!this.#isClosed) {
      this.#run?.post(input, staged)
    }
  }

  /**
   * Like `post`, and resolves once everything up to this handle is durable and said. May be ignored: a rejection that nobody
   * waits for is no unhandled one.
   *
   * @throws StorageError where it is not known whether that came about; `SEALPOST_BUG` where the machine threw.
   */
  handle(input: Input, staged?: readonly Mutation[]): Promise<void> {
    if (this.#run === undefined || this.#isClosed) {
      return this.#refuse()
    }
    return this.#run.handle(input, staged)
  }

  /**
   * Reads for the app: rows as every input so far left them, durable or not. Answered in turn with the machine's own reads.
   *
   * @throws StorageError
   */
  read(keys: readonly RowKey[], range?: RangeQuery): Promise<Answer> {
    if (this.#run === undefined || this.#isClosed) {
      return this.#refuse()
    }
    return this.#run.read(keys, range)
  }

  /**
   * Takes no more inputs, waits until what was handled is durable and said, and closes the store. Reads that are not answered
   * by then fail.
   *
   * @throws StorageError from closing the store.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#isClosed = true
    this.#lastError = notRunning('the driver is closed')
    this.#endWait?.()
    // A failure now is a crash like any other, except that nothing is opened again.
    await this.#run?.drain().catch(ignore)
    await this.#restarting
    const run = this.#run
    this.#run = undefined
    run?.stop(this.#lastError)
    await run?.store.close()
  }

  /** Opens and restores; closes the store again where that fails or is not wanted any more. */
  async #begin(): Promise<void> {
    const { clock, open, perform } = this.#options
    const store = await open()
    const machine = await this.#restore(store)
    if (this.#isClosed) {
      await store.close()
      return
    }
    this.#startedAtMs = clock.monotonicMs()
    this.#run = new MachineRun<Input, Effect, M>({
      machine,
      store,
      clock,
      machineClock: this.#machineClock,
      checkClockMs: this.#options.checkClockMs ?? CHECK_CLOCK_MS,
      perform,
      onFailure: (error) => {
        this.#crash(error)
      }
    })
  }

  async #restore(store: Store): Promise<M> {
    try {
      this.#machineClock.follow()
      return await this.#options.restore(store, this.#machineClock.now())
    } catch (error) {
      // Whatever closing says too, the first error is the one that tells.
      await store.close().catch(ignore)
      throw error
    }
  }

  #crash(cause: unknown): void {
    const run = this.#run
    if (run === undefined) {
      return
    }
    const { clock, log, onCrash } = this.#options
    const error = asCrash(cause)
    this.#run = undefined
    this.#lastError = error
    this.#crashCount++
    if (clock.monotonicMs() - this.#startedAtMs >= SOUND_MS) {
      this.#failureCount = 0
    }
    log.error('driver.crashed', {
      code: error.code,
      crashCount: this.#crashCount,
      at: error instanceof StorageError ? undefined : framesOf(cause)
    })
    run.stop(error)
    onCrash(error)
    this.#restarting = this.#restart(run.store)
  }

  async #restart(failed: Store): Promise<void> {
    const { beforeReopen, log, onRestart } = this.#options
    try {
      await failed.close()
    } catch (error) {
      // What cannot be closed may still be openable.
      log.warn('driver.store.not-closed', { code: codeOf(error) })
    }
    while (!this.#isClosed) {
      await this.#waitToRestart()
      if (this.#isClosed) {
        return
      }
      try {
        await beforeReopen?.()
        await this.#begin()
      } catch (error) {
        log.warn('driver.not-restarted', { code: codeOf(error), failureCount: this.#failureCount })
        continue
      }
      if (this.isRunning) {
        log.info('driver.restarted', { crashCount: this.#crashCount })
        onRestart?.()
      }
      return
    }
  }

  async #waitToRestart(): Promise<void> {
    const delayMs = Math.min(
      RESTART_MAX_MS,
      RESTART_FIRST_MS * 2 ** Math.min(this.#failureCount, 10)
    )
    this.#failureCount++
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.setTimer(delayMs, resolve)
      this.#endWait = () => {
        cancel()
        resolve()
      }
    })
    this.#endWait = undefined
  }

  #refuse(): Promise<never> {
    const { code, message } = this.#lastError
    const promise = Promise.reject(new StorageError(code, message, { cause: this.#lastError }))
    promise.catch(ignore)
    return promise
  }
}

function notRunning(message: string): StorageError {
  return new StorageError('SEALPOST_STORE_FAILED', message)
}

/** What the app is told: the storage's error as it is, and anything else as a bug. */
function asCrash(cause: unknown): SealpostError {
  if (isSealpostError(cause)) {
    return cause
  }
  return new SealpostError('SEALPOST_BUG', undefined, { cause })
}

function codeOf(error: unknown): string {
  return isSealpostError(error) ? error.code : 'SEALPOST_BUG'
}

/** Where something was thrown, without what it says: a message may hold what no log may hold. */
function framesOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) {
    return undefined
  }
  const { message, stack = '' } = error
  const below = stack.slice(stack.indexOf(message) + message.length)
  const frames = below.split('\n').filter((line) => /^\s+at /.test(line))
  return frames.map((line) => line.trim()).join('; ')
}

function ignore(): void {
  // Whoever waits for the promise still gets the error.
}
