/** A conversation as rows of a terminal. */
import type { Message } from '@sealpost/client'
import { forwardedMark, marksBehind, quoteOf } from '../message-words.ts'
import { plainLine } from '../plain-text.ts'
import { cellCount, cellsOf, fitToCells, joinCells } from '../screen/text-cells.ts'
import { wrapText } from '../screen/wrap-text.ts'
import { sentences } from '../sentences.ts'
import { clockText, dayText } from '../time-text.ts'
import type { ChatState, Conversation } from './chat-state.ts'
import { countsAsUnread, isBefore } from './conversation.ts'
import { findCells } from './search-text.ts'
import { type Glyphs, glyphs, type Span, type Style } from './style.ts'

const DAY_MS = 86_400_000
const NAME_COLUMNS_MAX = 12
const NAME_COLUMNS_NARROW = 6
/** Below this there is no room for the time. */
const COLUMNS_WITH_TIME = 44
/** Below this there is none for names either: their colours have to do. */
const COLUMNS_WITH_NAME = 24

export interface HistoryRow {
  /** Of the message that it belongs to; lines that divide belong to the message below. */
  readonly key: string
  readonly spans: readonly Span[]
  /** Whether it stands between messages. */
  readonly isDivider?: true
}

/** What the rows of a message depend on beside the message. */
interface Setting {
  readonly columns: number
  readonly nameColumns: number
  readonly hasTime: boolean
  readonly name: string
  readonly ownName: string
  readonly glyphs: Glyphs
  /** What to mark, in the one that was found. */
  readonly found: { readonly key: string; readonly query: string } | undefined
}

/** A message never changes, so its rows are made once for a width. */
const made = new WeakMap<
  Message,
  { readonly stamp: string; readonly rows: readonly HistoryRow[] }
>()

/** What is loaded of a conversation, a message at a time: nobody looks at thousands of them at once. */
export interface HistoryGroups {
  readonly count: number
  /** The rows of a message, with the lines that divide it from the one before; at least one. */
  readonly rows: (index: number) => readonly HistoryRow[]
}

export function historyGroups(
  state: ChatState,
  conversation: Conversation,
  columns: number
): HistoryGroups {
  const setting = settingOf(state, conversation, columns)
  const { messages } = conversation
  const rows = (index: number): readonly HistoryRow[] => {
    const message = messages[index]
    if (message === undefined) {
      return []
    }
    const dividers = dividersAbove(state, conversation, message, messages[index - 1])
    return [
      ...dividers.map(({ label, style }) => {
        return {
          key: message.key,
          spans: [divider(label, setting, style)],
          isDivider: true as const
        }
      }),
      ...messageRows(message, setting)
    ]
  }
  return { count: messages.length, rows }
}

function dividersAbove(
  { nowMs }: ChatState,
  conversation: Conversation,
  message: Message,
  before: Message | undefined
): readonly { readonly label: string; readonly style: Style }[] {
  const { isLoading, dividerKey } = conversation
  const atMs = timeOf(message)
  const isNewDay = before === undefined || dayText(timeOf(before)) !== dayText(atMs)
  const labels: { readonly label: string; readonly style: Style }[] = []
  if (before === undefined && isLoading) {
    labels.push({ label: sentences.chat.loading, style: 'faint' })
  }
  if (isNewDay) {
    labels.push({ label: dayLabel(atMs, nowMs), style: 'faint' })
  }
  if (message.key === dividerKey) {
    const label = sentences.chat.fresh(countFrom(conversation, message.key))
    labels.push({ label, style: 'unread' })
  }
  return labels
}

function settingOf(state: ChatState, conversation: Conversation, columns: number): Setting {
  const name = nameOf(conversation)
  const ownName = sentences.chat.you
  const wanted = Math.max(cellCount(name), cellCount(ownName))
  const hasTime = columns >= COLUMNS_WITH_TIME
  const nameMax = hasTime ? NAME_COLUMNS_MAX : NAME_COLUMNS_NARROW
  return {
    columns,
    nameColumns: columns < COLUMNS_WITH_NAME ? 0 : Math.min(nameMax, wanted),
    hasTime,
    name,
    ownName,
    glyphs: glyphs(state.terminal),
    found:
      conversation.foundKey === undefined
        ? undefined
        : { key: conversation.foundKey, query: state.lastQuery }
  }
}

/** What to call a contact in the chat. */
export function nameOf({ contact }: Conversation): string {
  const { name, profileName } = contact
  return name !== '' ? name : profileName !== '' ? profileName : sentences.add.unnamed
}

