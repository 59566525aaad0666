/**
 * What a person reports to a relay's operator, and what comes back: texts of an ordinary conversation with the operator's account, the
 * desk. A first line says what it is; what follows is for people, so that any client can read and answer a report. Section "Reports"
 * of the README.
 */
import { UsageError } from './errors.ts'
import { DESK_LINK_LENGTH_MAX } from './limits.ts'
import {
  isTicketNumber,
  TICKET_CATEGORIES,
  TICKET_HOURS_MAX,
  TICKET_LINE_BYTES_MAX,
  TICKET_LINES_MAX,
  TICKET_STATES,
  TICKET_TEXT_BYTES_MAX,
  type TicketCategory,
  type TicketState
} from './ticket-limits.ts'
import { utf8Length } from './utf8-length.ts'

const MARK = 'sealpost-report/1'
const HEAD_LENGTH_MAX = 128
const VERSION = /^[!-~]{1,32}$/
export type TicketWord =
  /** Begins a report. What goes with a request may be only its beginning: then the whole follows under the same number. */
  | {
      readonly type: 'open'
      readonly number: string
      readonly category: TicketCategory
      readonly isWhole: boolean
      readonly text: string
      /** What the app had to say about itself, as far as the person left it in; no line has a line feed. */
      readonly lines: readonly string[]
    }
  /** What either side has to add. */
  | { readonly type: 'say'; readonly number: string; readonly text: string }
  /** The reporter takes it back. */
  | { readonly type: 'withdraw'; readonly number: string }
  /** What became of it; `version` only where it is solved, `withinHours` only where it is received. The text may be empty. */
  | {
      readonly type: 'state'
      readonly number: string
      readonly state: TicketState
      readonly version: string | undefined
      readonly withinHours: number | undefined
      readonly text: string
    }

/** Whether a relay's `info` may have it as the link to its desk. */
export function isDeskText(text: string): boolean {
  return text.length <= DESK_LINK_LENGTH_MAX && /^[!-~]*$/.test(text)
}

/**
 * The text of a message that says it.
 *
 * @throws UsageError `SEALPOST_TEXT_TOO_LONG`, `SEALPOST_USAGE` for what breaks its bounds
 */
export function formatTicketWord(word: TicketWord): string {
  checkWord(word)
  return [`${MARK} ${headOf(word)}`, ...bodyOf(word)].join('\n')
}

/** What a message says; undefined for any other text. Takes anything. */
export function parseTicketWord(text: string): TicketWord | undefined {
  const at = text.indexOf('\n')
  const head = at < 0 ? text : text.slice(0, at)
  if (!head.startsWith(`${MARK} `) || head.length > HEAD_LENGTH_MAX) {
    return undefined
  }
  const [, type, number = '', ...parts] = head.split(' ')
  const body = at < 0 ? '' : text.slice(at + 1)
  const word = isTicketNumber(number) ? wordOf(type, number, parts, body) : undefined
  try {
    // What we would not write we do not read: one text for one word.
    return word !== undefined && formatTicketWord(word) === text ? word : undefined
  } catch {
    return undefined
  }
}

function headOf(word: TicketWord): string {
  const { type, number } = word
  switch (word.type) {
    case 'open': {
      const { category, isWhole, lines } = word
      return [type, number, category, isWhole ? 'whole' : 'begun', lines.length].join(' ')
    }
    case 'say':
    case 'withdraw':
      return [type, number].join(' ')
    case 'state': {
      const more = word.version ?? word.withinHours
      return [type, number, word.state, ...(more === undefined ? [] : [more])].join(' ')
    }
  }
}

/** Nothing behind the head where there is nothing to say. */
function bodyOf(word: TicketWord): readonly string[] {
  switch (word.type) {
    case 'open':
      return [word.text, ...word.lines]
    case 'say':
      return [word.text]
    case 'withdraw':
      return []
    case 'state':
      return word.text === '' ? [] : [word.text]
  }
}

function wordOf(
  type: string | undefined,
  number: string,
  parts: readonly string[],
  body: string
): TicketWord | undefined {
  switch (type) {
    case 'open':
      return openOf(number, parts, body)
    case 'say':
      return { type, number, text: body }
    case 'withdraw':
      return { type, number }
    case 'state': {
      const [name, more] = parts
      const state = TICKET_STATES.find((known) => known === name)
      const version = state === 'solved' ? more : undefined
      const withinHours = state === 'received' && more !== undefined ? Number(more) : undefined
      return state && { type, number, state, version, withinHours, text: body }
    }
    default:
      return undefined
  }
}

function openOf(
  number: string,
  [name, extent, count]: readonly string[],
  body: string
): TicketWord | undefined {
  const category = TICKET_CATEGORIES.find((known) => known === name)
  const all = body.split('\n')
  const textCount = all.length - Number(count)
  if (category === undefined || !(textCount >= 1)) {
    return undefined
  }
  const [text, lines] = [all.slice(0, textCount).join('\n'), all.slice(textCount)]
  return { type: 'open', number, category, isWhole: extent === 'whole', text, lines }
}

function checkWord(word: TicketWord): void {
  if (!isTicketNumber(word.number)) {
    throw new UsageError('SEALPOST_USAGE', 'a report has a number of eight signs')
  }
  if (word.type === 'state') {
    const { version = '-', withinHours = 0 } = word
    const isInBounds = withinHours >= 0 && withinHours <= TICKET_HOURS_MAX
    if (!VERSION.test(version) || !Number.isInteger(withinHours) || !isInBounds) {
      throw new UsageError('SEALPOST_USAGE', 'a version has 32 signs, an answer comes in a year')
    }
  }
  if (word.type === 'open') {
    checkLines(word.lines)
  }
  if (word.type !== 'withdraw') {
    checkText(word.text, word.type === 'state')
  }
}

function checkLines(lines: readonly string[]): void {
  const isLine = (line: string): boolean =>
    !line.includes('\n') && utf8Length(line) <= TICKET_LINE_BYTES_MAX
  if (lines.length > TICKET_LINES_MAX || !lines.every(isLine)) {
    throw new UsageError('SEALPOST_USAGE', 'a report has at most 60 lines of 300 bytes')
  }
}

function checkText(text: string, isEmptyAllowed: boolean): void {
  if (text === '' && !isEmptyAllowed) {
    throw new UsageError('SEALPOST_USAGE', undefined, { detail: 'text-empty' })
  }
  if (utf8Length(text) > TICKET_TEXT_BYTES_MAX) {
    throw new UsageError('SEALPOST_TEXT_TOO_LONG')
  }
}
