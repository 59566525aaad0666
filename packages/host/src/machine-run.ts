/**
 * One machine over one open store, until the store fails: what `Driver` runs, and runs anew after a crash.
 *
 * ```
 *   handle -> mutations -> collected layer --(commit)--> under way --(durable)--> effects are performed, callers go on
 *                               ^ while one is under way, the next is collected
 * ```
 *
 * What a handle says waits for the layer its writes are in. One that writes nothing waits for the writes before it, if any are
 * under way, since the machine decided with them in mind.
 */
import type {
  ClockInput,
  Machine,
  MachineEffect,
  MachineInput,
  Mutation,
  RangeQuery,
  Read,
  RecordsInput,
  RowKey,
  StorageEffect,
  TimeoutInput
} from '@sealpost/core'
import type { MachineClock } from './machine-clock.ts'
import { Overlay } from './overlay.ts'
import type { Clock, Store } from './ports.ts'
import { type Answer, ReadQueue } from './read-queue.ts'

/** What a driver itself tells a machine. */
export type DriverInput = TimeoutInput | ClockInput | RecordsInput

/** The effects of a machine that are the app's to perform. */
export type AppEffect<Effect> = Exclude<Effect, StorageEffect>

interface Waiter {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** What becomes of a layer once it is durable, in the order it was decided. */
class Speech<Effect> {
  readonly effects: (readonly Effect[])[] = []
  waiters: Waiter[] | undefined

  wait(): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => {
      this.waiters ??= []
      this.waiters.push({ resolve, reject })
    })
    promise.catch(ignore)
    return promise
  }
}

