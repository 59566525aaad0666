/**
 * The rows of a relay's store. Each value begins with the version of its layout; integers are big-endian. A parser answers
 * `'corrupt'` for bytes that no version of this file wrote.
 *
 * ```
 * table           key                                     value, after the version
 * relay           'format'                                4 number of the store's format
 *                 'store'                                 16 store id
 *                 'totals'                                6 envelopes, 6 their bytes, 6 tombstones, 6 mailboxes, 6 links
 *                 'challenge'                             6 period, 16 challenge, 16 the one before
 * mailbox         mailboxId                               1 kind, 1 isQuiet, 32 deposit hash, 32 fetch hash, 6 next sequence, 6 first
 *                                                         sequence, 6 first live, 6 first tombstone, 4 live, 6 live bytes,
 *                                                         4 tombstones, 4 week of the last subscription
 * envelope        mailboxId, sequence (12 digits)         1 state, 1 lifetime, 4 expiry hour, 2 size, 16 envelope id, 32 recall hash,
 *                                                         sealed (absent in a tombstone)
 * envelope-index  mailboxId, envelopeId                   6 sequence, 4 expiry hour
 * expiry          hour (8 digits), 'e', mailboxId, seq.   nothing
 *                 hour (8 digits), 'l', linkId            nothing
 * idle-mailbox    week (8 digits), 'm' mailboxId          nothing
 *                 week (8 digits), 'l' linkId             nothing
 * doomed-mailbox  'm', mailboxId                          6 sequence from which a successor goes on
 *                 'l', linkId                             0
 * ```
 *
 * An expiry hour of an envelope that lives for weeks tells the day on which it came, and not the hour: see `deposits.ts`.
 *
 * Rows of a mailbox with a sequence below its first one belong to a destroyed predecessor and count for nothing. `link-rows.ts`
 * has the rows of links.
 */
import type { Envelope, EnvelopeId, Lifetime, MailboxId, MailboxKind } from '@sealpost/protocol'
import { fixedHex, get32, get48, hexAt, put32, put48, putHex } from './hex.ts'

/** What a parser says of bytes that are no row. */
export type Corrupt = 'corrupt'

/** The number of the store's format: what changes when an older relay could not read the rows. */
export const STORE_FORMAT = 1

const VERSION = 1
const HASH_BYTES = 32
const ID_BYTES = 16
const SEQUENCE_DIGITS = 12
const HOUR_DIGITS = 8
const MAILBOX_ID_DIGITS = 64

/** Sorts behind every digit of hex: the end of all keys that begin with an id. */
export const KEY_END = 'g'

// ---- keys

/** The key of an envelope's row. */
export function envelopeKey(mailboxId: MailboxId, sequence: number): string {
  return mailboxId + fixedHex(sequence, SEQUENCE_DIGITS)
}

/** The sequence in an envelope's key. */
export function sequenceOfKey(key: string): number {
  return Number.parseInt(key.slice(MAILBOX_ID_DIGITS), 16)
}

/** The key of an expiry row of an envelope or its tombstone. */
export function expiryKey(hour: number, mailboxId: MailboxId, sequence: number): string {
  return `${fixedHex(hour, HOUR_DIGITS)}e${mailboxId}${fixedHex(sequence, SEQUENCE_DIGITS)}`
}

/** The key of an expiry row of a link's claimables. */
export function linkExpiryKey(hour: number, linkId: string): string {
  return `${fixedHex(hour, HOUR_DIGITS)}l${linkId}`
}

/** Where the expiry rows of `hour` begin, and where the idle rows of that week do. */
export function hourStart(hour: number): string {
  return fixedHex(Math.max(0, hour), HOUR_DIGITS)
}

/** The key of the row that says in which week a mailbox was last subscribed to, or a link last put to. */
export function idleKey(week: number, what: 'm' | 'l', id: string): string {
  return fixedHex(week, HOUR_DIGITS) + what + id
}

/** What an expiry or idle key names. */
export interface TimedKey {
  /** The hour or week. */
  readonly time: number
  /** 'e' envelope, 'm' mailbox, 'l' link. */
  readonly what: string
  readonly id: string
  /** Of an envelope. */
  readonly sequence: number
}

