/**
 * Finds what is not as usual, and says why it may be so.
 *
 * ```
 *   every 5 min: detectors -> nothing | finding --not there for half an hour--> over
 * ```
 */
import type { SampleHistory } from '../watch/sample-history.ts'
import type { SeriesName } from '../watch/series.ts'
import { Baseline } from './baseline.ts'
import { type ActionOption, type Detector, DETECTORS, type FindingKind } from './detectors.ts'
import { Trends, type ViewSources, WatchView } from './watch-view.ts'

const OVER_MS = 1_800_000
/** Findings that are over and remembered. */
const HISTORY_MAX = 100

/** What was found. */
export interface Finding {
  /** Counts up from the start of the process. */
  readonly id: number
  readonly kind: FindingKind
  readonly sentence: string
  readonly series: SeriesName
  /** What is measured, and what is usual at this hour of the week. */
  readonly value: number
  readonly usual: number | undefined
  /** The likeliest first. */
  readonly causes: readonly string[]
  /** What can be done that can be taken back; undefined where only the operator can do something. */
  readonly action: { readonly option: ActionOption; readonly sentence: string } | undefined
  readonly foundAtMs: number
  readonly overAtMs: number | undefined
}

export interface FindingChange {
  readonly type: 'found' | 'over'
  readonly finding: Finding
}

interface Present {
  readonly finding: Finding
  seenAtMs: number
}

export class AnomalyWatch {
  readonly #sources: ViewSources
  readonly #present = new Map<FindingKind, Present>()
  readonly #over: Finding[] = []
  #nextId = 1

  constructor(history: SampleHistory) {
    this.#sources = { history, baseline: new Baseline(history), trends: new Trends() }
  }

  /** Those that last, the oldest first. */
  get present(): readonly Finding[] {
    return [...this.#present.values()].map(({ finding }) => finding)
  }

  /** Those that are over, the latest first. */
  get over(): readonly Finding[] {
    return this.#over.toReversed()
  }

  /** To be called about every five minutes. */
  look(atMs: number): readonly FindingChange[] {
    const view = new WatchView(this.#sources, atMs)
    const changes: FindingChange[] = []
    for (const detector of DETECTORS) {
      const present = this.#present.get(detector.kind)
      if (detector.isThere(view)) {
        if (present === undefined) {
          changes.push({ type: 'found', finding: this.#find(detector, view) })
        } else {
          present.seenAtMs = atMs
        }
      } else if (present !== undefined && atMs - present.seenAtMs >= OVER_MS) {
        changes.push({ type: 'over', finding: this.#end(present.finding, atMs) })
      }
    }
    return changes
  }

  #find(detector: Detector, view: WatchView): Finding {
    const { kind, sentence, series, causes, action } = detector
    const ranked = causes
      .map((cause) => ({ sentence: cause.sentence, weight: cause.weight(view) }))
      .toSorted((a, b) => b.weight - a.weight)
    const finding: Finding = {
      id: this.#nextId++,
      kind,
      sentence,
      series,
      value: view.highest(series, 1) ?? 0,
      usual: view.expected(series)?.middle,
      causes: ranked.map((cause) => cause.sentence),
      action: action && { option: action.option, sentence: action.sentence },
      foundAtMs: view.atMs,
      overAtMs: undefined
    }
    this.#present.set(kind, { finding, seenAtMs: view.atMs })
    return finding
  }

  #end(finding: Finding, atMs: number): Finding {
    const over = { ...finding, overAtMs: atMs }
    this.#present.delete(finding.kind)
    this.#over.push(over)
    if (this.#over.length > HISTORY_MAX) {
      this.#over.shift()
    }
    return over
  }
}
