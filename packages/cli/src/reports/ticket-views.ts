/** How tickets and their counts are shown at the desk. */
import type { Ticket, TicketCounts } from '@sealpost/client'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { timeText } from '../time-text.ts'

const HOUR_MS = 3_600_000

export function ticketJson(ticket: Ticket, isOverdue: boolean): object {
  const { number, category, state, version, tags, openedAtMs, waitsSinceMs } = ticket
  const waits = waitsSinceMs === 0 ? undefined : waitsSinceMs
  return { number, category, state, version, tags, openedAtMs, waitsSinceMs: waits, isOverdue }
}

export function ticketText(ticket: Ticket, nowMs: number): string {
  const { number, category, state, version, tags, openedAtMs, waitsSinceMs } = ticket
  const became = [
    sentences.reports.deskStates[state],
    ...(version === undefined ? [] : [sentences.reports.inVersion(plainLine(version))])
  ]
  const cells = [
    number,
    timeText(openedAtMs, nowMs),
    category,
    became.join(' '),
    ...(tags.length === 0 ? [] : [tags.join(', ')]),
    ...(waitsSinceMs === 0 ? [] : [sentences.desk.waiting(hoursOf(waitsSinceMs, nowMs))])
  ]
  return cells.join('  ')
}

export function hoursOf(sinceMs: number, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - sinceMs) / HOUR_MS))
}

export function countsText({ month, count, openCount, byCategory, byCause }: TicketCounts): string {
  const categories = Object.entries(byCategory).filter(([, each]) => each > 0)
  return [
    `${month}  ${sentences.desk.count(count, openCount)}`,
    ...categories.map(([name, each]) => `    ${String(each).padStart(5)}  ${name}`),
    ...byCause.map(({ cause, count: each }) => `    ${String(each).padStart(5)}  #${cause}`)
  ].join('\n')
}
