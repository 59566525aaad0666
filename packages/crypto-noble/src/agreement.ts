/**
 * X25519 agreements, several at a time. What needs them names them all before it starts, so that the rest of the engine is
 * synchronous: without a native curve nothing is waited for, with one the agreements run beside each other.
 */
import { x25519 } from '@noble/curves/ed25519.js'
import { uOf } from './curve-key.ts'

/**
 * X25519 by the platform. It must give what RFC 7748 gives; where it throws, the engine's own curve is asked instead. Keys are
 * imported apart from agreements because that costs half as much as one: a key that takes part in several is imported once.
 */
export interface NativeCurve {
  /** What `agree` takes for a private key of 32 bytes. It may outlive those bytes, so nobody keeps it longer than them. */
  importPrivate(privateKey: Uint8Array): Promise<unknown>
  /** What `agree` takes for a u-coordinate of 32 bytes. */
  importPublic(u: Uint8Array): Promise<unknown>
  /** The 32 bytes that two imported keys agree on. */
  agree(privateKey: unknown, publicKey: unknown): Promise<Uint8Array>
  /** The u-coordinate of an imported private key, where it costs less than to agree with the base point. */
  readonly publicU?: ((privateKey: unknown) => Promise<Uint8Array>) | undefined
  /**
   * Ed25519 (RFC 8032 5.1.7, without the cofactor). True only where `signature`, 64 bytes, is one of `message` by `publicKey`,
   * 32 bytes: what is not true is asked again of the engine's own curve.
   */
  readonly verify?:
    | ((publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => Promise<boolean>)
    | undefined
}

/** The base point: to agree with it is to make the public key (RFC 7748 6.1). */
export const BASE_POINT = 'base point'

/** A private key of 32 clamped bytes with a public key of 33 bytes. */
export interface Agreement {
  readonly privateKey: Uint8Array
  readonly publicKey: Uint8Array | typeof BASE_POINT
  /** What is known of the private key beforehand. */
  readonly prepared?: PreparedKey | undefined
}

/** A private key with what was made of it before it was needed. */
export interface PreparedKey {
  readonly privateKey: Uint8Array
  /** The u-coordinate of the public half. */
  readonly u: Uint8Array
  /** What a native curve's `importPrivate` gave; undefined where there is none. */
  readonly imported: unknown
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
  return native === undefined ? agreements.map(agree) : agreeNatively(agreements, native)
}

/** A private key with its public half, and ready for the curve: to be kept until `stepAgreements` takes it. */
export async function prepareKey(
  privateKey: Uint8Array,
  native: NativeCurve | undefined
): Promise<PreparedKey> {
  try {
    const imported = await native?.importPrivate(privateKey)
    if (native !== undefined) {
      return { privateKey, u: await nativeU(imported, native), imported }
    }
  } catch {
    // As in an agreement: what the platform does not do is done here.
  }
  return { privateKey, u: publicU(privateKey), imported: undefined }
}

/** What `agreeAll` gives. */
export type AgreedAll = readonly (Uint8Array | undefined)[]

/** The public key of a private one, 33 bytes less the type byte. */
export function publicU(privateKey: Uint8Array): Uint8Array {
  return x25519.getPublicKey(privateKey)
}

function agree({ prepared, privateKey, publicKey }: Agreement): Uint8Array | undefined {
  if (publicKey === BASE_POINT) {
    return prepared?.u ?? publicU(privateKey)
  }
  try {
    return x25519.getSharedSecret(privateKey, uOf(publicKey))
  } catch {
    // It throws for nothing but zeros, the lengths being right.
    return undefined
  }
}

function agreeNatively(
  agreements: readonly Agreement[],
  native: NativeCurve
): Promise<readonly (Uint8Array | undefined)[]> {
  const imported = new Map<Agreement['publicKey'], Promise<unknown>>()
  const once = (key: Agreement['publicKey'], make: () => Promise<unknown>): Promise<unknown> => {
    const made = imported.get(key) ?? make()
    imported.set(key, made)
    return made
  }
  return Promise.all(
    agreements.map(async (agreement) => {
      const { prepared, privateKey, publicKey } = agreement
      if (publicKey === BASE_POINT && prepared !== undefined) {
        return prepared.u
      }
      try {
        const importing =
          prepared?.imported === undefined
            ? once(privateKey, () => native.importPrivate(privateKey))
            : Promise.resolve(prepared.imported)
        if (publicKey === BASE_POINT) {
          return await nativeU(await importing, native)
        }
        const theirs = once(publicKey, () => native.importPublic(uOf(publicKey)))
        return await native.agree(...(await Promise.all([importing, theirs])))
      } catch {
        // A platform may refuse zeros, or a key in its own way. Only one curve decides what is an agreement and what is none.
        return agree(agreement)
      }
    })
  )
}

async function nativeU(privateKey: unknown, native: NativeCurve): Promise<Uint8Array> {
  return native.publicU === undefined
    ? native.agree(privateKey, await native.importPublic(BASE_U))
    : native.publicU(privateKey)
}
