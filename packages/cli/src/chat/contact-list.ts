/** The conversations beside the one that is open. */
import { cellCount, cutToCells, fitToCells } from '../screen/text-cells.ts'
import { sentences } from '../sentences.ts'
import { clockText, dayText } from '../time-text.ts'
import type { ChatState, Conversation } from './chat-state.ts'
import { nameOf, wordsOf } from './history-rows.ts'
import { type Glyphs, glyphs, type Span } from './style.ts'

const ROWS_EACH = 2

/** Rows of exactly `columns` cells; the open one is among them. */
export function contactListRows(
  state: ChatState,
  columns: number,
  height: number
): readonly (readonly Span[])[] {
  const { conversations, openId } = state
  const roomFor = Math.max(1, Math.floor(height / ROWS_EACH))
  const open = conversations.findIndex(({ contact }) => contact.contactId === openId)
  const from = Math.max(0, Math.min(open - roomFor + 1, conversations.length - roomFor))
  return conversations
    .slice(from, from + roomFor)
    .flatMap((conversation) => entry(state, conversation, columns))
    .slice(0, height)
}

function entry(
  state: ChatState,
  conversation: Conversation,
  columns: number
): readonly (readonly Span[])[] {
  const letters = glyphs(state.terminal)
  const { unreadCount, contact, last } = conversation
  const isOpen = contact.contactId === state.openId
  const count = String(unreadCount)
  const remark =
    unreadCount > 0 ? count : last === undefined ? '' : whenText(state, last.storedAtMs)
  const room = columns - cellCount(remark) - 3
  const mark = isOpen ? letters.prompt : ' '
  const name = `${mark}${fitToCells(nameOf(conversation), Math.max(0, room), letters.more)} `
  const head: readonly Span[] = isOpen
    ? [{ text: `${name}${remark} `, style: 'open' }]
    : [
        unreadCount > 0 ? { text: name, style: 'unread' } : { text: name },
        { text: `${remark} `, style: unreadCount > 0 ? 'unread' : 'faint' }
      ]
  const isTyping = conversation.typingUntilMs !== undefined
  const preview = isTyping ? sentences.chat.isTyping : previewOf(conversation, letters)
  return [
    head,
    [
      {
        text: ` ${fitToCells(preview, columns - 1, letters.more)}`,
        style: isTyping ? 'unread' : 'faint'
      }
    ]
  ]
}

function previewOf(conversation: Conversation, letters: Glyphs): string {
  const { last } = conversation
  if (last === undefined) {
    return ''
  }
  const text = wordsOf(last, nameOf(conversation))
  // Enough of it for any row: the rest of a long text need not be looked at.
  const beginning = cutToCells(text.slice(0, 400), 80, letters.more)
  return last.kind === 'sent' ? `${letters.prompt} ${beginning}` : beginning
}

/** The time today, else the month and the day. */
function whenText({ nowMs }: ChatState, atMs: number): string {
  const day = dayText(atMs)
  return day === dayText(nowMs) ? clockText(atMs) : day.slice(5)
}
