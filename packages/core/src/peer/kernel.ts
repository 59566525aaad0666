/**
 * What the parts of a `PeerMachine` share: the time of the input at hand, the effects it has caused so far, reads and timers.
 *
 * The parts call each other directly, so that one input is one transaction whatever it touches. What waits for a read, a timer
 * or an answer is a function kept in memory: nothing of it survives a restart, where everything is begun again from the rows.
 *
 * Two times: `atMs` is the wall clock, for what is stored and for what happens on a date. `steadyMs` goes on evenly when the
 * wall clock is set, for everything that lasts a while and lives in memory. At the start they are the same.
 */
import { HEARTBEAT_MS } from '@sealpost/protocol'
import type { RecordsInput } from '../machine.ts'
import type { Random } from '../random.ts'
import type { RangeQuery, RowKey, TableName } from '../tables.ts'
import { Deadlines } from '../time/deadlines.ts'
import type { PeerAppEffect, PeerEffect, PeerNotice } from './effects.ts'

export type Records = Pick<RecordsInput, 'values' | 'rows' | 'isEnd'>

export class PeerKernel {
  readonly random: Random
  /** So long a stream is quiet before somebody asks whether it is still there. */
  readonly heartbeatMs: number
  #atMs: number
  #steadyMs: number
  /** The wall clock less steady time. */
  #offsetMs = 0
  #effects: PeerEffect[] = []
  #nextReadId = 1
  #whenSetBack: () => void = () => undefined
  #isEnded = false
  readonly #reads = new Map<number, (records: Records) => void>()
  /** In steady time. */
  readonly #deadlines = new Deadlines<string>()
  readonly #timers = new Map<string, () => void>()
  /** By the wall clock. */
  readonly #dates = new Deadlines<string>()
  readonly #alarms = new Map<string, () => void>()

  constructor(random: Random, atMs: number, heartbeatMs: number = HEARTBEAT_MS) {
    this.random = random
    this.heartbeatMs = heartbeatMs
    this.#atMs = atMs
    this.#steadyMs = atMs
  }

  /** The wall clock's time at the input at hand. */
  get atMs(): number {
    return this.#atMs
  }

  /** Milliseconds that never jump and never go back. */
  get steadyMs(): number {
    return this.#steadyMs
  }

  begin(atMs: number): void {
    this.#atMs = atMs
    this.#steadyMs = Math.max(this.#steadyMs, atMs - this.#offsetMs)
  }

  /**
   * Begins an input that says that the wall clock was set.
   *
   * @returns by how much, forwards where positive.
   */
  beginAfterClock(atMs: number): number {
    const jumpMs = atMs - this.#atMs
    if (jumpMs < 0) {
      this.#whenSetBack()
    }
    this.#atMs = atMs
    this.#offsetMs = atMs - this.#steadyMs
    return jumpMs
  }

  /** Calls `then` whenever the wall clock was set back; of several the last one counts. */
  whenSetBack(then: () => void): void {
    this.#whenSetBack = then
  }

  /** Nothing comes of what the parts do any more: the rows are somebody else's to write, and nothing may be written over that. */
  end(): void {
    this.#isEnded = true
  }

  /** Gives what the input at hand has caused, and starts anew. */
  takeEffects(): readonly PeerEffect[] {
    const effects = this.#effects
    this.#effects = []
    return this.#isEnded ? [] : effects
  }

  write(table: TableName, key: string, value: Uint8Array): void {
    this.#effects.push({ type: 'write', table, key, value })
  }

  erase(table: TableName, key: string): void {
    this.#effects.push({ type: 'erase', table, key })
  }

  emit(effect: PeerAppEffect): void {
    this.#effects.push(effect)
  }

  /** Tells the person's app that something it may show has changed. */
  notify(notice: PeerNotice): void {
    this.#effects.push({ type: 'notify', notice })
  }

  read(
    request: { readonly keys?: readonly RowKey[]; readonly range?: RangeQuery },
    then: (records: Records) => void
  ): void {
    const id = this.#nextReadId++
    this.#reads.set(id, then)
    const keys = request.keys ?? []
    this.#effects.push(
      request.range === undefined
        ? { type: 'read', id, keys }
        : { type: 'read', id, keys, range: request.range }
    )
  }

  answerRead(id: number, records: Records): void {
    const then = this.#reads.get(id)
    this.#reads.delete(id)
    then?.(records)
  }

  /** Calls `then` after `delayMs`; of several timers with one name the last one counts. */
  setTimer(name: string, delayMs: number, then: () => void): void {
    this.#deadlines.set(name, this.#steadyMs + delayMs)
    this.#timers.set(name, then)
  }

  hasTimer(name: string): boolean {
    return this.#timers.has(name)
  }

  /** In how long a timer is due; undefined where there is none of that name. */
  timerInMs(name: string): number | undefined {
    const dueMs = this.#deadlines.get(name)
    return dueMs === undefined ? undefined : dueMs - this.#steadyMs
  }

  cancelTimer(name: string): void {
    this.#deadlines.delete(name)
    this.#timers.delete(name)
  }

  /** Calls `then` once the wall clock shows `atMs`; of several alarms with one name the last one counts. */
  setAlarm(name: string, atMs: number, then: () => void): void {
    this.#dates.set(name, atMs)
    this.#alarms.set(name, then)
  }

  cancelAlarm(name: string): void {
    this.#dates.delete(name)
    this.#alarms.delete(name)
  }

  /** Calls what is due. What they set to a time that has come is called too: none may set itself anew without a wait. */
  fireTimers(): void {
    while (!this.#isEnded) {
      const timer = this.#deadlines.takeDue(this.#steadyMs)
      const alarm = timer === undefined ? this.#dates.takeDue(this.#atMs) : undefined
      if (timer !== undefined) {
        take(this.#timers, timer)?.()
      } else if (alarm !== undefined) {
        take(this.#alarms, alarm)?.()
      } else {
        return
      }
    }
  }

  /** When the next of them is due, by the wall clock. */
  deadlineMs(): number | undefined {
    if (this.#isEnded) {
      return undefined
    }
    const timerMs = this.#deadlines.earliestMs()
    const alarmMs = this.#dates.earliestMs()
    if (timerMs === undefined) {
      return alarmMs
    }
    const timerAtMs = timerMs + this.#offsetMs
    return alarmMs === undefined ? timerAtMs : Math.min(timerAtMs, alarmMs)
  }
}

function take(functions: Map<string, () => void>, name: string): (() => void) | undefined {
  const found = functions.get(name)
  functions.delete(name)
  return found
}
