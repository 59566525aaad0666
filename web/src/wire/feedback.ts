/** What somebody has to say, where nobody takes reports: kept in the home, and what is being written of a report. */
import {
  TICKET_CATEGORIES,
  TICKET_LINE_BYTES_MAX,
  TICKET_LINES_MAX,
  type TicketCategory,
  utf8Length
} from '@sealpost/protocol'

/** UTF-16 code units of a text. */
export const FEEDBACK_UNITS_MAX = 10_000
/** Lines about the app that go with it. */
export const FEEDBACK_LINES_MAX: number = TICKET_LINES_MAX
/** What one home keeps. */
export const FEEDBACKS_MAX = 50

export interface FeedbackDraft {
  readonly category: TicketCategory
  readonly text: string
}

export interface Feedback extends FeedbackDraft {
  /** By which the person finds it again: `XXXX-XXXX`, drawn by the page. */
  readonly number: string
  readonly writtenAtMs: number
  /** What the person left of what the app had to say about itself. */
  readonly lines: readonly string[]
}

export const NO_FEEDBACK: FeedbackDraft = { category: 'problem', text: '' }

/** What pages ask about it. */
export interface FeedbackCalls {
  readonly feedbackDraft: () => Promise<FeedbackDraft>
  readonly keepFeedbackDraft: (draft: FeedbackDraft) => Promise<void>
  /** The newest first. */
  readonly feedbacks: () => Promise<readonly Feedback[]>
  /** Keeps it under its number, once however often it is asked; the draft is no more then. */
  readonly keepFeedback: (feedback: Feedback) => Promise<void>
  readonly removeFeedback: (number: string) => Promise<void>
  /**
   * What failed since the app was opened, with codes and how often, and the last events of the log, with times; no ids, names,
   * addresses or texts.
   */
  readonly recentLog: () => Promise<readonly string[]>
}

export const FEEDBACK_CALLS = [
  'feedbackDraft',
  'feedbacks',
  'keepFeedback',
  'keepFeedbackDraft',
  'recentLog',
  'removeFeedback'
] as const

const NUMBER = /^[0-9A-Z]{4}-[0-9A-Z]{4}$/

/** What is too long is cut, and what is none of it is left out. */
export function parseFeedbackDraft(value: unknown): FeedbackDraft {
  const { category, text } = recordOf(value)
  return {
    category: TICKET_CATEGORIES.find((candidate) => candidate === category) ?? NO_FEEDBACK.category,
    text: textOf(text, FEEDBACK_UNITS_MAX)
  }
}

/** The same; undefined for what has no number. */
export function parseFeedback(value: unknown): Feedback | undefined {
  const { number, writtenAtMs, lines } = recordOf(value)
  if (!isFeedbackNumber(number)) {
    return undefined
  }
  const isTime = typeof writtenAtMs === 'number' && Number.isSafeInteger(writtenAtMs)
  return {
    ...parseFeedbackDraft(value),
    number,
    writtenAtMs: isTime ? writtenAtMs : 0,
    lines: (Array.isArray(lines) ? lines : [])
      .slice(0, FEEDBACK_LINES_MAX)
      .map((line) => cutLine(textOf(line, FEEDBACK_UNITS_MAX)))
      .filter((line) => line !== '')
  }
}

/** As much of a line as goes with a report: 300 bytes, and no half sign. */
export function cutLine(line: string): string {
  let short = line.slice(0, TICKET_LINE_BYTES_MAX)
  while (utf8Length(short) > TICKET_LINE_BYTES_MAX) {
    short = short.slice(0, -1)
  }
  return short.isWellFormed() ? short : short.slice(0, -1)
}

export function isFeedbackNumber(value: unknown): value is string {
  return typeof value === 'string' && NUMBER.test(value)
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value ? { ...value } : {}
}

function textOf(value: unknown, unitsMax: number): string {
  return typeof value === 'string' ? value.slice(0, unitsMax) : ''
}
