import type { Clock } from '@sealpost/host'

/** After each step so many times as long as it took belong to people. */
const PAUSE_SHARE = 6
/** At most: so that a large store on a busy relay is done within the day. */
const PAUSE_MS_MAX = 100

/** A wait between the steps of long work, so that people hardly notice it. */
export function pacer(clock: Clock): () => Promise<void> {
  let startedAtMs = clock.monotonicMs()
  return async () => {
    const tookMs = clock.monotonicMs() - startedAtMs
    const pauseMs = Math.min(PAUSE_MS_MAX, tookMs * PAUSE_SHARE)
    if (pauseMs >= 1) {
      const { promise, resolve } = Promise.withResolvers<undefined>()
      clock.setTimer(pauseMs, () => {
        resolve(undefined)
      })
      await promise
    }
    startedAtMs = clock.monotonicMs()
  }
}
