/**
 * What a person reports to the operator of a relay, end to end encrypted: written with or without a network, from an account made for
 * that (`reports-home.ts`). The first report to a desk travels as a request to its public address; what does not fit there, and
 * all later words, as texts. See `ticket-words.ts` of the protocol.
 */
import {
  bytesToUtf8,
  type ContactId,
  formatTicketWord,
  isSealpostError,
  type MessageId,
  messageIds,
  parseTicketWord,
  REQUEST_TEXT_BYTES_MAX,
  TICKET_WORDS_PER_DAY_MAX,
  type TicketCategory,
  ticketNumberOf,
  TICKETS_OPEN_MAX,
  type TicketWord,
  UsageError,
  utf8ToBytes
} from '@sealpost/protocol'
import { parseLink } from '@sealpost/core'
import type { ClientPorts } from './client-ports.ts'
import {
  NO_REPORTS,
  readReportBook,
  type ReportBook,
  type ReportRecord,
  type ReportState,
  type WaitingWord,
  writeReportBook
} from './report-book.ts'
import { openReportsClient, type PersonHome } from './reports-home.ts'
import { OneAtATime } from './one-at-a-time.ts'
import { type ReportWord, wordsOf } from './report-words.ts'
import type { SealpostClient } from './sealpost-client.ts'
import type { Message } from './views.ts'

const BOOK_NOTE = 'reports/book'
const DAY_MS = 86_400_000
/** Reports that a home remembers: the oldest that is over makes room. */
const REPORTS_MAX = 50
/** What of the conversation with a desk is looked through for a report. */
const WORDS_READ_MAX = 2_000
const OVER: readonly ReportState[] = [
  'solved',
  'closed',
  'withdrawn',
  'failed',
  'too-many-open',
  'too-many-today',
  'desk-full'
]

export interface NewReport {
  /** Who may have to ask twice draws it, with `ticketNumberOf`: a report that is there already is given back. */
  readonly number?: string | undefined
  /** The public address of the desk, as `desksOf` gives it. */
  readonly desk: string
  readonly category: TicketCategory
  /** 1 to 10,000 bytes of UTF-8. */
  readonly text: string
  /** What the app has to say about itself, as far as the person left it in: at most 60 lines of 300 bytes. */
  readonly lines: readonly string[]
}

export interface Report {
  /** By which both sides find it again. */
  readonly number: string
  readonly category: TicketCategory
  readonly desk: string
  readonly openedAtMs: number
  /** `queued`: on this disk only. `sent`: a relay has it. `failed`: the desk's address led nowhere. All else is what the desk said. */
  readonly state: 'queued' | 'sent' | Exclude<ReportState, 'waiting'>
  /** In which version it is solved, where the desk said so. */
  readonly version: string | undefined
  /** Within how many hours the desk means to answer, where it said so. */
  readonly withinHours: number | undefined
  /** Whether the desk said something that was not shown. */
  readonly isUnread: boolean
  readonly isOver: boolean
}

export class Reports {
  readonly #ports: ClientPorts
  /** The account that they are written from: for whoever waits for what is under way. */
  readonly client: SealpostClient
  readonly #listeners = new Set<(number: string) => void>()
  #book: ReportBook = NO_REPORTS
  readonly #tasks = new OneAtATime()
  #isClosed = false

  private constructor(ports: ClientPorts, client: SealpostClient) {
    this.#ports = ports
    this.client = client
  }

  /**
   * Opens the account for reports, or makes it.
   *
   * @param ports its own: another store and another node key than those of the person's home.
   * @throws as `SealpostClient.open`
   */
  static async open(ports: ClientPorts, person: PersonHome): Promise<Reports> {
    const reports = new Reports(ports, await openReportsClient(ports, person))
    const [note] = await reports.client.notes([BOOK_NOTE])
    reports.#book = readReportBook(note)
    reports.client.listen(({ type }) => {
      if (type === 'message' || type === 'contact' || type === 'link-failed') {
        reports.#work()
      }
    })
    reports.#work()
    return reports
  }

