/**
 * Tells systemd how the relay is, where it runs under it: that it is ready, that it still runs, that it stops.
 *
 * systemd listens on a datagram socket, which Node cannot write to. Its own program `systemd-notify` can; it is there wherever
 * systemd is, and one short process every twenty seconds costs less than an addon in C++ that must be built for each Node.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Clock, Log } from '@sealpost/host'

/** Of the time in which systemd wants to hear something, the share after which it is told. */
const WATCHDOG_SHARE = 1 / 3
const TELL_MAX_MS = 10_000

export interface SupervisorOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly log: Log
  /** Tells systemd; rejects where that fails. `systemd-notify`, if left out. */
  readonly tell?: (words: readonly string[]) => Promise<unknown>
}

export class Supervisor {
  readonly #clock: Clock
  readonly #log: Log
  readonly #tellSystemd: (words: readonly string[]) => Promise<unknown>
  readonly #isThere: boolean
  /** 0 where systemd does not want to hear. */
  readonly #everyMs: number
  #cancelTimer: () => void = () => undefined

  constructor({ environment, clock, log, tell }: SupervisorOptions) {
    this.#clock = clock
    this.#log = log
    this.#tellSystemd = tell ?? systemdNotify
    this.#isThere = (environment['NOTIFY_SOCKET'] ?? '') !== ''
    const micros = /^[0-9]{1,15}$/.exec(environment['WATCHDOG_USEC'] ?? '')?.[0]
    this.#everyMs = (Number(micros ?? 0) / 1_000) * WATCHDOG_SHARE
  }

  /** It takes connections; from here on systemd hears regularly that it runs. */
  async ready(): Promise<void> {
    await this.#tell(['--ready'])
    this.#planNext()
  }

  /** It ends, and may take some seconds for it. Systemd hears that it runs until `end`. */
  async stopping(): Promise<void> {
    await this.#tell(['STOPPING=1'])
  }

  end(): void {
    this.#cancelTimer()
  }

  #planNext(): void {
    if (this.#isThere && this.#everyMs > 0) {
      this.#cancelTimer = this.#clock.setTimer(this.#everyMs, () => {
        this.#planNext()
        void this.#tell(['WATCHDOG=1'])
      })
    }
  }

  async #tell(words: readonly string[]): Promise<void> {
    if (!this.#isThere) {
      return
    }
    try {
      await this.#tellSystemd(words)
    } catch {
      this.#log.warn('relay.supervisor.not-told')
    }
  }
}

function systemdNotify(words: readonly string[]): Promise<unknown> {
  return promisify(execFile)('systemd-notify', [...words], { timeout: TELL_MAX_MS })
}
