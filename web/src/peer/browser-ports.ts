/** This browser's clock and randomness, as ports. */
import type { ClientPorts } from '@sealpost/client'
import type { Clock } from '@sealpost/host'

/** What a browser's timers can count; a longer wait is made of several. */
const TIMER_MS_MAX = 2 ** 31 - 1
/** Bytes that WebCrypto gives at once. */
const RANDOM_BYTES_MAX = 65_536

export const browserClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer
}

export const browserRandom: ClientPorts['random'] = {
  bytes: (count) => {
    const bytes = new Uint8Array(count)
    for (let at = 0; at < count; at += RANDOM_BYTES_MAX) {
      crypto.getRandomValues(bytes.subarray(at, at + RANDOM_BYTES_MAX))
    }
    return bytes
  }
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

function setTimer(delayMs: number, callback: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>
  const wait = (leftMs: number): void => {
    const stepMs = Math.min(leftMs, TIMER_MS_MAX)
    timer = setTimeout(() => {
      if (leftMs > stepMs) {
        wait(leftMs - stepMs)
      } else {
        callback()
      }
    }, stepMs)
  }
  wait(delayMs)
  return () => {
    clearTimeout(timer)
  }
}
