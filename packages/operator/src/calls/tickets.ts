/** What people report to the operator: only how much of what, as the desk says. */
import { type TicketCategory, UsageError } from '@sealpost/protocol'
import type { CallRow } from '../call-row.ts'

const MONTHS_MAX = 12
const CAUSES_MAX = 20
const COUNT_MAX = 1_000_000

/** What came in one month (UTC), without what was withdrawn. */
export interface TicketMonth {
  /** `2026-11` */
  readonly month: string
  readonly count: number
  readonly openCount: number
  readonly byCategory: Readonly<Record<TicketCategory, number>>
  /** By cause, the most frequent first. */
  readonly byCause: readonly { readonly cause: string; readonly count: number }[]
}

/** What a desk reports. */
export interface TicketFigures {
  /** How many wait for more than 24 h. */
  readonly overdueCount: number
  /** Since when the one waits that has waited longest, since 1970; undefined where none waits, or the desk does not say. */
  readonly waitsSinceMs: number | undefined
  /** The newest first, at most 12. */
  readonly months: readonly TicketMonth[]
}

export interface TicketsAnswer extends TicketFigures {
  /** When the desk said so, since 1970; undefined where none did since the relay started. */
  readonly reportedAtMs: number | undefined
}

/** What each call answers. */
export interface TicketAnswers {
  readonly tickets: TicketsAnswer
  readonly 'tickets report': { readonly reportedAtMs: number }
}

export const TICKET_CALLS: Readonly<Record<keyof TicketAnswers, CallRow>> = {
  tickets: {
    roles: ['operator', 'support'],
    isChange: false,
    sentence: 'Shows how much people reported, month by month, as the desk counts it.',
    params: []
  },
  'tickets report': {
    roles: ['operator', 'support'],
    isChange: false,
    sentence:
      'Takes what a desk counted, in place of what it said before: sealpost desk does this.',
    params: [
      {
        name: 'counts',
        kind: { type: 'text', bytesMax: 32_768 },
        sentence: 'The figures, as JSON.'
      }
    ]
  }
}

/**
 * What a desk sent: nothing but numbers, months and causes is taken of it.
 *
 * @throws UsageError `SEALPOST_USAGE` for anything else
 */
export function parseTicketFigures(text: string): TicketFigures {
  const { overdueCount, waitsSinceMs, months } = recordOf(jsonOf(text))
  return {
    overdueCount: countOf(overdueCount),
    waitsSinceMs: waitsSinceMs === undefined ? undefined : timeOf(waitsSinceMs),
    months: listOf(months, MONTHS_MAX).map(monthOf)
  }
}

function monthOf(value: unknown): TicketMonth {
  const { month, count, openCount, byCategory, byCause } = recordOf(value)
  const of = recordOf(byCategory)
  return {
    month: wordOf(month, /^\d{4}-\d{2}$/),
    count: countOf(count),
    openCount: countOf(openCount),
    byCategory: {
      problem: countOf(of['problem']),
      complaint: countOf(of['complaint']),
      abuse: countOf(of['abuse']),
      wish: countOf(of['wish']),
      other: countOf(of['other'])
    },
    byCause: listOf(byCause, CAUSES_MAX).map((each) => {
      const { cause, count: of } = recordOf(each)
      return { cause: wordOf(cause, /^[a-z0-9][a-z0-9-]{0,31}$/), count: countOf(of) }
    })
  }
}

function wordOf(value: unknown, pattern: RegExp): string {
  return typeof value === 'string' && pattern.test(value) ? value : refuse()
}

function countOf(value: unknown): number {
  const isCount = typeof value === 'number' && Number.isInteger(value) && value >= 0
  return isCount && value <= COUNT_MAX ? value : refuse()
}

function timeOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : refuse()
}

function listOf(value: unknown, countMax: number): readonly unknown[] {
  return Array.isArray(value) && value.length <= countMax ? (value as unknown[]) : refuse()
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value && !Array.isArray(value) ? { ...value } : refuse()
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return refuse()
  }
}

function refuse(): never {
  throw new UsageError('SEALPOST_USAGE', 'These are no figures of a desk.')
}