/** A read of the app, beside those of the machine. */
interface AppRead {
  readonly type: 'app-read'
  readonly keys: readonly RowKey[]
  readonly range?: RangeQuery | undefined
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/** What one life of a machine is made of. */
export interface MachineRunOptions<Effect, M> {
  readonly machine: M
  readonly store: Store
  readonly clock: Clock
  readonly machineClock: MachineClock
  readonly checkClockMs: number
  readonly perform: (effects: readonly AppEffect<Effect>[]) => void
  /** Called once; the run does nothing any more, and `stop` is still to be called. */
  readonly onFailure: (error: unknown) => void
}

const DONE = Promise.resolve()

/** One life of a machine: it ends with its first failure, or with `stop`. */
export class MachineRun<
  Input extends MachineInput,
  Effect extends MachineEffect,
  M extends Machine<Input | DriverInput, Effect>
> {
  readonly machine: M
  readonly store: Store
  readonly #clock: Clock
  readonly #machineClock: MachineClock
  readonly #checkClockMs: number
  readonly #perform: (effects: readonly AppEffect<Effect>[]) => void
  readonly #onFailure: (error: unknown) => void
  readonly #overlay = new Overlay()
  readonly #reads: ReadQueue<Read | AppRead>

  #collecting = new Speech<AppEffect<Effect>>()
  #committing: Speech<AppEffect<Effect>> | undefined
  #speaking: Speech<AppEffect<Effect>> | undefined
  #isFlushPlanned = false
  #failure: { readonly error: unknown } | undefined
  #cancelTimer: (() => void) | undefined
  /** When the timer will go off; infinite where there is none. */
  #timerAtMs = Infinity

  constructor(options: MachineRunOptions<Effect, M>) {
    this.machine = options.machine
    this.store = options.store
    this.#clock = options.clock
    this.#machineClock = options.machineClock
    this.#checkClockMs = options.checkClockMs
    this.#perform = options.perform
    this.#onFailure = options.onFailure
    this.#reads = new ReadQueue({
      store: options.store,
      overlay: this.#overlay,
      onAnswer: (question, answer) => {
        this.#answer(question, answer)
      },
      onFailure: (error) => {
        this.#fail(error)
      }
    })
    this.#setTimer()
  }

  get pendingMutations(): number {
    return this.#overlay.pendingCount
  }

  get pendingReads(): number {
    return this.#reads.waitingCount
  }

  post(input: Input | DriverInput, staged?: readonly Mutation[]): void {
    this.#take(input, staged, false)
  }

  handle(input: Input, staged?: readonly Mutation[]): Promise<void> {
    const speech = this.#take(input, staged, true)
    if (this.#failure !== undefined) {
      return rejected(this.#failure.error)
    }
    return speech?.wait() ?? DONE
  }

  read(keys: readonly RowKey[], range: RangeQuery | undefined): Promise<Answer> {
    if (this.#failure !== undefined) {
      return rejected(this.#failure.error)
    }
    const promise = new Promise<Answer>((resolve, reject) => {
      this.#reads.ask({ type: 'app-read', keys, range, resolve, reject })
    })
    promise.catch(ignore)
    return promise
  }

  /** Looks whether the wall clock was set, and tells the machine. */
  checkClock(): void {
    if (this.#machineClock.follow()) {
      this.post({ type: 'clock', atMs: this.#machineClock.now() })
      this.#setTimer()
    }
  }

  /** Resolves when everything that was handled so far has been said. @throws what the run failed with. */
  async drain(): Promise<void> {
    if (this.#failure !== undefined) {
      throw this.#failure.error
    }
    await (this.#lastSpeech() ?? this.#speaking)?.wait()
  }

  /** Says and answers nothing any more: everything that waits fails with `error`. */
  stop(error: unknown): void {
    this.#failure = { error }
    this.#cancelTimer?.()
    for (const speech of [this.#speaking, this.#committing, this.#collecting]) {
      for (const waiter of speech?.waiters ?? []) {
        waiter.reject(error)
      }
    }
    for (const question of this.#reads.stop()) {
      if (question.type === 'app-read') {
        question.reject(error)
      }
    }
  }

  /** @returns what the caller may wait on; undefined where all is said already. */
  #take(
    input: Input | DriverInput,
    staged: readonly Mutation[] | undefined,
    isWaiting: boolean
  ): Speech<AppEffect<Effect>> | undefined {
    if (this.#failure !== undefined) {
      return undefined
    }
    let effects: readonly Effect[]
    let deadlineMs: number | undefined
    try {
      effects = this.machine.handle(input)
      deadlineMs = this.machine.deadlineMs()
    } catch (error) {
      this.#fail(error)
      return undefined
    }
    let isWriting = false
    if (staged !== undefined) {
      for (const mutation of staged) {
        this.#overlay.put(mutation)
        isWriting = true
      }
    }
    let said: AppEffect<Effect>[] | undefined
    for (const effect of effects) {
      if (!isStorageEffect(effect)) {
        said ??= []
        said.push(effect as AppEffect<Effect>)
      } else if (effect.type === 'read') {
        this.#reads.ask(effect)
      } else {
        this.#overlay.put(effect)
        isWriting = true
      }
    }
    if (isWriting) {
      this.#planFlush()
    }
    if (deadlineMs !== undefined && deadlineMs < this.#timerAtMs) {
      this.#setTimer(deadlineMs)
    }
    return said === undefined && !isWaiting ? undefined : this.#say(said)
  }

  /** Performs at once where nothing is under way, and otherwise when that is done. */
  #say(effects: readonly AppEffect<Effect>[] | undefined): Speech<AppEffect<Effect>> | undefined {
    const speech = this.#lastSpeech() ?? this.#speaking
    if (speech !== undefined) {
      if (effects !== undefined) {
        speech.effects.push(effects)
      }
      return speech
    }
    if (effects !== undefined) {
      const now = new Speech<AppEffect<Effect>>()
      now.effects.push(effects)
      this.#speak(now)
    }
    return undefined
  }

  /** The speech of the last layer that is not durable. */
  #lastSpeech(): Speech<AppEffect<Effect>> | undefined {
    return this.#overlay.isCollecting ? this.#collecting : this.#committing
  }

  /** Speeches never nest: what an effect leads to at once is appended to the one that is being made. */
  #speak(speech: Speech<AppEffect<Effect>>): void {
    this.#speaking = speech
    try {
      for (const effects of speech.effects) {
        this.#perform(effects)
        if (this.#failure !== undefined) {
          return
        }
      }
    } catch (error) {
      this.#fail(error)
      return
    }
    this.#speaking = undefined
    for (const waiter of speech.waiters ?? []) {
      waiter.resolve()
    }
  }

  /** At the end of the turn, so that all inputs of a turn share a commit. */
  #planFlush(): void {
    if (this.#isFlushPlanned || this.#committing !== undefined) {
      return
    }
    this.#isFlushPlanned = true
    void DONE.then(() => {
      this.#isFlushPlanned = false
      this.#flush()
    })
  }

  #flush(): void {
    if (this.#failure !== undefined || !this.#overlay.isCollecting) {
      return
    }
    const speech = this.#collecting
    this.#collecting = new Speech()
    this.#committing = speech
    this.store.commit(this.#overlay.seal()).then(
      () => {
        this.#settle(speech)
      },
      (error: unknown) => {
        this.#fail(error)
      }
    )
  }

  #settle(speech: Speech<AppEffect<Effect>>): void {
    if (this.#failure !== undefined) {
      return
    }
    this.#committing = undefined
    this.#overlay.markDurable(this.#reads.lastStarted)
    this.#overlay.release(this.#reads.lastAnswered)
    // The disk works while this speaks.
    this.#flush()
    this.#speak(speech)
  }

  #answer(question: Read | AppRead, { values, rows, isEnd }: Answer): void {
    if (question.type === 'app-read') {
      question.resolve({ values, rows, isEnd })
      return
    }
    const atMs = this.#machineClock.now()
    this.post({ type: 'records', atMs, id: question.id, values, rows, isEnd })
  }

  /** One timer: for the deadline, or for the next look at the wall clock where that is sooner. */
  #setTimer(deadlineMs: number | undefined = this.machine.deadlineMs()): void {
    if (this.#failure !== undefined) {
      return
    }
    this.#cancelTimer?.()
    const nowMs = this.#machineClock.now()
    this.#timerAtMs = Math.min(deadlineMs ?? Infinity, nowMs + this.#checkClockMs)
    const delayMs = Math.max(0, this.#timerAtMs - nowMs)
    this.#cancelTimer = this.#clock.setTimer(delayMs, () => {
      this.#tick()
    })
  }

  #tick(): void {
    if (this.#failure !== undefined) {
      return
    }
    // Nothing that is handled before the end needs a timer of its own.
    this.#timerAtMs = -Infinity
    this.#cancelTimer = undefined
    this.checkClock()
    const nowMs = this.#machineClock.now()
    const deadlineMs = this.machine.deadlineMs()
    if (deadlineMs !== undefined && deadlineMs <= nowMs) {
      this.post({ type: 'timeout', atMs: nowMs })
    }
    this.#setTimer()
  }

  #fail(error: unknown): void {
    if (this.#failure === undefined) {
      this.#failure = { error }
      this.#onFailure(error)
    }
  }
}

function isStorageEffect(effect: MachineEffect): effect is StorageEffect {
  return effect.type === 'write' || effect.type === 'erase' || effect.type === 'read'
}

/** A rejection that may be ignored. */
function rejected(error: unknown): Promise<never> {
  const promise = Promise.reject(error)
  promise.catch(ignore)
  return promise
}

function ignore(): void {
  // Whoever waits for the promise still gets the error.
}
