/** What a desk remembers of the reports that came: notes in its home, one a month, and one for itself. Pure. */
import {
  bytesToUtf8,
  type ContactId,
  contactIds,
  isTicketNumber,
  TICKET_CATEGORIES,
  TICKET_STATES,
  type TicketCategory,
  type TicketState,
  utf8ToBytes
} from '@sealpost/protocol'

/** Reports that a desk takes in one month: what a note has room for. */
export const DESK_TICKETS_PER_MONTH_MAX = 1_000
/** Causes that one report is tagged with, and signs of each: small letters, digits and dashes. */
export const DESK_TAGS_MAX = 5

const TAG = /^[a-z0-9][a-z0-9-]{0,31}$/

export interface Ticket {
  readonly number: string
  readonly contactId: ContactId
  readonly category: TicketCategory
  readonly state: TicketState | 'withdrawn'
  readonly version: string | undefined
  /** What it came from, as the desk found: any number of words of its own. */
  readonly tags: readonly string[]
  /** When it was here. */
  readonly openedAtMs: number
  /** Since when the reporter waits for a word; 0 where they do not. */
  readonly waitsSinceMs: number
  /** Whether somebody was told that it waits too long. */
  readonly isAlarmed: boolean
  /** Whether all of it is here, and not only what went with the request. */
  readonly isWhole: boolean
}

/** What came in one month (UTC), without what was withdrawn. */
export interface TicketCounts {
  /** `2026-11` */
  readonly month: string
  readonly count: number
  readonly openCount: number
  readonly byCategory: Readonly<Record<TicketCategory, number>>
  /** By cause, the most frequent first; what has several counts for each, what has none for none. */
  readonly byCause: readonly { readonly cause: string; readonly count: number }[]
}

export function isOpenTicket({ state }: Pick<Ticket, 'state'>): boolean {
  return state === 'received' || state === 'looking'
}

export function isTag(text: string): boolean {
  return TAG.test(text)
}

/** The month of a time, in UTC: `2026-11`. */
export function monthOf(atMs: number): string {
  // Days since 1970 to a civil date (Howard Hinnant's algorithm), since there is no clock of the platform here.
  const days = Math.floor(atMs / 86_400_000) + 719_468
  const era = Math.floor(days / 146_097)
  const dayOfEra = days - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shifted = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`
}

/** The newest month first. */
export function countTickets(tickets: readonly Ticket[]): readonly TicketCounts[] {
  const counted = tickets.filter(({ state }) => state !== 'withdrawn')
  const months = [...new Set(counted.map(({ openedAtMs }) => monthOf(openedAtMs)))]
  return months
    .sort()
    .reverse()
    .map((month) => countMonth(month, counted))
}

function countMonth(month: string, all: readonly Ticket[]): TicketCounts {
  const tickets = all.filter(({ openedAtMs }) => monthOf(openedAtMs) === month)
  const of = (category: TicketCategory): number =>
    tickets.filter((ticket) => ticket.category === category).length
  const causes = [...new Set(tickets.flatMap(({ tags }) => tags))].map((cause) => {
    return { cause, count: tickets.filter(({ tags }) => tags.includes(cause)).length }
  })
  return {
    month,
    count: tickets.length,
    openCount: tickets.filter(isOpenTicket).length,
    byCategory: {
      problem: of('problem'),
      complaint: of('complaint'),
      abuse: of('abuse'),
      wish: of('wish'),
      other: of('other')
    },
    byCause: causes.sort((a, b) => b.count - a.count || (a.cause < b.cause ? -1 : 1))
  }
}

export function writeTickets(tickets: readonly Ticket[]): Uint8Array {
  return utf8ToBytes(JSON.stringify(tickets))
}

/** What is no ticket is left out. */
export function readTickets(note: Uint8Array): readonly Ticket[] {
  const list = jsonOf(note)
  return (Array.isArray(list) ? list : []).flatMap((value) => ticketOf(value) ?? [])
}

/** What a desk keeps for itself. */
export interface DeskNotes {
  /** Of which there are tickets, the oldest first. */
  readonly months: readonly string[]
  /** Within how many hours it means to answer; undefined where it promises nothing. */
  readonly withinHours: number | undefined
  /** Answers that are often given, by name. */
  readonly canned: Readonly<Record<string, string>>
}

export const NO_DESK_NOTES: DeskNotes = { months: [], withinHours: undefined, canned: {} }

export function writeDeskNotes(notes: DeskNotes): Uint8Array {
  return utf8ToBytes(JSON.stringify(notes))
}

export function readDeskNotes(note: Uint8Array | undefined): DeskNotes {
  const { months, withinHours, canned } = recordOf(note && jsonOf(note))
  const isMonth = (value: unknown): value is string =>
    typeof value === 'string' && /^\d{4}-\d{2}$/.test(value)
  return {
    months: (Array.isArray(months) ? months : []).filter(isMonth),
    withinHours: typeof withinHours === 'number' ? withinHours : undefined,
    canned: Object.fromEntries(
      Object.entries(recordOf(canned)).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string'
      )
    )
  }
}

function ticketOf(value: unknown): Ticket | undefined {
  const { number, contactId: id, version, tags, isAlarmed, isWhole, ...rest } = recordOf(value)
  const contactId = typeof id === 'string' ? contactIds.fromHex(id) : undefined
  const category = TICKET_CATEGORIES.find((known) => known === rest['category'])
  const state = [...TICKET_STATES, 'withdrawn' as const].find((known) => known === rest['state'])
  if (
    typeof number !== 'string' ||
    !isTicketNumber(number) ||
    contactId === undefined ||
    category === undefined ||
    state === undefined
  ) {
    return undefined
  }
  return {
    number,
    contactId,
    category,
    state,
    version: typeof version === 'string' ? version : undefined,
    tags: (Array.isArray(tags) ? tags : [])
      .filter((tag): tag is string => typeof tag === 'string' && isTag(tag))
      .slice(0, DESK_TAGS_MAX),
    openedAtMs: timeOf(rest['openedAtMs']),
    waitsSinceMs: timeOf(rest['waitsSinceMs']),
    isAlarmed: isAlarmed === true,
    isWhole: isWhole === true
  }
}

function timeOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0
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
