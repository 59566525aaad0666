/** This machine's clock, randomness and standard error, as ports. */
import { randomBytes } from 'node:crypto'
import type { ClientPorts } from '@sealpost/client'
import type { Clock, Log, LogFields } from '@sealpost/host'

/** What Node's timers can count; a longer wait is made of several. */
const TIMER_MS_MAX = 2 ** 31 - 1
const LEVELS = ['error', 'warn', 'info', 'debug'] as const

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer
}

export const systemRandom: ClientPorts['random'] = {
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

/** Lines on the standard error, of `level` and graver; for any other word, none. */
export function systemLog(level: string | undefined): Log {
  const most = LEVELS.findIndex((name) => name === level)
  const at = (index: number) => (event: string, fields?: LogFields) => {
    if (index <= most) {
      process.stderr.write(`${logLine(LEVELS[index] ?? 'error', event, fields)}\n`)
    }
  }
  return { error: at(0), warn: at(1), info: at(2), debug: at(3) }
}

function logLine(level: string, event: string, fields: LogFields = {}): string {
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${String(value)}`)
  return `${new Date().toISOString()} ${level} ${event}${rest.join('')}`
}

function setTimer(delayMs: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout
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
