/**
 * A desk: an ordinary account whose public address a relay's operator tells people, so that they report to it. What reporters send is
 * taken, receipted and held to its bounds by itself; the operator lists, answers, tags and closes. See `ticket-words.ts` of the protocol.
 */
import {
  type ContactId,
  formatTicketWord,
  isSealpostError,
  parseTicketWord,
  TICKET_HOURS_MAX,
  TICKET_WORDS_PER_DAY_MAX,
  TICKETS_OPEN_MAX,
  type TicketState,
  type TicketWord,
  UsageError
} from '@sealpost/protocol'
import type { ClientPorts } from './client-ports.ts'
import {
  countTickets,
  DESK_TAGS_MAX,
  DESK_TICKETS_PER_MONTH_MAX,
  type DeskNotes,
  isOpenTicket,
  isTag,
  monthOf,
  NO_DESK_NOTES,
  readDeskNotes,
  readTickets,
  type Ticket,
  type TicketCounts,
  writeDeskNotes,
  writeTickets
} from './desk-book.ts'
import { OneAtATime } from './one-at-a-time.ts'
import { type ReportWord, wordsOf } from './report-words.ts'
import type { SealpostClient } from './sealpost-client.ts'
import type { Message } from './views.ts'

const NOTES_NOTE = 'desk/notes'
const DAY_MS = 86_400_000
/** A report that waits so long for a word alarms. */
const WAIT_MS: number = DAY_MS
/** Twice what a reporter may write in a day: who was without a network sends two days' words at once. */
const WORDS_PER_DAY_MAX: number = 2 * TICKET_WORDS_PER_DAY_MAX
/** Who goes on so far beyond it that day is no reporter, and is blocked. */
const SURPLUS_MAX = 100
const MONTHS_MAX = 24
const CANNED_MAX = 50
const WORDS_READ_MAX = 2_000

export interface TicketDecision {
  readonly state: 'looking' | 'solved' | 'closed'
  readonly version?: string | undefined
  readonly text?: string | undefined
}

/** What one reporter wrote lately, from this start on. */
interface Pace {
  readonly atMs: readonly number[]
  readonly surplus: number
}

export class Desk {
  readonly #client: SealpostClient
  readonly #ports: Pick<ClientPorts, 'clock' | 'log'>
  readonly #tasks = new OneAtATime()
  readonly #listeners = new Set<(ticket: Ticket) => void>()
  readonly #paces = new Map<ContactId, Pace>()
  #notes: DeskNotes = NO_DESK_NOTES
  #tickets: readonly Ticket[] = []

  private constructor(client: SealpostClient, ports: Pick<ClientPorts, 'clock' | 'log'>) {
    this.#client = client
    this.#ports = ports
  }

  /** Begins to take reports with this account, whose client stays the caller's. @throws StorageError */
  static async open(
    client: SealpostClient,
    ports: Pick<ClientPorts, 'clock' | 'log'>
  ): Promise<Desk> {
    const desk = new Desk(client, ports)
    const [note] = await client.notes([NOTES_NOTE])
    desk.#notes = readDeskNotes(note)
    const months = await client.notes(desk.#notes.months.map(noteOf))
    desk.#tickets = months.flatMap((month) => (month === undefined ? [] : readTickets(month)))
    client.listen(({ type }) => {
      if (type === 'message' || type === 'request') {
        desk.#work()
      }
    })
    desk.#work()
    return desk
  }

  /** Tells `listener` of each ticket that is new, or not what it was, until the returned function is called. */
  listen(listener: (ticket: Ticket) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** All tickets of the last 24 months, the newest first. */
  tickets(): Promise<readonly Ticket[]> {
    return this.#tasks.run(() => Promise.resolve([...this.#tickets].reverse()))
  }

  /** One ticket and what was said about it, the oldest first. @throws UsageError `SEALPOST_UNKNOWN_MESSAGE` for none of that number */
  show(
    number: string
  ): Promise<{ readonly ticket: Ticket; readonly words: readonly ReportWord[] }> {
    return this.#tasks.run(async () => {
      const ticket = this.#ticket(number)
      const messages = await this.#client.messages(ticket.contactId, { limit: WORDS_READ_MAX })
      return { ticket, words: wordsOf(messages, ticket.number) }
    })
  }

