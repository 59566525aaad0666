/** The last events of the log, in memory: for the page that shows what went wrong. They hold counts and codes alone. */
import type { Log, LogFields } from '@sealpost/host'

const EVENTS_MAX = 500

export interface LoggedEvent {
  readonly level: keyof Log
  readonly event: string
  readonly fields: LogFields
  readonly atMs: number
}

export class RecentLog implements Log {
  readonly #wallMs: () => number
  readonly #events: LoggedEvent[] = []

  constructor(wallMs: () => number) {
    this.#wallMs = wallMs
  }

  /** Oldest first. */
  get events(): readonly LoggedEvent[] {
    return this.#events
  }

  error(event: string, fields?: LogFields): void {
    this.#note('error', event, fields)
  }

  warn(event: string, fields?: LogFields): void {
    this.#note('warn', event, fields)
  }

  info(event: string, fields?: LogFields): void {
    this.#note('info', event, fields)
  }

  debug(event: string, fields?: LogFields): void {
    this.#note('debug', event, fields)
  }

  #note(level: keyof Log, event: string, fields: LogFields = {}): void {
    this.#events.push({ level, event, fields, atMs: this.#wallMs() })
    if (this.#events.length > EVENTS_MAX) {
      this.#events.shift()
    }
  }
}
