/** The full-screen chat at work: carries inputs to the model, its effects to the client and its frames to the terminal. */
import type { ClientEvent, Contact, Message, SealpostClient, Timeline } from '@sealpost/client'
import { type ContactId, isSealpostError, type MessageId } from '@sealpost/protocol'
import type { Context } from '../command.ts'
import { eventSentence } from '../event-sentences.ts'
import { errorSentence } from '../failure.ts'
import { InputQueue } from '../screen/input-queue.ts'
import type { FullScreen, TerminalTraits } from '../screen/screen.ts'
import { sentences } from '../sentences.ts'
import { stopSentence } from '../stop-sentence.ts'
import { untilAborted } from '../until-aborted.ts'
import { begin, nextTickMs, update } from './chat-model.ts'
import {
  type ChatEffect,
  type ChatInput,
  type ChatState,
  conversationOf,
  newChat,
  newConversation,
  type Step
} from './chat-state.ts'
import { isBefore } from './conversation.ts'
import { chatFrame } from './chat-view.ts'
import { FrameWriter } from './frame.ts'
import { HistorySearch } from './history-search.ts'
import { type Key, KeyReader } from './key.ts'

const PAGE = 100
/** What follows the Escape key's byte later than this belongs to another key. */
const ESCAPE_MS = 50

/** Runs until the person leaves, or `context.signal` is aborted. @param contactId To begin with; undefined for the latest. */
export async function runFullChat(
  context: Context,
  terminal: TerminalTraits,
  contactId: ContactId | undefined
): Promise<void> {
  const client = await context.client()
  // Listening comes first: what happens while the conversations are read waits its turn behind them.
  const events = new InputQueue<ClientEvent>()
  const stop = client.listen((event) => {
    events.push(event)
  })
  try {
    const state = await readChat(context, client, terminal)
    const screen = await context.screen.takeTerminal()
    const chat = new FullChat(context, client, { screen, state })
    try {
      await chat.run(events, contactId)
    } finally {
      chat.close()
      await screen.close()
    }
  } finally {
    stop()
    events.end()
  }
}

async function readChat(
  { clock }: Context,
  client: SealpostClient,
  terminal: TerminalTraits
): Promise<ChatState> {
  const contacts = await client.contacts()
  const conversations = contacts.map(async (contact) =>
    newConversation(contact, await lastOf(client, contact))
  )
  return newChat({
    ownName: client.profile.name,
    terminal,
    nowMs: clock.wallMs(),
    conversations: await Promise.all(conversations)
  })
}

async function lastOf(client: SealpostClient, contact: Contact): Promise<Message | undefined> {
  const [last] = await client.messages(contact.contactId, { limit: 1 })
  return last
}

class FullChat {
  readonly #context: Context
  readonly #client: SealpostClient
  readonly #screen: FullScreen
  readonly #writer: FrameWriter
  readonly #keys = new KeyReader()
  readonly #search: HistorySearch
  /** Aborted when the person leaves, or with the reason why it cannot go on. */
  readonly #ending = new AbortController()
  #state: ChatState
  /** Texts leave in the order in which they were written. */
  #sending: Promise<void> = Promise.resolve()
  #isDrawing = false
  #isDrawn = true
  #cancelTick: () => void = () => undefined
  #cancelEscape: () => void = () => undefined

