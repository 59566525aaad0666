import { SERIES } from '@sealpost/operator'
import type { AnswerTexts } from './answer-text.ts'
import { amount, bytesText, lines } from './text-parts.ts'

export const ACTIVITY_TEXTS: Pick<AnswerTexts, 'activity' | 'history'> = {
  activity: ({ counts, latest }) => {
    const refused = Object.entries(counts.refusedCounts).filter(([, count]) => count > 0)
    return lines([
      ['taken in', amount(counts.depositCount, 'envelope')],
      ['delivered', amount(counts.deliveredCount, 'envelope')],
      ['acknowledged', amount(counts.ackedCount, 'envelope')],
      ['expired', amount(counts.expiredCount, 'envelope')],
      ['deposits', latest['deposit-ms'] === undefined ? 'none in 10 s' : ms(latest['deposit-ms'])],
      ['refused', refused.length === 0 ? 'nothing' : ''],
      ...refused.map(([reason, count]) => [`  ${reason}`, count.toLocaleString('en-US')] as const)
    ])
  },
  history: ({ series, disk, span }) => {
    const rows = series.map(({ name, points }) => {
      const values = points.map(({ value }) => value)
      const shown = [values.at(-1) ?? 0, Math.min(...values), Math.max(...values)]
      const [now, least, most] = shown.map((value) => valueText(SERIES[name].unit, value))
      return [name, `${now ?? ''}, between ${least ?? ''} and ${most ?? ''}`] as const
    })
    const full = disk?.hoursUntilFull
    const forecast =
      full === undefined ? [] : [['disk full in', `${full.toFixed(0)} hours`] as const]
    return lines([[`the last ${span}`, ''], ...rows, ...forecast])
  }
}

function ms(value: number): string {
  return `99 of 100 within ${value.toFixed(1)} ms`
}

function valueText(unit: string, value: number): string {
  switch (unit) {
    case 'bytes':
      return bytesText(value)
    case 'share':
      return `${(value * 100).toFixed(0)} %`
    case 'count':
      return String(Number(value.toPrecision(4)))
    default:
      return `${String(Number(value.toPrecision(4)))} ${unit}`
  }
}
