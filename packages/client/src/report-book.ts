/** What a home remembers of the reports that were written in it: one note in the account made for them. */
import {
  bytesToUtf8,
  type ContactId,
  contactIds,
  isTicketNumber,
  type MessageId,
  messageIds,
  TICKET_CATEGORIES,
  TICKET_STATES,
  type TicketCategory,
  type TicketState,
  utf8ToBytes
} from '@sealpost/protocol'

/** What the desk said became of a report, or what the reporter knows without it. */
export type ReportState = TicketState | 'waiting' | 'withdrawn' | 'failed'

export interface ReportRecord {
  readonly number: string
  readonly category: TicketCategory
  /** The public address of the desk that it is for. */
  readonly desk: string
  readonly openedAtMs: number
  readonly state: ReportState
  /** When the desk said so by its clock, so that an older word does not take it back; 0 before it did. */
  readonly saidAtMs: number
  readonly version: string | undefined
  readonly withinHours: number | undefined
  /** Whether the desk said something that was not shown. */
  readonly isUnread: boolean
}

/** A word that waits until there is a session with the desk. */
export interface WaitingWord {
  readonly number: string
  /** Drawn beforehand, so that it is sent once however often it is tried. */
  readonly messageId: MessageId
  readonly text: string
  readonly writtenAtMs: number
  /** Whether it went with a request, and is kept until it shows in the conversation: once a relay has told who the desk is. */
  readonly isAsked: boolean
}

export interface ReportBook {
  readonly reports: readonly ReportRecord[]
  readonly waiting: readonly WaitingWord[]
  /** The contact that each desk became, by its public address. */
  readonly desks: readonly { readonly link: string; readonly contactId: ContactId }[]
  /** When words were written, oldest first: those of the last day count. */
  readonly writtenAtMs: readonly number[]
}

export const NO_REPORTS: ReportBook = { reports: [], waiting: [], desks: [], writtenAtMs: [] }

const STATES: readonly ReportState[] = [...TICKET_STATES, 'waiting', 'withdrawn', 'failed']

export function writeReportBook(book: ReportBook): Uint8Array {
  return utf8ToBytes(JSON.stringify(book))
}

/** What is none of it is left out: a note of a later version must not keep anybody from writing a report. */
export function readReportBook(note: Uint8Array | undefined): ReportBook {
  const { reports, waiting, desks, writtenAtMs } = recordOf(note && jsonOf(note))
  return {
    reports: listOf(reports).flatMap((value) => reportOf(recordOf(value)) ?? []),
    waiting: listOf(waiting).flatMap((value) => waitingOf(recordOf(value)) ?? []),
    desks: listOf(desks).flatMap((value) => deskOf(recordOf(value)) ?? []),
    writtenAtMs: listOf(writtenAtMs).map(timeOf)
  }
}

function reportOf(value: Readonly<Record<string, unknown>>): ReportRecord | undefined {
  const { number, desk } = value
  const category = TICKET_CATEGORIES.find((known) => known === value['category'])
  const state = STATES.find((known) => known === value['state'])
  if (!isNumber(number) || typeof desk !== 'string' || category === undefined) {
    return undefined
  }
  const { version, withinHours } = value
  return {
    number,
    category,
    desk,
    openedAtMs: timeOf(value['openedAtMs']),
    state: state ?? 'waiting',
    saidAtMs: timeOf(value['saidAtMs']),
    version: typeof version === 'string' ? version : undefined,
    withinHours: typeof withinHours === 'number' ? withinHours : undefined,
    isUnread: value['isUnread'] === true
  }
}

function waitingOf(value: Readonly<Record<string, unknown>>): WaitingWord | undefined {
  const { number, text, writtenAtMs, isAsked } = value
  const messageId = typeof value['messageId'] === 'string' && messageIds.fromHex(value['messageId'])
  return isNumber(number) && typeof text === 'string' && messageId
    ? { number, messageId, text, writtenAtMs: timeOf(writtenAtMs), isAsked: isAsked === true }
    : undefined
}

function deskOf({
  link,
  contactId: id
}: Readonly<Record<string, unknown>>): ReportBook['desks'][number] | undefined {
  const contactId = typeof id === 'string' && contactIds.fromHex(id)
  return typeof link === 'string' && contactId ? { link, contactId } : undefined
}

function isNumber(value: unknown): value is string {
  return typeof value === 'string' && isTicketNumber(value)
}

function timeOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : 0
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value ? { ...value } : {}
}

function jsonOf(note: Uint8Array): unknown {
  try {
    return JSON.parse(bytesToUtf8(note))
  } catch {
    return undefined
  }
}
