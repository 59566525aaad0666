/**
 * The rows of links. A link's own row lists its claimables, so that every decision but the bytes handed out is made on one row.
 *
 * ```
 * table      key                            value, after the version
 * link       linkId                         32 claim hash, 32 owner hash, 4 next ordinal, 4 week of the last put, 4 hour of its expiry row
 *                                           (0 for none), 4 claimed, 4 fallback claimed, 2 count, then each claimable:
 *                                           4 ordinal, 6 expires at, 1 state, 32 hash of the claim id where claimed
 * claimable  linkId, ordinal (8 digits)     4,096 blob
 * claim      linkId, SHA-256(claimId)       4 ordinal
 * ```
 *
 * A `claim` row whose ordinal the link does not list any more counts for nothing.
 */
import type { LinkId } from '@sealpost/protocol'
import { fixedHex, get32, get48, put32, put48 } from './hex.ts'
import type { Corrupt } from './rows.ts'

const VERSION = 1
const HASH_BYTES = 32
const FIXED_BYTES = 1 + 2 * HASH_BYTES + 5 * 4 + 2
const ENTRY_BYTES = 11

/** A claimable as its link lists it. */
export interface ClaimableEntry {
  /** Never used again for this link. */
  readonly ordinal: number
  readonly expiresAtMs: number
  readonly isFallback: boolean
  /** SHA-256 of the claim id it was handed out to; undefined while it is free, always for a fallback. */
  readonly claimHash: Uint8Array | undefined
}

/** A link. */
export interface LinkRow {
  readonly claimHash: Uint8Array
  readonly ownerHash: Uint8Array
  readonly nextOrdinal: number
  readonly lastWeek: number
  /** 0 where nothing of it expires. */
  readonly expiryHour: number
  /** Since its claimables were last replaced. */
  readonly claimedCount: number
  readonly fallbackClaimedCount: number
  /** By ordinal, ascending. */
  readonly entries: readonly ClaimableEntry[]
}

/** The key of a claimable's row. */
export function claimableKey(linkId: LinkId, ordinal: number): string {
  return linkId + fixedHex(ordinal, 8)
}

/** Writes a link's row, in a new array. */
export function encodeLink(link: LinkRow): Uint8Array {
  const claimed = link.entries.filter(({ claimHash }) => claimHash !== undefined).length
  const bytes = new Uint8Array(
    FIXED_BYTES + link.entries.length * ENTRY_BYTES + claimed * HASH_BYTES
  )
  bytes[0] = VERSION
  bytes.set(link.claimHash, 1)
  bytes.set(link.ownerHash, 1 + HASH_BYTES)
  let at = 1 + 2 * HASH_BYTES
  const numbers = [
    link.nextOrdinal,
    link.lastWeek,
    link.expiryHour,
    link.claimedCount,
    link.fallbackClaimedCount
  ]
  for (const number of numbers) {
    put32(bytes, at, number)
    at += 4
  }
  bytes[at] = link.entries.length >>> 8
  bytes[at + 1] = link.entries.length
  at += 2
  for (const entry of link.entries) {
    put32(bytes, at, entry.ordinal)
    put48(bytes, at + 4, entry.expiresAtMs)
    bytes[at + 10] = entry.isFallback ? 2 : entry.claimHash === undefined ? 0 : 1
    at += ENTRY_BYTES
    if (entry.claimHash !== undefined) {
      bytes.set(entry.claimHash, at)
      at += HASH_BYTES
    }
  }
  return bytes
}

/** Reads a link's row. */
export function parseLink(bytes: Uint8Array): LinkRow | Corrupt {
  if (bytes[0] !== VERSION || bytes.length < FIXED_BYTES) {
    return 'corrupt'
  }
  const numbersAt = 1 + 2 * HASH_BYTES
  const count = (bytes[FIXED_BYTES - 2] ?? 0) * 256 + (bytes[FIXED_BYTES - 1] ?? 0)
  const entries: ClaimableEntry[] = []
  let at = FIXED_BYTES
  for (let i = 0; i < count; i++) {
    const state = bytes[at + 10] ?? 255
    const end = at + ENTRY_BYTES + (state === 1 ? HASH_BYTES : 0)
    if (state > 2 || end > bytes.length) {
      return 'corrupt'
    }
    entries.push({
      ordinal: get32(bytes, at),
      expiresAtMs: get48(bytes, at + 4),
      isFallback: state === 2,
      claimHash: state === 1 ? bytes.slice(at + ENTRY_BYTES, end) : undefined
    })
    at = end
  }
  if (at !== bytes.length) {
    return 'corrupt'
  }
  return {
    claimHash: bytes.slice(1, 1 + HASH_BYTES),
    ownerHash: bytes.slice(1 + HASH_BYTES, numbersAt),
    nextOrdinal: get32(bytes, numbersAt),
    lastWeek: get32(bytes, numbersAt + 4),
    expiryHour: get32(bytes, numbersAt + 8),
    claimedCount: get32(bytes, numbersAt + 12),
    fallbackClaimedCount: get32(bytes, numbersAt + 16),
    entries
  }
}

/** Writes a claimable's row, in a new array. */
export function encodeClaimable(blob: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + blob.length)
  bytes[0] = VERSION
  bytes.set(blob, 1)
  return bytes
}

/** Reads a claimable's row; the blob is a view of it. */
export function parseClaimable(bytes: Uint8Array): Uint8Array | Corrupt {
  return bytes[0] !== VERSION || bytes.length < 2 ? 'corrupt' : bytes.subarray(1)
}

/** Writes which claimable a claim id got. */
export function encodeClaim(ordinal: number): Uint8Array {
  const bytes = new Uint8Array(5)
  bytes[0] = VERSION
  put32(bytes, 1, ordinal)
  return bytes
}

/** Reads which claimable a claim id got. */
export function parseClaim(bytes: Uint8Array): number | Corrupt {
  return bytes[0] !== VERSION || bytes.length !== 5 ? 'corrupt' : get32(bytes, 1)
}
