/**
 * HMAC and HKDF with SHA-256 (RFC 2104, RFC 5869). A message takes some thirty of them, each over a block or two, and the
 * library makes four hashes for each; here the same four are used again and again, which takes half the time.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { wipe } from './wipe.ts'

/** Bytes of what the hash gives. */
const HASH_BYTES = 32
/** Of the key for the inner hash, and what makes of it the one for the outer. */
const INNER_PAD = 0x36
const OUTER_PAD = 0x5c

type Sha256 = ReturnType<typeof sha256.create>

/** What all of them share: nothing is waited for while one is used. */
interface Workshop {
  /** Never fed: what the others begin from, and are overwritten with. */
  readonly fresh: Sha256
  readonly inner: Sha256
  readonly outer: Sha256
  readonly work: Sha256
  /** The padded key, in halves: the library looks at a whole block through a new view each time. */
  readonly pad: readonly [Uint8Array, Uint8Array]
}

let workshop: Workshop | undefined

/** HMAC of all parts of a message, one after the other, in 32 bytes that the caller owns. The key is of at most 64. */
export function hmacSha256(key: Uint8Array, ...message: readonly Uint8Array[]): Uint8Array {
  const shop = withKey(key)
  const mac = macOf(shop, message)
  forget(shop)
  return mac
}

/** Two HMACs with the same key, which is looked at once. */
export function hmacsSha256(
  key: Uint8Array,
  [first, second]: readonly [Uint8Array, Uint8Array]
): readonly [Uint8Array, Uint8Array] {
  const shop = withKey(key)
  const macs = [macOf(shop, [first]), macOf(shop, [second])] as const
  forget(shop)
  return macs
}

/**
 * HKDF, extract and expand.
 *
 * @param salt of at most 64 bytes; undefined for one of zeros.
 * @returns `length` bytes, at most 255 times 32, that the caller owns.
 */
export function hkdfSha256(
  salt: Uint8Array | undefined,
  keyMaterial: Uint8Array,
  info: Uint8Array,
  length: number
): Uint8Array {
  const key = hmacSha256(salt ?? new Uint8Array(HASH_BYTES), keyMaterial)
  const shop = withKey(key)
  const output = new Uint8Array(Math.ceil(length / HASH_BYTES) * HASH_BYTES)
  let last: Uint8Array = new Uint8Array(0)
  for (let block = 0; block * HASH_BYTES < output.length; block++) {
    last = macOf(shop, [last, info, Uint8Array.of(block + 1)])
    output.set(last, block * HASH_BYTES)
  }
  forget(shop)
  wipe(key, last)
  return output.length === length ? output : output.slice(0, length)
}

function withKey(key: Uint8Array): Workshop {
  workshop ??= makeWorkshop()
  const { fresh, inner, outer, pad } = workshop
  const [low, high] = pad
  for (let at = 0; at < HASH_BYTES; at++) {
    low[at] = (key[at] ?? 0) ^ INNER_PAD
    high[at] = (key[at + HASH_BYTES] ?? 0) ^ INNER_PAD
  }
  fresh._cloneInto(inner).update(low).update(high)
  for (let at = 0; at < HASH_BYTES; at++) {
    low[at] = (low[at] ?? 0) ^ INNER_PAD ^ OUTER_PAD
    high[at] = (high[at] ?? 0) ^ INNER_PAD ^ OUTER_PAD
  }
  fresh._cloneInto(outer).update(low).update(high)
  return workshop
}

function macOf({ inner, outer, work }: Workshop, message: readonly Uint8Array[]): Uint8Array {
  const mac = new Uint8Array(HASH_BYTES)
  inner._cloneInto(work)
  for (const part of message) {
    work.update(part)
  }
  work.digestInto(mac)
  outer._cloneInto(work).update(mac).digestInto(mac)
  return mac
}

/** Overwrites what the key made of the hashes. */
function forget({ inner, outer, pad, work }: Workshop): void {
  wipe(...pad)
  inner.destroy()
  outer.destroy()
  work.destroy()
}

function makeWorkshop(): Workshop {
  const [fresh, inner, outer, work] = [
    sha256.create(),
    sha256.create(),
    sha256.create(),
    sha256.create()
  ]
  return {
    fresh,
    inner,
    outer,
    work,
    pad: [new Uint8Array(HASH_BYTES), new Uint8Array(HASH_BYTES)]
  }
}
