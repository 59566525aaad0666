/** How long to wait before trying again: doubling, with jitter, so that those who failed together do not return together. */
import { type Random, randomBelow } from '../random.ts'

export interface Backoff {
  readonly firstMs: number
  readonly maxMs: number
}

/** The wait after the `failures`th failure in a row (1 and up): between half and all of `firstMs * 2^(failures - 1)`. */
export function backoffMs(backoff: Backoff, failures: number, random: Random): number {
  const fullMs = Math.min(backoff.maxMs, backoff.firstMs * 2 ** Math.min(failures - 1, 40))
  const halfMs = Math.floor(fullMs / 2)
  return halfMs + randomBelow(random, Math.max(1, fullMs - halfMs + 1))
}
