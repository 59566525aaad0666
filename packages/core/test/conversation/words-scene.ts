/** Two people with two devices each, and what they say to each other: each device hears of it in an order of its own. */
import assert from 'node:assert/strict'
import { type Account, ownIndexKey, type StoredMessage, writeAccount } from '@sealpost/core'
import {
  bytesToUtf8,
  type ContactId,
  type ContactState,
  type Content,
  type ContentBody,
  encodeContent,
  type MessageId,
  messageIds,
  type ShelfChoice
} from '@sealpost/protocol'
import { account, bytesOf, content, device, deviceList, identity } from '../peer/cast.ts'
import { originOf } from '../peer/origin-of.ts'
import { messagesOf } from '../peer/stored-messages.ts'
import { TestPeer } from '../peer/test-peer.ts'
import { TestRelay } from '../peer/test-relay.ts'
import { MemoryRows } from '../relay/memory-rows.ts'

export type Person = 'alice' | 'bob'

/** A message as everybody sees it. */
export interface Shown extends Omit<StoredMessage['words'], 'reactions'> {
  readonly id: string
  readonly by: Person
  readonly text: string
  readonly isWithdrawn: boolean
  readonly reactions: readonly object[]
}

/** A star as a person chose it. */
export interface GivenStar {
  readonly id: MessageId
  readonly isOwn: boolean
  readonly star: ShelfChoice
}

/** A content as one device of somebody sent it. */
export interface Said {
  readonly by: Person
  readonly device: number
  readonly content: Content
}

export const DEVICES: readonly { readonly name: Person; readonly device: number }[] = [
  { name: 'alice', device: 1 },
  { name: 'alice', device: 2 },
  { name: 'bob', device: 1 },
  { name: 'bob', device: 2 }
]

/** A content of a device, with an id of its own. */
export function said(
  by: Person,
  number: number,
  body: ContentBody,
  { from = 1, sentAtMs = 1_000_000 + number }: { from?: number; sentAtMs?: number } = {}
): Said {
  const messageId = idOf(by, number, from)
  return { by, device: from, content: content(number, body, { messageId, sentAtMs }) }
}

export function idOf(by: Person, number: number, from = 1): MessageId {
  return messageIds.fromBytes(bytesOf(`${by} ${String(from)} ${String(number)}`, 16))
}

/** One device of somebody, which knows the other person. */
export class WordsPeer {
  readonly name: Person
  readonly device: number
  readonly peer: TestPeer
  readonly other: ContactId
  readonly self: ContactId
  readonly #rita: TestRelay
  #ownWords = 0

