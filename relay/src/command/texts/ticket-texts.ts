import type { AnswerTexts } from './answer-text.ts'
import { amount, sinceText } from './text-parts.ts'

export const TICKET_TEXTS: Pick<AnswerTexts, 'tickets' | 'tickets report'> = {
  tickets: ({ reportedAtMs, overdueCount, months }, nowMs) => {
    if (reportedAtMs === undefined) {
      return 'No desk has reported since the relay started: sealpost desk --relay-data DIR\n'
    }
    const lines = months.flatMap(({ month, count, openCount, byCategory, byCause }) => [
      `${month}  ${amount(count, 'report')}, ${String(openCount)} open`,
      ...Object.entries(byCategory)
        .filter(([, of]) => of > 0)
        .map(([category, of]) => `  ${String(of).padStart(6)}  ${category}`),
      ...byCause.map(({ cause, count: of }) => `  ${String(of).padStart(6)}  #${cause}`)
    ])
    const head = `${amount(overdueCount, 'report')} waiting for more than 24 h; said by the desk ${sinceText(nowMs - reportedAtMs)} ago`
    return [head, ...lines, ''].join('\n')
  },
  'tickets report': () => 'The figures are taken.\n'
}
