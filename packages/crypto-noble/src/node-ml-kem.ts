/**
 * ML-KEM-768 by Node's own cryptography (OpenSSL 3.5), which answers at once. WebCrypto has ML-KEM as well, but it takes a
 * private key only as the seed that it was made from, and a session keeps the decapsulation key itself.
 *
 * Private keys go in and come out in PKCS#8 (RFC 9935):
 *
 *     seed        head || 64                           a key pair is made from it
 *     expanded    head || 2,400                        a stored key is read from it
 *     both        head || 64 || head || 2,400          what OpenSSL writes: the decapsulation key is its end
 */
import { equalBytes } from '@noble/curves/utils.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import { DK_BYTES, SEED_BYTES } from './spqr/mlkem768-incremental.ts'
import type { NativeMlKem768 } from './spqr/mlkem768-incremental.ts'
import { wipe } from './wipe.ts'

/** As much of a `KeyObject` as is used here. */
export interface NodePrivateKey {
  export(options: { readonly format: 'der'; readonly type: 'pkcs8' }): Uint8Array
}

/** As much of `node:crypto` as is used here: pass the module. Nodes before 24.7 lack `decapsulate`. */
export interface NodeKem {
  /** Takes `{ key, format, type }`. Its declared types ask for a Buffer in `key`, where it takes any bytes. */
  createPrivateKey(input: never): NodePrivateKey
  /** Takes what `createPrivateKey` gave. */
  decapsulate?(key: never, ciphertext: Uint8Array): Uint8Array
}

/** PrivateKeyInfo with the algorithm 2.16.840.1.101.3.4.4.2 (ML-KEM-768) and a seed of 64 bytes to follow. */
const SEED_HEAD: Uint8Array = Uint8Array.of(
  ...[48, 84, 2, 1, 0, 48, 11, 6, 9, 96, 134, 72, 1, 101, 3, 4, 4, 2, 4, 66, 128, 64]
)
/** The same with an expanded key of 2,400 bytes to follow. */
const EXPANDED_HEAD: Uint8Array = Uint8Array.of(
  ...[48, 130, 9, 120, 2, 1, 0, 48, 11, 6, 9, 96, 134, 72, 1, 101, 3, 4, 4, 2],
  ...[4, 130, 9, 100, 4, 130, 9, 96]
)
const DER = { format: 'der', type: 'pkcs8' } as const
const PROBES = [1, 77, 200]

/**
 * The platform's ML-KEM, once it has shown that it gives what the library gives, for a ciphertext that is none of the key as
 * well.
 *
 * @returns undefined where the platform has none, or another.
 */
export function findNodeMlKem768(node: NodeKem): NativeMlKem768 | undefined {
  const mlKem: NativeMlKem768 = {
    keygen: (seed) => {
      const both = keyOf(node, SEED_HEAD, seed).export(DER)
      // Of its own buffer: a Buffer of Node may share its with others.
      const secretKey = new Uint8Array(both.subarray(both.length - DK_BYTES))
      wipe(both)
      return { secretKey }
    },
    decapsulate: (ciphertext, secretKey) => {
      const agreed = node.decapsulate?.(keyOf(node, EXPANDED_HEAD, secretKey) as never, ciphertext)
      return new Uint8Array(agreed ?? [])
    }
  }
  try {
    return PROBES.every((probe) => isRight(mlKem, probe)) ? mlKem : undefined
  } catch {
    return undefined
  }
}

function isRight({ decapsulate, keygen }: NativeMlKem768, probe: number): boolean {
  const seed = new Uint8Array(SEED_BYTES).fill(probe)
  const { publicKey, secretKey } = ml_kem768.keygen(seed)
  const { cipherText } = ml_kem768.encapsulate(publicKey, seed.subarray(32))
  const other = cipherText.with(probe, (cipherText[probe] ?? 0) ^ 1)
  return (
    equalBytes(keygen(seed).secretKey, secretKey) &&
    [cipherText, other].every((each) =>
      equalBytes(decapsulate(each, secretKey), ml_kem768.decapsulate(each, secretKey))
    )
  )
}

function keyOf(node: NodeKem, head: Uint8Array, bytes: Uint8Array): NodePrivateKey {
  const key = concatBytes(head, bytes)
  try {
    return node.createPrivateKey({ key, ...DER } as never)
  } finally {
    wipe(key)
  }
}
