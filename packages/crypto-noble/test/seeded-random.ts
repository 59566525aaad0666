import { sha256 } from '@noble/hashes/sha2.js'
import type { Random } from '@sealpost/crypto'
import { bigEndian, concatBytes, utf8ToBytes } from '@sealpost/protocol'

/** The same bytes for the same seed: SHA-256 of the seed and a counter. */
export function seededRandom(seed: string): Random {
  let counter = 0
  return {
    bytes(count) {
      const bytes = new Uint8Array(count)
      for (let at = 0; at < count; at += 32) {
        counter += 1
        const block = sha256(concatBytes(utf8ToBytes(seed), bigEndian(counter, 6)))
        bytes.set(block.subarray(0, Math.min(32, count - at)), at)
      }
      return bytes
    }
  }
}
