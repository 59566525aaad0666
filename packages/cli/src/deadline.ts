/** A signal that is aborted when a time is over, or when its parent is. */
import type { Clock } from '@sealpost/host'

/** Runs `task` with a signal for `timeoutMs`. */
export async function withDeadline<Result>(
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  timeoutMs: number,
  task: (signal: AbortSignal) => Promise<Result>
): Promise<Result> {
  const controller = new AbortController()
  const cancelTimer = clock.setTimer(timeoutMs, () => {
    controller.abort()
  })
  try {
    return await task(AbortSignal.any([signal, controller.signal]))
  } finally {
    cancelTimer()
  }
}

/** Waits, unless `signal` ends it before. */
export function wait(
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  waitMs: number
): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancelTimer()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancelTimer = clock.setTimer(waitMs, end)
    signal.addEventListener('abort', end)
    if (signal.aborted) {
      end()
    }
  })
}