  constructor(name: Person, own: number) {
    this.name = name
    this.device = own
    this.#rita = new TestRelay('rita')
    const rows = new MemoryRows()
    const list = deviceList(2, 1, 2)
    const given: Account = { ...account(name, [this.#rita.address]), device: device(own) }
    rows.apply(writeAccount({ ...given, deviceList: list }))
    this.peer = new TestPeer(name, [this.#rita], { rows })
    const reached = [1, 2].map((number) => [device(number), [this.#rita]] as const)
    this.other = this.peer.knowsDevices(name === 'alice' ? 'bob' : 'alice', reached, list)
    const self = this.peer.machine.self()?.contactId
    assert.ok(self !== undefined)
    this.self = self
  }

  /** Says it, or hears of it. */
  take(word: Said): void {
    if (word.by !== this.name) {
      this.#receive(this.other, word.device, word.content)
    } else if (word.device === this.device) {
      this.peer.submit(this.other, word.content)
    } else {
      this.#copy(word)
    }
  }

  /** Another own device deletes messages. */
  deleted(...messages: readonly { readonly id: MessageId; readonly isOwn: boolean }[]): void {
    const named = messages.map(({ id: messageId, isOwn }) => {
      return { identityKey: this.#otherKey(), messageId, isOwn }
    })
    this.#ownWords += 1
    const word = content(this.#ownWords, { type: 'deletion', messages: named })
    this.#receive(this.self, this.#sibling(), word)
  }

  /** Another own device gives messages a star, or takes it away. */
  starred(...stars: readonly GivenStar[]): void {
    const messages = stars.map(({ id: messageId, isOwn, star }) => {
      return { identityKey: this.#otherKey(), messageId, isOwn, star }
    })
    this.#ownWords += 1
    const word = content(this.#ownWords, { type: 'stars', messages })
    this.#receive(this.self, this.#sibling(), word)
  }

  /** The person does so here. */
  stars({ id: messageId, isOwn, star }: GivenStar): void {
    const chosen = { contactId: this.other, messageId, isOwn, star }
    this.peer.give({ type: 'star', chosen })
  }

  /** The texts that have a star, in the order of the conversation: the index says the same as the messages. */
  starredTexts(): readonly string[] {
    const messages = messagesOf(this.peer.rows, this.other)
    const starred = messages.filter(({ words }) => (words.star?.value ?? 0) > 0)
    const keys = this.peer.rows.all('star').map(({ key }) => key)
    assert.deepEqual(
      keys.toSorted(),
      starred.map(({ key }) => key)
    )
    return starred.map(({ text }) => text)
  }

  /** Another own device says that somebody's messages were read. */
  read(who: Person, from: number, upTo: number, sentAtMs: number = this.peer.nowMs): void {
    this.#ownWords += 1
    const marks = [{ identityKey: identity(who), device: device(from), upTo }]
    const word = content(this.#ownWords, { type: 'read-marks', marks }, { sentAtMs })
    this.#receive(this.self, this.#sibling(), word)
  }

  /** Another own device says how the other person stands. */
  states(contact: ContactState): void {
    this.#ownWords += 1
    const word = content(this.#ownWords, { type: 'contact-state', contact })
    this.#receive(this.self, this.#sibling(), word)
  }

  /** The person deletes messages here. */
  deletes(...messages: readonly { readonly id: MessageId; readonly isOwn: boolean }[]): void {
    const named = messages.map(({ id: messageId, isOwn }) => {
      return { contactId: this.other, messageId, isOwn }
    })
    const deleted = { messages: named, messageKeys: [] }
    this.peer.give({ type: 'submit', submissions: [], deleted })
  }

  /** What the conversation shows, in the order of ids, as everybody sees it. */
  shown(): readonly Shown[] {
    return messagesOf(this.peer.rows, this.other)
      .map((message) => {
        const isOwn = message.kind === 'sent'
        const { reply, isForwarded, edit, earlier, reactions = [] } = message.words
        return {
          id: message.messageId ?? '',
          by: this.#person(isOwn),
          text: message.text,
          isWithdrawn: message.withdrawnAtMs !== undefined,
          reply,
          isForwarded,
          edit,
          earlier,
          reactions: reactions
            .map(({ isOwn: isMine, ...reaction }) => ({ by: this.#person(isMine), ...reaction }))
            .sort((a, b) => (a.by < b.by ? -1 : 1))
        }
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  /** The texts of the conversation, in the order in which it shows them. */
  texts(): readonly string[] {
    return messagesOf(this.peer.rows, this.other).map(({ text }) => text)
  }

  /** How many words wait for their messages. */
  waiting(): number {
    return this.peer.rows.count('pending-word')
  }

  #person(isOwn: boolean): Person {
    return isOwn === (this.name === 'alice') ? 'alice' : 'bob'
  }

  #sibling(): number {
    return 3 - this.device
  }

  #otherKey(): ReturnType<typeof identity> {
    return identity(this.name === 'alice' ? 'bob' : 'alice')
  }

  #copy(word: Said): void {
    const { body, messageId } = word.content
    const wanted = body.type === 'withdrawal' ? body.messageId : messageId
    const { rows } = this.peer
    const index = wanted && rows.get({ table: 'message-index', key: ownIndexKey(wanted) })
    const key = index ? bytesToUtf8(index) : ''
    const value = rows.get({ table: 'message', key })
    const identityKey = this.#otherKey()
    const bytes = encodeContent(word.content)
    this.#ownWords += 1
    this.peer.give({
      type: 'received',
      origin: originOf(this.#rita, this.#ownWords, 'copies'),
      contactId: this.self,
      device: device(word.device),
      content: content(this.#ownWords, { type: 'sent-copy', identityKey, content: bytes }),
      own: { type: 'copy', identityKey, content: word.content, message: value && { key, value } }
    })
  }

  #receive(contactId: ContactId, from: number, given: Content): void {
    this.peer.give({
      type: 'received',
      origin: originOf(this.#rita, given.number, `${contactId} ${String(from)}`),
      contactId,
      device: device(from),
      content: given
    })
  }
}
