/**
 * Finds the rates that the machine bears: less at once where it is slow, more little by little where it is quick, never more than
 * the configuration says (additive increase, multiplicative decrease).
 *
 * ```
 *   configured --slow--> 7/10, at most once in 30 s, not below a tenth --quick for a minute--> a twentieth more ... configured
 * ```
 */

/** What is tuned: how much is let in, and how much is under way at once. */
export const TUNED_OPTIONS = ['deposits-per-second', 'pending-reads-max'] as const
export type TunedOption = (typeof TUNED_OPTIONS)[number]

const COMMIT_MS_MAX = 200
const LAG_MS_MAX = 150
/** Below this share of those it is quick. */
const QUICK_SHARE = 0.5
const DECREASE = 0.7
const INCREASE = 0.05
const FLOOR = 0.1
const DECREASE_WAIT_MS = 30_000
const INCREASE_WAIT_MS = 60_000
const HISTORY_MAX = 50

export interface TuningChange {
  readonly option: TunedOption
  readonly from: number
  readonly to: number
  /** To be read after "because". */
  readonly why: string
  readonly atMs: number
}

export interface TuningSigns {
  /** What 99 of 100 commits took at most; undefined where nobody measures. */
  readonly commitMs: number | undefined
  readonly lagMs: number | undefined
}

export class SelfTuning {
  readonly #values = new Map<TunedOption, number>()
  readonly #changes: TuningChange[] = []
  #decreasedAtMs = Number.NEGATIVE_INFINITY
  #quickSinceMs: number | undefined

  /** Values that hold instead of those of the configuration. */
  get overrides(): ReadonlyMap<TunedOption, number> {
    return this.#values
  }

  /** What was changed, the latest first. */
  get changes(): readonly TuningChange[] {
    return this.#changes.toReversed()
  }

  /**
   * To be called about every ten seconds.
   *
   * @param configured the value of each option in the configuration, which is never exceeded
   * @param pinned options that stay as they are configured
   */
  look(
    { commitMs = 0, lagMs = 0 }: TuningSigns,
    configured: (option: TunedOption) => number,
    pinned: readonly string[],
    atMs: number
  ): readonly TuningChange[] {
    const free = TUNED_OPTIONS.filter((option) => !pinned.includes(option))
    for (const option of TUNED_OPTIONS.filter((tuned) => !free.includes(tuned))) {
      this.#values.delete(option)
    }
    const isQuick = commitMs < COMMIT_MS_MAX * QUICK_SHARE && lagMs < LAG_MS_MAX * QUICK_SHARE
    this.#quickSinceMs = isQuick ? (this.#quickSinceMs ?? atMs) : undefined
    const slow = slowness(commitMs, lagMs)
    if (slow !== undefined && atMs - this.#decreasedAtMs >= DECREASE_WAIT_MS) {
      this.#decreasedAtMs = atMs
      return free.flatMap((option) => {
        const least = Math.max(1, Math.floor(configured(option) * FLOOR))
        const to = Math.max(least, Math.floor(this.#value(option, configured) * DECREASE))
        return this.#change(option, to, slow, configured, atMs)
      })
    }
    if (this.#quickSinceMs !== undefined && atMs - this.#quickSinceMs >= INCREASE_WAIT_MS) {
      this.#quickSinceMs = atMs
      return free.flatMap((option) => {
        const step = Math.max(1, Math.ceil(configured(option) * INCREASE))
        const to = Math.min(configured(option), this.#value(option, configured) + step)
        return this.#change(option, to, 'it was quick for a minute', configured, atMs)
      })
    }
    return []
  }

  #value(option: TunedOption, configured: (option: TunedOption) => number): number {
    return Math.min(this.#values.get(option) ?? Number.POSITIVE_INFINITY, configured(option))
  }

  #change(
    option: TunedOption,
    to: number,
    why: string,
    configured: (option: TunedOption) => number,
    atMs: number
  ): readonly TuningChange[] {
    const from = this.#value(option, configured)
    if (to === configured(option)) {
      this.#values.delete(option)
    } else {
      this.#values.set(option, to)
    }
    if (to === from) {
      return []
    }
    const change = { option, from, to, why, atMs }
    this.#changes.push(change)
    if (this.#changes.length > HISTORY_MAX) {
      this.#changes.shift()
    }
    return [change]
  }
}

function slowness(commitMs: number, lagMs: number): string | undefined {
  if (commitMs > COMMIT_MS_MAX) {
    return `commits took ${String(Math.round(commitMs))} ms, more than ${String(COMMIT_MS_MAX)}`
  }
  return lagMs > LAG_MS_MAX
    ? `turns came ${String(Math.round(lagMs))} ms late, more than ${String(LAG_MS_MAX)}`
    : undefined
}
