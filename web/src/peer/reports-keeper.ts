/**
 * The account that the person's reports are written from, beside the open home: in a store of its own, with a node key of its own,
 * so that no desk learns whose it is. It is made with the first report, and afterwards open as long as the home is, while something
 * may still be said about one.
 */
import {
  type ClientPorts,
  desksOf,
  type Report,
  Reports,
  type SealpostClient
} from '@sealpost/client'
import { isSealpostError, UsageError } from '@sealpost/protocol'
import type { PageEvent } from '../wire/messages.ts'
import { parseSentReport, type ReportCalls } from '../wire/report-calls.ts'
import { keepNote, readNotes } from './notes.ts'

/** In the person's home: that there are reports, and how long they are listened for. */
const NOTE = 'reports'
/** The home itself is shown first. */
const RESUME_MS = 3_000
const DAY_MS = 86_400_000
/** How long a desk may still say something about what is over, and about what is not. */
const OVER_MS = 30 * DAY_MS
const OPEN_MS = 366 * DAY_MS

export interface ReportsParts {
  /** The account's own; its transport is made each time that it is opened. */
  readonly ports: Omit<ClientPorts, 'transport'>
  readonly makeTransport: () => Promise<ClientPorts['transport']>
  readonly tell: (event: PageEvent) => void
}

export class ReportsKeeper {
  readonly #parts: ReportsParts
  #person: SealpostClient | undefined
  #opening: Promise<Reports> | undefined
  #cancelTimer: () => void = () => undefined

  constructor(parts: ReportsParts) {
    this.#parts = parts
  }

  /** A home was opened. */
  begin(person: SealpostClient): void {
    this.#person = person
    this.#cancelTimer()
    this.#cancelTimer = this.#parts.ports.clock.setTimer(RESUME_MS, () => {
      void this.#resume()
    })
  }

  /** The home is about to be closed. */
  async end(): Promise<void> {
    this.#cancelTimer()
    const opening = this.#opening
    this.#opening = undefined
    this.#person = undefined
    const reports = await opening?.catch(() => undefined)
    await reports?.close()
  }

  /** Dials relays now. */
  async reconnect(): Promise<void> {
    const reports = await this.#opening?.catch(() => undefined)
    reports?.client.setOnline(false)
    reports?.client.setOnline(true)
  }

  calls(): ReportCalls {
    return {
      desks: () => desksOf(this.#home()),
      reports: async () => {
        const untilMs = await this.#readUntil()
        return untilMs === 0 ? [] : (await this.#open()).reports()
      },
      reportNews: async () => {
        const reports = await this.#opening
        return ((await reports?.reports()) ?? []).filter(({ isUnread }) => isUnread)
      },
      report: async (given) => {
        const wish = parseSentReport(given)
        if (wish === undefined) {
          throw new UsageError('SEALPOST_USAGE')
        }
        const reports = await this.#open()
        const report = await reports.report(wish)
        await this.#keepUntil(reports)
        this.#parts.tell({ type: 'report' })
        return report
      },
      showReport: async (number) => (await this.#openBegun()).show(number),
      answerDesk: async (number, text, messageId) => {
        await (await this.#openBegun()).say(number, text, messageId)
      },
      withdrawReport: async (number) => {
        await (await this.#openBegun()).withdraw(number)
      }
    }
  }

  /** Listens for desks, where one may still say something. */
  async #resume(): Promise<void> {
    try {
      const untilMs = await this.#readUntil()
      if (untilMs > this.#parts.ports.clock.wallMs()) {
        await this.#open()
        this.#parts.tell({ type: 'report' })
      }
    } catch (error) {
      // Who looks at their reports is told why; nobody else has to know.
      const code = isSealpostError(error) ? error.code : 'SEALPOST_BUG'
      this.#parts.ports.log.warn('web.reports.unopened', { code })
    }
  }

  /** No account is made for who only asks after a report. @throws UsageError `SEALPOST_UNKNOWN_MESSAGE` */
  async #openBegun(): Promise<Reports> {
    if ((await this.#readUntil()) === 0) {
      throw new UsageError('SEALPOST_UNKNOWN_MESSAGE')
    }
    return this.#open()
  }

  #open(): Promise<Reports> {
    const person = this.#home()
    if (this.#opening !== undefined) {
      return this.#opening
    }
    const opening = this.#openBeside(person)
    this.#opening = opening
    opening.catch(() => {
      if (this.#opening === opening) {
        this.#opening = undefined
      }
    })
    return opening
  }

  async #openBeside(person: SealpostClient): Promise<Reports> {
    const { ports, makeTransport, tell } = this.#parts
    const transport = await makeTransport()
    try {
      const reports = await Reports.open({ ...ports, transport }, person)
      reports.listen(() => {
        tell({ type: 'report' })
        void this.#keepUntil(reports).catch(() => undefined)
      })
      reports.client.listen(({ type }) => {
        if (type === 'message-state') {
          tell({ type: 'report' })
        }
      })
      return reports
    } catch (error) {
      await transport.close()
      throw error
    }
  }

  /** @throws UsageError `SEALPOST_CLIENT_CLOSED` */
  #home(): SealpostClient {
    if (this.#person === undefined) {
      throw new UsageError('SEALPOST_CLIENT_CLOSED')
    }
    return this.#person
  }

  /** 0 where nothing was reported. */
  async #readUntil(): Promise<number> {
    const [note] = await readNotes(this.#home(), [NOTE])
    return typeof note === 'number' && Number.isSafeInteger(note) && note > 0 ? note : 0
  }

  async #keepUntil(reports: Reports): Promise<void> {
    const untilMs = listenedForUntil(await reports.reports())
    if (this.#person !== undefined && untilMs !== (await this.#readUntil())) {
      await keepNote(this.#home(), NOTE, untilMs)
    }
  }
}

/** Until when a desk is listened for by itself. */
export function listenedForUntil(
  reports: readonly Pick<Report, 'openedAtMs' | 'isOver'>[]
): number {
  const ends = reports.map(({ openedAtMs, isOver }) => openedAtMs + (isOver ? OVER_MS : OPEN_MS))
  return Math.max(1, ...ends)
}