  /** Tells `listener` the number of each report that is not what it was, until the returned function is called. */
  listen(listener: (number: string) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /**
   * Writes a report. Resolves with its number once it is durable; it goes out whenever relays can be reached.
   *
   * @throws UsageError `SEALPOST_LINK_INVALID` for what is no public address; `SEALPOST_TEXT_TOO_LONG`; `SEALPOST_USAGE` where
   * too much is open or was written today (`reports-full`), and for lines out of bounds; StorageError
   */
  report({ desk, category, text, lines, number: given }: NewReport): Promise<Report> {
    return this.#run(async () => {
      if (parseLink(desk).link.kind !== 'public') {
        throw new UsageError('SEALPOST_LINK_INVALID')
      }
      const known = this.#book.reports.find((report) => report.number === given)
      if (known !== undefined) {
        return this.#viewNow(known)
      }
      const number = given ?? ticketNumberOf(this.#ports.random.bytes(8))
      const word = { type: 'open', number, category, isWhole: true, text, lines } as const
      const waiting = this.#waitingWord(word)
      const open = this.#book.reports.filter((report) => report.desk === desk && !isOver(report))
      if (open.length >= TICKETS_OPEN_MAX) {
        throw new UsageError('SEALPOST_USAGE', undefined, { detail: 'reports-full' })
      }
      const record: ReportRecord = {
        number,
        category,
        desk,
        openedAtMs: waiting.writtenAtMs,
        state: 'waiting',
        saidAtMs: 0,
        version: undefined,
        withinHours: undefined,
        isUnread: false
      }
      await this.#keep({ ...this.#withRoom(), reports: [...this.#withRoom().reports, record] })
      await this.#write(waiting)
      return this.#view(record, undefined)
    })
  }