function messageRows(message: Message, setting: Setting): readonly HistoryRow[] {
  const found = setting.found?.key === message.key ? setting.found : undefined
  const { columns, name, glyphs: letters } = setting
  const stamp = [columns, name, letters.more, found?.query ?? ''].join('\n')
  const known = made.get(message)
  if (known?.stamp === stamp) {
    return known.rows
  }
  const prefix = prefixOf(message, setting)
  const indent = prefix.reduce((sum, { text }) => sum + cellCount(text), 0)
  const text = wordsOf(message, name)
  const style = message.kind === 'notice' ? 'loud' : 'faint'
  const isOurs =
    message.kind === 'notice' ||
    message.kind === 'unreadable' ||
    message.withdrawnAtMs !== undefined
  const room = Math.max(2, columns - indent)
  const quote = message.reply === undefined ? [] : quoteRows(message.reply, room, letters)
  const rows = wrapText(text, room).map((row, index): HistoryRow => {
    const isFirst = index === 0 && quote.length === 0
    const head: readonly Span[] = isFirst ? prefix : [{ text: ' '.repeat(indent) }]
    const words: readonly Span[] = isOurs ? [{ text: row, style }] : marked(row, found?.query)
    return { key: message.key, spans: [...head, ...words] }
  })
  const all = [
    ...quote.map((spans) => ({ key: message.key, spans: [...prefix, ...spans] })),
    ...rows
  ]
  made.set(message, { stamp, rows: all })
  return all
}

/** What a message answers, on a row of its own above it. */
function quoteRows(
  reply: NonNullable<Message['reply']>,
  columns: number,
  { more }: Glyphs
): readonly (readonly Span[])[] {
  return [[{ text: fitToCells(quoteOf(reply), columns, more), style: 'faint' }]]
}

/** What a message says: what was written, or where nothing was, what there is to say. @param name The contact's. */
export function wordsOf(message: Message, name: string): string {
  const { kind, notice, device, text, timerSeconds, withdrawnAtMs } = message
  if (notice !== undefined) {
    return sentences.notices[notice](plainLine(name), device, timerSeconds)
  }
  if (withdrawnAtMs !== undefined) {
    return sentences.inbox.withdrawn
  }
  return kind === 'unreadable'
    ? sentences.inbox.unreadable
    : `${forwardedMark(message)}${text}${marksBehind(message)}`
}

/** `14:03 ✓✓ alice  `; what changed about a conversation was said by nobody. */
function prefixOf(message: Message, setting: Setting): readonly Span[] {
  const { nameColumns, hasTime, name, ownName, glyphs: letters } = setting
  const isOwn = message.kind === 'sent'
  const tick = isOwn ? letters.ticks[message.state ?? 'queued'] : ''
  const time: readonly Span[] = hasTime
    ? [{ text: `${clockText(timeOf(message))} `, style: 'faint' }]
    : []
  const sayer = message.kind === 'notice' ? '' : isOwn ? ownName : name
  const shownName = fitToCells(sayer, nameColumns, letters.more)
  return [
    ...time,
    { text: tick.padEnd(2), style: message.state === 'read' ? 'read' : 'proven' },
    { text: ' ' },
    ...(nameColumns === 0 ? [] : [{ text: shownName, style: isOwn ? 'own' : 'their' } as const]),
    ...(nameColumns === 0 ? [] : [{ text: hasTime ? '  ' : ' ' }])
  ]
}

/** A row with what was searched for marked, wherever it stands whole in it. */
export function marked(row: string, query: string | undefined): readonly Span[] {
  const cells = cellsOf(row)
  const place = query === undefined ? undefined : findCells(cells, query)
  if (place === undefined) {
    return [{ text: row }]
  }
  const { from, to } = place
  return [
    { text: joinCells(cells.slice(0, from)) },
    { text: joinCells(cells.slice(from, to)), style: 'found' },
    { text: joinCells(cells.slice(to)) }
  ]
}

function divider(label: string, { columns, glyphs: letters }: Setting, style: Style): Span {
  const words = cellCount(label) + 2 > columns ? '' : ` ${label} `
  const left = Math.floor((columns - cellCount(words)) / 2)
  const right = columns - cellCount(words) - left
  return { text: `${letters.rule.repeat(left)}${words}${letters.rule.repeat(right)}`, style }
}

/** What cannot be read does not say when it was sent either. */
function timeOf({ sentAtMs, storedAtMs }: Message): number {
  return sentAtMs > 0 ? sentAtMs : storedAtMs
}

function dayLabel(atMs: number, nowMs: number): string {
  const day = dayText(atMs)
  if (day === dayText(nowMs)) {
    return sentences.chat.today
  }
  if (day === dayText(nowMs - DAY_MS)) {
    return sentences.chat.yesterday
  }
  return `${sentences.chat.weekdays[new Date(atMs).getDay()] ?? ''} ${day}`
}

/** Received messages from this one on. */
function countFrom({ messages }: Conversation, key: string): number {
  return messages.filter((message) => countsAsUnread(message) && !isBefore(message.key, key)).length
}
