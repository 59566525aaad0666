import type { Random } from '@sealpost/crypto'
import { hexToBytes } from '@sealpost/protocol'

/** Gives out what was recorded, in order, and nothing that was not; the length must be what is asked for. */
export function givenRandom(...recorded: readonly string[]): Random {
  const left = [...recorded]
  return {
    bytes(count) {
      const bytes = hexToBytes(left.shift() ?? '')
      if (bytes.length !== count) {
        throw new Error(`${String(count)} random bytes were asked for, not ${String(bytes.length)}`)
      }
      return bytes
    }
  }
}