  /**
   * Adds a word to a report.
   *
   * @param messageId drawn by who may have to ask twice: what was written under it is not written again
   * @throws UsageError `SEALPOST_UNKNOWN_MESSAGE` for none of that number; as `report`
   */
  say(given: string, text: string, messageId?: MessageId): Promise<void> {
    return this.#run(async () => {
      const record = this.#record(given)
      const { number, state } = record
      if (state === 'failed') {
        throw new UsageError('SEALPOST_LINK_USED', undefined, { detail: 'link-led-nowhere' })
      }
      if (messageId !== undefined && (await this.#isWritten(record, messageId))) {
        return
      }
      const word = this.#waitingWord({ type: 'say', number, text })
      await this.#write({ ...word, messageId: messageId ?? word.messageId })
      await this.#change(number, { isUnread: false })
    })
  }

  /** Takes a report back: the desk is told, and does not count it. @throws as `say` */
  withdraw(given: string): Promise<void> {
    return this.#run(async () => {
      const { number, state } = this.#record(given)
      if (state !== 'withdrawn' && state !== 'failed') {
        await this.#write(this.#waitingWord({ type: 'withdraw', number }))
        await this.#change(number, { state: 'withdrawn', isUnread: false })
      }
    })
  }

  /** All that this home remembers, the newest first. @throws StorageError */
  reports(): Promise<readonly Report[]> {
    return this.#run(async () => {
      const found = await Promise.all(this.#book.reports.map((record) => this.#viewNow(record)))
      return [...found].reverse()
    })
  }

  /** One report and all that was said about it, the oldest first; it counts as shown. @throws as `say` */
  show(given: string): Promise<{ readonly report: Report; readonly words: readonly ReportWord[] }> {
    return this.#run(async () => {
      const record = this.#record(given)
      const { number } = record
      const report = await this.#viewNow(record)
      const waiting = this.#book.waiting.map(({ text, writtenAtMs }) => {
        return { text, kind: 'sent' as const, storedAtMs: writtenAtMs }
      })
      const words = wordsOf([...(await this.#messages(record)), ...waiting], number)
      if (record.isUnread) {
        await this.#change(number, { isUnread: false })
      }
      return { report, words }
    })
  }

  /** Resolves once nothing waits to be tried; what relays do not take yet goes on by itself. */
  async idle(): Promise<void> {
    await this.#run(() => this.#attend())
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#run(() => this.client.close())
  }

  // ---- what is done, one after the other

  #run<Result>(task: () => Promise<Result>): Promise<Result> {
    return this.#tasks.run(task)
  }

  #work(): void {
    void this.#run(() => (this.#isClosed ? Promise.resolve() : this.#attend())).catch(
      (error: unknown) => {
        const code = isSealpostError(error) ? error.code : 'SEALPOST_BUG'
        this.#ports.log.warn('reports-unattended', { code })
      }
    )
  }

  /** Reads what desks said, and sends what waits. */
  async #attend(): Promise<void> {
    const unread = await this.client.received({ isUnreadOnly: true })
    for (const message of unread) {
      await this.#hear(message)
    }
    await this.client.markShown(unread)
    for (const word of this.#book.waiting) {
      await this.#send(word)
    }
    for (const { contactId, link } of this.#book.desks) {
      const { standing } = await this.client.contact(contactId)
      if (standing === 'failed') {
        await this.#fail(contactId, link)
      }
    }
  }

  async #hear({ text, sentAtMs }: Message): Promise<void> {
    const word = parseTicketWord(text)
    const record = this.#book.reports.find(({ number }) => number === word?.number)
    if (word === undefined || record === undefined) {
      return
    }
    if (word.type === 'say') {
      await this.#change(record.number, { isUnread: true })
    } else if (word.type === 'state' && sentAtMs >= record.saidAtMs) {
      const { state, version, withinHours } = word
      const isWithdrawn = record.state === 'withdrawn'
      await this.#change(record.number, {
        state: isWithdrawn ? 'withdrawn' : state,
        saidAtMs: sentAtMs,
        version,
        withinHours: withinHours ?? record.withinHours,
        isUnread: !isWithdrawn
      })
    }
  }

  /** Sends what waits, if there is a way; as a request where the desk is not known yet. */
  async #send(word: WaitingWord): Promise<void> {
    const record = this.#book.reports.find(({ number }) => number === word.number)
    if (record === undefined) {
      return this.#sent(word)
    }
    const known = this.#book.desks.find(({ link }) => link === record.desk)
    if (known === undefined) {
      return this.#ask(record.desk, word)
    }
    if (word.isAsked) {
      return (await this.#opening(record)) === undefined ? undefined : this.#sent(word)
    }
    try {
      const { contactId } = await this.client.contact(known.contactId)
      await this.client.send(contactId, word.text, { messageId: word.messageId })
    } catch (error) {
      if (isSealpostError(error) && error.code.startsWith('SEALPOST_STORE')) {
        throw error
      }
      // There is no session yet, or the desk's address led nowhere: either is told when it changes.
      return
    }
    await this.#sent(word)
  }

  async #ask(link: string, word: WaitingWord): Promise<void> {
    const text = requestTextOf(word.text)
    const { contactId } = await this.client.add(link, { name: 'desk', text })
    await this.#keep({ ...this.#book, desks: [...this.#book.desks, { link, contactId }] })
    if (text === word.text) {
      const waiting = this.#book.waiting.map((other) =>
        other.messageId === word.messageId ? { ...other, isAsked: true } : other
      )
      await this.#keep({ ...this.#book, waiting })
    }
  }

  /** The desk's address led nowhere: it is forgotten, so that a later report may try again. */
  async #fail(contactId: ContactId, link: string): Promise<void> {
    const failed = this.#book.reports.filter((report) => report.desk === link && !isOver(report))
    for (const { number } of failed) {
      await this.#change(number, { state: 'failed', isUnread: true })
    }
    const numbers = failed.map(({ number }) => number)
    const waiting = this.#book.waiting.filter(({ number }) => !numbers.includes(number))
    const desks = this.#book.desks.filter((desk) => desk.contactId !== contactId)
    await this.#keep({ ...this.#book, waiting, desks })
    await this.client.forgetFailed(contactId)
  }

  // ---- the book

  async #keep(book: ReportBook): Promise<void> {
    await this.client.keepNote(BOOK_NOTE, writeReportBook(book))
    this.#book = book
  }

  async #change(number: string, change: Partial<ReportRecord>): Promise<void> {
    const reports = this.#book.reports.map((record) =>
      record.number === number ? { ...record, ...change } : record
    )
    await this.#keep({ ...this.#book, reports })
    for (const listener of this.#listeners) {
      listener(number)
    }
  }

  /** A word to be written now. @throws UsageError as `report` */
  #waitingWord(word: TicketWord): WaitingWord {
    const nowMs = this.#ports.clock.wallMs()
    const today = this.#book.writtenAtMs.filter((atMs) => atMs > nowMs - DAY_MS)
    if (today.length >= TICKET_WORDS_PER_DAY_MAX) {
      throw new UsageError('SEALPOST_USAGE', undefined, { detail: 'reports-full' })
    }
    const messageId = messageIds.fromBytes(this.#ports.random.bytes(16))
    return {
      number: word.number,
      messageId,
      text: formatTicketWord(word),
      writtenAtMs: nowMs,
      isAsked: false
    }
  }

  async #write(word: WaitingWord): Promise<void> {
    const { waiting, writtenAtMs } = this.#book
    await this.#keep({
      ...this.#book,
      waiting: [...waiting, word],
      writtenAtMs: [...writtenAtMs, word.writtenAtMs].slice(-TICKET_WORDS_PER_DAY_MAX)
    })
    this.#work()
  }

  async #isWritten(record: ReportRecord, messageId: MessageId): Promise<boolean> {
    const words = [...this.#book.waiting, ...(await this.#messages(record))]
    return words.some((word) => word.messageId === messageId)
  }

  #sent(word: WaitingWord): Promise<void> {
    const waiting = this.#book.waiting.filter(({ messageId }) => messageId !== word.messageId)
    return this.#keep({ ...this.#book, waiting })
  }

  /** The book with room for one more. */
  #withRoom(): ReportBook {
    const { reports } = this.#book
    const oldest = reports.length < REPORTS_MAX ? undefined : reports.find(isOver)
    return { ...this.#book, reports: reports.filter((report) => report !== oldest) }
  }

  #record(number: string): ReportRecord {
    const wanted = number.trim().toUpperCase()
    const record = this.#book.reports.find((report) => report.number === wanted)
    if (record === undefined) {
      throw new UsageError('SEALPOST_UNKNOWN_MESSAGE')
    }
    return record
  }

  // ---- what is shown

  async #messages({ desk }: ReportRecord): Promise<readonly Message[]> {
    const known = this.#book.desks.find(({ link }) => link === desk)
    return known === undefined
      ? []
      : this.client.messages(known.contactId, { limit: WORDS_READ_MAX })
  }

  async #viewNow(record: ReportRecord): Promise<Report> {
    if (record.state !== 'waiting') {
      return this.#view(record, undefined)
    }
    return this.#view(record, await this.#opening(record))
  }

  /** The message that began it, once there is one. */
  async #opening(record: ReportRecord): Promise<Message | undefined> {
    const messages = await this.#messages(record)
    return messages.find(({ kind, text }) => {
      return kind === 'sent' && parseTicketWord(text)?.number === record.number
    })
  }

  #view(record: ReportRecord, opening: Message | undefined): Report {
    const { number, category, desk, openedAtMs, version, withinHours, isUnread, state } = record
    const isQueued = opening === undefined || opening.state === 'queued'
    const shown = state === 'waiting' ? (isQueued ? 'queued' : 'sent') : state
    const view = { number, category, desk, openedAtMs, version, withinHours, isUnread }
    return { ...view, state: shown, isOver: isOver(record) }
  }
}

function isOver({ state }: Pick<ReportRecord, 'state'>): boolean {
  return OVER.includes(state)
}

/** As much of a report as goes with a request: all of it, or its beginning. */
function requestTextOf(whole: string): string {
  const word = parseTicketWord(whole)
  if (word?.type !== 'open' || utf8ToBytes(whole).length <= REQUEST_TEXT_BYTES_MAX) {
    return whole
  }
  const { number, category } = word
  const begun = { type: 'open', number, category, isWhole: false, lines: [] } as const
  const head = utf8ToBytes(formatTicketWord({ ...begun, text: 'x' })).length - 1
  const cut = bytesToUtf8(utf8ToBytes(word.text).subarray(0, REQUEST_TEXT_BYTES_MAX - head - 3))
  // Half a sign at the end is left out.
  const text = cut.endsWith('\uFFFD') ? cut.replace(/\uFFFD+$/u, '') : cut
  return formatTicketWord({ ...begun, text: text === '' ? '…' : text })
}
