/**
 * X25519 agreements, several at a time. What needs them names them all before it starts, so that the rest of the engine is
 * synchronous: without a native curve nothing is waited for, with one the agreements run beside each other.
 */
import { x25519 } from '@noble/curves/ed25519.js'
import { uOf } from './curve-key.ts'

/** X25519 by the platform. It must give what RFC 7748 gives; where it throws, the engine's own curve is asked instead. */
export interface NativeCurve {
  /** The 32 bytes that a private key and a u-coordinate, 32 bytes each, agree on. */
  agree(privateKey: Uint8Array, u: Uint8Array): Promise<Uint8Array>
  /**
   * Ed25519 (RFC 8032 5.1.7, without the cofactor). True only where `signature`, 64 bytes, is one of `message` by `publicKey`,
   * 32 bytes: what is not true is asked again of the engine's own curve.
   */
  readonly verify?: (
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array
  ) => Promise<boolean>
}

/** The base point: to agree with it is to make the public key (RFC 7748 6.1). */
export const BASE_POINT = 'base point'

/** A private key of 32 clamped bytes with a public key of 33 bytes. */
export interface Agreement {
  readonly privateKey: Uint8Array
  readonly publicKey: Uint8Array | typeof BASE_POINT
}

const BASE_U: Uint8Array = Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? 9 : 0))

/**
 * The shared secrets, 32 bytes each and the caller's to wipe, in the order asked for; undefined for one that is all zeros,
 * which a public key of small order gives whatever the private key is.
 *
 * @returns a promise only where there is a native curve.
 */
export function agreeAll(
  agreements: readonly Agreement[],
  native: NativeCurve | undefined
): AgreedAll | Promise<AgreedAll> {
  return native === undefined
    ? agreements.map(agree)
    : Promise.all(agreements.map((agreement) => agreeNatively(agreement, native)))
}

/** What `agreeAll` gives. */
export type AgreedAll = readonly (Uint8Array | undefined)[]

/** The public key of a private one, 33 bytes less the type byte. */
export function publicU(privateKey: Uint8Array): Uint8Array {
  return x25519.getPublicKey(privateKey)
}

function agree({ privateKey, publicKey }: Agreement): Uint8Array | undefined {
  if (publicKey === BASE_POINT) {
    return publicU(privateKey)
  }
  try {
    return x25519.getSharedSecret(privateKey, uOf(publicKey))
  } catch {
    // It throws for nothing but zeros, the lengths being right.
    return undefined
  }
}

async function agreeNatively(
  agreement: Agreement,
  native: NativeCurve
): Promise<Uint8Array | undefined> {
  const { privateKey, publicKey } = agreement
  try {
    return await native.agree(privateKey, publicKey === BASE_POINT ? BASE_U : uOf(publicKey))
  } catch {
    // A platform may refuse zeros, or a key in its own way. Only one curve decides what is an agreement and what is none.
    return agree(agreement)
  }
}
