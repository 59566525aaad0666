/**
 * What the screens show, kept by what the peer tells: signals, so that only what shows something draws it again.
 */
import { type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { Contact, Relay, RequestView } from '@sealpost/client'
import type { ContactId } from '@sealpost/protocol'
import type { PageEvent } from '../wire/messages.ts'
import type { PageEnd } from '../wire/page-end.ts'
import type { ChatSummary, HomeState, PeerApi } from '../wire/peer-api.ts'
import { inBackground } from './background.ts'
import { Drafts } from './drafts.ts'
import { inOrder } from './chat-order.ts'
import { Conversation } from './conversation.ts'
import { noteHome } from './home-hint.ts'

/** Somebody writes for so long after they last said so. */
const TYPING_MS = 12_000

type Stale = 'chats' | 'requests' | 'relays'

export class App {
  readonly peer: PeerApi
  /** What was begun and not sent. */
  readonly drafts: Drafts
  readonly #end: PageEnd
  readonly #home: Signal<HomeState>
  readonly #chats = signal<readonly ChatSummary[] | undefined>(undefined)
  readonly #requests = signal<readonly RequestView[]>([])
  readonly #relays = signal<readonly Relay[]>([])
  readonly #typing = signal<ReadonlySet<ContactId>>(new Set())
  readonly #typingEnds = new Map<ContactId, ReturnType<typeof setTimeout>>()
  /** What is to be asked for again, once for all that happened in one turn. */
  readonly #stale = new Set<Stale>()
  readonly #staleContacts = new Set<ContactId>()
  #isReading = false
  #conversation: Conversation | undefined

  /** @param guess what to show until the peer speaks */
  constructor(end: PageEnd, guess: HomeState) {
    this.#end = end
    this.#home = signal(guess)
    this.peer = end.api()
    this.drafts = new Drafts(this.peer, crypto.randomUUID(), (error) => {
      inBackground(Promise.reject(error))
    })
  }

  get home(): ReadonlySignal<HomeState> {
    return this.#home
  }

  /** Pinned ones first, then the newest; undefined until they were read. */
  get chats(): ReadonlySignal<readonly ChatSummary[] | undefined> {
    return this.#chats
  }

  get requests(): ReadonlySignal<readonly RequestView[]> {
    return this.#requests
  }

  get relays(): ReadonlySignal<readonly Relay[]> {
    return this.#relays
  }

  /** Who writes to us just now. */
  get typing(): ReadonlySignal<ReadonlySet<ContactId>> {
    return this.#typing
  }

  /** Follows the peer from now on. */
  async start(): Promise<void> {
    this.#end.listen((event) => {
      this.#hear(event)
    })
    this.#become(await this.peer.state())
  }

  /** Tells what happens until the returned function is called: for what one screen alone shows. */
  listen(listener: (event: PageEvent) => void): () => void {
    return this.#end.listen(listener)
  }

  /** The conversation with somebody: one at a time is kept. @param messageKey the message to begin at, else the newest */
  conversation(contactId: ContactId, messageKey?: string): Conversation {
    if (this.#conversation?.contactId !== contactId) {
      this.#conversation = new Conversation(this.peer, contactId)
      inBackground(
        messageKey === undefined ? this.#conversation.open() : this.#conversation.reach(messageKey)
      )
    }
    return this.#conversation
  }

  /** Takes what an answer said of a contact, without waiting for the peer to tell. */
  noteContact(contact: Contact): void {
    this.#freshenContact(contact.contactId)
  }

  /** Looks at the relays anew: what an own change did to them is not told. */
  noteRelays(): void {
    this.#freshen('relays')
  }

  /** Closes the home once what is being written is kept in it. */
  async lock(): Promise<void> {
    await this.drafts.flush()
    await this.peer.lock()
  }

  #hear(event: PageEvent): void {
    switch (event.type) {
      case 'draft':
        if (event.page !== this.drafts.page) {
          this.drafts.take(event.contactId, event.draft)
        }
        return
      case 'home':
        this.#become(event.state)
        return
      case 'message':
      case 'message-changed':
      case 'sent':
        this.#conversationOf(event.message.contactId)?.take(event.message)
        this.#typingOver(event.message.contactId)
        this.#freshenContact(event.message.contactId)
        return
      case 'message-state':
        this.#conversationOf(event.contactId)?.progress(event.messageId, event.state)
        this.#freshenContact(event.contactId)
        return
      case 'message-repaired':
      case 'message-deleted':
        this.#conversationOf(event.contactId)?.remove(event.messageKey)
        this.#freshenContact(event.contactId)
        return
      case 'typing':
        this.#typingIs(event.contactId, event.isTyping)
        return
      case 'contact':
      case 'presence':
      case 'direct-changed':
      case 'identity-changed':
      case 'link-failed':
      case 'contact-problem':
        this.#freshenContact(event.contactId)
        this.#freshen('requests')
        return
      case 'contact-merged':
        this.#freshen('chats')
        return
      case 'request':
      case 'request-dropped':
        this.#freshen('requests')
        return
      case 'relay':
        this.#freshen('relays')
        break
      default:
    }
  }

  #become(state: HomeState): void {
    const before = this.#home.value
    this.#home.value = state
    noteHome(state)
    if (state.type === 'open') {
      const wasFailing = before.type === 'open' && before.storeProblem !== undefined
      if (before.type !== 'open') {
        this.#freshen('chats', 'requests', 'relays')
        inBackground(this.#readDrafts())
      }
      if (wasFailing !== (state.storeProblem !== undefined)) {
        // What happened just before it failed may not have been told.
        this.#freshen('chats', 'requests', 'relays')
        inBackground(this.drafts.hold(!wasFailing))
      }
      return
    }
    this.#chats.value = undefined
    this.#requests.value = []
    this.#relays.value = []
    this.#conversation = undefined
    this.drafts.forget()
  }

  #conversationOf(contactId: ContactId): Conversation | undefined {
    return this.#conversation?.contactId === contactId ? this.#conversation : undefined
  }

  #typingIs(contactId: ContactId, isTyping: boolean): void {
    this.#typingOver(contactId)
    if (isTyping) {
      this.#typing.value = new Set([...this.#typing.value, contactId])
      const end = setTimeout(() => {
        this.#typingOver(contactId)
      }, TYPING_MS)
      this.#typingEnds.set(contactId, end)
    }
  }

  #typingOver(contactId: ContactId): void {
    clearTimeout(this.#typingEnds.get(contactId))
    if (this.#typing.value.has(contactId)) {
      this.#typing.value = new Set([...this.#typing.value].filter((other) => other !== contactId))
    }
  }

  #freshenContact(contactId: ContactId): void {
    this.#staleContacts.add(contactId)
    this.#freshen()
  }

  #freshen(...what: readonly Stale[]): void {
    for (const one of what) {
      this.#stale.add(one)
    }
    if (!this.#isReading) {
      this.#isReading = true
      inBackground(this.#readSoon())
    }
  }

  /** One reading at a time: an answer that was asked for earlier never takes the place of a later one. */
  async #readSoon(): Promise<void> {
    // Many things happen at once while messages pour in.
    await new Promise((resolve) => {
      setTimeout(resolve, 0)
    })
    try {
      await this.#readStale()
    } finally {
      this.#isReading = false
      if (this.#stale.size > 0 || this.#staleContacts.size > 0) {
        this.#freshen()
      }
    }
  }

  async #readStale(): Promise<void> {
    const stale = new Set(this.#stale)
    const contactIds = [...this.#staleContacts]
    this.#stale.clear()
    this.#staleContacts.clear()
    if (this.#home.value.type !== 'open') {
      return
    }
    if (stale.has('chats')) {
      this.#chats.value = inOrder(await this.peer.chats())
      markOnce('sealpost chats')
    } else {
      await this.#readChats(contactIds)
    }
    if (stale.has('requests')) {
      this.#requests.value = await this.peer.requests()
    }
    if (stale.has('relays')) {
      this.#relays.value = await this.peer.relays()
      if (this.#relays.value.some(({ isOwn, phase }) => isOwn && phase === 'ready')) {
        markOnce('sealpost online')
      }
    }
  }

  async #readDrafts(): Promise<void> {
    for (const { contactId, draft } of await this.peer.drafts()) {
      this.drafts.begin(contactId, draft)
    }
  }

  async #readChats(contactIds: readonly ContactId[]): Promise<void> {
    const read = await Promise.all(
      contactIds.map((contactId) => this.peer.chat(contactId).catch(() => undefined))
    )
    const fresh = read.filter((chat) => chat !== undefined)
    const known = new Set([...contactIds, ...fresh.map(({ contact }) => contact.contactId)])
    const others = (this.#chats.value ?? []).filter(({ contact }) => !known.has(contact.contactId))
    this.#chats.value = inOrder([...others, ...fresh.filter(isListed)])
  }
}

/** Who only asks is shown among the requests. */
function isListed({ contact }: ChatSummary): boolean {
  return contact.standing !== 'pending'
}

/** For whoever measures how long a person waits: in the browser's own timeline, where it costs nothing. */
function markOnce(name: string): void {
  if (performance.getEntriesByName(name).length === 0) {
    performance.mark(name)
  }
}
