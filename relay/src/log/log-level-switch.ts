import type { Clock } from '@sealpost/host'
import type { LogLevelAnswer } from '@sealpost/operator'
import type { JsonLog, LogLevel } from './json-log.ts'

/** Another log level for a while: whoever looked closely does not have to remember to stop. */
export class LogLevelSwitch {
  readonly #log: Pick<JsonLog, 'setLevel'>
  readonly #clock: Clock
  #configured: LogLevel
  #other: { readonly level: LogLevel; readonly untilMs: number } | undefined
  #cancelTimer: (() => void) | undefined

  constructor(log: Pick<JsonLog, 'setLevel'>, clock: Clock, configured: LogLevel) {
    this.#log = log
    this.#clock = clock
    this.#configured = configured
  }

  /** The level that the configuration says has changed; another one that was asked for stays for its time. */
  configure(level: LogLevel): void {
    this.#configured = level
    if (this.#other === undefined) {
      this.#log.setLevel(level)
    }
  }

  /** Logs at `level` for `forMs`, then again as the configuration says. */
  override(level: LogLevel, forMs: number): void {
    this.#cancelTimer?.()
    this.#other = { level, untilMs: this.#clock.wallMs() + forMs }
    this.#log.setLevel(level)
    this.#cancelTimer = this.#clock.setTimer(forMs, () => {
      this.end()
    })
  }

  /** Logs again as the configuration says. */
  end(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    this.#other = undefined
    this.#log.setLevel(this.#configured)
  }

  answer(): LogLevelAnswer {
    const level = this.#other?.level ?? this.#configured
    return { level, configured: this.#configured, untilMs: this.#other?.untilMs }
  }
}
