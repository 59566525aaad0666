import type { Random } from '@sealpost/crypto'
import { deriveEpochSecret, updateAuthenticator } from '../authenticator.ts'
import { decodeChunks, encodeChunks } from '../erasure-code.ts'
import { EK_VECTOR_BYTES, encaps1, ENCAPSULATION_SEED_BYTES } from '../mlkem768-incremental.ts'
import type { Ct1Sampled, HeaderReceived } from './braid-state.ts'
import type { BraidSent } from './braid-step.ts'
import { sendCt1Sampled } from './ct1-sampled.ts'

/** Encapsulates, which gives the secret of the epoch, and sends the first chunk of ct1. Draws 32 bytes, `m`. */
export function sendHeaderReceived(
  { epoch, authenticator, header }: HeaderReceived,
  random: Random
): BraidSent {
  // A copy, since it stays in the state: everything secret there stands alone in its buffer.
  const m = new Uint8Array(random.bytes(ENCAPSULATION_SEED_BYTES))
  const { ct1, sharedSecret } = encaps1(header, m)
  const epochSecret = deriveEpochSecret(sharedSecret, epoch)
  sharedSecret.fill(0)
  const sampled: Ct1Sampled = {
    name: 'Ct1Sampled',
    epoch,
    authenticator: updateAuthenticator(authenticator, epoch, epochSecret),
    header,
    m,
    ct1,
    sending: encodeChunks(ct1),
    receiving: decodeChunks(EK_VECTOR_BYTES)
  }
  return { ...sendCt1Sampled(sampled), epochSecret }
}
