/** What the full-screen chat knows: plain data, replaced as a whole at every input. */
import type { Contact, Message } from '@sealpost/client'
import type { ContactId, MessageId } from '@sealpost/protocol'
import type { TerminalTraits } from '../screen/screen.ts'
import type { Editor } from './editor.ts'
import { EMPTY_EDITOR } from './editor.ts'
import type { Key } from './key.ts'

/** The last row of the history that is seen: a row of the message at `key`, counted from its first. */
export interface Anchor {
  readonly key: string
  readonly row: number
}

export interface Conversation {
  readonly contact: Contact
  /** The newest of it, whether loaded or not. */
  readonly last: Message | undefined
  /** What is loaded, in order; always the newest without a hole. */
  readonly messages: readonly Message[]
  /** Whether its newest messages were loaded, which happens when it is first opened. */
  readonly isLoaded: boolean
  /** Whether `messages` begins with the first there is. */
  readonly isComplete: boolean
  readonly isLoading: boolean
  /** Keys of received messages that were not on the screen yet; of use once loaded. */
  readonly unseen: ReadonlySet<string>
  /** Keys that were handed on as shown in this run. */
  readonly shown: ReadonlySet<string>
  readonly unreadCount: number
  /** The message below the line that says where the unread ones begin. */
  readonly dividerKey: string | undefined
  /** Undefined while the newest is followed. */
  readonly anchor: Anchor | undefined
  /** To be brought into view once it is loaded. */
  readonly wantedKey: string | undefined
  /** Found by a search, and marked. */
  readonly foundKey: string | undefined
  readonly draft: Editor
  /** Until when the contact counts as typing; undefined where they are not. */
  readonly typingUntilMs: number | undefined
}

export interface Search {
  /** Results carry it, so that those of an earlier query are told apart. */
  readonly searchId: number
  readonly editor: Editor
  readonly isEverywhere: boolean
  /** Newest first. */
  readonly hits: readonly Message[]
  readonly selected: number
  readonly isDone: boolean
}

export interface Notice {
  readonly sentence: string
  /** Undefined for one that stays. */
  readonly untilMs: number | undefined
}

export interface ChatState {
  readonly ownName: string
  readonly terminal: TerminalTraits
  readonly nowMs: number
  /** Those with something to say first. */
  readonly conversations: readonly Conversation[]
  readonly openId: ContactId | undefined
  readonly isFocused: boolean
  readonly search: Search | undefined
  /** What was searched for last, for the next time. */
  readonly lastQuery: string
  readonly searchCount: number
  readonly isHelpShown: boolean
  /** Which page of it. */
  readonly helpPage: number
  readonly notice: Notice | undefined
  readonly relays: { readonly readyCount: number; readonly count: number }
  /** What a contact was told of our typing. */
  readonly ownTyping:
    | { readonly contactId: ContactId; readonly saidAtMs: number; readonly untilMs: number }
    | undefined
}

/** What happens. Keys and ticks carry the time. */
export type ChatInput =
  | { readonly type: 'key'; readonly key: Key; readonly atMs: number }
  | { readonly type: 'tick'; readonly atMs: number }
  | { readonly type: 'resized'; readonly columns: number; readonly rows: number }
  | { readonly type: 'contact'; readonly contact: Contact; readonly last: Message | undefined }
  | { readonly type: 'message'; readonly message: Message; readonly atMs: number }
  /** A message is not what it was: it was taken back. */
  | { readonly type: 'message-changed'; readonly message: Message }
  | {
      readonly type: 'message-deleted'
      readonly contactId: ContactId
      readonly messageKey: string
    }
  | {
      readonly type: 'message-state'
      readonly contactId: ContactId
      readonly messageId: MessageId
      readonly state: NonNullable<Message['state']>
    }
  | {
      readonly type: 'page'
      readonly contactId: ContactId
      readonly messages: readonly Message[]
      readonly isComplete: boolean
      /** Keys of all that is unread; only with the newest page. */
      readonly unseen?: readonly string[]
    }
  | {
      readonly type: 'load-failed'
      readonly contactId: ContactId
      readonly sentence: string
      readonly atMs: number
    }
  | {
      readonly type: 'send-failed'
      readonly contactId: ContactId
      readonly text: string
      readonly sentence: string
      readonly atMs: number
    }
  | {
      readonly type: 'typing'
      readonly contactId: ContactId
      readonly isTyping: boolean
      readonly atMs: number
    }
  | { readonly type: 'relays'; readonly readyCount: number; readonly count: number }
  | {
      readonly type: 'notice'
      readonly sentence: string
      readonly isLasting: boolean
      readonly atMs: number
    }
  | {
      readonly type: 'found'
      readonly searchId: number
      readonly hits: readonly Message[]
      readonly isDone: boolean
    }

