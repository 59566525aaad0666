/** A conversation line by line, for pipes and for terminals that cannot be drawn on. */
import type { ClientEvent, Contact, Message, SealpostClient } from '@sealpost/client'
import { isSealpostError, type MessageId } from '@sealpost/protocol'
import type { Context } from '../command.ts'
import { errorSentence } from '../failure.ts'
import { messageText } from '../message-lines.ts'
import { saidText } from '../message-words.ts'
import { withinTime } from '../network.ts'
import { tellNotices } from '../operator-notices.ts'
import { plainLine } from '../plain-text.ts'
import { linesUntil } from '../screen/lines-until.ts'
import { sentences } from '../sentences.ts'
import { warnIfStopped } from '../stop-sentence.ts'
import { timeText } from '../time-text.ts'

const HISTORY_COUNT = 20
/** Letters of an own message that its ticks repeat. */
const ECHO_LENGTH = 40
/** How long the last messages may take to reach relays when the chat is left. */
const LEAVE_MS = 5_000

type StateEvent = Extract<ClientEvent, { type: 'message-state' }>

/** Runs until `/quit`, the last line, or `context.signal`. */
export async function runLineChat(
  context: Context,
  client: SealpostClient,
  contact: Contact
): Promise<void> {
  const conversation = new LineChat(context, client, contact)
  try {
    await conversation.open()
    const ended = AbortSignal.any([context.signal, conversation.failed])
    for await (const line of linesUntil(context.screen, ended)) {
      if (line.trim() === '/quit') {
        break
      }
      await conversation.take(line)
    }
  } finally {
    await conversation.close()
  }
  conversation.failed.throwIfAborted()
}

class LineChat {
  readonly #context: Context
  readonly #client: SealpostClient
  readonly #contact: Contact
  /** Own messages of this run, as their ticks repeat them. */
  readonly #sent = new Map<MessageId, string>()
  /** Those whose first tick was not shown yet. */
  readonly #unproven = new Set<MessageId>()
  #wakeLeaver: () => void = () => undefined
  /** What was proven of messages while one was being sent whose id is not known here yet. */
  readonly #early = new Map<MessageId, StateEvent>()
  #isSending = false
  /** What is shown is shown in order, one after the other. */
  #showing: Promise<void> = Promise.resolve()
  #stop: () => void = () => undefined
  readonly #failing = new AbortController()

  constructor(context: Context, client: SealpostClient, contact: Contact) {
    this.#context = context
    this.#client = client
    this.#contact = contact
  }

  /** Aborted, with the reason, where something could not be shown. */
  get failed(): AbortSignal {
    return this.#failing.signal
  }

