/** From one conversation to another. */
import type { ContactId } from '@sealpost/protocol'
import {
  type ChatEffect,
  type ChatState,
  conversationOf,
  type Step,
  withConversation,
  withOpen
} from './chat-state.ts'
import { placeOf } from './conversation.ts'
import { showing } from './history-view.ts'

/** Opens a conversation, and loads it where that is the first time. */
export function opened(state: ChatState, contactId: ContactId): Step {
  const left = state.openId === contactId ? state : leaving(state)
  const conversation = conversationOf(left, contactId)
  if (conversation === undefined) {
    return { state, effects: [] }
  }
  const there = { ...left, openId: contactId }
  const { isLoaded, isLoading } = conversation
  if (isLoaded || isLoading) {
    return { state: there, effects: [] }
  }
  return {
    state: withConversation(there, contactId, (before) => ({ ...before, isLoading: true })),
    effects: [{ type: 'load', contactId }]
  }
}

/** Opens a conversation at a message, which may have to be loaded first. */
export function openedAt(state: ChatState, contactId: ContactId, key: string): Step {
  const left = state.openId === contactId ? state : leaving(state)
  const there = withConversation({ ...left, openId: contactId }, contactId, (conversation) => {
    return { ...conversation, foundKey: key }
  })
  const conversation = conversationOf(there, contactId)
  if (conversation === undefined) {
    return { state, effects: [] }
  }
  const { messages } = conversation
  if (messages[placeOf(messages, key)]?.key === key) {
    return {
      state: withConversation(there, contactId, () => showing(there, conversation, key)),
      effects: []
    }
  }
  const oldest = conversation.isLoaded ? conversation.messages[0]?.key : undefined
  const before = oldest === undefined ? {} : { before: oldest }
  return {
    state: withConversation(there, contactId, (waiting) => {
      return { ...waiting, isLoading: true, wantedKey: key }
    }),
    effects: [{ type: 'load', contactId, ...before, backTo: key }]
  }
}

/** The next in the list, or the one before. */
export function openedNext(state: ChatState, by: 1 | -1): Step {
  const { conversations, openId } = state
  const at = conversations.findIndex(({ contact }) => contact.contactId === openId)
  const next = conversations[(at + by + conversations.length) % conversations.length]
  return next === undefined ? { state, effects: [] } : opened(state, next.contact.contactId)
}

/** The next one below in which something is unread; undefined where there is none. */
export function openedUnread(state: ChatState): Step | undefined {
  const { conversations, openId } = state
  const at = conversations.findIndex(({ contact }) => contact.contactId === openId)
  const found = [...conversations.slice(at + 1), ...conversations.slice(0, Math.max(0, at))].find(
    ({ unreadCount }) => unreadCount > 0
  )
  return found === undefined ? undefined : opened(state, found.contact.contactId)
}

/** What was new has been looked at, and what was found too. */
function leaving(state: ChatState): ChatState {
  return withOpen(state, (conversation) => {
    const { unseen, dividerKey } = conversation
    return {
      ...conversation,
      dividerKey: unseen.size > 0 ? dividerKey : undefined,
      foundKey: undefined
    }
  })
}

/** Tells a contact that we type no more, where they were told that we do. */
export function typingEnded(state: ChatState): readonly ChatEffect[] {
  return state.ownTyping === undefined
    ? []
    : [{ type: 'set-typing', contactId: state.ownTyping.contactId, isTyping: false }]
}
