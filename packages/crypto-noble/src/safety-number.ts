/** Safety numbers: 60 digits that two people compare, and the bytes that one of them scans from the other's screen. */
import { sha512 } from '@noble/hashes/sha2.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { bytesToNumberBE } from '@noble/curves/utils.js'
import { writeBytes, writeNumber } from './protobuf.ts'

const FINGERPRINT_VERSION = Uint8Array.of(0, 0)
const CHUNKS = 6
const CHUNK_BYTES = 5
const CHUNK_DIGITS = 5
const SCANNED_BYTES = 32

/** One of the two people: the 33-byte identity key, and bytes that name whom the application means. */
export interface SafetyNumberSide {
  readonly id: Uint8Array
  readonly key: Uint8Array
}

/** The number of two sides. All of it is public. */
export function makeSafetyNumber(
  own: SafetyNumberSide,
  theirs: SafetyNumberSide,
  { iterations, version }: { readonly iterations: number; readonly version: number }
): { readonly digits: string; readonly scannable: Uint8Array } {
  const ownPrint = fingerprint(own, iterations)
  const theirPrint = fingerprint(theirs, iterations)
  const scanned = (number: number, print: Uint8Array): Uint8Array =>
    writeBytes(number, writeBytes(1, print.subarray(0, SCANNED_BYTES)))
  return {
    digits: [digitsOf(ownPrint), digitsOf(theirPrint)].sort().join(''),
    scannable: concatBytes(writeNumber(1, version), scanned(2, ownPrint), scanned(3, theirPrint))
  }
}

/** Hashed so often that a key with the same first digits as another's is dear to find. */
function fingerprint({ id, key }: SafetyNumberSide, iterations: number): Uint8Array {
  let hash = sha512(concatBytes(FINGERPRINT_VERSION, key, id, key))
  for (let round = 1; round < iterations; round++) {
    hash = sha512(concatBytes(hash, key))
  }
  return hash
}

function digitsOf(print: Uint8Array): string {
  return Array.from({ length: CHUNKS }, (_, index) => {
    const chunk = print.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES)
    return String(Number(bytesToNumberBE(chunk)) % 100_000).padStart(CHUNK_DIGITS, '0')
  }).join('')
}
