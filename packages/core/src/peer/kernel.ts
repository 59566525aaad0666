/**
 * What the parts of a `PeerMachine` share: the time of the input at hand, the effects it has caused so far, reads and timers.
 *
 * The parts call each other directly, so that one input is one transaction whatever it touches. What waits for a read, a timer
 * or an answer is a function kept in memory: nothing of it survives a restart, where everything is begun again from the rows.
 */
import type { RecordsInput } from '../machine.ts'
import type { Random } from '../random.ts'
import type { RangeQuery, RowKey, TableName } from '../tables.ts'
import { Deadlines } from '../time/deadlines.ts'
import type { PeerAppEffect, PeerEffect, PeerNotice } from './effects.ts'

export type Records = Pick<RecordsInput, 'values' | 'rows' | 'isEnd'>

export class PeerKernel {
  readonly random: Random
  #atMs: number
  #effects: PeerEffect[] = []
  #nextReadId = 1
  readonly #reads = new Map<number, (records: Records) => void>()
  readonly #deadlines = new Deadlines<string>()
  readonly #timers = new Map<string, () => void>()

  constructor(random: Random, atMs: number) {
    this.random = random
    this.#atMs = atMs
  }

  /** The time of the input at hand. */
  get atMs(): number {
    return this.#atMs
  }

  begin(atMs: number): void {
    this.#atMs = atMs
  }

  /** Gives what the input at hand has caused, and starts anew. */
  takeEffects(): readonly PeerEffect[] {
    const effects = this.#effects
    this.#effects = []
    return effects
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

  /** Calls `then` at `atMs`; of several timers with one name the last one counts. */
  setTimer(name: string, atMs: number, then: () => void): void {
    this.#deadlines.set(name, atMs)
    this.#timers.set(name, then)
  }

  hasTimer(name: string): boolean {
    return this.#timers.has(name)
  }

  /** When a timer is due; undefined where there is none of that name. */
  timerAt(name: string): number | undefined {
    return this.#deadlines.get(name)
  }

  cancelTimer(name: string): void {
    this.#deadlines.delete(name)
    this.#timers.delete(name)
  }

  fireTimers(): void {
    for (;;) {
      const name = this.#deadlines.takeDue(this.#atMs)
      if (name === undefined) {
        return
      }
      const then = this.#timers.get(name)
      this.#timers.delete(name)
      then?.()
    }
  }

  deadlineMs(): number | undefined {
    return this.#deadlines.earliestMs()
  }
}