  constructor(
    context: Context,
    client: SealpostClient,
    { screen, state }: { readonly screen: FullScreen; readonly state: ChatState }
  ) {
    this.#context = context
    this.#client = client
    this.#screen = screen
    this.#state = state
    this.#writer = new FrameWriter(state.terminal)
    this.#search = new HistorySearch(client, (input) => {
      this.#take(input)
    })
  }

  async run(events: InputQueue<ClientEvent>, contactId: ContactId | undefined): Promise<void> {
    this.#relays()
    this.#apply(begin(this.#state, contactId))
    this.#sayStopped()
    this.#watch(this.#readScreen())
    this.#watch(this.#readEvents(events))
    await untilAborted(AbortSignal.any([this.#context.signal, this.#ending.signal]))
    await this.#sending
    const reason: unknown = this.#ending.signal.reason
    if (reason instanceof Error && reason.name !== 'AbortError') {
      throw reason
    }
  }

  /** Lets go of timers and searches. */
  close(): void {
    this.#ending.abort()
    this.#cancelTick()
    this.#cancelEscape()
    this.#search.end()
  }

  async #readScreen(): Promise<void> {
    for await (const input of this.#screen.inputs) {
      if (input.type === 'resized') {
        this.#take(input)
      } else {
        this.#cancelEscape()
        this.#press(this.#keys.push(input.text))
        if (this.#keys.isWaiting) {
          this.#cancelEscape = this.#context.clock.setTimer(ESCAPE_MS, () => {
            this.#press(this.#keys.flush())
          })
        }
      }
    }
    // The terminal is gone, and whoever sat there.
    this.#ending.abort()
  }

  #press(keys: readonly Key[]): void {
    for (const key of keys) {
      this.#take({ type: 'key', key, atMs: this.#now() })
    }
  }

  async #readEvents(events: InputQueue<ClientEvent>): Promise<void> {
    for await (const event of events) {
      await this.#hear(event)
    }
  }

  async #hear(event: ClientEvent): Promise<void> {
    switch (event.type) {
      case 'message':
        if (conversationOf(this.#state, event.message.contactId) === undefined) {
          await this.#contact(event.message.contactId)
        }
        this.#take({ type: 'message', message: event.message, atMs: this.#now() })
        break
      case 'message-changed':
      case 'message-deleted':
      case 'message-state':
        this.#take(event)
        break
      case 'contact':
        await this.#contact(event.contactId)
        break
      case 'relay':
        this.#relays()
        break
      case 'typing':
        this.#take({ ...event, atMs: this.#now() })
        break
      case 'superseded':
      case 'device-removed':
        this.#sayStopped()
        break
      default:
        await this.#tell(event)
    }
  }

  /** Says for good that nothing leaves this device any more, where that is so. */
  #sayStopped(): void {
    const { stopped } = this.#client
    if (stopped !== undefined) {
      this.#notice(stopSentence(stopped), true)
    }
  }

  /** What else happened, in a sentence; and what it changed about its contact. */
  async #tell(event: ClientEvent): Promise<void> {
    const sentence = await eventSentence(this.#client, event)
    if (sentence !== undefined) {
      this.#notice(sentence)
    }
    if ('contactId' in event) {
      await this.#contact(event.contactId)
    }
  }

  async #contact(contactId: ContactId): Promise<void> {
    try {
      const contact = await this.#client.contact(contactId)
      this.#take({ type: 'contact', contact, last: await lastOf(this.#client, contact) })
    } catch (error) {
      if (!isSealpostError(error)) {
        throw error
      }
      // It is gone again.
    }
  }

  #relays(): void {
    const own = this.#client.relays().filter(({ isOwn }) => isOwn)
    const readyCount = own.filter(({ phase }) => phase === 'ready').length
    this.#take({ type: 'relays', readyCount, count: own.length })
  }

  #notice(sentence: string, isLasting = false): void {
    this.#take({ type: 'notice', sentence, isLasting, atMs: this.#now() })
  }

  #take(input: ChatInput): void {
    if (!this.#ending.signal.aborted) {
      this.#apply(update(this.#state, input))
    }
  }

  #apply({ state, effects }: Step): void {
    this.#state = state
    for (const effect of effects) {
      this.#perform(effect)
    }
    this.#cancelTick()
    const tickAtMs = nextTickMs(state)
    this.#cancelTick =
      tickAtMs === undefined
        ? () => undefined
        : this.#context.clock.setTimer(Math.max(0, tickAtMs - this.#now()), () => {
            this.#take({ type: 'tick', atMs: this.#now() })
          })
    this.#draw()
  }

  #perform(effect: ChatEffect): void {
    switch (effect.type) {
      case 'load':
        this.#watch(this.#load(effect))
        break
      case 'send':
        this.#sending = this.#sending.then(() => this.#send(effect))
        this.#watch(this.#sending)
        break
      case 'fetch':
        this.#watch(this.#fetch(effect))
        break
      case 'recall':
        this.#try(this.#recall(effect.messageId))
        break
      case 'mark-shown':
        this.#try(this.#client.markShown(effect.messages))
        break
      case 'search':
        this.#try(this.#search.begin(effect, this.#searched(effect.contactId)))
        break
      case 'end-search':
        this.#search.end()
        break
      case 'set-typing':
        this.#client.setTyping(effect.contactId, effect.isTyping)
        break
      case 'redraw':
        this.#writer.forget()
        break
      case 'leave':
        this.#ending.abort()
    }
  }

  #searched(contactId: ContactId | undefined): readonly ContactId[] {
    return contactId === undefined
      ? this.#state.conversations.map(({ contact }) => contact.contactId)
      : [contactId]
  }

  async #load(effect: Extract<ChatEffect, { type: 'load' }>): Promise<void> {
    const { contactId, before, backTo } = effect
    try {
      // What is unread comes first: what arrives in between is told apart by its own event.
      const unseen =
        before === undefined
          ? await this.#client.received({
              contactId,
              isUnreadOnly: true,
              limit: Number.MAX_SAFE_INTEGER
            })
          : undefined
      const firstKey = backTo ?? unseen?.[0]?.key
      const messages: Message[] = []
      let isComplete = false
      let bound = before
      do {
        const page = await this.#client.messages(contactId, {
          limit: PAGE,
          ...(bound === undefined ? {} : { before: bound })
        })
        messages.unshift(...page)
        isComplete = page.length < PAGE
        bound = page[0]?.key
      } while (
        !isComplete &&
        firstKey !== undefined &&
        bound !== undefined &&
        isBefore(firstKey, bound)
      )
      const keys = unseen === undefined ? {} : { unseen: unseen.map(({ key }) => key) }
      this.#take({ type: 'page', contactId, messages, isComplete, ...keys })
    } catch (error) {
      const sentence = sentenceOf(error)
      this.#take({ type: 'load-failed', contactId, sentence, atMs: this.#now() })
    }
  }

  async #send({ contactId, text }: Extract<ChatEffect, { type: 'send' }>): Promise<void> {
    try {
      const message = await this.#client.send(contactId, text)
      this.#take({ type: 'message', message, atMs: this.#now() })
    } catch (error) {
      const sentence = sentenceOf(error)
      this.#take({ type: 'send-failed', contactId, text, sentence, atMs: this.#now() })
    }
  }

  async #fetch({ messageId }: Extract<ChatEffect, { type: 'fetch' }>): Promise<void> {
    try {
      const message = await this.#client.message(messageId)
      this.#take({ type: 'message', message, atMs: this.#now() })
    } catch (error) {
      // It was of a message that is not here (any more).
      sentenceOf(error)
    }
  }

  async #recall(messageId: MessageId): Promise<void> {
    const told = (message: Timeline): void => {
      this.#take({ type: 'message-changed', message })
      this.#notice(sentences.recall[message.recall ?? 'pending'])
    }
    told(await this.#client.recall(messageId))
    try {
      told(await this.#client.waitForRecall(messageId, this.#ending.signal))
    } catch (error) {
      // Left before every relay had answered: that goes on by itself.
      sentenceOf(error)
    }
  }

  /** Draws what there is to see, once for all that happened while the terminal took the last frame. */
  #draw(): void {
    this.#isDrawn = false
    if (!this.#isDrawing) {
      this.#isDrawing = true
      this.#watch(this.#drawAll())
    }
  }

  async #drawAll(): Promise<void> {
    // All that is handed in at once is drawn at once.
    await Promise.resolve()
    while (!this.#isDrawn && !this.#ending.signal.aborted) {
      this.#isDrawn = true
      const text = this.#writer.next(chatFrame(this.#state))
      if (text !== '') {
        await this.#screen.draw(text)
      }
    }
    this.#isDrawing = false
  }

  /** What fails is told, and the chat goes on. */
  #try(task: Promise<void>): void {
    this.#watch(
      task.catch((error: unknown) => {
        this.#notice(sentenceOf(error))
      })
    )
  }

  /** What fails beyond a sentence ends the chat. */
  #watch(task: Promise<void>): void {
    task.catch((error: unknown) => {
      this.#ending.abort(error)
    })
  }

  #now(): number {
    return this.#context.clock.wallMs()
  }
}

/** @throws what is no SealpostError: nobody expected it. */
function sentenceOf(error: unknown): string {
  if (!isSealpostError(error)) {
    throw error
  }
  return errorSentence(error)
}
