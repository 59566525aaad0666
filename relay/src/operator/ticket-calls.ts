import type { Clock } from '@sealpost/host'
import { TICKET_CATEGORIES, type TicketCategory } from '@sealpost/protocol'
import { parseTicketFigures, type StatusAnswer, type TicketsAnswer } from '@sealpost/operator'
import type { CallHandlers } from './operator-server.ts'

/** What the operator's desk says that it counted. In memory: the desk says it again every few minutes. */
export class TicketFiguresKept {
  readonly #clock: Clock
  #answer: TicketsAnswer = {
    reportedAtMs: undefined,
    overdueCount: 0,
    waitsSinceMs: undefined,
    months: []
  }
  #totals: ReadonlyMap<TicketCategory, number> = new Map()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get answer(): TicketsAnswer {
    return this.#answer
  }

  /** @throws UsageError `SEALPOST_USAGE` for what are no figures; what was said before stays then */
  take(text: string): number {
    const reportedAtMs = this.#clock.wallMs()
    const before = sums(this.#answer)
    this.#answer = { ...parseTicketFigures(text), reportedAtMs }
    this.#totals = new Map(
      TICKET_CATEGORIES.map((category) => {
        const more = (sums(this.#answer).get(category) ?? 0) - (before.get(category) ?? 0)
        return [category, (this.#totals.get(category) ?? 0) + Math.max(0, more)]
      })
    )
    return reportedAtMs
  }

  /** How many came in all, by category; never less than before, though months end and people withdraw. Empty until a desk told. */
  get totals(): ReadonlyMap<TicketCategory, number> {
    return this.#totals
  }

  /** For `status`. */
  get summary(): StatusAnswer['tickets'] {
    const { reportedAtMs, overdueCount, months } = this.#answer
    const openCount = months.reduce((sum, month) => sum + month.openCount, 0)
    return reportedAtMs === undefined ? undefined : { openCount, overdueCount, reportedAtMs }
  }
}

function sums({ months }: TicketsAnswer): ReadonlyMap<TicketCategory, number> {
  const sumOf = (category: TicketCategory): number =>
    months.reduce((sum, { byCategory }) => sum + byCategory[category], 0)
  return new Map(TICKET_CATEGORIES.map((category) => [category, sumOf(category)]))
}

/** What people reported, in numbers. */
export function ticketCalls(
  kept: TicketFiguresKept
): Pick<CallHandlers, 'tickets' | 'tickets report'> {
  return {
    tickets: () => kept.answer,
    'tickets report': (params) => ({ reportedAtMs: kept.take(params.text('counts')) })
  }
}
