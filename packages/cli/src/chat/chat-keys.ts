/** What keys do in the chat. */
import { sentences } from '../sentences.ts'
import { onSearchKey, searchOpened } from './chat-search.ts'
import {
  type ChatEffect,
  type ChatState,
  openConversation,
  type Step,
  withOpen
} from './chat-state.ts'
import { layoutOf } from './chat-layout.ts'
import { edited } from './editing.ts'
import { continued, type Editor, EMPTY_EDITOR, insert, lineDown, lineUp } from './editor.ts'
import { helpPageCount } from './help-rows.ts'
import { nameOf } from './history-rows.ts'
import { scrolled } from './history-view.ts'
import type { Key } from './key.ts'
import { withNotice } from './notice.ts'
import { folded } from './search-text.ts'
import { opened, openedNext, openedUnread, typingEnded } from './switching.ts'

/** Nobody who has written nothing for so long is typing. */
const OWN_TYPING_MS = 8_000
/** Who is told that we type is told again after so long. */
const SAY_TYPING_MS = 5_000

export function onKey(state: ChatState, key: Key): Step {
  if (key.type === 'focus') {
    return only({ ...state, isFocused: key.isFocused })
  }
  if (key.type === 'key' && key.name === 'ctrl-c') {
    return { state, effects: [...typingEnded(state), { type: 'leave' }] }
  }
  if (key.type === 'key' && key.name === 'ctrl-l') {
    return { state, effects: [{ type: 'redraw' }] }
  }
  if (state.isHelpShown) {
    return only(afterHelp(state, key))
  }
  // Somebody is at the keyboard, whatever the terminal said last.
  const seen = { ...state, isFocused: true }
  const { state: after, effects } =
    seen.search === undefined ? onChatKey(seen, key) : onSearchKey(seen, seen.search, key)
  return withOwnTyping(state, after, effects)
}

/** The next page of the help, or what lies below it. */
function afterHelp(state: ChatState, key: Key): ChatState {
  const { columns, historyRows } = layoutOf(state)
  const isEscape = key.type === 'key' && key.name === 'escape'
  const next = state.helpPage + 1
  return isEscape || next >= helpPageCount(columns, historyRows)
    ? { ...state, isHelpShown: false, helpPage: 0 }
    : { ...state, helpPage: next }
}

function only(state: ChatState): Step {
  return { state, effects: [] }
}

function onChatKey(state: ChatState, key: Key): Step {
  const moved = key.type === 'key' ? onMove(state, key.name) : undefined
  if (moved !== undefined) {
    return moved
  }
  const draft = openConversation(state)?.draft ?? EMPTY_EDITOR
  if (key.type === 'key') {
    switch (key.name) {
      case 'enter': {
        const longer = continued(draft)
        return longer === undefined ? entered(state, draft) : only(withDraft(state, longer))
      }
      case 'alt-enter':
      case 'shift-enter':
      case 'ctrl-enter':
      case 'ctrl-j':
        return only(withDraft(state, insert(draft, '\n')))
      case 'ctrl-d':
        if (draft.text === '') {
          return { state, effects: [{ type: 'leave' }] }
        }
    }
  }
  const editor = edited(draft, key)
  return only(editor === undefined ? state : withDraft(state, editor))
}

/** Keys that move through the history or to another conversation; undefined for all others. */
function onMove(state: ChatState, name: string): Step | undefined {
  const page = Math.max(1, layoutOf(state).historyRows - 2)
  const draft = openConversation(state)?.draft ?? EMPTY_EDITOR
  switch (name) {
    case 'up':
      return upOrDown(state, lineUp(draft), -1)
    case 'down':
      return upOrDown(state, lineDown(draft), 1)
    case 'shift-up':
    case 'ctrl-up':
      return byRows(state, -1)
    case 'shift-down':
    case 'ctrl-down':
      return byRows(state, 1)
    case 'page-up':
      return byRows(state, -page)
    case 'page-down':
      return byRows(state, page)
    case 'escape':
      return only(
        withOpen({ ...state, notice: undefined }, (conversation) => {
          return { ...conversation, anchor: undefined, foundKey: undefined }
        })
      )
    case 'ctrl-n':
    case 'alt-down':
      return openedNext(state, 1)
    case 'ctrl-p':
    case 'alt-up':
      return openedNext(state, -1)
    case 'tab':
      return openedUnread(state) ?? only(state)
    case 'ctrl-f':
      return searchOpened(state, state.lastQuery)
    default:
      return undefined
  }
}

