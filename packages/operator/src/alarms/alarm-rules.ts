/**
 * When somebody is told: thresholds and rates of change over the series. An operator changes them line by line:
 *
 * ```
 *   commit-slow off
 *   commit-slow commit-ms > 400 for 10m
 *   crowded connections > 3000 for 5m
 *   refused-spike refused-per-second rises 10x in 1h
 *   disk-full-soon disk-free-bytes ends in 48h
 * ```
 */
import { UsageError } from '@sealpost/protocol'
import { SERIES_NAMES, seriesName, type SeriesName } from '../watch/series.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const NAME_LENGTH_MAX = 40
/** Rules at once, those that come with the relay included. */
const ALARM_RULES_MAX = 64
/** No wait and no window is longer than what is remembered at five minutes. */
const WINDOW_MS_MAX = 24 * HOUR_MS

/** What is looked at. */
export type AlarmTest =
  /** The latest value, for `forMs` without a break. */
  | { readonly type: 'above' | 'below'; readonly threshold: number; readonly forMs: number }
  /** The mean of the last five minutes is so many times that of `windowMs` before them. */
  | { readonly type: 'rises' | 'falls'; readonly factor: number; readonly windowMs: number }
  /** What goes on as in the last hours reaches zero within. */
  | { readonly type: 'ends'; readonly withinMs: number }

export interface AlarmRule {
  readonly name: string
  readonly series: SeriesName
  readonly test: AlarmTest
  readonly isUrgent: boolean
  /** What it means, and what to do first. */
  readonly sentence: string
}

function above(threshold: number, forMs: number): AlarmTest {
  return { type: 'above', threshold, forMs }
}

function rule(
  name: string,
  series: SeriesName,
  test: AlarmTest,
  sentence: string,
  isUrgent = false
): AlarmRule {
  return { name, series, test, isUrgent, sentence }
}

/** What a relay goes by where nothing is said. */
export const ALARM_RULES: readonly AlarmRule[] = [
  rule(
    'disk-full-soon',
    'disk-free-bytes',
    { type: 'ends', withinMs: 24 * HOUR_MS },
    'The disk is full within a day if it goes on so; make room, or set store-bytes-max.',
    true
  ),
  rule(
    'disk-reserve',
    'disk-step',
    // Over only once deposits are taken again: two steps below would be a tenth inside 2.
    above(1.5, 10_000),
    'There is too little room and nothing new is kept; make room, or raise store-bytes-max.',
    true
  ),
  rule(
    'store-reopened',
    'store-failures',
    above(0, 0),
    'The store failed and was opened again; look at the disk and its errors.',
    true
  ),
  rule(
    'unreachable',
    'reachable-share',
    { type: 'below', threshold: 0.9, forMs: 0 },
    'Others do not reach the relay; look at its address, port, firewall and proxy.',
    true
  ),
  rule(
    'certificate-ends',
    'certificate-days',
    { type: 'below', threshold: 14, forMs: 0 },
    'The certificate ends within two weeks, or has ended; renew it.'
  ),
  rule(
    'certificate-over',
    'certificate-days',
    { type: 'below', threshold: 0, forMs: 0 },
    'The certificate is over and nobody can connect anew; renew it.',
    true
  ),
  rule(
    'failures',
    'failures-per-second',
    above(0.1, 2 * MINUTE_MS),
    'Requests fail inside the relay; its log says where.',
    true
  ),
  rule(
    'commit-slow',
    'commit-ms',
    above(250, 2 * MINUTE_MS),
    'The disk takes long to write; see what else uses it.'
  ),
  rule(
    'loop-late',
    'loop-lag-ms',
    above(500, MINUTE_MS),
    'The process has more to do than one core does; lower the rates, or add a relay.'
  ),
  rule(
    'overload',
    'overload-step',
    above(0, 10 * MINUTE_MS),
    'The relay has taken in less than everything for ten minutes; status says which step, and why.'
  ),
  rule(
    'refused-spike',
    'refused-per-second',
    { type: 'rises', factor: 10, windowMs: HOUR_MS },
    'Far more is refused than an hour ago; somebody floods the relay, or a limit is too low.'
  ),
  rule(
    'connections-flood',
    'connections-refused-per-second',
    above(20, MINUTE_MS),
    'Many connections are turned away; somebody floods the relay, or too many people share a range.'
  ),
  rule(
    'memory-rises',
    'resident-bytes',
    { type: 'rises', factor: 2, windowMs: 6 * HOUR_MS },
    'The process holds twice the memory of some hours ago; see watch for why.'
  ),
  rule(
    'backup-old',
    'backup-hours',
    above(26, 0),
    'The last backup is older than a day; see why it was not made.'
  ),
  rule(
    'report-waits',
    'reports-waiting-hours',
    above(24, 0),
    'Somebody has waited for an answer for a day; see the desk.'
  ),
  rule(
    'clock-wrong',
    'clock-skew-ms',
    above(2_000, 0),
    'The clock of the machine was set, or is wrong; let it be set by NTP.'
  )
]