const TIMED_KEY = /^[0-9a-f]{8}(?:e[0-9a-f]{76}|[ml][0-9a-f]{64})$/

/** Reads an expiry or idle key. */
export function parseTimedKey(key: string): TimedKey | Corrupt {
  if (!TIMED_KEY.test(key)) {
    return 'corrupt'
  }
  const idStart = HOUR_DIGITS + 1
  const idEnd = idStart + MAILBOX_ID_DIGITS
  return {
    time: Number.parseInt(key.slice(0, HOUR_DIGITS), 16),
    what: key.charAt(HOUR_DIGITS),
    id: key.slice(idStart, idEnd),
    sequence: key.length > idEnd ? Number.parseInt(key.slice(idEnd), 16) : 0
  }
}

/** The value of rows that say everything in their key. The store must not change it. */
export const PRESENT: Uint8Array = Uint8Array.of(VERSION)

// ---- envelopes

/** What an envelope's row is. Everything but `live` is a tombstone. */
export const LIVE = 0
export const ACKED = 1
export const RECALLED = 2

const STATE_AT = 1
const LIFETIME_AT = 2
const EXPIRY_AT = 3
const SIZE_AT = 7
const ENVELOPE_ID_AT = 9
const RECALL_HASH_AT = ENVELOPE_ID_AT + ID_BYTES
const HEADER_BYTES = RECALL_HASH_AT + HASH_BYTES

/** An envelope's row, read without copying what is sealed. */
export interface EnvelopeRow {
  readonly state: number
  readonly lifetime: Lifetime
  readonly expiryHour: number
  /** Bytes that were or are sealed. */
  readonly size: number
  readonly envelopeId: EnvelopeId
  readonly bytes: Uint8Array
}

/** Writes a live envelope's row, in a new array. */
export function encodeEnvelope(envelope: Envelope, expiryHour: number): Uint8Array {
  const sealed = envelope.sealed
  const bytes = new Uint8Array(HEADER_BYTES + sealed.length)
  bytes[0] = VERSION
  bytes[LIFETIME_AT] = envelope.lifetime
  put32(bytes, EXPIRY_AT, expiryHour)
  bytes[SIZE_AT] = sealed.length >>> 8
  bytes[SIZE_AT + 1] = sealed.length
  putHex(bytes, ENVELOPE_ID_AT, envelope.envelopeId)
  bytes.set(envelope.recallHash, RECALL_HASH_AT)
  bytes.set(sealed, HEADER_BYTES)
  return bytes
}

/** The tombstone that takes the place of an envelope's row, in a new array. */
export function tombstoneOf(row: Uint8Array, state: typeof ACKED | typeof RECALLED): Uint8Array {
  const bytes = row.slice(0, HEADER_BYTES)
  bytes[STATE_AT] = state
  return bytes
}

/** Reads an envelope's row. */
export function parseEnvelope(bytes: Uint8Array): EnvelopeRow | Corrupt {
  const state = bytes[STATE_AT] ?? 255
  const lifetime = bytes[LIFETIME_AT] ?? 255
  const size = (bytes[SIZE_AT] ?? 0) * 256 + (bytes[SIZE_AT + 1] ?? 0)
  if (
    bytes[0] !== VERSION ||
    state > RECALLED ||
    lifetime > 3 ||
    bytes.length !== HEADER_BYTES + (state === LIVE ? size : 0)
  ) {
    return 'corrupt'
  }
  return {
    state,
    lifetime: lifetime as Lifetime,
    expiryHour: get32(bytes, EXPIRY_AT),
    size,
    // Sixteen bytes of hex are an envelope id; the parser would copy them once more on the path of every delivery.
    envelopeId: hexAt(bytes, ENVELOPE_ID_AT, ID_BYTES) as EnvelopeId,
    bytes
  }
}

/** A view of the recall hash in an envelope's row. */
export function recallHashOf(row: Uint8Array): Uint8Array {
  return row.subarray(RECALL_HASH_AT, HEADER_BYTES)
}

