import { randomFillSync } from 'node:crypto'
import type { Random } from '@sealpost/core'

/** Bytes that are drawn at once: a call to the system costs more than the bytes it brings. */
const POOL_BYTES = 4_096

let pool = new Uint8Array(0)

/** The operating system's randomness. */
export const SYSTEM_RANDOM: Random = {
  bytes: (count) => {
    if (count > POOL_BYTES / 4) {
      return randomFillSync(new Uint8Array(count))
    }
    if (pool.length < count) {
      pool = randomFillSync(new Uint8Array(POOL_BYTES))
    }
    const bytes = pool.slice(0, count)
    pool.fill(0, 0, count)
    pool = pool.subarray(count)
    return bytes
  }
}
