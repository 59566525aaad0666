import { type LimitAnswer, overloadText } from '@sealpost/operator'
import type { AnswerTexts } from './answer-text.ts'
import { bytesText, lines } from './text-parts.ts'

export const LIMITS_TEXTS: Pick<AnswerTexts, 'limits'> = {
  limits: ({ limits, load }) => {
    const counted = limits.filter(({ used }) => used !== undefined)
    const others = limits.filter(({ used }) => used === undefined)
    const nearestFirst = counted.toSorted((one, other) => shareOf(other) - shareOf(one))
    const overload = load.step === 'normal' ? '' : `Too much to do: it ${overloadText(load)}.\n\n`
    return `${overload}Of the whole relay, the nearest first:

${lines(nearestFirst.map((limit) => [limit.option, usedText(limit)]))}
Of each connection, mailbox or range of addresses, and the rest:

${lines(others.map(({ option, limit, unit }) => [option, valueText(limit, unit)]))}`
  }
}

function shareOf({ limit = Infinity, used = 0 }: LimitAnswer): number {
  return limit > 0 ? used / limit : 1
}

function usedText(answer: LimitAnswer): string {
  const { limit, used = 0, unit } = answer
  const shown = unit === 'bytes' ? bytesText(used) : used.toLocaleString('en-US')
  const percent = Math.floor(100 * shareOf(answer))
  return `${shown} of ${valueText(limit, unit)}, ${String(percent)} %`
}

function valueText(value: number | undefined, unit: string): string {
  if (value === undefined) {
    return 'none'
  }
  return unit === 'bytes' ? bytesText(value) : `${value.toLocaleString('en-US')} ${unit}`
}