  /** Shows what was said last, and from now on what comes. */
  async open(): Promise<void> {
    const { contactId, name } = this.#contact
    await this.#context.screen.print(sentences.chat.open(plainLine(name)))
    // Listening comes first: what arrives while the history is read waits its turn behind it.
    const shown = new Set<string>()
    this.#stop = this.#client.listen((event) => {
      this.#then(() => this.#hear(event, shown))
    })
    const history = this.#client.messages(contactId, { limit: HISTORY_COUNT })
    this.#then(async () => {
      const messages = await history
      for (const message of messages) {
        shown.add(message.key)
        await this.#show(message)
      }
      await this.#client.markShown(messages.filter(({ kind }) => kind !== 'sent'))
    })
    this.#then(async () => {
      await warnIfStopped(this.#context, this.#client)
    })
    await this.#showing
  }

  /** Sends a line that was typed, or does what it says. */
  async take(line: string): Promise<void> {
    const word = line.trim()
    if (word === '') {
      return
    }
    const { screen } = this.#context
    if (word.startsWith('/') && !word.startsWith('//')) {
      await screen.print(sentences.chat.unknownWord(plainLine(word)))
      return
    }
    try {
      const text = word.startsWith('//') ? word.slice(1) : line
      this.#isSending = true
      const { messageId } = await this.#client.send(this.#contact.contactId, text)
      if (messageId !== undefined) {
        this.#sent.set(messageId, echo(text))
        this.#unproven.add(messageId)
        const early = this.#early.get(messageId)
        await (early === undefined ? undefined : this.#showTick(early))
      }
    } catch (error) {
      if (!isSealpostError(error)) {
        throw error
      }
      await screen.warn(errorSentence(error))
    } finally {
      this.#isSending = false
      this.#early.clear()
    }
  }

  /** Leaves once what was written last is on its way. */
  async close(): Promise<void> {
    if (!this.#context.signal.aborted && !this.failed.aborted) {
      await withinTime(this.#context, LEAVE_MS, (signal) => this.#lastTick(signal))
    }
    this.#stop()
    await this.#showing
  }

  #then(task: () => Promise<void>): void {
    this.#showing = this.#showing.then(task).catch((error: unknown) => {
      this.#failing.abort(error)
    })
  }

  async #hear(event: ClientEvent, shown: ReadonlySet<string>): Promise<void> {
    const { contactId, name } = this.#contact
    const { screen } = this.#context
    if (event.type === 'message' && event.message.contactId === contactId) {
      if (!shown.has(event.message.key)) {
        await this.#show(event.message)
        await this.#client.markShown([event.message])
      }
    } else if (event.type === 'message-changed' && event.message.contactId === contactId) {
      await this.#show(event.message)
    } else if (event.type === 'message-state') {
      await this.#showTick(event)
    } else if (event.type === 'superseded' || event.type === 'device-removed') {
      await warnIfStopped(this.#context, this.#client)
    } else if (event.type === 'contact-problem' && event.contactId === contactId) {
      await screen.warn(sentences.contactProblems[event.problem](plainLine(name)))
    } else if (event.type === 'operator-notice') {
      await tellNotices(this.#context, this.#client)
    }
  }

  async #showTick(event: StateEvent): Promise<void> {
    const { messageId, state } = event
    const text = this.#sent.get(messageId)
    if (text !== undefined) {
      const remark = state === 'read' ? ` (${sentences.chat.read})` : ''
      await this.#context.screen.print(`  ${ticks(state).trim()} ${text}${remark}`)
      this.#unproven.delete(messageId)
      this.#wakeLeaver()
    } else if (this.#isSending) {
      this.#early.set(messageId, event)
    }
  }

  /** Resolves once every own message was shown with a tick, or there is no more time. */
  async #lastTick(signal: AbortSignal): Promise<void> {
    while (this.#unproven.size > 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wakeLeaver = resolve
        signal.addEventListener('abort', () => {
          resolve()
        })
      })
    }
  }

  async #show(message: Message): Promise<void> {
    const { screen, clock } = this.#context
    const nowMs = clock.wallMs()
    if (message.kind === 'sent') {
      const tick = ticks(message.state)
      const time = timeText(message.sentAtMs, nowMs)
      const isGone = message.withdrawnAtMs !== undefined
      const words = isGone ? sentences.inbox.withdrawn : saidText(message, '    ')
      await screen.print(`${time}  ${sentences.chat.you}${tick}: ${words}`)
    } else {
      await screen.print(messageText(message, this.#contact.name, nowMs))
    }
  }
}

function ticks(state: Message['state']): string {
  switch (state) {
    case 'on-relay':
      return ' ✓'
    case 'delivered':
    case 'read':
      return ' ✓✓'
    case 'queued':
    case undefined:
      return ''
  }
}

/** The beginning of a text, by what people take for letters. */
function echo(text: string): string {
  const letters = Array.from(
    new Intl.Segmenter().segment(plainLine(text)),
    ({ segment }) => segment
  )
  const isLong = letters.length > ECHO_LENGTH
  return isLong ? `${letters.slice(0, ECHO_LENGTH).join('')}…` : letters.join('')
}
