/**
 * The alarms of a relay: each raised once, told again once where nobody answers, resolved once.
 *
 * ```
 *   calm --test holds for its time--> raised --answered--> raised, answered
 *     ^                                 |  `--nobody answers--> raised, escalated
 *     `--test fails, 10 % inside its threshold, for a minute--'   each way: one change
 * ```
 */
import { hoursUntilZero, trendOf } from '../watch/forecast.ts'
import { objectOf, type SampleHistory } from '../watch/sample-history.ts'
import { type AlarmRule, ruleText } from './alarm-rules.ts'

/** An alarm is over only when it was calm for so long. */
const CALM_MS = 60_000
/** Of the threshold, so far inside before it counts as calm. */
const HYSTERESIS = 0.1
const RECENT_MS = 300_000
/** What a disk's end is told from. */
const TREND_MS = 6 * 3_600_000
/** Ended alarms that are remembered. */
const ALARM_HISTORY_MAX = 200

/** An alarm that was raised. */
export interface Alarm {
  /** Counts up; never used again. */
  readonly id: number
  readonly name: string
  readonly isUrgent: boolean
  readonly sentence: string
  /** What was tested, as a rule of the configuration has it. */
  readonly test: string
  /** What was measured when it was raised. */
  readonly value: number
  readonly raisedAtMs: number
  /** undefined while it lasts. */
  readonly resolvedAtMs: number | undefined
  /** Somebody said that they look after it. */
  readonly answeredAtMs: number | undefined
  readonly escalatedAtMs: number | undefined
}

/** What somebody is to be told. */
export interface AlarmChange {
  readonly type: 'raised' | 'resolved' | 'escalated'
  readonly alarm: Alarm
}

interface Watched {
  /** Since when the test holds without a break. */
  badSinceMs: number | undefined
  calmSinceMs: number | undefined
}

/** Decides what is told. */
export class AlarmBook {
  #rules: readonly AlarmRule[]
  #escalateMs: number
  readonly #watched = new Map<string, Watched>()
  readonly #present = new Map<string, Alarm>()
  readonly #history: Alarm[] = []
  #nextId = 1

  /** @param escalateMs after which an alarm that nobody answered is told again; 0 for never */
  constructor(rules: readonly AlarmRule[], escalateMs: number) {
    this.#rules = rules
    this.#escalateMs = escalateMs
  }

  /** The operator changed the rules. What is raised by a rule that is gone resolves with the next look. */
  setRules(rules: readonly AlarmRule[], escalateMs: number): void {
    this.#rules = rules
    this.#escalateMs = escalateMs
  }

  /** Those that last, the oldest first. */
  get present(): readonly Alarm[] {
    return [...this.#present.values()]
  }

  /** Those that are over, the latest first. */
  get history(): readonly Alarm[] {
    return this.#history.toReversed()
  }

  /** Looks at the latest sample. To be called after each. */
  look(history: SampleHistory, atMs: number): readonly AlarmChange[] {
    const changes: AlarmChange[] = []
    for (const rule of this.#rules) {
      changes.push(...this.#lookAt(rule, history, atMs))
    }
    for (const alarm of this.present) {
      if (!this.#rules.some(({ name }) => name === alarm.name)) {
        changes.push(this.#resolve(alarm, atMs))
      }
    }
    for (const alarm of this.present) {
      const isUnanswered = alarm.answeredAtMs === undefined && alarm.escalatedAtMs === undefined
      if (isUnanswered && this.#escalateMs > 0 && atMs - alarm.raisedAtMs >= this.#escalateMs) {
        changes.push(this.#change('escalated', { ...alarm, escalatedAtMs: atMs }))
      }
    }
    return changes
  }

  /** Somebody looks after it. @returns false for an id that is not present */
  answer(id: number, atMs: number): boolean {
    const alarm = this.present.find((present) => present.id === id)
    if (alarm !== undefined) {
      this.#present.set(alarm.name, { ...alarm, answeredAtMs: alarm.answeredAtMs ?? atMs })
    }
    return alarm !== undefined
  }

  #lookAt(rule: AlarmRule, history: SampleHistory, atMs: number): readonly AlarmChange[] {
    const watched = this.#watched.get(rule.name) ?? {
      badSinceMs: undefined,
      calmSinceMs: undefined
    }
    this.#watched.set(rule.name, watched)
    const measured = measure(rule, history, atMs)
    if (measured === undefined) {
      return []
    }
    const alarm = this.#present.get(rule.name)
    watched.badSinceMs = measured.isBad ? Math.min(watched.badSinceMs ?? atMs, atMs) : undefined
    watched.calmSinceMs = measured.isCalm ? Math.min(watched.calmSinceMs ?? atMs, atMs) : undefined
    const forMs = 'forMs' in rule.test ? rule.test.forMs : 0
    if (
      alarm === undefined &&
      watched.badSinceMs !== undefined &&
      atMs - watched.badSinceMs >= forMs
    ) {
      return [this.#raise(rule, measured.value, atMs)]
    }
    if (
      alarm !== undefined &&
      watched.calmSinceMs !== undefined &&
      atMs - watched.calmSinceMs >= CALM_MS
    ) {
      return [this.#resolve(alarm, atMs)]
    }
    return []
  }

  #raise(rule: AlarmRule, value: number, atMs: number): AlarmChange {
    const { name, isUrgent, sentence } = rule
    return this.#change('raised', {
      id: this.#nextId++,
      name,
      isUrgent,
      sentence,
      test: ruleText(rule),
      value,
      raisedAtMs: atMs,
      resolvedAtMs: undefined,
      answeredAtMs: undefined,
      escalatedAtMs: undefined
    })
  }

  #resolve(alarm: Alarm, atMs: number): AlarmChange {
    const over = { ...alarm, resolvedAtMs: atMs }
    this.#present.delete(alarm.name)
    this.#history.push(over)
    if (this.#history.length > ALARM_HISTORY_MAX) {
      this.#history.shift()
    }
    return { type: 'resolved', alarm: over }
  }

