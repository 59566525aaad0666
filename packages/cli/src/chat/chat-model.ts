/** Decides what the full-screen chat shows and does: synchronous, with the time in its inputs, and without a terminal or a client. */
import type { ContactId } from '@sealpost/protocol'
import { onKey } from './chat-keys.ts'
import {
  type ChatEffect,
  type ChatInput,
  type ChatState,
  conversationOf,
  inOrder,
  newConversation,
  openConversation,
  type Step,
  withConversation
} from './chat-state.ts'
import { placeOf, withChanged, withFresh, withPage, withShown, withState } from './conversation.ts'
import { insert } from './editor.ts'
import { historyView, keysInView, ROWS_AHEAD, showing } from './history-view.ts'
import { withNotice } from './notice.ts'
import { opened } from './switching.ts'

/** A contact who says no more counts as typing for this long. */
const TYPING_MS = 15_000

/** One input. What is on the screen afterwards counts as shown. */
export function update(state: ChatState, input: ChatInput): Step {
  const atMs = 'atMs' in input ? input.atMs : state.nowMs
  const { state: changed, effects } = apply({ ...state, nowMs: atMs }, input)
  return settled(changed, effects)
}

/** The chat as it begins: a conversation open, if there is one. */
export function begin(state: ChatState, contactId: ContactId | undefined): Step {
  const wanted = contactId ?? state.conversations[0]?.contact.contactId
  return wanted === undefined ? { state, effects: [] } : opened(state, wanted)
}

/** When to hand in a tick; undefined where nothing waits for time. */
export function nextTickMs(state: ChatState): number | undefined {
  const times = [
    state.notice?.untilMs,
    state.ownTyping?.untilMs,
    ...state.conversations.map(({ typingUntilMs }) => typingUntilMs)
  ].filter((time) => time !== undefined)
  return times.length === 0 ? undefined : Math.min(...times)
}

function apply(state: ChatState, input: ChatInput): Step {
  switch (input.type) {
    case 'key':
      return onKey(state, input.key)
    case 'tick':
      return onTick(state)
    case 'resized': {
      const { columns, rows } = input
      const terminal = { ...state.terminal, columns, rows }
      return { state: { ...state, terminal }, effects: [{ type: 'redraw' }] }
    }
    case 'contact':
      return onContact(state, input)
    case 'message':
      return onMessage(state, input)
    case 'message-changed': {
      const { message } = input
      return only(
        withConversation(state, message.contactId, (before) => withChanged(before, message))
      )
    }
    case 'message-deleted': {
      const { contactId, messageKey } = input
      return only(
        withConversation(state, contactId, (before) => ({
          ...before,
          messages: before.messages.filter(({ key }) => key !== messageKey)
        }))
      )
    }
    case 'message-state':
      return onMessageState(state, input)
    case 'page':
      return only(onPage(state, input))
    case 'load-failed': {
      const { contactId, sentence } = input
      // It counts as complete, or it would be tried without end.
      const ended = withConversation(state, contactId, (conversation) => {
        return { ...conversation, isLoading: false, isComplete: conversation.isLoaded }
      })
      return only(withNotice(ended, sentence))
    }
    case 'send-failed':
      return only(onSendFailed(state, input))
    case 'typing': {
      const typingUntilMs = input.isTyping ? input.atMs + TYPING_MS : undefined
      return only(
        withConversation(state, input.contactId, (conversation) => {
          return { ...conversation, typingUntilMs }
        })
      )
    }
    case 'relays': {
      const { readyCount, count } = input
      return only({ ...state, relays: { readyCount, count } })
    }
    case 'notice':
      return only(withNotice(state, input.sentence, input.isLasting))
    case 'found':
      return only(onFound(state, input))
  }
}

function only(state: ChatState): Step {
  return { state, effects: [] }
}

function onTick(state: ChatState): Step {
  const { nowMs, notice, ownTyping } = state
  const isOver = (untilMs: number | undefined): boolean => untilMs !== undefined && untilMs <= nowMs
  const effects: readonly ChatEffect[] =
    ownTyping !== undefined && isOver(ownTyping.untilMs)
      ? [{ type: 'set-typing', contactId: ownTyping.contactId, isTyping: false }]
      : []
  return {
    state: {
      ...state,
      notice: isOver(notice?.untilMs) ? undefined : notice,
      ownTyping: isOver(ownTyping?.untilMs) ? undefined : ownTyping,
      conversations: state.conversations.map((conversation) =>
        isOver(conversation.typingUntilMs)
          ? { ...conversation, typingUntilMs: undefined }
          : conversation
      )
    },
    effects
  }
}

