import { type ByteAccounts, type ByteRateBounds, ByteRates } from '@sealpost/core'
import type { Clock, FrameStream } from '@sealpost/host'

/** The part of a stream that matters here. */
type Rated = Pick<FrameStream, 'remoteKey' | 'remoteRange'>

export interface BytePausesOptions {
  readonly clock: Pick<Clock, 'monotonicMs' | 'setTimer'>
  readonly bounds: ByteRateBounds
  /** Somebody is not to be read from for a while. */
  readonly onPause: () => void
}

/** Says of each stream whether it is to be read from, by how many bytes went to and fro. */
export class BytePauses {
  readonly #options: BytePausesOptions
  readonly #rates: ByteRates

  constructor(options: BytePausesOptions) {
    this.#options = options
    this.#rates = new ByteRates(options.bounds)
  }

  /** Others hold from here on; who waits goes on waiting. */
  setBounds(bounds: ByteRateBounds): void {
    this.#rates.setBounds(bounds)
  }

  /** @param onChange is called where `isPaused` has changed. */
  open(stream: Rated, onChange: () => void): BytePause {
    const { clock, onPause } = this.#options
    const accounts = this.#rates.open(stream.remoteKey, stream.remoteRange)
    return new BytePause({ clock, rates: this.#rates, accounts, onPause, onChange })
  }
}

interface BytePauseInit {
  readonly clock: BytePausesOptions['clock']
  readonly rates: ByteRates
  readonly accounts: ByteAccounts
  readonly onPause: () => void
  readonly onChange: () => void
}

/** One stream's. To be closed with it. */
export class BytePause {
  readonly #init: BytePauseInit
  #cancelTimer: (() => void) | undefined
  #isClosed = false

  constructor(init: BytePauseInit) {
    this.#init = init
  }

  /** Whether it is not to be read from now. */
  get isPaused(): boolean {
    return this.#cancelTimer !== undefined
  }

  /** Bytes went to or fro. */
  count(bytes: number): void {
    if (this.#isClosed) {
      return
    }
    const { clock, rates, accounts, onPause, onChange } = this.#init
    const waitMs = rates.spend(accounts, bytes, clock.monotonicMs())
    if (waitMs === 0 || this.isPaused) {
      return
    }
    // Read from again even where more is owed by then, so that nobody in a busy range falls silent for good.
    this.#cancelTimer = clock.setTimer(waitMs, () => {
      this.#cancelTimer = undefined
      onChange()
    })
    onPause()
    onChange()
  }

  close(): void {
    this.#isClosed = true
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    this.#init.rates.close(this.#init.accounts, this.#init.clock.monotonicMs())
  }
}