  #change(type: AlarmChange['type'], alarm: Alarm): AlarmChange {
    this.#present.set(alarm.name, alarm)
    return { type, alarm }
  }

  /** What a restart must not forget, as JSON has it. */
  toJson(): object {
    return { nextId: this.#nextId, present: this.present, history: this.#history }
  }

  /** Goes on from what `toJson` gave. @returns false for what is none of that, in which case nothing is taken */
  restore(content: unknown): boolean {
    const book = objectOf(content)
    const nextId = book?.['nextId']
    const present = alarmsOf(book?.['present'])
    const history = alarmsOf(book?.['history'])
    if (
      typeof nextId !== 'number' ||
      !Number.isSafeInteger(nextId) ||
      nextId < 1 ||
      present === undefined ||
      history === undefined
    ) {
      return false
    }
    this.#nextId = nextId
    for (const alarm of present) {
      this.#present.set(alarm.name, alarm)
    }
    this.#history.push(...history)
    return true
  }
}

interface Measured {
  readonly value: number
  readonly isBad: boolean
  readonly isCalm: boolean
}

/** @returns undefined where there is nothing to go by */
function measure(rule: AlarmRule, history: SampleHistory, atMs: number): Measured | undefined {
  const { series, test } = rule
  switch (test.type) {
    case 'above':
    case 'below': {
      const value = history.latest(series)
      return value === undefined ? undefined : compare(test.type, value, test.threshold)
    }
    case 'rises':
    case 'falls': {
      const all = history.points(series, 'minutes', atMs - test.windowMs - RECENT_MS)
      const before = meanOf(all.filter((point) => point.atMs < atMs - 2 * RECENT_MS))
      const now = meanOf(history.points(series, 'fine', atMs - RECENT_MS))
      if (before === undefined || now === undefined) {
        return undefined
      }
      // Where there was next to nothing, ten times that is nothing either.
      const least = Math.max(before, LEAST)
      return test.type === 'rises'
        ? compare('above', now / least, test.factor)
        : compare('below', now / least, 1 / test.factor)
    }
    case 'ends': {
      const trend = trendOf(history.points(series, 'minutes', atMs - TREND_MS))
      const hours = hoursUntilZero(trend) ?? Number.MAX_SAFE_INTEGER
      return trend && compare('below', hours, test.withinMs / 3_600_000)
    }
  }
}

/** Of a rate, what is as good as none. */
const LEAST = 0.05

function compare(type: 'above' | 'below', value: number, threshold: number): Measured {
  return type === 'above'
    ? { value, isBad: value > threshold, isCalm: value <= threshold * (1 - HYSTERESIS) }
    : { value, isBad: value < threshold, isCalm: value >= threshold * (1 + HYSTERESIS) }
}

function meanOf(points: readonly { readonly value: number }[]): number | undefined {
  const sum = points.reduce((total, { value }) => total + value, 0)
  return points.length === 0 ? undefined : sum / points.length
}

const TEXT_LENGTH_MAX = 400

function alarmsOf(content: unknown): readonly Alarm[] | undefined {
  if (!Array.isArray(content) || content.length > ALARM_HISTORY_MAX) {
    return undefined
  }
  const alarms = content.map(alarmOf)
  return alarms.every((alarm) => alarm !== undefined) ? alarms : undefined
}

function alarmOf(content: unknown): Alarm | undefined {
  const { id, name, isUrgent, sentence, test, value, ...times } = objectOf(content) ?? {}
  const { raisedAtMs, resolvedAtMs, answeredAtMs, escalatedAtMs } = times
  const isAlarm =
    isTime(id) &&
    isText(name) &&
    typeof isUrgent === 'boolean' &&
    isText(sentence) &&
    isText(test) &&
    typeof value === 'number' &&
    isTime(raisedAtMs)
  return isAlarm
    ? {
        id,
        name,
        isUrgent,
        sentence,
        test,
        value,
        raisedAtMs,
        resolvedAtMs: timeOf(resolvedAtMs),
        answeredAtMs: timeOf(answeredAtMs),
        escalatedAtMs: timeOf(escalatedAtMs)
      }
    : undefined
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= TEXT_LENGTH_MAX
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function timeOf(value: unknown): number | undefined {
  return isTime(value) ? value : undefined
}
