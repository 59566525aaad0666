/**
 * How a session record is stored. Numbers are big-endian, keys of 33 bytes public and of 32 secret.
 *
 *     record    version 1 | previous sessions, 1 byte, at most 40 | current session | previous sessions, the newest first
 *     session   flags, 1 byte: 1 it waits for its answer, 2 it used a one-time prekey
 *               local identity 33 | remote identity 33 | base key 33 | local registration id, 4 bytes
 *               root key 32 | previous counter, 4 bytes
 *               sender's chain: ratchet key 33, private half 32, index, 4 bytes, chain key 32
 *               receiver's chains, 1 byte, at most 5, each: ratchet key 33, index, 4 bytes, chain key 32,
 *                 skipped, 2 bytes, at most 2,000, each: index, 4 bytes, seed 32
 *               with flag 1: created at, seconds, 6 bytes | [with flag 2: one-time prekey id, 4 bytes] |
 *                 signed prekey id, 4 bytes | Kyber prekey id, 4 bytes | KEM ciphertext 1,569
 *               SPQR state: length, 4 bytes, and as spqr/ stores it
 */
import { CURVE_KEY_BYTES, PRIVATE_KEY_BYTES } from './curve-key.ts'
import { KYBER_KEY_BYTES } from './kyber-1024.ts'
import { corruptRecord, RECORD_VERSION, RecordReader, RecordWriter } from './record-bytes.ts'
import {
  PREVIOUS_SESSIONS_MAX,
  RECEIVER_CHAINS_MAX,
  SKIPPED_SEEDS_MAX,
  sessionsOf
} from './session.ts'
import type { PendingPrekeys, ReceiverChain, Session, SessionRecord } from './session.ts'

const KEY_BYTES = 32
const IS_PENDING = 1
const HAS_ONE_TIME_PREKEY = 2

/** A new array that shares nothing with the record. Secret. */
export function encodeSessionRecord(record: SessionRecord): Uint8Array {
  const writer = new RecordWriter().number(RECORD_VERSION, 1).number(record.previous.length, 1)
  for (const session of sessionsOf(record)) {
    writeSession(writer, session)
  }
  return writer.finish()
}

/** Reads a copy of `bytes`, so that the state may be wiped. @throws StorageError `SEALPOST_STORE_CORRUPT` */
export function decodeSessionRecord(bytes: Uint8Array): SessionRecord {
  // A copy, so that it may be wiped. Not `slice`: a Buffer of Node shares its bytes with its slices.
  const reader = new RecordReader(new Uint8Array(bytes))
  reader.version()
  const previousCount = reader.number(1, PREVIOUS_SESSIONS_MAX)
  const current = readSession(reader)
  const previous = Array.from({ length: previousCount }, () => readSession(reader))
  reader.end()
  return { current, previous }
}

function writeSession(writer: RecordWriter, session: Session): void {
  const { pending, sender } = session
  const usedOneTimePrekey = pending?.oneTimePrekeyId === undefined ? 0 : HAS_ONE_TIME_PREKEY
  writer
    .number(pending === undefined ? 0 : IS_PENDING + usedOneTimePrekey, 1)
    .bytes(session.localIdentity)
    .bytes(session.remoteIdentity)
    .bytes(session.baseKey)
    .number(session.localRegistrationId, 4)
    .bytes(session.rootKey)
    .number(session.previousCounter, 4)
    .bytes(sender.pair.publicKey)
    .bytes(sender.pair.privateKey)
    .number(sender.index, 4)
    .bytes(sender.chainKey)
    .number(session.receivers.length, 1)
  for (const chain of session.receivers) {
    writeReceiver(writer, chain)
  }
  if (pending !== undefined) {
    writePending(writer, pending)
  }
  writer.sized(session.spqr)
}

function writeReceiver(writer: RecordWriter, chain: ReceiverChain): void {
  writer.bytes(chain.ratchetKey).number(chain.index, 4).bytes(chain.chainKey)
  writer.number(chain.skipped.length, 2)
  for (const { index, seed } of chain.skipped) {
    writer.number(index, 4).bytes(seed)
  }
}

function writePending(writer: RecordWriter, pending: PendingPrekeys): void {
  writer.number(pending.createdAtSeconds, 6)
  if (pending.oneTimePrekeyId !== undefined) {
    writer.number(pending.oneTimePrekeyId, 4)
  }
  writer
    .number(pending.signedPrekeyId, 4)
    .number(pending.kyberPrekeyId, 4)
    .bytes(pending.kyberCiphertext)
}

function readSession(reader: RecordReader): Session {
  const flags = reader.number(1, IS_PENDING + HAS_ONE_TIME_PREKEY)
  return {
    localIdentity: reader.bytes(CURVE_KEY_BYTES),
    remoteIdentity: reader.bytes(CURVE_KEY_BYTES),
    baseKey: reader.bytes(CURVE_KEY_BYTES),
    localRegistrationId: reader.number(4),
    rootKey: reader.bytes(KEY_BYTES),
    previousCounter: reader.number(4),
    sender: {
      pair: {
        publicKey: reader.bytes(CURVE_KEY_BYTES),
        privateKey: reader.bytes(PRIVATE_KEY_BYTES)
      },
      index: reader.number(4),
      chainKey: reader.bytes(KEY_BYTES)
    },
    receivers: Array.from({ length: reader.number(1, RECEIVER_CHAINS_MAX) }, () =>
      readReceiver(reader)
    ),
    pending: readPending(reader, flags),
    spqr: reader.sized()
  }
}

function readReceiver(reader: RecordReader): ReceiverChain {
  return {
    ratchetKey: reader.bytes(CURVE_KEY_BYTES),
    index: reader.number(4),
    chainKey: reader.bytes(KEY_BYTES),
    skipped: Array.from({ length: reader.number(2, SKIPPED_SEEDS_MAX) }, () => ({
      index: reader.number(4),
      seed: reader.bytes(KEY_BYTES)
    }))
  }
}

function readPending(reader: RecordReader, flags: number): PendingPrekeys | undefined {
  switch (flags) {
    case 0:
      return undefined
    case IS_PENDING:
    case IS_PENDING + HAS_ONE_TIME_PREKEY:
      return {
        createdAtSeconds: reader.number(6),
        oneTimePrekeyId: flags === IS_PENDING ? undefined : reader.number(4),
        signedPrekeyId: reader.number(4),
        kyberPrekeyId: reader.number(4),
        kyberCiphertext: reader.bytes(KYBER_KEY_BYTES)
      }
    default:
      throw corruptRecord()
  }
}