  /** Says something to the reporter, who waits no more. @throws as `show`; UsageError for a text out of bounds; as `SealpostClient.send` */
  answer(number: string, text: string): Promise<Ticket> {
    return this.#tasks.run(async () => {
      const ticket = this.#ticket(number)
      await this.#say(ticket.contactId, { type: 'say', number: ticket.number, text })
      return this.#change(ticket, { waitsSinceMs: 0, isAlarmed: false })
    })
  }

  /** Says what becomes of it. @throws as `answer` */
  setState(number: string, { state, version, text = '' }: TicketDecision): Promise<Ticket> {
    return this.#tasks.run(async () => {
      const ticket = this.#ticket(number)
      await this.#tell(ticket, state, { version, text })
      return this.#change(ticket, { state, version, waitsSinceMs: 0, isAlarmed: false })
    })
  }

  /** What it came from: replaces what was said before. @throws as `show`; UsageError `SEALPOST_USAGE` for more than 5, or what is no cause */
  tag(number: string, tags: readonly string[]): Promise<Ticket> {
    return this.#tasks.run(async () => {
      const ticket = this.#ticket(number)
      const wanted = [...new Set(tags)]
      if (wanted.length > DESK_TAGS_MAX || !wanted.every(isTag)) {
        throw new UsageError('SEALPOST_USAGE', 'at most 5 causes of small letters, digits and -')
      }
      return this.#change(ticket, { tags: wanted })
    })
  }

  /** How many came of what, month by month, the newest first. */
  counts(): Promise<readonly TicketCounts[]> {
    return this.#tasks.run(() => Promise.resolve(countTickets(this.#tickets)))
  }

  /** Those that have waited for 24 h since they were asked for last: each is given once for each time that it waits. @throws StorageError */
  overdue(): Promise<readonly Ticket[]> {
    return this.#tasks.run(async () => {
      const due = this.#tickets.filter((ticket) => !ticket.isAlarmed && this.isOverdue(ticket))
      for (const ticket of due) {
        await this.#change(ticket, { isAlarmed: true })
      }
      return due
    })
  }

  /** Whether it waits for more than 24 h now. */
  isOverdue({ state, waitsSinceMs }: Ticket): boolean {
    const isWaiting = waitsSinceMs > 0 && state !== 'withdrawn'
    return isWaiting && this.#ports.clock.wallMs() - waitsSinceMs >= WAIT_MS
  }

  get withinHours(): number | undefined {
    return this.#notes.withinHours
  }

  /** Within how many hours receipts promise an answer; undefined promises nothing. @throws UsageError `SEALPOST_USAGE` */
  promise(withinHours: number | undefined): Promise<void> {
    return this.#tasks.run(async () => {
      const hours = withinHours ?? 1
      if (!Number.isInteger(hours) || hours < 1 || hours > TICKET_HOURS_MAX) {
        throw new UsageError('SEALPOST_USAGE', 'an answer comes within an hour to a year')
      }
      await this.#keepNotes({ ...this.#notes, withinHours })
    })
  }

  /** Answers that are often given, by name. */
  get canned(): Readonly<Record<string, string>> {
    return this.#notes.canned
  }

  /** Keeps one, or for undefined removes it. @throws UsageError `SEALPOST_USAGE` for more than 50, or what is no name */
  keepCanned(name: string, text: string | undefined): Promise<void> {
    return this.#tasks.run(async () => {
      const others = Object.entries(this.#notes.canned).filter(([other]) => other !== name)
      const isFull = others.length >= CANNED_MAX
      if (!isTag(name) || (isFull && text !== undefined)) {
        throw new UsageError('SEALPOST_USAGE', 'at most 50 answers, of small letters, digits and -')
      }
      const canned = Object.fromEntries(text === undefined ? others : [...others, [name, text]])
      await this.#keepNotes({ ...this.#notes, canned })
    })
  }

  /** Resolves once what has come so far is attended to. */
  idle(): Promise<void> {
    return this.#tasks.run(() => this.#attend())
  }

  // ---- what comes

  #work(): void {
    void this.#tasks
      .run(() => this.#attend())
      .catch((error: unknown) => {
        const code = isSealpostError(error) ? error.code : 'SEALPOST_BUG'
        this.#ports.log.warn('desk-unattended', { code })
      })
  }

  async #attend(): Promise<void> {
    for (const { contactId, text } of this.#client.requests()) {
      const word = parseTicketWord(text)
      if (word?.type === 'open') {
        await this.#client.acceptRequest(contactId, { name: `report ${word.number}` })
      }
    }
    for (const message of await this.#client.received({ isUnreadOnly: true })) {
      const word = parseTicketWord(message.text)
      if (word !== undefined) {
        await this.#take(message, word)
      }
    }
  }

  async #take(message: Message, word: TicketWord): Promise<void> {
    const { contactId, messageId } = message
    const known = this.#tickets.find(
      (ticket) => ticket.number === word.number && ticket.contactId === contactId
    )
    const isRest = known?.isWhole === false && word.type === 'open'
    const isTaken = isRest || this.#isInPace(contactId)
    const isKept = isTaken && (await this.#hear(contactId, known, word))
    await this.#client.markShown([message])
    if (!isKept && messageId !== undefined) {
      await this.#client.deleteForMe(messageId)
    }
    if (!isTaken) {
      await this.#dropSurplus(contactId, word)
    }
  }

  /** @returns whether it is a word of a ticket, which stays in the conversation */
  async #hear(contactId: ContactId, known: Ticket | undefined, word: TicketWord): Promise<boolean> {
    if (word.type === 'open') {
      if (known === undefined) {
        return this.#begin(contactId, word)
      }
      await this.#change(known, { isWhole: known.isWhole || word.isWhole })
      return true
    }
    if (known === undefined || word.type === 'state') {
      return false
    }
    if (word.type === 'withdraw') {
      await this.#change(known, { state: 'withdrawn', waitsSinceMs: 0 })
      return true
    }
    const waitsSinceMs = known.waitsSinceMs === 0 ? this.#nowMs() : known.waitsSinceMs
    if (isOpenTicket(known)) {
      await this.#change(known, { waitsSinceMs })
    } else {
      const again = await this.#change(known, { state: 'received', waitsSinceMs })
      await this.#tell(again, 'received', {})
    }
    return true
  }

  async #begin(
    contactId: ContactId,
    { number, category, isWhole }: Extract<TicketWord, { type: 'open' }>
  ): Promise<boolean> {
    const nowMs = this.#nowMs()
    const refusal = this.#refusalOf(contactId, number, monthOf(nowMs))
    if (refusal !== undefined) {
      await this.#tell({ contactId, number }, refusal, {})
      return false
    }
    const ticket: Ticket = {
      number,
      contactId,
      category,
      state: 'received',
      version: undefined,
      tags: [],
      openedAtMs: nowMs,
      waitsSinceMs: nowMs,
      isAlarmed: false,
      isWhole
    }
    await this.#keepTickets([...this.#tickets, ticket], monthOf(nowMs))
    await this.#tell(ticket, 'received', {})
    this.#emit(ticket)
    return true
  }

  #refusalOf(contactId: ContactId, number: string, month: string): TicketState | undefined {
    if (this.#tickets.some((ticket) => ticket.number === number)) {
      // Somebody else's number: it cannot be told from theirs.
      return 'closed'
    }
    const own = this.#tickets.filter((ticket) => ticket.contactId === contactId)
    if (own.filter(isOpenTicket).length >= TICKETS_OPEN_MAX) {
      return 'too-many-open'
    }
    const count = this.#tickets.filter(({ openedAtMs }) => monthOf(openedAtMs) === month).length
    return count >= DESK_TICKETS_PER_MONTH_MAX ? 'desk-full' : undefined
  }

  /** Whether a reporter keeps to what may be written in a day. */
  #isInPace(contactId: ContactId): boolean {
    const nowMs = this.#nowMs()
    const { atMs = [], surplus = 0 } = this.#paces.get(contactId) ?? {}
    const today = atMs.filter((at) => at > nowMs - DAY_MS)
    const isWithin = today.length < WORDS_PER_DAY_MAX
    this.#paces.set(
      contactId,
      isWithin ? { atMs: [...today, nowMs], surplus: 0 } : { atMs: today, surplus: surplus + 1 }
    )
    return isWithin
  }

  /** Says so once; who does not stop is blocked. */
  async #dropSurplus(contactId: ContactId, { number }: TicketWord): Promise<void> {
    const surplus = this.#paces.get(contactId)?.surplus ?? 0
    if (surplus === 1) {
      await this.#tell({ contactId, number }, 'too-many-today', {})
    }
    if (surplus >= SURPLUS_MAX) {
      this.#paces.delete(contactId)
      await this.#client.block(contactId)
    }
  }

  // ---- what is said

  #tell(
    { contactId, number }: Pick<Ticket, 'contactId' | 'number'>,
    state: TicketState,
    { version, text = '' }: { readonly version?: string | undefined; readonly text?: string }
  ): Promise<void> {
    const withinHours = state === 'received' ? this.#notes.withinHours : undefined
    return this.#say(contactId, { type: 'state', number, state, version, withinHours, text })
  }

  async #say(contactId: ContactId, word: TicketWord): Promise<void> {
    const text = formatTicketWord(word)
    const { standing } = await this.#client.contact(contactId)
    if (standing !== 'blocked') {
      await this.#client.send(contactId, text)
    }
  }

  // ---- the book

  async #change(ticket: Ticket, change: Partial<Ticket>): Promise<Ticket> {
    const changed = { ...ticket, ...change }
    const tickets = this.#tickets.map((other) =>
      other.number === ticket.number && other.contactId === ticket.contactId ? changed : other
    )
    await this.#keepTickets(tickets, monthOf(ticket.openedAtMs))
    this.#emit(changed)
    return changed
  }

  async #keepTickets(tickets: readonly Ticket[], month: string): Promise<void> {
    const ofMonth = tickets.filter(({ openedAtMs }) => monthOf(openedAtMs) === month)
    await this.#client.keepNote(noteOf(month), writeTickets(ofMonth))
    this.#tickets = tickets
    if (!this.#notes.months.includes(month)) {
      await this.#beginMonth(month)
    }
  }

  async #beginMonth(month: string): Promise<void> {
    const all = [...this.#notes.months, month].sort()
    const [over, months] = [all.slice(0, -MONTHS_MAX), all.slice(-MONTHS_MAX)]
    await this.#keepNotes({ ...this.#notes, months })
    this.#tickets = this.#tickets.filter(({ openedAtMs }) => months.includes(monthOf(openedAtMs)))
    for (const old of over) {
      await this.#client.keepNote(noteOf(old), undefined)
    }
  }

  async #keepNotes(notes: DeskNotes): Promise<void> {
    await this.#client.keepNote(NOTES_NOTE, writeDeskNotes(notes))
    this.#notes = notes
  }

  #ticket(number: string): Ticket {
    const wanted = number.trim().toUpperCase()
    const ticket = this.#tickets.find((candidate) => candidate.number === wanted)
    if (ticket === undefined) {
      throw new UsageError('SEALPOST_UNKNOWN_MESSAGE')
    }
    return ticket
  }

  #nowMs(): number {
    return this.#ports.clock.wallMs()
  }

  #emit(ticket: Ticket): void {
    for (const listener of this.#listeners) {
      listener(ticket)
    }
  }
}

function noteOf(month: string): string {
  return `desk/${month}`
}