/** The envelope in a live row; its arrays are views of the row. */
export function envelopeOf(row: EnvelopeRow): Envelope {
  return {
    envelopeId: row.envelopeId,
    recallHash: recallHashOf(row.bytes),
    lifetime: row.lifetime,
    sealed: row.bytes.subarray(HEADER_BYTES)
  }
}

const INDEX_BYTES = 11

/** Where an envelope of this id is. */
export interface IndexRow {
  readonly sequence: number
  readonly expiryHour: number
}

/** Writes an index row. */
export function encodeIndex(sequence: number, expiryHour: number): Uint8Array {
  const bytes = new Uint8Array(INDEX_BYTES)
  bytes[0] = VERSION
  put48(bytes, 1, sequence)
  put32(bytes, 7, expiryHour)
  return bytes
}

/** Reads an index row. */
export function parseIndex(bytes: Uint8Array): IndexRow | Corrupt {
  if (bytes[0] !== VERSION || bytes.length !== INDEX_BYTES) {
    return 'corrupt'
  }
  return { sequence: get48(bytes, 1), expiryHour: get32(bytes, 7) }
}

// ---- mailboxes

/** A mailbox's summary, as its row holds it. Counters change in place; the hashes never do. */
export interface MailboxRow {
  readonly kind: MailboxKind
  readonly isQuiet: boolean
  /** SHA-256 of the deposit token, then of the fetch token. */
  readonly hashes: Uint8Array
  /** What the next envelope gets. */
  nextSequence: number
  /** What lies below is garbage of a destroyed predecessor. */
  firstSequence: number
  /** No live envelope lies below. */
  firstLive: number
  /** No tombstone lies below. */
  firstTombstone: number
  liveCount: number
  liveBytes: number
  tombstoneCount: number
  /** The week, counted from 1970, in which somebody last subscribed to it or registered it. */
  lastWeek: number
}

const KINDS: readonly MailboxKind[] = ['contact', 'request', 'own', 'group']
const HASHES_AT = 3
const COUNTERS_AT = HASHES_AT + 2 * HASH_BYTES
const MAILBOX_BYTES = COUNTERS_AT + 42

/** Writes a mailbox's row, in a new array. */
export function encodeMailbox(mailbox: MailboxRow): Uint8Array {
  const bytes = new Uint8Array(MAILBOX_BYTES)
  bytes[0] = VERSION
  bytes[1] = KINDS.indexOf(mailbox.kind)
  bytes[2] = mailbox.isQuiet ? 1 : 0
  bytes.set(mailbox.hashes, HASHES_AT)
  put48(bytes, COUNTERS_AT, mailbox.nextSequence)
  put48(bytes, COUNTERS_AT + 6, mailbox.firstSequence)
  put48(bytes, COUNTERS_AT + 12, mailbox.firstLive)
  put48(bytes, COUNTERS_AT + 18, mailbox.firstTombstone)
  put32(bytes, COUNTERS_AT + 24, mailbox.liveCount)
  put48(bytes, COUNTERS_AT + 28, mailbox.liveBytes)
  put32(bytes, COUNTERS_AT + 34, mailbox.tombstoneCount)
  put32(bytes, COUNTERS_AT + 38, mailbox.lastWeek)
  return bytes
}

/** Reads a mailbox's row. */
export function parseMailbox(bytes: Uint8Array): MailboxRow | Corrupt {
  const kind = KINDS[bytes[1] ?? 255]
  if (bytes[0] !== VERSION || bytes.length !== MAILBOX_BYTES || kind === undefined) {
    return 'corrupt'
  }
  return {
    kind,
    isQuiet: bytes[2] === 1,
    hashes: bytes.slice(HASHES_AT, COUNTERS_AT),
    nextSequence: get48(bytes, COUNTERS_AT),
    firstSequence: get48(bytes, COUNTERS_AT + 6),
    firstLive: get48(bytes, COUNTERS_AT + 12),
    firstTombstone: get48(bytes, COUNTERS_AT + 18),
    liveCount: get32(bytes, COUNTERS_AT + 24),
    liveBytes: get48(bytes, COUNTERS_AT + 28),
    tombstoneCount: get32(bytes, COUNTERS_AT + 34),
    lastWeek: get32(bytes, COUNTERS_AT + 38)
  }
}

