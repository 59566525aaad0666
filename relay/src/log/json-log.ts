import type { Log, LogFields } from '@sealpost/host'

/** What is logged: the level itself and all before it. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** One JSON object a line, or a line that people read. */
export const LOG_FORMATS = ['pretty', 'json'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

/** Where lines go: a part of Node's writable streams. */
export interface LogOutput {
  /** Bytes, or characters, that were written and are not gone yet. */
  readonly writableLength: number
  write(line: string): unknown
}

export interface JsonLogOptions {
  readonly level: LogLevel
  readonly format: LogFormat
  readonly output: LogOutput
  /** Milliseconds since 1970. */
  readonly wallMs: () => number
}

/** Lines that wait for who reads them take so much memory at most; beyond, they are dropped and counted. */
const WAITING_MAX = 1024 * 1024
/** Lines of one event in one period; what repeats more often is counted instead. */
const REPEATS_MAX = 20
const REPEAT_PERIOD_MS = 10_000

interface Repeats {
  sinceMs: number
  count: number
  suppressedCount: number
}

/**
 * A structured log that cannot harm the relay: nobody waits for a line, what cannot be written is dropped, and an event that
 * repeats is told twenty times in ten seconds and then as a count. Events are constants, so there are few of them.
 */
export class JsonLog implements Log {
  readonly #options: JsonLogOptions
  #depth: number
  #format: LogFormat
  readonly #repeats = new Map<string, Repeats>()
  #droppedCount = 0

  constructor(options: JsonLogOptions) {
    this.#options = options
    this.#depth = LOG_LEVELS.indexOf(options.level)
    this.#format = options.format
  }

  /** Logs `level` and what is more urgent, from here on. */
  setLevel(level: LogLevel): void {
    this.#depth = LOG_LEVELS.indexOf(level)
  }

  /** Writes lines so, from here on. */
  setFormat(format: LogFormat): void {
    this.#format = format
  }

  error(event: string, fields?: LogFields): void {
    this.#log('error', event, fields)
  }

  warn(event: string, fields?: LogFields): void {
    this.#log('warn', event, fields)
  }

  info(event: string, fields?: LogFields): void {
    this.#log('info', event, fields)
  }

  debug(event: string, fields?: LogFields): void {
    this.#log('debug', event, fields)
  }

  #log(level: LogLevel, event: string, fields: LogFields | undefined): void {
    if (LOG_LEVELS.indexOf(level) > this.#depth) {
      return
    }
    const atMs = this.#options.wallMs()
    const suppressedCount = this.#countRepeat(event, atMs)
    if (suppressedCount === undefined) {
      return
    }
    this.#write(atMs, level, event, suppressedCount > 0 ? { ...fields, suppressedCount } : fields)
  }

  /** @returns how many lines of this event were left out since the last one; undefined where this one is too. */
  #countRepeat(event: string, atMs: number): number | undefined {
    const repeats = this.#repeats.get(event)
    if (repeats === undefined || Math.abs(atMs - repeats.sinceMs) >= REPEAT_PERIOD_MS) {
      this.#repeats.set(event, { sinceMs: atMs, count: 1, suppressedCount: 0 })
      return repeats?.suppressedCount ?? 0
    }
    repeats.count++
    if (repeats.count <= REPEATS_MAX) {
      return 0
    }
    repeats.suppressedCount++
    return undefined
  }

  #write(atMs: number, level: LogLevel, event: string, fields: LogFields | undefined): void {
    const { output } = this.#options
    if (output.writableLength > WAITING_MAX) {
      this.#droppedCount++
      return
    }
    const droppedCount = this.#droppedCount === 0 ? undefined : this.#droppedCount
    this.#droppedCount = 0
    const line = this.#format === 'json' ? jsonLine : prettyLine
    try {
      output.write(line(atMs, level, event, { ...fields, droppedCount }))
    } catch {
      // Whoever reads the log is gone. The relay goes on.
      this.#droppedCount++
    }
  }
}

function jsonLine(atMs: number, level: LogLevel, event: string, fields: LogFields): string {
  return `${JSON.stringify({ at: new Date(atMs).toISOString(), level, event, ...fields })}\n`
}

function prettyLine(atMs: number, level: LogLevel, event: string, fields: LogFields): string {
  const told = Object.entries(fields).filter(([, value]) => value !== undefined)
  const words = told.map(([name, value]) => ` ${name}=${String(value)}`)
  return `${new Date(atMs).toISOString()} ${level.padEnd(5)} ${event}${words.join('')}\n`
}
