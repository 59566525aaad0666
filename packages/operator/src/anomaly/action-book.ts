/**
 * What was changed because of a finding, and how that is taken back.
 *
 * ```
 *   finding --apply, by hand or by itself--> applied --undo, by hand------------------------------> taken back
 *                                              `--by itself: worse after 15 min, or finding over--> taken back
 * ```
 *
 * What is applied holds in memory alone: a restart takes it back too.
 */
import type { Finding } from './anomaly-watch.ts'
import { type ActionOption, changedOption } from './detectors.ts'

/** After so long it is judged whether what was done by itself helped. */
const JUDGE_MS = 900_000
/** So many times as much as before is worse. */
const WORSE = 1.25
const HISTORY_MAX = 100

export type ActionBy = 'hand' | 'itself'

/** A change that can be taken back. */
export interface Action {
  /** That of its finding. */
  readonly id: number
  readonly option: ActionOption
  readonly from: number
  readonly to: number
  readonly by: ActionBy
  readonly sentence: string
  readonly appliedAtMs: number
  readonly undoneAtMs: number | undefined
  readonly undoneWhy: UndoneWhy | undefined
}

export type UndoneWhy = 'by-hand' | 'worse' | 'over'

export interface ActionChange {
  readonly type: 'applied' | 'undone'
  readonly action: Action
}

interface Applied {
  readonly action: Action
  readonly finding: Finding
}

export class ActionBook {
  readonly #applied = new Map<ActionOption, Applied>()
  readonly #undone: Action[] = []

  /** Those that hold, the oldest first. */
  get present(): readonly Action[] {
    return [...this.#applied.values()].map(({ action }) => action)
  }

  /** Those that were taken back, the latest first. */
  get undone(): readonly Action[] {
    return this.#undone.toReversed()
  }

  /** Values that hold instead of those of the configuration. */
  get overrides(): ReadonlyMap<ActionOption, number> {
    return new Map([...this.#applied].map(([option, { action }]) => [option, action.to]))
  }

  /**
   * @param current the value of the option that holds
   * @returns undefined where the finding has no action, its option was changed already, or the change is none
   */
  apply(
    finding: Finding,
    by: ActionBy,
    current: (option: ActionOption) => number,
    atMs: number
  ): ActionChange | undefined {
    const option = finding.action?.option
    if (option === undefined || finding.overAtMs !== undefined || this.#applied.has(option)) {
      return undefined
    }
    const from = current(option)
    const to = changedOption(finding.kind, from)
    if (to === from) {
      return undefined
    }
    const action: Action = {
      id: finding.id,
      option,
      from,
      to,
      by,
      sentence: finding.action?.sentence ?? '',
      appliedAtMs: atMs,
      undoneAtMs: undefined,
      undoneWhy: undefined
    }
    this.#applied.set(option, { action, finding })
    return { type: 'applied', action }
  }

  /** @returns undefined for an id that is not applied */
  undo(id: number, why: UndoneWhy, atMs: number): ActionChange | undefined {
    const applied = [...this.#applied.values()].find(({ action }) => action.id === id)
    if (applied === undefined) {
      return undefined
    }
    const action = { ...applied.action, undoneAtMs: atMs, undoneWhy: why }
    this.#applied.delete(action.option)
    this.#undone.push(action)
    if (this.#undone.length > HISTORY_MAX) {
      this.#undone.shift()
    }
    return { type: 'undone', action }
  }

  /** Takes back what was done by itself and did not help, or is not needed any more. What was done by hand stays. */
  look(
    present: readonly Finding[],
    level: (series: Finding['series']) => number | undefined,
    atMs: number
  ): readonly ActionChange[] {
    const changes: ActionChange[] = []
    for (const { action, finding } of [...this.#applied.values()]) {
      if (action.by === 'hand') {
        continue
      }
      const isOver = !present.some(({ id }) => id === finding.id)
      const isJudged = atMs - action.appliedAtMs >= JUDGE_MS
      // Of a disk that fills, less room is no reason: it would be less without the action too.
      const isMoreWorse = finding.series !== 'disk-free-bytes'
      const isWorse =
        isJudged && isMoreWorse && (level(finding.series) ?? 0) > WORSE * finding.value
      if (isOver || isWorse) {
        const undone = this.undo(action.id, isOver ? 'over' : 'worse', atMs)
        changes.push(...(undone === undefined ? [] : [undone]))
      }
    }
    return changes
  }
}
