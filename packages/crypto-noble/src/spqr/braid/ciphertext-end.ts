import { concatBytes } from '@noble/hashes/utils.js'
import type { Authenticator } from '../authenticator.ts'
import { macCiphertext } from '../authenticator.ts'
import { encaps2 } from '../mlkem768-incremental.ts'
import type { Encapsulation } from './braid-state.ts'

/**
 * `ct2 || MAC`, which can be made as soon as the vector is here.
 *
 * @throws SpqrError `forged` where the vector is not the one that the header announced.
 */
export function ciphertextEnd(
  {
    epoch,
    authenticator,
    header,
    m,
    ct1
  }: Omit<Encapsulation, 'receiving'> & {
    readonly epoch: number
    /** After the update of this epoch. */
    readonly authenticator: Authenticator
  },
  ekVector: Uint8Array
): Uint8Array {
  const ct2 = encaps2({ header, ekVector, m, ct1 })
  return concatBytes(ct2, macCiphertext(authenticator, epoch, concatBytes(ct1, ct2)))
}
