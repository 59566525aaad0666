/**
 * X25519 by WebCrypto, where a platform has it: some ten times as fast as JavaScript, and in constant time. WebCrypto takes
 * private keys in PKCS#8 alone (RFC 8410 7), so they are wrapped in its fixed head.
 */
import { x25519 } from '@noble/curves/ed25519.js'
import { equalBytes } from '@sealpost/protocol'
import type { NativeCurve } from './agreement.ts'
import { wipe } from './wipe.ts'

/** As much of `SubtleCrypto` as is used here: pass `crypto.subtle`. */
export interface SubtleAgreement<Key> {
  importKey(
    format: 'raw' | 'pkcs8',
    key: Uint8Array<ArrayBuffer>,
    algorithm: { readonly name: 'X25519' },
    isExtractable: boolean,
    usages: 'deriveBits'[]
  ): Promise<Key>
  deriveBits(
    algorithm: { readonly name: 'X25519'; readonly public: Key },
    key: Key,
    bits: number
  ): Promise<ArrayBuffer>
}

/** PrivateKeyInfo with the algorithm 1.3.101.110 (X25519) and an octet string of 32 bytes to follow. */
const PKCS8_HEAD = Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32)
const X25519 = { name: 'X25519' } as const
const PROBES = [1, 77, 200]

/**
 * The platform's curve, once it has shown that it gives what this engine's own gives.
 *
 * @returns undefined where the platform has none, or another.
 */
export async function findWebCryptoCurve<Key>(
  subtle: SubtleAgreement<Key>
): Promise<NativeCurve | undefined> {
  const curve: NativeCurve = { agree: (privateKey, u) => agree(subtle, privateKey, u) }
  try {
    for (const probe of PROBES) {
      const privateKey = new Uint8Array(32).fill(probe)
      const u = x25519.getPublicKey(new Uint8Array(32).fill(probe + 1))
      const expected = x25519.getSharedSecret(privateKey, u)
      if (!equalBytes(await curve.agree(privateKey, u), expected)) {
        return undefined
      }
    }
  } catch {
    return undefined
  }
  return curve
}

async function agree<Key>(
  subtle: SubtleAgreement<Key>,
  privateKey: Uint8Array,
  u: Uint8Array
): Promise<Uint8Array> {
  const wrapped = new Uint8Array(PKCS8_HEAD.length + privateKey.length)
  wrapped.set(PKCS8_HEAD)
  wrapped.set(privateKey, PKCS8_HEAD.length)
  const [own, theirs] = await Promise.all([
    subtle.importKey('pkcs8', wrapped, X25519, false, ['deriveBits']),
    subtle.importKey('raw', new Uint8Array(u), X25519, false, [])
  ])
  wipe(wrapped)
  return new Uint8Array(await subtle.deriveBits({ ...X25519, public: theirs }, own, 256))
}
