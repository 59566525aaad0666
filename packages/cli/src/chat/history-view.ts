/** The part of a conversation's history that is on the screen, and moving through it. */
import { layoutOf } from './chat-layout.ts'
import type { Anchor, ChatState, Conversation } from './chat-state.ts'
import { placeOf } from './conversation.ts'
import { type HistoryGroups, historyGroups, type HistoryRow } from './history-rows.ts'

/** A row: of the message at `index` the one at `row`, both counted from 0. */
interface Place {
  readonly index: number
  readonly row: number
}

export interface HistoryView {
  /** What is on the screen, from the top. */
  readonly rows: readonly HistoryRow[]
  /** Rows above it, as far as anybody asked: at most `ROWS_AHEAD`. */
  readonly aboveCount: number
}

/** With fewer rows than this above the screen, older messages are loaded. */
export const ROWS_AHEAD = 20

export function historyView(state: ChatState, conversation: Conversation): HistoryView {
  const { columns, historyRows: height } = layoutOf(state)
  const groups = historyGroups(state, conversation, columns)
  const bottom = bottomOf(groups, conversation, height)
  if (bottom === undefined || height === 0) {
    return { rows: [], aboveCount: 0 }
  }
  const top = moved(groups, bottom, 1 - height)
  const above = moved(groups, top, -ROWS_AHEAD)
  return { rows: rowsBetween(groups, top, bottom), aboveCount: distance(groups, above, top) }
}

/** Keys of the messages of which something is on the screen. */
export function keysInView({ rows }: HistoryView): ReadonlySet<string> {
  return new Set(rows.map(({ key }) => key))
}

/** Moves by rows; up is negative. At the end it follows what comes. */
export function scrolled(state: ChatState, conversation: Conversation, by: number): Conversation {
  const { columns, historyRows: height } = layoutOf(state)
  const groups = historyGroups(state, conversation, columns)
  const bottom = bottomOf(groups, conversation, height)
  return bottom === undefined
    ? conversation
    : anchored(groups, conversation, { bottom: moved(groups, bottom, by), height })
}

/** Brings a message into the middle, or the line above the unread ones to the top where they need more than the screen. */
export function showing(state: ChatState, conversation: Conversation, key: string): Conversation {
  const { columns, historyRows: height } = layoutOf(state)
  const groups = historyGroups(state, conversation, columns)
  const index = placeOf(conversation.messages, key)
  if (conversation.messages[index]?.key !== key) {
    return conversation
  }
  // The first row of the message, and the line above it where one divides what is unread.
  const isDivided = key === conversation.dividerKey
  const skipped = isDivided ? groups.rows(index).length - 1 - plainRowCount(groups, index) : 0
  const first = { index, row: Math.max(0, skipped) }
  const below = isDivided ? height - 1 : Math.ceil(height / 2) - 1
  return anchored(groups, conversation, { bottom: moved(groups, first, below), height })
}

/** Rows of a message without those that divide. */
function plainRowCount(groups: HistoryGroups, index: number): number {
  return groups.rows(index).filter(({ isDivider }) => isDivider !== true).length
}

/** Anchors the conversation so that `bottom` is the last row, unless there would be room above the first. */
function anchored(
  groups: HistoryGroups,
  conversation: Conversation,
  { bottom, height }: { readonly bottom: Place; readonly height: number }
): Conversation {
  const place = filled(groups, bottom, height)
  const isLast =
    place.index === groups.count - 1 && place.row === groups.rows(place.index).length - 1
  const key = conversation.messages[place.index]?.key
  const anchor: Anchor | undefined =
    isLast || key === undefined ? undefined : { key, row: place.row }
  return { ...conversation, anchor }
}

/** The last row on the screen; undefined where there is none at all. */
function bottomOf(
  groups: HistoryGroups,
  { anchor, messages }: Conversation,
  height: number
): Place | undefined {
  const last = groups.count - 1
  if (last < 0) {
    return undefined
  }
  const end = { index: last, row: groups.rows(last).length - 1 }
  const index = anchor === undefined ? -1 : placeOf(messages, anchor.key)
  if (anchor === undefined || messages[index]?.key !== anchor.key) {
    return end
  }
  const row = Math.min(anchor.row, groups.rows(index).length - 1)
  return filled(groups, { index, row }, height)
}

/** Further down, where there are not enough rows above to fill the screen. */
function filled(groups: HistoryGroups, bottom: Place, height: number): Place {
  const top = moved(groups, bottom, 1 - height)
  const missing = height - 1 - distance(groups, top, bottom)
  return moved(groups, bottom, Math.max(0, missing))
}

/** So many rows further down, or up where negative; as far as there are rows. */
function moved(groups: HistoryGroups, { index, row }: Place, by: number): Place {
  let [at, place] = [index, row + by]
  while (place < 0 && at > 0) {
    at -= 1
    place += groups.rows(at).length
  }
  for (;;) {
    const { length } = groups.rows(at)
    if (place < length) {
      return { index: at, row: Math.max(0, place) }
    }
    if (at >= groups.count - 1) {
      return { index: at, row: length - 1 }
    }
    at += 1
    place -= length
  }
}

/** Rows from one place down to another. */
function distance(groups: HistoryGroups, from: Place, to: Place): number {
  let count = to.row - from.row
  for (let index = from.index; index < to.index; index++) {
    count += groups.rows(index).length
  }
  return count
}

function rowsBetween(groups: HistoryGroups, from: Place, to: Place): readonly HistoryRow[] {
  const rows: HistoryRow[] = []
  for (let index = from.index; index <= to.index; index++) {
    const first = index === from.index ? from.row : 0
    const end = index === to.index ? to.row + 1 : undefined
    rows.push(...groups.rows(index).slice(first, end))
  }
  return rows
}