/** In a text of several lines the cursor moves first. */
function upOrDown(state: ChatState, editor: Editor | undefined, by: number): Step {
  return editor === undefined ? byRows(state, by) : only(withDraft(state, editor))
}

function byRows(state: ChatState, by: number): Step {
  return only(withOpen(state, (conversation) => scrolled(state, conversation, by)))
}

function withDraft(state: ChatState, draft: Editor): ChatState {
  return withOpen(state, (conversation) => ({ ...conversation, draft }))
}

/** Enter: a word for us, or something to send. */
function entered(state: ChatState, { text }: Editor): Step {
  if (text.trim() === '') {
    return only(state)
  }
  if (text.startsWith('/') && !text.startsWith('//')) {
    return onSlash(state, text.trim())
  }
  const { openId } = state
  if (openId === undefined) {
    return only(withNotice(state, sentences.chat.nobody))
  }
  const words = (text.startsWith('//') ? text.slice(1) : text).trimEnd()
  const sent = withOpen(state, (conversation) => {
    const { unseen, dividerKey } = conversation
    return {
      ...conversation,
      draft: EMPTY_EDITOR,
      anchor: undefined,
      foundKey: undefined,
      dividerKey: unseen.size > 0 ? dividerKey : undefined
    }
  })
  return { state: sent, effects: [{ type: 'send', contactId: openId, text: words }] }
}

function onSlash(state: ChatState, line: string): Step {
  const [word = '', ...rest] = line.split(/\s+/)
  const words = rest.join(' ')
  const cleared = withDraft(state, EMPTY_EDITOR)
  switch (word) {
    case '/quit':
      return { state, effects: [...typingEnded(state), { type: 'leave' }] }
    case '/help':
      return only({ ...cleared, isHelpShown: true, helpPage: 0 })
    case '/':
    case '/search':
      return searchOpened(cleared, words)
    case '/recall':
      return onRecall(cleared)
    case '/to':
      return toName(cleared, words)
    default:
      return only(withNotice(state, sentences.chat.unknownSlash(word.slice(0, 40))))
  }
}

/** Takes back the own message that a search led to, else the last one. */
function onRecall(state: ChatState): Step {
  const conversation = openConversation(state)
  const own = (conversation?.messages ?? []).filter(
    ({ kind, withdrawnAtMs }) => kind === 'sent' && withdrawnAtMs === undefined
  )
  const found = own.find(({ key }) => key === conversation?.foundKey) ?? own.at(-1)
  return found?.messageId === undefined
    ? only(withNotice(state, sentences.chat.nothingToRecall))
    : { state, effects: [{ type: 'recall', messageId: found.messageId }] }
}

/** The conversation of that name, or else the first whose name holds it. */
function toName(state: ChatState, name: string): Step {
  const wanted = folded(name)
  const { conversations } = state
  const found =
    conversations.find((conversation) => folded(nameOf(conversation)) === wanted) ??
    conversations.find((conversation) => folded(nameOf(conversation)).includes(wanted))
  return found === undefined || wanted === ''
    ? only(withNotice(state, sentences.chat.unknownName(name.slice(0, 40))))
    : opened(state, found.contact.contactId)
}

/** Whoever is written to learns that, if it is so. */
function withOwnTyping(before: ChatState, after: ChatState, effects: readonly ChatEffect[]): Step {
  const draft = openConversation(after)?.draft.text ?? ''
  const { openId, ownTyping, nowMs } = after
  const isWriting = openId !== undefined && draft.trim() !== '' && !/^\/(?!\/)/.test(draft)
  if (ownTyping !== undefined && (!isWriting || ownTyping.contactId !== openId)) {
    return {
      state: { ...after, ownTyping: undefined },
      effects: [...typingEnded(after), ...effects]
    }
  }
  const isSameDraft =
    after.openId === before.openId && draft === openConversation(before)?.draft.text
  if (!isWriting || isSameDraft || after.openId !== before.openId) {
    return { state: after, effects }
  }
  const untilMs = nowMs + OWN_TYPING_MS
  if (ownTyping !== undefined && nowMs < ownTyping.saidAtMs + SAY_TYPING_MS) {
    return { state: { ...after, ownTyping: { ...ownTyping, untilMs } }, effects }
  }
  return {
    state: { ...after, ownTyping: { contactId: openId, saidAtMs: nowMs, untilMs } },
    effects: [...effects, { type: 'set-typing', contactId: openId, isTyping: true }]
  }
}
