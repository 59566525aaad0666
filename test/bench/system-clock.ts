import type { Clock } from '@sealpost/host'

/** The machine's own clock and timers. */
export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  }
}

/** A log that nobody reads. */
export const silentLog = { error: ignore, warn: ignore, info: ignore, debug: ignore }

function ignore(): void {
  // What a bench must know reaches it as an error.
}
