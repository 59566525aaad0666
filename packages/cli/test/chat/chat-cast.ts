import type { Contact, Message } from '@sealpost/client'
import { type ContactId, contactIds, messageIds } from '@sealpost/protocol'
import {
  type ChatEffect,
  type ChatInput,
  type ChatState,
  newChat,
  newConversation,
  openConversation
} from '../../src/chat/chat-state.ts'
import { begin, update } from '../../src/chat/chat-model.ts'
import { chatFrame } from '../../src/chat/chat-view.ts'
import { KeyReader } from '../../src/chat/key.ts'
import { cellCount } from '../../src/screen/text-cells.ts'
import type { TerminalTraits } from '../../src/screen/screen.ts'

/** A Sunday. */
export const NOW_MS: number = new Date(2026, 10, 22, 14, 5).getTime()
const MINUTE_MS = 60_000

const names = ['alice', 'bob', 'carol']

export function idOf(name: string): ContactId {
  return contactIds.fromBytes(new Uint8Array(16).fill(names.indexOf(name) + 1))
}

export function contactNamed(name: string, more: Partial<Contact> = {}): Contact {
  return {
    contactId: idOf(name),
    name,
    profileName: name,
    standing: 'accepted',
    identityKey: undefined,
    createdAtMs: NOW_MS - 1_000 * MINUTE_MS,
    isVerified: false,
    isIdentityChanged: false,
    isHeld: false,
    unreadCount: 0,
    missingCount: 0,
    direct: 'default',
    timerSeconds: 0,
    pinnedAtMs: undefined,
    archivedAtMs: undefined,
    mutedUntilMs: undefined,
    isMarkedUnread: false,
    hasPath: false,
    isOnline: false,
    ...more
  }
}

/** The `place`th message of a conversation, one a minute; the 5th was now. */
export function messageOf(
  name: string,
  place: number,
  text: string,
  more: Partial<Message> = {}
): Message {
  const atMs = NOW_MS + (place - 5) * MINUTE_MS
  return {
    messageId: messageIds.fromBytes(new Uint8Array(16).fill(place).fill(names.indexOf(name), 0, 1)),
    contactId: idOf(name),
    kind: 'received',
    notice: undefined,
    missingCount: 0,
    isLost: false,
    device: 1,
    withdrawnAtMs: undefined,
    recall: undefined,
    reply: undefined,
    isForwarded: false,
    editedAtMs: undefined,
    reactions: [],
    isStarred: false,
    fadesAtMs: undefined,
    timerSeconds: 0,
    text,
    sentAtMs: atMs,
    storedAtMs: atMs,
    state: undefined,
    key: `${idOf(name)}/${String(place).padStart(6, '0')}`,
    ...more
  }
}

export function ownMessage(
  name: string,
  place: number,
  text: string,
  state: NonNullable<Message['state']> = 'queued'
): Message {
  return messageOf(name, place, text, { kind: 'sent', state })
}

/** A chat that is told things one after the other, and what it wanted done. */
export class PlayedChat {
  state: ChatState
  effects: ChatEffect[] = []
  readonly #keys = new KeyReader()

  constructor(
    terminal: Partial<TerminalTraits> = {},
    conversations = [newConversation(contactNamed('bob'), undefined)]
  ) {
    const traits = { columns: 60, rows: 12, isUtf8: true, hasColor: true, ...terminal }
    this.state = newChat({ ownName: 'alice', terminal: traits, nowMs: NOW_MS, conversations })
    const { state, effects } = begin(this.state, undefined)
    this.state = state
    this.effects.push(...effects)
  }

  /** Hands in what happened, and forgets what was to be done before. */
  tell(...inputs: readonly ChatInput[]): this {
    this.effects = []
    for (const input of inputs) {
      const { state, effects } = update(this.state, input)
      this.state = state
      this.effects.push(...effects)
    }
    return this
  }

  /** Keys, as a terminal sends them. */
  press(text: string, atMs: number = NOW_MS): this {
    const keys = [...this.#keys.push(text), ...this.#keys.flush()]
    return this.tell(...keys.map((key) => ({ type: 'key', key, atMs }) as const))
  }

  /** The newest page of a conversation, which is all of it unless told otherwise. */
  load(
    name: string,
    messages: readonly Message[],
    more: { readonly unseen?: readonly string[]; readonly isComplete?: boolean } = {}
  ): this {
    const { unseen = [], isComplete = true } = more
    return this.tell({ type: 'page', contactId: idOf(name), messages, isComplete, unseen })
  }

  get draft(): string {
    return openConversation(this.state)?.draft.text ?? ''
  }

  /** The rows of the screen, without their styles. */
  get rows(): readonly string[] {
    return chatFrame(this.state).map((row) => {
      let text = ''
      for (const { column, spans } of row) {
        text += ' '.repeat(Math.max(0, (column ?? 0) - cellCount(text)))
        text += spans.map((span) => span.text).join('')
      }
      return text.trimEnd()
    })
  }
}
