/** The part of a conversation's history that is on the screen, and moving through it. */
import { layoutOf } from './chat-layout.ts'
import type { Anchor, ChatState, Conversation } from './chat-state.ts'
import { type HistoryRow, historyRows } from './history-rows.ts'

export interface HistoryView {
  readonly all: readonly HistoryRow[]
  /** Of `all`, what is on the screen: from this one to the one before `to`. */
  readonly from: number
  readonly to: number
}

export function historyView(state: ChatState, conversation: Conversation): HistoryView {
  const { columns, historyRows: height } = layoutOf(state)
  const all = historyRows(state, conversation, columns)
  const to = endOf(all, conversation.anchor, height)
  return { all, from: Math.max(0, to - height), to }
}

/** Keys of the messages of which something is on the screen. */
export function keysInView({ all, from, to }: HistoryView): ReadonlySet<string> {
  return new Set(all.slice(from, to).map(({ key }) => key))
}

/** Moves by rows; up is negative. At the end it follows what comes. */
export function scrolled(state: ChatState, conversation: Conversation, by: number): Conversation {
  const { all, to } = historyView(state, conversation)
  return { ...conversation, anchor: anchorAt(all, to + by, layoutOf(state).historyRows) }
}

/** Brings a message into the middle, or the line above the unread ones to the top where they need more than the screen. */
export function showing(state: ChatState, conversation: Conversation, key: string): Conversation {
  const { historyRows: height } = layoutOf(state)
  const { all } = historyView(state, conversation)
  const at = all.findIndex((row) => row.key === key)
  if (at < 0) {
    return conversation
  }
  const end = key === conversation.dividerKey ? at + height : at + Math.ceil(height / 2)
  return { ...conversation, anchor: anchorAt(all, end, height) }
}

/** The row before `end`; undefined for the last row of all. */
function anchorAt(all: readonly HistoryRow[], end: number, height: number): Anchor | undefined {
  const last = Math.max(end, Math.min(height, all.length)) - 1
  const row = all[last]
  if (row === undefined || last >= all.length - 1) {
    return undefined
  }
  return { key: row.key, row: last - all.findIndex(({ key }) => key === row.key) }
}

function endOf(all: readonly HistoryRow[], anchor: Anchor | undefined, height: number): number {
  if (anchor === undefined) {
    return all.length
  }
  const first = all.findIndex(({ key }) => key === anchor.key)
  if (first < 0) {
    return all.length
  }
  const rowCount = all.filter(({ key }) => key === anchor.key).length
  const end = first + Math.min(anchor.row, rowCount - 1) + 1
  return Math.min(all.length, Math.max(end, height))
}
