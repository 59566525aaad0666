import type { Log, LogFields } from '../ports.ts'

/** One thing that was logged. */
export interface LogEntry {
  readonly level: 'error' | 'warn' | 'info' | 'debug'
  readonly event: string
  readonly fields: LogFields
}

/** Keeps what was logged. */
export class MemoryLog implements Log {
  readonly entries: LogEntry[] = []

  error(event: string, fields: LogFields = {}): void {
    this.entries.push({ level: 'error', event, fields })
  }

  warn(event: string, fields: LogFields = {}): void {
    this.entries.push({ level: 'warn', event, fields })
  }

  info(event: string, fields: LogFields = {}): void {
    this.entries.push({ level: 'info', event, fields })
  }

  debug(event: string, fields: LogFields = {}): void {
    this.entries.push({ level: 'debug', event, fields })
  }

  /** The events so far, in order, of one level or all. */
  events(level?: LogEntry['level']): readonly string[] {
    const entries = this.entries.filter((entry) => level === undefined || entry.level === level)
    return entries.map((entry) => entry.event)
  }
}
