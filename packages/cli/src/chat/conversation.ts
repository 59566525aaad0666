/** What happens to one conversation of the chat. */
import type { Message } from '@sealpost/client'
import type { MessageId } from '@sealpost/protocol'
import type { Conversation } from './chat-state.ts'

const STATES: readonly Message['state'][] = [undefined, 'queued', 'on-relay', 'delivered', 'read']

/** Takes in messages, sent or received; each once, in their order, and never with less proven than before. */
function withMessages(conversation: Conversation, added: readonly Message[]): Conversation {
  const messages = merged(conversation.messages, added)
  const newest = messages.at(-1)
  const { last } = conversation
  return {
    ...conversation,
    messages,
    last:
      newest === undefined || (last !== undefined && isBefore(newest.key, last.key)) ? last : newest
  }
}

/** Both in order. Thousands may be there already, and mostly what is added comes before them all or behind. */
function merged(messages: readonly Message[], added: readonly Message[]): readonly Message[] {
  const [first] = messages
  const newest = added.at(-1)
  if (first === undefined || (newest !== undefined && isBefore(newest.key, first.key))) {
    return [...added, ...messages]
  }
  return added.reduce((all, message) => {
    const index = placeOf(all, message.key)
    const before = all[index]
    return before?.key === message.key
      ? all.with(index, furthest(before, message))
      : all.toSpliced(index, 0, message)
  }, messages)
}

/** Where a key says when its message stands. */
const [TIME_FROM, TIME_TO] = [33, 45]

/** Whether a message stands before another of the conversation, which may have gone on under another identity: by their times first. */
export function isBefore(key: string, other: string): boolean {
  const [time, otherTime] = [key.slice(TIME_FROM, TIME_TO), other.slice(TIME_FROM, TIME_TO)]
  return time === otherTime ? key < other : time < otherTime
}

/** Where the message of a key is among these, or belongs. */
export function placeOf(messages: readonly Message[], key: string): number {
  let [from, to] = [0, messages.length]
  while (from < to) {
    const middle = Math.floor((from + to) / 2)
    const isBehind = isBefore(messages[middle]?.key ?? '', key)
    from = isBehind ? middle + 1 : from
    to = isBehind ? to : middle
  }
  return from
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
  const loaded = {
    ...withMessages(conversation, page.messages),
    isLoaded: true,
    isLoading: false
  }
  if (page.unseen === undefined) {
    return { ...loaded, isComplete: page.isComplete || conversation.isComplete }
  }
  const unseen = new Set(
    [...page.unseen, ...conversation.unseen].filter((key) => !conversation.shown.has(key))
  )
  const [first] = [...unseen].sort((a, b) => (isBefore(a, b) ? -1 : 1))
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
  const { messages } = conversation
  const isKnown = messages[placeOf(messages, message.key)]?.key === message.key
  const [oldest] = messages
  if (
    !isKnown &&
    oldest !== undefined &&
    isBefore(message.key, oldest.key) &&
    !conversation.isComplete
  ) {
    // It lies in history that is not loaded.
    return conversation
  }
  const taken = withMessages(conversation, [message])
  if (isKnown || !countsAsUnread(message)) {
    return taken
  }
  return {
    ...taken,
    unseen: new Set([...taken.unseen, message.key]),
    unreadCount: taken.unreadCount + 1,
    dividerKey: taken.dividerKey ?? (isInView ? undefined : message.key),
    typingUntilMs: undefined
  }
}

/** A message that is here already is another now. */
export function withChanged(conversation: Conversation, message: Message): Conversation {
  const { messages, last } = conversation
  const isKnown = messages[placeOf(messages, message.key)]?.key === message.key
  const changed = isKnown ? withMessages(conversation, [message]) : conversation
  return { ...changed, last: last?.key === message.key ? message : last }
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

function furthest(before: Message, now: Message): Message {
  return STATES.indexOf(before.state) > STATES.indexOf(now.state)
    ? { ...now, state: before.state }
    : now
}
