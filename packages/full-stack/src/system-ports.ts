/** This machine's clock and randomness as ports, and a log that hears of nothing but errors. */
import { randomBytes } from 'node:crypto'
import type { Random } from '@sealpost/core'
import type { Clock, Log } from '@sealpost/host'

const TIMER_MS_MAX = 2 ** 31 - 1

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer: (delayMs, callback) => {
    const timer = setTimeout(callback, Math.min(delayMs, TIMER_MS_MAX))
    return () => {
      clearTimeout(timer)
    }
  }
}

export const systemRandom: Random = {
  bytes: (count) => new Uint8Array(randomBytes(count))
}

/** Makes a signal and what aborts it. */
export function abortable(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController()
  return {
    signal: controller.signal,
    abort: () => {
      controller.abort()
    }
  }
}

/** @param onError an error: a bug of ours, or a broken disk */
export function errorLog(onError: (event: string, code: string) => void): Log {
  return {
    error: (event, fields) => {
      onError(event, String(fields?.['code'] ?? ''))
    },
    warn: ignore,
    info: ignore,
    debug: ignore
  }
}

function ignore(): void {
  // Nobody reads what is not an error.
}
