/** Numbers as people of a language write them. */
import { locale } from './locale.ts'

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const
const SPANS = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second']
] as const

export function countText(count: number): string {
  return count.toLocaleString(locale(), { maximumFractionDigits: count < 10 ? 1 : 0 })
}

/** `12.3 MiB`. */
export function bytesText(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1)
  const value = bytes / 2 ** (10 * step)
  const digits = step === 0 || value >= 100 ? 0 : 1
  return `${value.toLocaleString(locale(), { maximumFractionDigits: digits })} ${UNITS[step] ?? ''}`
}

/** The largest unit that fits: `3 days`. */
export function spanText(ms: number): string {
  const [span, unit] = SPANS.find(([least]) => ms >= least) ?? SPANS[3]
  const amount = Math.max(0, Math.floor(ms / span))
  return amount.toLocaleString(locale(), { style: 'unit', unit, unitDisplay: 'long' })
}

export function timeText(atMs: number): string {
  return new Date(atMs).toLocaleTimeString(locale(), { hourCycle: 'h23' })
}

/** `12.5`, with more digits the smaller it is. */
export function rateText(perSecond: number): string {
  const digits = perSecond < 0.95 ? 2 : perSecond < 9.5 ? 1 : 0
  return perSecond.toLocaleString(locale(), { maximumFractionDigits: digits })
}

/** `12.5 ms`. */
export function msText(ms: number): string {
  const digits = ms < 10 ? 1 : 0
  return `${ms.toLocaleString(locale(), { maximumFractionDigits: digits })} ms`
}

/** `+2.5 s`. */
export function secondsText(ms: number): string {
  const shown = (ms / 1_000).toLocaleString(locale(), {
    maximumFractionDigits: 1,
    signDisplay: 'always'
  })
  return `${shown} s`
}

/** A day and a time of it. */
export function dayTimeText(atMs: number): string {
  return new Date(atMs).toLocaleString(locale(), {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23'
  })
}

/** A moment within a span: its time, or its day where the span has many. */
export function momentText(atMs: number, spanMs: number): string {
  return new Date(atMs).toLocaleString(
    locale(),
    spanMs > 2 * 86_400_000
      ? { month: 'short', day: 'numeric' }
      : {
          ...(spanMs > 43_200_000 ? { weekday: 'short' } : {}),
          hour: '2-digit',
          minute: '2-digit',
          hourCycle: 'h23'
        }
  )
}
