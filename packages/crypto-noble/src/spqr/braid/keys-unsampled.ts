import type { Random } from '@sealpost/crypto'
import { macHeader } from '../authenticator.ts'
import { encodeChunks } from '../erasure-code.ts'
import type { NativeMlKem768 } from '../mlkem768-incremental.ts'
import { headerOf, makeDecapsulationKey } from '../mlkem768-incremental.ts'
import { concatBytes } from '@noble/hashes/utils.js'
import type { KeysSampled, KeysUnsampled } from './braid-state.ts'
import type { BraidSent } from './braid-step.ts'
import { sendKeysSampled } from './keys-sampled.ts'

/**
 * Takes the key pair of the epoch and sends the first chunk of its header. Draws 64 bytes where none was prepared.
 *
 * @param prepared gives a decapsulation key that was made before, once, and leaves it to the state.
 */
export function sendKeysUnsampled(
  { epoch, authenticator }: KeysUnsampled,
  random: Random,
  native: NativeMlKem768,
  prepared?: () => Uint8Array | undefined
): BraidSent {
  const dk = prepared?.() ?? makeDecapsulationKey(random, native)
  const header = headerOf(dk)
  const sending = encodeChunks(concatBytes(header, macHeader(authenticator, epoch, header)))
  const sampled: KeysSampled = { name: 'KeysSampled', epoch, authenticator, dk, sending }
  return sendKeysSampled(sampled)
}
