/**
 * The contract of everything that decides.
 *
 * A machine is synchronous and pure: it is given inputs, which carry the time, and returns effects. A driver commits the
 * effects' writes and only then lets the machine speak ("commit, then speak"). One `handle` is one transaction.
 *
 * ```
 *            input                         write, erase            durable
 *   world ----------> Machine.handle ----------------------> disk ---------> send, answer, notify
 *                          ^   | read
 *                          |   v
 *                        records        as the store is, with every earlier write, when they are handled
 * ```
 */
import type { Erase, RangeQuery, Row, RowKey, Write } from './tables.ts'

/** What every input has. `atMs` is milliseconds since 1970: the wall clock at the start plus monotonic time since. */
export interface MachineInput {
  readonly type: string
  readonly atMs: number
}

/** The moment that `deadlineMs` named has come, or any other moment: an early or extra one is harmless. */
export interface TimeoutInput extends MachineInput {
  readonly type: 'timeout'
}

/** The wall clock was set. `atMs` goes on from here and may lie before earlier inputs. */
export interface ClockInput extends MachineInput {
  readonly type: 'clock'
}

/**
 * The answer to a `read`. It holds what the store holds at the moment of this input, every write of earlier inputs
 * included, so a decision on it needs no lock.
 */
export interface RecordsInput extends MachineInput {
  readonly type: 'records'
  /** The read's id. */
  readonly id: number
  /** One for each key asked for, in order; undefined where there is no such row. */
  readonly values: readonly (Uint8Array | undefined)[]
  /** The rows of the range, if one was asked for. */
  readonly rows: readonly Row[]
  /** Whether nothing of the range lies beyond `rows`. */
  readonly isEnd: boolean
}

/** Asks for rows; `records` with the same id brings them. Answered in the order asked. */
export interface Read {
  readonly type: 'read'
  readonly id: number
  readonly keys: readonly RowKey[]
  readonly range?: RangeQuery
}

/** The effects that a driver performs itself. All others are the app's. */
export type StorageEffect = Write | Erase | Read

/** What every effect has. */
export interface MachineEffect {
  readonly type: string
}

/** Decides. Restoring one from its rows gives one that behaves the same. */
export interface Machine<Input extends MachineInput, Effect extends MachineEffect> {
  /** Takes one input and says all that follows from it. Never throws for what a remote did. */
  handle(input: Input): readonly Effect[]
  /** When the machine next wants a `timeout`; undefined for never. */
  deadlineMs(): number | undefined
}
