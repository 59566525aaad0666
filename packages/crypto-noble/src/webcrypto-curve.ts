/**
 * X25519 and Ed25519 by WebCrypto, where a platform has them: some ten times as fast as JavaScript, and in constant time.
 * WebCrypto takes private keys in PKCS#8 alone (RFC 8410 7), so they are wrapped in its fixed head.
 */
import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { equalBytes } from '@noble/curves/utils.js'
import type { NativeCurve } from './agreement.ts'
import { littleEndian } from './little-endian.ts'
import { wipe } from './wipe.ts'

type CurveName = 'X25519' | 'Ed25519'

/** As much of `SubtleCrypto` as is used here: pass `crypto.subtle`. */
export interface SubtleCurve<Key> {
  importKey(
    format: 'raw' | 'pkcs8',
    key: Uint8Array<ArrayBuffer>,
    algorithm: { readonly name: CurveName },
    isExtractable: boolean,
    usages: ('deriveBits' | 'verify')[]
  ): Promise<Key>
  deriveBits(
    algorithm: { readonly name: 'X25519'; readonly public: Key },
    key: Key,
    bits: number
  ): Promise<ArrayBuffer>
  /** Not yet everywhere: Node calls it experimental. */
  readonly getPublicKey?: ((key: Key, usages: []) => Promise<Key>) | undefined
  exportKey(format: 'raw', key: Key): Promise<ArrayBuffer>
  verify(
    algorithm: { readonly name: 'Ed25519' },
    key: Key,
    signature: Uint8Array<ArrayBuffer>,
    message: Uint8Array<ArrayBuffer>
  ): Promise<boolean>
}

/** PrivateKeyInfo with the algorithm 1.3.101.110 (X25519) and an octet string of 32 bytes to follow. */
const PKCS8_HEAD = Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32)
const X25519 = { name: 'X25519' } as const
const ED25519 = { name: 'Ed25519' } as const
const PROBES = [1, 77, 200]

/**
 * The platform's curve, once it has shown that it gives what this engine's own gives; with `verify` only where that has, too.
 *
 * @returns undefined where the platform has none, or another.
 */
export async function findWebCryptoCurve<Key>(
  subtle: SubtleCurve<Key>
): Promise<NativeCurve | undefined> {
  const curve: NativeCurve = {
    importPrivate: (privateKey) => importPrivate(subtle, privateKey),
    importPublic: (u) => subtle.importKey('raw', new Uint8Array(u), X25519, false, []),
    agree: async (own, theirs) =>
      // Both are what this curve imported.
      new Uint8Array(await subtle.deriveBits({ ...X25519, public: theirs as Key }, own as Key, 256))
  }
  const publicU = async (own: unknown): Promise<Uint8Array> => {
    const key = await subtle.getPublicKey?.(own as Key, [])
    // Where there is no key, this throws in the probe.
    return new Uint8Array(await subtle.exportKey('raw', key as Key))
  }
  const verify: NativeCurve['verify'] = (key, message, signature) =>
    verifyEd25519(subtle, key, message, signature)
  if (!(await isTrue(() => agreesRightly(curve)))) {
    return undefined
  }
  return {
    ...curve,
    publicU: (await isTrue(() => agreesRightly({ ...curve, publicU }))) ? publicU : undefined,
    verify: (await isTrue(() => verifiesRightly(verify))) ? verify : undefined
  }
}

async function isTrue(probe: () => Promise<boolean>): Promise<boolean> {
  try {
    return await probe()
  } catch {
    return false
  }
}

async function agreesRightly(curve: NativeCurve): Promise<boolean> {
  for (const probe of PROBES) {
    const privateKey = new Uint8Array(32).fill(probe)
    const u = x25519.getPublicKey(new Uint8Array(32).fill(probe + 1))
    const expected = x25519.getSharedSecret(privateKey, u)
    const [own, theirs] = [await curve.importPrivate(privateKey), await curve.importPublic(u)]
    const expectedU = x25519.getPublicKey(privateKey)
    const ownU = curve.publicU === undefined ? expectedU : await curve.publicU(own)
    const agreed = await curve.agree(own, theirs)
    if (!equalBytes(agreed, expected) || !equalBytes(ownU, expectedU)) {
      return false
    }
  }
  return true
}

/** Takes a good signature and refuses two others, one of which would be good if the cofactor were multiplied away. */
async function verifiesRightly(verify: NonNullable<NativeCurve['verify']>): Promise<boolean> {
  const { Point } = ed25519
  const message = new Uint8Array(40).fill(3)
  const [a, r] = [1_234_567n, 7_654_321n]
  const A = Point.BASE.multiply(a).toBytes()
  const sign = (R: Uint8Array): Uint8Array => {
    const h = littleEndian(sha512(concatBytes(R, A, message))) % Point.Fn.ORDER
    return concatBytes(R, Point.Fn.toBytes((r + h * a) % Point.Fn.ORDER))
  }
  const commitment = Point.BASE.multiply(r)
  const good = sign(commitment.toBytes())
  const ofOrderTwo = Point.fromAffine({ x: 0n, y: Point.Fp.ORDER - 1n })
  const cofactored = sign(commitment.add(ofOrderTwo).toBytes())
  const verdicts = await Promise.all([
    verify(A, message, good),
    verify(A, message, good.with(0, (good[0] ?? 0) ^ 1)),
    isTrue(() => verify(A, message, cofactored))
  ])
  return verdicts.join() === 'true,false,false'
}

async function importPrivate<Key>(subtle: SubtleCurve<Key>, privateKey: Uint8Array): Promise<Key> {
  const wrapped = new Uint8Array(PKCS8_HEAD.length + privateKey.length)
  wrapped.set(PKCS8_HEAD)
  wrapped.set(privateKey, PKCS8_HEAD.length)
  try {
    return await subtle.importKey('pkcs8', wrapped, X25519, false, ['deriveBits'])
  } finally {
    wipe(wrapped)
  }
}

async function verifyEd25519<Key>(
  subtle: SubtleCurve<Key>,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array
): Promise<boolean> {
  const key = await subtle.importKey('raw', new Uint8Array(publicKey), ED25519, false, ['verify'])
  return subtle.verify(ED25519, key, new Uint8Array(signature), new Uint8Array(message))
}