const GIVEN_SENTENCE = 'A rule of the configuration.'

/**
 * The rules that hold: those of the configuration over those that come with the relay, by name.
 *
 * @throws UsageError `SEALPOST_USAGE`, with the line that is wrong
 */
export function alarmRules(lines: readonly string[]): readonly AlarmRule[] {
  const rules = new Map(ALARM_RULES.map((known) => [known.name, known]))
  for (const line of lines) {
    const [name = '', ...words] = line.trim().split(/\s+/)
    if (!/^[a-z]+(-[a-z]+)*$/.test(name) || name.length > NAME_LENGTH_MAX) {
      throw wrong(line, 'must begin with a name of small letters')
    }
    if (words.join(' ') === 'off') {
      rules.delete(name)
      continue
    }
    const known = rules.get(name)
    rules.set(name, {
      name,
      ...parseTest(line, words),
      isUrgent: known?.isUrgent ?? false,
      sentence: known?.sentence ?? GIVEN_SENTENCE
    })
  }
  if (rules.size > ALARM_RULES_MAX) {
    throw wrong(
      `rule ${String(rules.size)}`,
      `is more than the ${String(ALARM_RULES_MAX)} there can be`
    )
  }
  return [...rules.values()]
}

function parseTest(line: string, words: readonly string[]): Pick<AlarmRule, 'series' | 'test'> {
  const [seriesText = '', sign, value = '', preposition, span] = words
  const series = seriesName(seriesText)
  if (series === undefined) {
    throw wrong(line, `must name one of ${SERIES_NAMES.join(', ')}`)
  }
  const counts = sign === 'ends' ? [4] : sign === '>' || sign === '<' ? [3, 5] : [5]
  if (!counts.includes(words.length)) {
    throw wrong(line, HOW)
  }
  switch (sign) {
    case '>':
    case '<': {
      const threshold = parseNumber(line, value)
      const forMs = span === undefined ? 0 : parseSpan(line, preposition, 'for', span)
      return { series, test: { type: sign === '>' ? 'above' : 'below', threshold, forMs } }
    }
    case 'ends':
      return { series, test: { type: 'ends', withinMs: parseSpan(line, value, 'in', preposition) } }
    case 'rises':
    case 'falls': {
      const factor = parseNumber(line, value.replace(/x$/, ''))
      if (!value.endsWith('x') || factor <= 1) {
        throw wrong(line, 'must say how many times, like 3x')
      }
      return {
        series,
        test: { type: sign, factor, windowMs: parseSpan(line, preposition, 'in', span) }
      }
    }
    default:
      throw wrong(line, HOW)
  }
}

const HOW =
  'must be NAME off, or NAME SERIES > N for 5m (or <), or NAME SERIES rises 3x in 1h (or falls), or NAME SERIES ends in 24h'

function parseNumber(line: string, written: string): number {
  if (!/^[0-9]{1,15}(\.[0-9]{1,6})?$/.test(written)) {
    throw wrong(line, 'must hold a plain number')
  }
  return Number(written)
}

const SPAN_MS: Readonly<Partial<Record<string, number>>> = { s: 1_000, m: MINUTE_MS, h: HOUR_MS }

function parseSpan(
  line: string,
  preposition: string | undefined,
  expected: string,
  written: string | undefined
): number {
  const [, digits, unit = ''] = /^([0-9]{1,6})([smh])$/.exec(written ?? '') ?? []
  const ms = Number(digits) * (SPAN_MS[unit] ?? 0)
  if (preposition !== expected || digits === undefined || ms < 1_000 || ms > WINDOW_MS_MAX) {
    throw wrong(line, `must close with a time up to a day, like ${expected} 5m`)
  }
  return ms
}

function wrong(line: string, how: string): UsageError {
  return new UsageError(
    'SEALPOST_USAGE',
    `The alarm rule ${JSON.stringify(line.slice(0, 80))} ${how}.`
  )
}

/** As an operator would write it. */
export function ruleText({ series, test }: Pick<AlarmRule, 'series' | 'test'>): string {
  switch (test.type) {
    case 'above':
    case 'below': {
      const wait = test.forMs === 0 ? '' : ` for ${spanText(test.forMs)}`
      return `${series} ${test.type === 'above' ? '>' : '<'} ${String(test.threshold)}${wait}`
    }
    case 'rises':
    case 'falls':
      return `${series} ${test.type} ${String(test.factor)}x in ${spanText(test.windowMs)}`
    case 'ends':
      return `${series} ends in ${spanText(test.withinMs)}`
  }
}

function spanText(ms: number): string {
  if (ms % HOUR_MS === 0) {
    return `${String(ms / HOUR_MS)}h`
  }
  return ms % MINUTE_MS === 0 ? `${String(ms / MINUTE_MS)}m` : `${String(ms / 1_000)}s`
}
