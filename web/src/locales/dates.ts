/** Times as the person reads them. */
import { locale, t } from './locale.ts'

const DAY_MS = 86_400_000

/** Whether times are shown with 24 hours; undefined as the language does. */
export interface ClockStyle {
  readonly is24Hours: boolean | undefined
}

const formats = new Map<string, Intl.DateTimeFormat>()

function format(atMs: number, options: Intl.DateTimeFormatOptions): string {
  const key = `${locale()} ${JSON.stringify(options)}`
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale(), options)
  formats.set(key, known)
  return known.format(atMs)
}

/** The time of day. */
export function timeOf(atMs: number, { is24Hours }: ClockStyle): string {
  const hour12 = is24Hours === undefined ? {} : ({ hourCycle: is24Hours ? 'h23' : 'h12' } as const)
  return format(atMs, { hour: 'numeric', minute: '2-digit', ...hour12 })
}

/** Today, yesterday, or the day. */
export function dayOf(atMs: number, nowMs: number): string {
  const days = Math.round((startOfDay(nowMs) - startOfDay(atMs)) / DAY_MS)
  if (days === 0) {
    return t('day.today')
  }
  if (days === 1) {
    return t('day.yesterday')
  }
  const isThisYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear()
  return format(atMs, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(isThisYear ? {} : { year: 'numeric' })
  })
}

/** As short as it can be: the time of day, the weekday, or the date. */
export function briefOf(atMs: number, nowMs: number, style: ClockStyle): string {
  const days = Math.round((startOfDay(nowMs) - startOfDay(atMs)) / DAY_MS)
  if (days <= 0) {
    return timeOf(atMs, style)
  }
  return days < 7 ? format(atMs, { weekday: 'short' }) : format(atMs, { dateStyle: 'short' })
}

/** Date and time, to the second. */
export function exactlyOf(atMs: number, { is24Hours }: ClockStyle): string {
  const hour12 = is24Hours === undefined ? {} : ({ hourCycle: is24Hours ? 'h23' : 'h12' } as const)
  return format(atMs, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
    ...hour12
  })
}

/** The day, with its year. */
export function dateOf(atMs: number): string {
  return format(atMs, { year: 'numeric', month: 'long', day: 'numeric' })
}

const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, ms: number])[] = [
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000]
]

/** Nobody counts more of them. */
const COUNTED_DAYS = 31

/** How long until then, or since: in days, hours or minutes, the nearest; or the day, where it is further away. */
export function relativeOf(atMs: number, nowMs: number): string {
  const leftMs = atMs - nowMs
  if (Math.abs(leftMs) > COUNTED_DAYS * DAY_MS) {
    return dateOf(atMs)
  }
  const [unit, ms] =
    STEPS.find(([, one]) => Math.abs(leftMs) >= one - 30_000) ?? (['second', 1_000] as const)
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' })
  // A second that has just begun is now.
  return relative.format(unit === 'second' ? 0 : Math.round(leftMs / ms), unit)
}

export function isSameDay(a: number, b: number): boolean {
  return startOfDay(a) === startOfDay(b)
}

function startOfDay(atMs: number): number {
  const date = new Date(atMs)
  date.setHours(0, 0, 0, 0)
  return date.getTime()
}
