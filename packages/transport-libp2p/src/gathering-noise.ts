import { noise } from '@chainsafe/libp2p-noise'
import type { NoiseComponents } from '@chainsafe/libp2p-noise'
import type { ConnectionEncrypter } from '@libp2p/interface'
import { Uint8ArrayList } from 'uint8arraylist'
import { requireInternals } from './internals.ts'

/** Bytes of the largest plaintext that Noise seals at once. */
const PLAINTEXT_BYTES_MAX = 65_519

type Bytes = Uint8Array | Uint8ArrayList

interface InnerNoise {
  readonly crypto: { encrypt: (plaintext: Bytes, ...rest: readonly Uint8Array[]) => Bytes }
}

/** Where plaintexts that lie in pieces are put together. One for all: encrypting is synchronous, and keeps nothing of it. */
const scratch = new Uint8Array(PLAINTEXT_BYTES_MAX)

/**
 * Noise that puts the pieces of a plaintext together before it encrypts them. A write of ours is many small pieces; libp2p
 * would call the cipher for each.
 */
export function gatheringNoise(components: NoiseComponents): ConnectionEncrypter {
  const encrypter = noise()(components)
  const inner = requireInternals<InnerNoise>(encrypter, 'Noise', { crypto: 'object' })
  const encrypt = inner.crypto.encrypt
  inner.crypto.encrypt = (plaintext, ...rest) => encrypt(gathered(plaintext), ...rest)
  return encrypter
}

function gathered(plaintext: Bytes): Bytes {
  if (plaintext instanceof Uint8Array || plaintext.byteLength > PLAINTEXT_BYTES_MAX) {
    return plaintext
  }
  let bytes = 0
  for (const piece of plaintext) {
    scratch.set(piece, bytes)
    bytes += piece.length
  }
  return new Uint8ArrayList(scratch.subarray(0, bytes))
}
