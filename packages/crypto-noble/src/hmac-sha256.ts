/**
 * HMAC and HKDF with SHA-256 (RFC 2104, RFC 5869). A message takes some thirty of them, each over a block or two, and the
 * library makes four hashes for each; here the same four are used again and again, which takes half the time.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { wipe } from './wipe.ts'

/** Bytes of what the hash gives. */
const HASH_BYTES = 32
/** What the key is padded and changed with for the inner hash, and for the outer. */
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
  readonly low: Uint8Array
  readonly high: Uint8Array
}

let workshop: Workshop | undefined

/** HMAC of all parts of a message, one after the other, in 32 bytes that the caller owns. The key is of at most 64. */
export function hmacSha256(key: Uint8Array, ...message: readonly Uint8Array[]): Uint8Array {
  const shop = withKey(key)
  const mac = macOf(shop, message)
  forget(shop)
  return mac
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
  feedKey(workshop, workshop.inner, key, INNER_PAD)
  feedKey(workshop, workshop.outer, key, OUTER_PAD)
  return workshop
}

function feedKey({ fresh, high, low }: Workshop, hash: Sha256, key: Uint8Array, pad: number): void {
  for (let at = 0; at < HASH_BYTES; at++) {
    low[at] = (key[at] ?? 0) ^ pad
    high[at] = (key[at + HASH_BYTES] ?? 0) ^ pad
  }
  fresh._cloneInto(hash).update(low).update(high)
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
function forget({ high, inner, low, outer, work }: Workshop): void {
  wipe(low, high)
  for (const hash of [inner, outer, work]) {
    hash.destroy()
  }
}

function makeWorkshop(): Workshop {
  return {
    fresh: sha256.create(),
    inner: sha256.create(),
    outer: sha256.create(),
    work: sha256.create(),
    low: new Uint8Array(HASH_BYTES),
    high: new Uint8Array(HASH_BYTES)
  }
}
