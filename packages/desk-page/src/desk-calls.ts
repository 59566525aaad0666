/** What the page of a desk asks of the program that serves it, and what it is answered: as JSON, over HTTP. */
import type { ReportWord, Ticket, TicketCounts } from '@sealpost/client'

/** A report as the page shows it: nothing of who wrote it. */
export type TicketView = Omit<Ticket, 'contactId' | 'isAlarmed'>

/** All that the page shows but what was said. */
export interface DeskSeen {
  /** Another one where anything changed. */
  readonly revision: number
  /** The desk's clock: milliseconds since 1970. */
  readonly nowMs: number
  /** The newest first, at most 500. */
  readonly tickets: readonly TicketView[]
  /** How many older ones there are. */
  readonly olderCount: number
  /** The newest month first, at most 12. */
  readonly months: readonly TicketCounts[]
  /** Answers that are often given, by name. */
  readonly canned: Readonly<Record<string, string>>
  /** The public address of the desk. */
  readonly link: string
}

/** A report, and all that was said about it, the oldest first. */
export interface TicketShown {
  readonly ticket: TicketView
  readonly words: readonly ReportWord[]
}

/** What can be asked: by name, with what, and what comes of it. */
export interface DeskCalls {
  /** Answered once the revision is another one, or after some seconds. */
  readonly look: { readonly given: { readonly revision: number }; readonly answer: DeskSeen }
  readonly show: { readonly given: { readonly number: string }; readonly answer: TicketShown }
  readonly answer: {
    readonly given: { readonly number: string; readonly text: string }
    readonly answer: TicketView
  }
  readonly state: {
    readonly given: {
      readonly number: string
      readonly state: 'looking' | 'solved' | 'closed'
      /** In which version it is solved. */
      readonly version?: string
      /** What is said with it. */
      readonly text?: string
    }
    readonly answer: TicketView
  }
  /** Replaces the causes of a report. */
  readonly tag: {
    readonly given: { readonly number: string; readonly causes: readonly string[] }
    readonly answer: TicketView
  }
}

export type DeskCallName = keyof DeskCalls
