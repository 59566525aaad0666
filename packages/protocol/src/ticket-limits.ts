/** What bounds reports and their numbers. Apart from `ticket-words.ts`, so that a page which bounds what is typed loads no more. */
export const TICKET_CATEGORIES = ['problem', 'complaint', 'abuse', 'wish', 'other'] as const
/** Something fails; the relay's operator does wrong; somebody does harm; something is missing. */
export type TicketCategory = (typeof TICKET_CATEGORIES)[number]

export const TICKET_STATES = [
  'received',
  'looking',
  'solved',
  'closed',
  'too-many-open',
  'too-many-today',
  'desk-full'
] as const
/** What a desk says became of a report; the last three are refusals. */
export type TicketState = (typeof TICKET_STATES)[number]

/** Bytes of UTF-8 of what one word says, and of one line that goes with a report. */
export const TICKET_TEXT_BYTES_MAX = 10_000
export const TICKET_LINE_BYTES_MAX = 300
/** Lines that go with one report. */
export const TICKET_LINES_MAX = 60
/** Visible ASCII characters of the version in which something is solved. */
export const TICKET_VERSION_LENGTH_MAX = 32
/** Hours within which a desk may promise an answer: a year. */
export const TICKET_HOURS_MAX = 8_784
/** Reports of one reporter that may be open at a desk, and what they may write to it in a day. Both sides hold to it. */
export const TICKETS_OPEN_MAX = 5
export const TICKET_WORDS_PER_DAY_MAX = 20

const NUMBER = /^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/
/** Signs of a number: none that look alike. */
const SIGNS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

/** Whether it is a number as reporters are given. */
export function isTicketNumber(text: string): boolean {
  return NUMBER.test(text)
}

/** A number of 8 signs, by which both sides find a report again. @param bytes 8 random ones. */
export function ticketNumberOf(bytes: Uint8Array): string {
  const signs = [...bytes.subarray(0, 8)].map((byte) => SIGNS[byte % SIGNS.length] ?? '').join('')
  return `${signs.slice(0, 4)}-${signs.slice(4)}`
}
