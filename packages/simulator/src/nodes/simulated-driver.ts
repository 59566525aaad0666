/**
 * What a driver is to a machine, in virtual time: commit, then speak.
 *
 * ```
 *   give --> handle --> rows written, words wait --processor, disk--> safe --> words are performed, in order
 *              ^  `read --disk--> records
 *              `-- deadline
 * ```
 * While one batch is on its way to the disk the machine goes on, and what it writes joins the next. A crash takes back what was
 * not safe, and none of it was said.
 */
import type {
  Machine,
  MachineEffect,
  MachineInput,
  Mutation,
  Read,
  RecordsInput,
  StorageEffect,
  TimeoutInput
} from '@sealpost/core'
import type { SimulatedDisk } from '../disk/simulated-disk.ts'
import { EVENTS } from '../kernel/event-kinds.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { NodeClock } from './node-clock.ts'

/** What takes time at a node, in microseconds. */
export interface NodeTimes {
  /** From the last write of a batch until it is safe. */
  readonly commitUs: number
  /** Until a read is answered. */
  readonly readUs: number
  /** What one input takes of the processor. */
  readonly handleUs: number
  /** What one side's part of a handshake takes of it; nothing where it is not there. */
  readonly handshakeUs?: number | undefined
}

/** An input, whose time the node's clock says. */
export type WithoutTime<Input> = Input extends MachineInput ? Omit<Input, 'atMs'> : never

/** What is left of an effect for the app to perform. */
export type Spoken<Effect> = Exclude<Effect, StorageEffect>

export interface SimulatedDriverOptions<Input, Effect, M> {
  readonly kernel: Kernel
  /** For the trace. */
  readonly node: number
  readonly clock: NodeClock
  readonly disk: SimulatedDisk
  readonly times: NodeTimes
  readonly restore: (disk: SimulatedDisk, atMs: number) => M
  readonly perform: (effect: Spoken<Effect>) => void
  /** Before the machine has it: what it is told, for whoever checks. */
  readonly onInput?: ((input: Input) => void) | undefined
}

interface Said<Effect> {
  readonly effects: readonly Spoken<Effect>[]
  readonly onDurable: (() => void) | undefined
}

interface Batch<Effect> {
  readonly said: Said<Effect>[]
  /** Changes of the disk that are in it. */
  changeCount: number
}

export class SimulatedDriver<
  Input extends MachineInput,
  Effect extends MachineEffect,
  M extends Machine<Input, Effect>
