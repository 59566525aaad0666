/** What happens to one conversation of the chat. */
import type { Message } from '@sealpost/client'
import type { MessageId } from '@sealpost/protocol'
import type { Conversation } from './chat-state.ts'

const STATES: readonly Message['state'][] = [undefined, 'queued', 'on-relay', 'delivered', 'read']

/** Takes in messages that are loaded, sent or received; each once, in their order, and never with less proven than before. */
function withMessages(conversation: Conversation, added: readonly Message[]): Conversation {
  const byKey = new Map(conversation.messages.map((message) => [message.key, message]))
  for (const message of added) {
    byKey.set(message.key, furthest(byKey.get(message.key), message))
  }
  const messages = [...byKey.values()].sort((one, other) => (one.key < other.key ? -1 : 1))
  const newest = messages.at(-1)
  const { last } = conversation
  return {
    ...conversation,
    messages,
    last: newest === undefined || (last !== undefined && last.key > newest.key) ? last : newest
  }
}

/** A page of history. @param unseen Keys of all that is unread, where it is the newest page. */
export function withPage(
  conversation: Conversation,
  page: {
    readonly messages: readonly Message[]
    readonly isComplete: boolean
    readonly unseen?: readonly string[]
  }
): Conversation {
  const merged = withMessages(conversation, page.messages)
  const loaded = { ...merged, isLoaded: true, isLoading: false }
  if (page.unseen === undefined) {
    return { ...loaded, isComplete: page.isComplete || conversation.isComplete }
  }
  const unseen = new Set(
    [...page.unseen, ...conversation.unseen].filter((key) => !conversation.shown.has(key))
  )
  const [first] = [...unseen].sort()
  return {
    ...loaded,
    isComplete: page.isComplete,
    unseen,
    unreadCount: unseen.size,
    dividerKey: first
  }
}

/** A message that just came. @param isInView Whether whoever looks sees it at once. */
export function withFresh(
  conversation: Conversation,
  message: Message,
  isInView: boolean
): Conversation {
  const isKnown = conversation.messages.some(({ key }) => key === message.key)
  const oldest = conversation.messages[0]
  if (!isKnown && oldest !== undefined && message.key < oldest.key && !conversation.isComplete) {
    // It lies in history that is not loaded.
    return conversation
  }
  const merged = withMessages(conversation, [message])
  if (isKnown || !countsAsUnread(message)) {
    return merged
  }
  return {
    ...merged,
    unseen: new Set([...merged.unseen, message.key]),
    unreadCount: merged.unreadCount + 1,
    dividerKey: merged.dividerKey ?? (isInView ? undefined : message.key),
    typingUntilMs: undefined
  }
}

/** More was proven of an own message; undefined where it is not loaded. */
export function withState(
  conversation: Conversation,
  messageId: MessageId,
  state: Message['state']
): Conversation | undefined {
  const message = conversation.messages.find((candidate) => candidate.messageId === messageId)
  return message === undefined ? undefined : withMessages(conversation, [{ ...message, state }])
}

/** These were on the screen. */
export function withShown(conversation: Conversation, keys: readonly string[]): Conversation {
  const unseen = new Set(conversation.unseen)
  for (const key of keys) {
    unseen.delete(key)
  }
  return {
    ...conversation,
    unseen,
    unreadCount: unseen.size,
    shown: new Set([...conversation.shown, ...keys])
  }
}

/** Whether it is unread until it was shown: our own words are not, nor what changed about the conversation. */
export function countsAsUnread({ kind }: Message): boolean {
  return kind === 'received' || kind === 'unreadable'
}

function furthest(before: Message | undefined, now: Message): Message {
  return before !== undefined && STATES.indexOf(before.state) > STATES.indexOf(now.state)
    ? { ...now, state: before.state }
    : now
}
