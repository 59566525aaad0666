/** What pages ask about reports to the operators of relays. */
import type { Report, ReportDesk, ReportWord } from '@sealpost/client'
import {
  isTicketNumber,
  type MessageId,
  TICKET_CATEGORIES,
  TICKET_LINES_MAX,
  type TicketCategory
} from '@sealpost/protocol'

export interface SentReport {
  /** Drawn by the page, so that asking twice sends once. */
  readonly number: string
  /** The public address of the desk that it goes to. */
  readonly desk: string
  readonly category: TicketCategory
  readonly text: string
  readonly lines: readonly string[]
}

/** A report and all that was said about it, the oldest first. */
export interface ShownReport {
  readonly report: Report
  readonly words: readonly ReportWord[]
}

export interface ReportCalls {
  /** Who of the person's relays takes reports, as far as was heard. */
  readonly desks: () => Promise<readonly ReportDesk[]>
  /** All that this home remembers, the newest first. */
  readonly reports: () => Promise<readonly Report[]>
  /** Those that a desk said something about that was not shown; none before the account for reports is open. */
  readonly reportNews: () => Promise<readonly Report[]>
  readonly report: (report: SentReport) => Promise<Report>
  /** It counts as shown then. */
  readonly showReport: (number: string) => Promise<ShownReport>
  /** Adds a word, under an id that the page drew. */
  readonly answerDesk: (number: string, text: string, messageId: MessageId) => Promise<void>
  readonly withdrawReport: (number: string) => Promise<void>
}

export const REPORT_CALLS = [
  'answerDesk',
  'desks',
  'report',
  'reportNews',
  'reports',
  'showReport',
  'withdrawReport'
] as const

/** Undefined for what is no report. How long its texts are, the client decides. */
export function parseSentReport(value: unknown): SentReport | undefined {
  const { number, desk, category, text, lines } = recordOf(value)
  const known = TICKET_CATEGORIES.find((candidate) => candidate === category)
  if (
    typeof number !== 'string' ||
    !isTicketNumber(number) ||
    typeof desk !== 'string' ||
    typeof text !== 'string' ||
    known === undefined
  ) {
    return undefined
  }
  const kept = (Array.isArray(lines) ? lines : [])
    .filter((line): line is string => typeof line === 'string' && line !== '')
    .slice(0, TICKET_LINES_MAX)
  return { number, desk, category: known, text, lines: kept }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value ? { ...value } : {}
}
