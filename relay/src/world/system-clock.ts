import type { Clock } from '@sealpost/host'

/** The longest wait that a timer of Node takes; a longer one would go off at once. */
const TIMER_MS_MAX = 2 ** 31 - 1

/** The machine's own clock and timers. */
export const SYSTEM_CLOCK: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer: (delayMs, callback) => {
    const timer = setTimeout(callback, Math.min(delayMs, TIMER_MS_MAX))
    return () => {
      clearTimeout(timer)
    }
  }
}