> {
  readonly #options: SimulatedDriverOptions<Input, Effect, M>
  #machine: M | undefined
  /** Counts the processes: what one of them began is nothing to the next. */
  #epoch = 0
  #batch: Batch<Effect> | undefined
  #isCommitting = false
  /** What is said may lead to inputs, which are said after it. */
  #isSaying = false
  /** The processor works until then. */
  #freeAtUs = 0
  #readAtUs = 0
  #timer = -1
  #timerAtMs: number | undefined
  crashCount = 0

  constructor(options: SimulatedDriverOptions<Input, Effect, M>) {
    this.#options = options
  }

  get machine(): M | undefined {
    return this.#machine
  }

  /** Which process this is; undefined while there is none. */
  get epoch(): number | undefined {
    return this.#machine === undefined ? undefined : this.#epoch
  }

  /** Restores the machine from the disk. */
  start(): void {
    if (this.#machine === undefined) {
      this.#epoch += 1
      const { clock, disk, kernel, restore } = this.#options
      this.#machine = restore(disk, clock.wallMs(kernel.nowUs))
      this.#rearm()
    }
  }

  /** Ends the process. @param losesUnsynced whether what is on its way to the disk is lost, as when the power fails. */
  stop(losesUnsynced: boolean): void {
    if (this.#machine === undefined) {
      return
    }
    this.#machine = undefined
    this.crashCount += 1
    this.#freeAtUs = 0
    this.#batch = undefined
    this.#isCommitting = false
    this.#isSaying = false
    this.#options.kernel.cancel(this.#timer)
    this.#timer = -1
    this.#timerAtMs = undefined
    if (losesUnsynced) {
      this.#options.disk.crash()
    } else {
      this.#options.disk.sync()
    }
  }

  /**
   * Gives the machine an input; dropped while there is none.
   *
   * @param staged committed with what the machine writes.
   * @param onDurable called once that is safe, before anything is said.
   */
  give(given: WithoutTime<Input>, staged: readonly Mutation[] = [], onDurable?: () => void): void {
    const machine = this.#machine
    if (machine === undefined) {
      return
    }
    const { clock, disk, kernel, times } = this.#options
    const input = { ...given, atMs: clock.wallMs(kernel.nowUs) } as unknown as Input
    this.#options.onInput?.(input)
    const before = disk.unsafeCount
    for (const mutation of staged) {
      disk.apply(mutation)
    }
    const spoken: Spoken<Effect>[] = []
    for (const effect of machine.handle(input) as readonly (StorageEffect | Spoken<Effect>)[]) {
      this.#take(effect, spoken)
    }
    this.#freeAtUs = Math.max(this.#freeAtUs, kernel.nowUs) + times.handleUs
    this.#enqueue({ effects: spoken, onDurable }, disk.unsafeCount - before)
    this.#rearm()
  }

  #take(effect: StorageEffect | Spoken<Effect>, spoken: Spoken<Effect>[]): void {
    switch (effect.type) {
      case 'write':
      case 'erase':
        this.#options.disk.apply(effect as Mutation)
        return
      case 'read':
        this.#read(effect as Read)
        return
      default:
        spoken.push(effect as Spoken<Effect>)
    }
  }

  #enqueue(said: Said<Effect>, changeCount: number): void {
    const isBusy = this.#isCommitting || this.#isSaying || this.#batch !== undefined
    if (changeCount === 0 && !isBusy) {
      this.#say([said])
      return
    }
    this.#batch ??= { said: [], changeCount: 0 }
    this.#batch.said.push(said)
    this.#batch.changeCount += changeCount
    this.#commit()
  }

  #commit(): void {
    const batch = this.#batch
    if (this.#isCommitting || this.#isSaying || batch === undefined) {
      return
    }
    const { kernel, node, disk, times } = this.#options
    this.#isCommitting = true
    this.#batch = undefined
    const epoch = this.#epoch
    const beganAtUs = Math.max(kernel.nowUs, this.#freeAtUs)
    const durableAtUs = batch.changeCount === 0 ? beganAtUs : beganAtUs + times.commitUs
    kernel.at(durableAtUs, EVENTS.commit, node, () => {
      if (this.#machine === undefined || this.#epoch !== epoch) {
        return
      }
      this.#isCommitting = false
      disk.sync(batch.changeCount)
      this.#say(batch.said)
    })
  }

  #say(all: readonly Said<Effect>[]): void {
    const epoch = this.#epoch
    this.#isSaying = true
    for (const { effects, onDurable } of all) {
      onDurable?.()
      for (const effect of effects) {
        if (this.#machine === undefined || this.#epoch !== epoch) {
          return
        }
        this.#options.perform(effect)
      }
    }
    this.#isSaying = false
    this.#commit()
  }

  /** Answered in the order asked, with every write of the inputs before. */
  #read({ id, keys, range }: Read): void {
    const { kernel, node, disk, times } = this.#options
    const epoch = this.#epoch
    this.#readAtUs = Math.max(this.#readAtUs, kernel.nowUs + times.readUs)
    kernel.at(this.#readAtUs, EVENTS.read, node, () => {
      if (this.#machine === undefined || this.#epoch !== epoch) {
        return
      }
      const found = range === undefined ? undefined : disk.readRange(range)
      const records: Omit<RecordsInput, 'atMs'> = {
        type: 'records',
        id,
        values: keys.map((key) => disk.read(key)),
        rows: found?.rows ?? [],
        isEnd: found?.isEnd ?? true
      }
      this.give(records as unknown as WithoutTime<Input>)
    })
  }

  #rearm(): void {
    const { clock, kernel, node } = this.#options
    const dueMs = this.#machine?.deadlineMs()
    if (dueMs === this.#timerAtMs) {
      return
    }
    kernel.cancel(this.#timer)
    this.#timer = -1
    this.#timerAtMs = dueMs
    if (dueMs === undefined) {
      return
    }
    const dueUs = Math.max(kernel.nowUs, clock.usOf(dueMs))
    this.#timer = kernel.at(dueUs, EVENTS.deadline, node, () => {
      this.#timer = -1
      this.#timerAtMs = undefined
      const timeout: Omit<TimeoutInput, 'atMs'> = { type: 'timeout' }
      this.give(timeout as unknown as WithoutTime<Input>)
    })
  }

  /** Its processor does its part of a handshake, after what it has to do. @returns when that is done */
  shakeHands(): number {
    const { kernel, times } = this.#options
    const { handshakeUs = 0 } = times
    if (handshakeUs === 0) {
      return kernel.nowUs
    }
    this.#freeAtUs = Math.max(this.#freeAtUs, kernel.nowUs) + handshakeUs
    return this.#freeAtUs
  }

  /** The clock was set. */
  clockSet(): void {
    this.#timerAtMs = undefined
    this.give({ type: 'clock' } as unknown as WithoutTime<Input>)
  }
}