/** What is to be done. */
export type ChatEffect =
  /** Answered with `page`: the newest, those before a message, or all from the newest back to a message. */
  | {
      readonly type: 'load'
      readonly contactId: ContactId
      readonly before?: string
      readonly backTo?: string
    }
  /** Answered with `message` or `send-failed`. */
  | { readonly type: 'send'; readonly contactId: ContactId; readonly text: string }
  /** Answered with `message`: somebody else of this home wrote it. */
  | { readonly type: 'fetch'; readonly messageId: MessageId }
  /** Answered with `message-changed` and a notice. */
  | { readonly type: 'recall'; readonly messageId: MessageId }
  | { readonly type: 'mark-shown'; readonly messages: readonly Message[] }
  /** Answered with `found`, as often as there is something, newest first. Ends the search before it. */
  | {
      readonly type: 'search'
      readonly searchId: number
      readonly query: string
      /** Undefined for all conversations. */
      readonly contactId: ContactId | undefined
    }
  | { readonly type: 'end-search' }
  | { readonly type: 'set-typing'; readonly contactId: ContactId; readonly isTyping: boolean }
  /** Draws every row again. */
  | { readonly type: 'redraw' }
  | { readonly type: 'leave' }

/** A state and what is to be done. */
export interface Step {
  readonly state: ChatState
  readonly effects: readonly ChatEffect[]
}

export function newConversation(contact: Contact, last: Message | undefined): Conversation {
  return {
    contact,
    last,
    messages: [],
    isLoaded: false,
    isComplete: false,
    isLoading: false,
    unseen: new Set(),
    shown: new Set(),
    unreadCount: contact.unreadCount,
    dividerKey: undefined,
    anchor: undefined,
    wantedKey: undefined,
    foundKey: undefined,
    draft: EMPTY_EDITOR,
    typingUntilMs: undefined
  }
}

/** The chat as it begins, with nothing open. */
export function newChat(start: {
  readonly ownName: string
  readonly terminal: TerminalTraits
  readonly nowMs: number
  readonly conversations: readonly Conversation[]
}): ChatState {
  return {
    ...start,
    conversations: inOrder(start.conversations),
    openId: undefined,
    isFocused: true,
    search: undefined,
    lastQuery: '',
    searchCount: 0,
    isHelpShown: false,
    helpPage: 0,
    notice: undefined,
    relays: { readyCount: 0, count: 0 },
    ownTyping: undefined
  }
}

export function conversationOf(
  state: ChatState,
  contactId: ContactId | undefined
): Conversation | undefined {
  return state.conversations.find(({ contact }) => contact.contactId === contactId)
}

/** The one that is open. */
export function openConversation(state: ChatState): Conversation | undefined {
  return conversationOf(state, state.openId)
}

/** Changes one conversation. Their order follows. */
export function withConversation(
  state: ChatState,
  contactId: ContactId,
  change: (conversation: Conversation) => Conversation
): ChatState {
  const conversations = state.conversations.map((conversation) =>
    conversation.contact.contactId === contactId ? change(conversation) : conversation
  )
  return { ...state, conversations: inOrder(conversations) }
}

/** Changes the one that is open. */
export function withOpen(
  state: ChatState,
  change: (conversation: Conversation) => Conversation
): ChatState {
  return state.openId === undefined ? state : withConversation(state, state.openId, change)
}

/** Those whose last word is the newest come first. */
export function inOrder(conversations: readonly Conversation[]): readonly Conversation[] {
  const timeOf = ({ last, contact }: Conversation): number =>
    last?.storedAtMs ?? contact.createdAtMs
  return conversations.toSorted((one, other) => timeOf(other) - timeOf(one))
}