/** Writes the row that says what a destroyed mailbox left behind, or that a link's claims must be looked through. */
export function encodeDoomed(nextSequence: number): Uint8Array {
  const bytes = new Uint8Array(7)
  bytes[0] = VERSION
  put48(bytes, 1, nextSequence)
  return bytes
}

/** Reads the sequence from which a destroyed mailbox's successor goes on. */
export function parseDoomed(bytes: Uint8Array): number | Corrupt {
  return bytes[0] !== VERSION || bytes.length !== 7 ? 'corrupt' : get48(bytes, 1)
}

// ---- the relay itself

/** What a whole store holds. */
export interface Totals {
  envelopeCount: number
  /** Of what is sealed in live envelopes. */
  envelopeBytes: number
  tombstoneCount: number
  mailboxCount: number
  linkCount: number
}

/** Writes the totals, in a new array. */
export function encodeTotals(totals: Totals): Uint8Array {
  const bytes = new Uint8Array(31)
  bytes[0] = VERSION
  put48(bytes, 1, totals.envelopeCount)
  put48(bytes, 7, totals.envelopeBytes)
  put48(bytes, 13, totals.tombstoneCount)
  put48(bytes, 19, totals.mailboxCount)
  put48(bytes, 25, totals.linkCount)
  return bytes
}

/** Reads the totals. */
export function parseTotals(bytes: Uint8Array): Totals | Corrupt {
  if (bytes[0] !== VERSION || bytes.length !== 31) {
    return 'corrupt'
  }
  return {
    envelopeCount: get48(bytes, 1),
    envelopeBytes: get48(bytes, 7),
    tombstoneCount: get48(bytes, 13),
    mailboxCount: get48(bytes, 19),
    linkCount: get48(bytes, 25)
  }
}

/** Writes the store's format. */
export function encodeFormat(format: number): Uint8Array {
  const bytes = new Uint8Array(5)
  bytes[0] = VERSION
  put32(bytes, 1, format)
  return bytes
}

/** Reads the store's format. */
export function parseFormat(bytes: Uint8Array): number | Corrupt {
  return bytes[0] !== VERSION || bytes.length !== 5 ? 'corrupt' : get32(bytes, 1)
}

/** Writes the store's id. */
export function encodeStoreId(storeId: string): Uint8Array {
  const bytes = new Uint8Array(1 + ID_BYTES)
  bytes[0] = VERSION
  putHex(bytes, 1, storeId)
  return bytes
}

/** Reads the 16 bytes of the store's id. */
export function parseStoreId(bytes: Uint8Array): Uint8Array | Corrupt {
  return bytes[0] !== VERSION || bytes.length !== 1 + ID_BYTES ? 'corrupt' : bytes.slice(1)
}

/** What proofs of work must name now. */
export interface ChallengeRow {
  /** Of `CHALLENGE_PERIOD_MS`, counted from 1970. */
  readonly period: number
  readonly current: Uint8Array
  readonly previous: Uint8Array
}

/** Writes the challenges. */
export function encodeChallenge(row: ChallengeRow): Uint8Array {
  const bytes = new Uint8Array(7 + 2 * ID_BYTES)
  bytes[0] = VERSION
  put48(bytes, 1, row.period)
  bytes.set(row.current, 7)
  bytes.set(row.previous, 7 + ID_BYTES)
  return bytes
}

/** Reads the challenges. */
export function parseChallenge(bytes: Uint8Array): ChallengeRow | Corrupt {
  if (bytes[0] !== VERSION || bytes.length !== 7 + 2 * ID_BYTES) {
    return 'corrupt'
  }
  return {
    period: get48(bytes, 1),
    current: bytes.slice(7, 7 + ID_BYTES),
    previous: bytes.slice(7 + ID_BYTES)
  }
}
