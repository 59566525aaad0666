/**
 * Safety numbers by their formula alone (signal-wire 6.2), to hold engines against. A test holds it to what libsignal made,
 * test/vectors/fingerprints.json.
 */
import { sha512 } from '@noble/hashes/sha2.js'
import { concatBytes, fromBigEndian } from '@sealpost/protocol'

/** One side of a safety number. */
export interface FingerprintSide {
  /** The 33-byte identity key. */
  readonly key: Uint8Array
  /** In Sealpost the key again. */
  readonly id: Uint8Array
}

const VERSION = Uint8Array.of(0, 0)
const CHUNK_BYTES = 5
const CHUNKS = 6
const CHUNK_DIGITS = 5
/** Bytes of a fingerprint that the scannable form shows. */
const SCANNED_BYTES = 32

/** The 60 digits, the same for both sides. */
export function referenceDigits(
  iterations: number,
  own: FingerprintSide,
  theirs: FingerprintSide
): string {
  return [own, theirs]
    .map((side) => half(fingerprint(iterations, side)))
    .sort()
    .join('')
}

/** The bytes of the scannable form: protobuf {1: version, 2: {1: own}, 3: {1: theirs}}. */
export function referenceScannable(
  iterations: number,
  version: number,
  own: FingerprintSide,
  theirs: FingerprintSide
): Uint8Array {
  const shown = (tag: number, side: FingerprintSide): Uint8Array =>
    concatBytes(
      Uint8Array.of(tag, SCANNED_BYTES + 2, 0x0a, SCANNED_BYTES),
      fingerprint(iterations, side).subarray(0, SCANNED_BYTES)
    )
  return concatBytes(Uint8Array.of(0x08, version), shown(0x12, own), shown(0x1a, theirs))
}

function fingerprint(iterations: number, { id, key }: FingerprintSide): Uint8Array {
  let hash = sha512(concatBytes(VERSION, key, id, key))
  for (let round = 1; round < iterations; round++) {
    hash = sha512(concatBytes(hash, key))
  }
  return hash
}

function half(hash: Uint8Array): string {
  return Array.from({ length: CHUNKS }, (_, index) => {
    const chunk = hash.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES)
    return String(fromBigEndian(chunk) % 100_000).padStart(CHUNK_DIGITS, '0')
  }).join('')
}
