/** The last events of the log, in memory: for the page that shows what went wrong. They hold counts and codes alone. */
import type { Log, LogFields } from '@sealpost/host'

const EVENTS_MAX = 500
const FAILURES_MAX = 12
const EXCERPT_MAX = 20
const CODE = /^[A-Z_]{1,60}$/

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

/** What happened last, the oldest first: when (UTC), how urgent, the event and its code. Other fields are left out: they may name places. */
export function excerptOf(events: readonly LoggedEvent[]): readonly string[] {
  return events.slice(-EXCERPT_MAX).map((logged) => {
    const time = new Date(logged.atMs).toISOString().slice(11, 19)
    return [`${time}Z`, logged.level, nameOf(logged)].join(' ')
  })
}

/** What went wrong, by event and code, with how often; the most frequent first. Other fields are left out: they may name places. */
export function failuresOf(events: readonly LoggedEvent[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const logged of events) {
    if (logged.level === 'error' || logged.level === 'warn') {
      const what = nameOf(logged)
      counts.set(what, (counts.get(what) ?? 0) + 1)
    }
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, FAILURES_MAX)
    .map(([what, count]) => (count === 1 ? what : `${what} (${String(count)} times)`))
}

/** An event, and its code where it has one. */
function nameOf({ event, fields: { code } }: LoggedEvent): string {
  return typeof code === 'string' && CODE.test(code) ? `${event} ${code}` : event
}