function onContact(state: ChatState, input: Extract<ChatInput, { type: 'contact' }>): Step {
  const { contact, last } = input
  const known = conversationOf(state, contact.contactId)
  if (known !== undefined) {
    const unreadCount = known.isLoaded ? known.unreadCount : contact.unreadCount
    return only(
      withConversation(state, contact.contactId, (before) => {
        return { ...before, contact, unreadCount, last: before.last ?? last }
      })
    )
  }
  const conversations = inOrder([...state.conversations, newConversation(contact, last)])
  const added = { ...state, conversations }
  return state.openId === undefined ? opened(added, contact.contactId) : only(added)
}

function onMessage(state: ChatState, input: Extract<ChatInput, { type: 'message' }>): Step {
  const { message } = input
  const conversation = conversationOf(state, message.contactId)
  if (conversation === undefined) {
    // Its contact follows, and brings it along.
    return only(state)
  }
  const isInView =
    state.openId === message.contactId && state.isFocused && conversation.anchor === undefined
  return only(
    withConversation(state, message.contactId, (before) => withFresh(before, message, isInView))
  )
}

function onMessageState(
  state: ChatState,
  input: Extract<ChatInput, { type: 'message-state' }>
): Step {
  const { contactId, messageId } = input
  const conversation = conversationOf(state, contactId)
  if (conversation === undefined) {
    return only(state)
  }
  const changed = withState(conversation, messageId, input.state)
  if (changed !== undefined) {
    return only(withConversation(state, contactId, () => changed))
  }
  return { state, effects: [{ type: 'fetch', messageId }] }
}

function onPage(state: ChatState, page: Extract<ChatInput, { type: 'page' }>): ChatState {
  const before = conversationOf(state, page.contactId)
  const added = withConversation(state, page.contactId, (conversation) =>
    withPage(conversation, page)
  )
  const conversation = conversationOf(added, page.contactId)
  if (before === undefined || conversation === undefined) {
    return added
  }
  const { wantedKey } = conversation
  // What was waited for, or the first that was not read yet.
  const key = wantedKey ?? (before.isLoaded ? undefined : conversation.dividerKey)
  if (key === undefined) {
    return added
  }
  return withConversation(added, page.contactId, () => {
    return { ...showing(added, conversation, key), wantedKey: undefined }
  })
}

function onSendFailed(
  state: ChatState,
  input: Extract<ChatInput, { type: 'send-failed' }>
): ChatState {
  const { contactId, text, sentence } = input
  const restored = withConversation(state, contactId, (conversation) => {
    const { draft } = conversation
    const lost = draft.text === '' ? text : `${text}\n`
    const { text: whole } = insert({ text: draft.text, cursor: 0 }, lost)
    return { ...conversation, draft: { text: whole, cursor: whole.length } }
  })
  return withNotice(restored, sentence)
}

function onFound(state: ChatState, input: Extract<ChatInput, { type: 'found' }>): ChatState {
  const { search } = state
  if (search?.searchId !== input.searchId) {
    return state
  }
  const hits = [...search.hits, ...input.hits]
  return { ...state, search: { ...search, hits, isDone: input.isDone } }
}

/** What is on the screen was shown; what is above it is loaded before anybody goes there. */
function settled(state: ChatState, effects: readonly ChatEffect[]): Step {
  const conversation = openConversation(state)
  if (conversation?.isLoaded !== true || state.search !== undefined || state.isHelpShown) {
    return { state, effects }
  }
  const more: ChatEffect[] = []
  let changed = state
  const view = historyView(state, conversation)
  if (state.isFocused && conversation.unseen.size > 0) {
    const keys = [...keysInView(view)].filter((key) => conversation.unseen.has(key))
    const messages = keys.flatMap((key) => {
      const message = conversation.messages[placeOf(conversation.messages, key)]
      return message === undefined ? [] : [message]
    })
    if (messages.length > 0) {
      more.push({ type: 'mark-shown', messages })
      changed = withConversation(changed, conversation.contact.contactId, (before) =>
        withShown(before, keys)
      )
    }
  }
  const [oldest] = conversation.messages
  const isOlderNeeded =
    view.aboveCount < ROWS_AHEAD && !conversation.isComplete && !conversation.isLoading
  if (isOlderNeeded && oldest !== undefined) {
    const { contactId } = conversation.contact
    more.push({ type: 'load', contactId, before: oldest.key })
    changed = withConversation(changed, contactId, (before) => ({ ...before, isLoading: true }))
  }
  return { state: changed, effects: [...effects, ...more] }
}
