/** When reports are due, and what they are made of. */
import { totalmem } from 'node:os'
import type { Log } from '@sealpost/host'
import { type Alarm, makeReport, type Report, type SampleHistory } from '@sealpost/operator'
import { keepReport } from './report-folder.ts'

const DAY_MS = 86_400_000
/** Six in the morning, UTC. */
const DUE_MS = 21_600_000

export interface ReportsOptions {
  readonly log: Log
  readonly history: SampleHistory
  readonly alarms: () => readonly Alarm[]
  readonly connectionsMax: () => number
  readonly folder: string
}

export class Reports {
  readonly #options: ReportsOptions
  #writtenDay: number | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(options: ReportsOptions) {
    this.#options = options
  }

  /** The last day, or week. */
  make(span: 'day' | 'week', atMs: number): Report {
    const { history, alarms, connectionsMax } = this.#options
    const confined = process.constrainedMemory()
    const memoryBytes = confined > 0 ? Math.min(confined, totalmem()) : totalmem()
    const limits = { connectionsMax: connectionsMax(), memoryBytes }
    return makeReport({ history, alarms: alarms(), limits, atMs, span, date: dateOf(atMs) })
  }

  /** Writes what is due: each day at six, on Mondays the week too. */
  look(atMs: number): void {
    const day = Math.floor((atMs - DUE_MS) / DAY_MS)
    const isDue = this.#writtenDay !== undefined && day > this.#writtenDay
    this.#writtenDay = day
    if (isDue) {
      // The first day of 1970 was a Thursday.
      const isMonday = (day + 4) % 7 === 1
      for (const span of isMonday ? (['day', 'week'] as const) : (['day'] as const)) {
        const report = this.make(span, atMs)
        this.#writing = this.#writing.then(() => this.#write(span, dateOf(atMs), report))
      }
    }
  }

  /** Resolves once nothing is being written. */
  written(): Promise<void> {
    return this.#writing
  }

  async #write(span: 'day' | 'week', date: string, report: Report): Promise<void> {
    const { folder, log } = this.#options
    try {
      await keepReport(folder, span, date, report)
      log.info('relay.report.written', {
        span,
        limits: report.limits.map(({ name }) => name).join(', ')
      })
    } catch {
      log.warn('relay.report.not-written', { span })
    }
  }
}

function dateOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}
