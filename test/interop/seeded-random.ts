import { createHash } from 'node:crypto'
import type { Random } from '@sealpost/crypto'

/** The same bytes for the same seed: SHA-256 of the seed and a counter. */
export function seededRandom(seed: string): Random {
  let counter = 0
  return {
    bytes(count) {
      const bytes = new Uint8Array(count)
      for (let at = 0; at < count; at += 32) {
        counter += 1
        const block = createHash('sha256')
          .update(`${seed} ${String(counter)}`)
          .digest()
        bytes.set(block.subarray(0, Math.min(32, count - at)), at)
      }
      return bytes
    }
  }
}

/** Integers from 0 to below `bound`, from a stream of randomness. */
export function dice(random: Random): (bound: number) => number {
  return (bound) => {
    const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4)
    return (a + b * 2 ** 8 + c * 2 ** 16 + d * 2 ** 24) % bound
  }
}
