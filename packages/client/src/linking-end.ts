/** When a code by which a device joins is over: with its time, or when the caller says so. */
import { SealpostError, UsageError } from '@sealpost/protocol'
import type { ClientPorts } from './client-ports.ts'

/** A code holds for so long. */
export const CODE_MS = 600_000

export interface LinkingEnd {
  readonly signal: AbortSignal
  /** Rejects: UsageError `SEALPOST_LINK_EXPIRED` with its time, SealpostError `SEALPOST_TIMEOUT` where the caller ended it. */
  readonly over: Promise<never>
  /** It is over so soon at the latest. */
  readonly within: (delayMs: number) => void
  /** Nobody waits for it any more. */
  readonly stop: () => void
}

/** Begins with the whole time that a code holds. */
export function linkingEnd(
  { clock, abortable }: Pick<ClientPorts, 'clock' | 'abortable'>,
  given: AbortSignal | undefined
): LinkingEnd {
  const { signal, abort } = abortable()
  let isExpired = false
  const expire = (): void => {
    isExpired = true
    abort()
  }
  const timers = [clock.setTimer(CODE_MS, expire)]
  given?.addEventListener('abort', abort)
  const over = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(isExpired ? expired() : new SealpostError('SEALPOST_TIMEOUT'))
    })
  })
  // Nobody may be waiting when it ends.
  over.catch(() => undefined)
  if (given?.aborted === true) {
    abort()
  }
  const within = (delayMs: number): void => {
    timers.push(clock.setTimer(Math.min(CODE_MS, Math.max(0, delayMs)), expire))
  }
  const stop = (): void => {
    for (const cancel of timers) {
      cancel()
    }
    given?.removeEventListener('abort', abort)
  }
  return { signal, over, within, stop }
}

/** Of a code whose time is over, or that is not shown any more. */
export function expired(): UsageError {
  return new UsageError('SEALPOST_LINK_EXPIRED', undefined, { detail: 'linking-code' })
}
