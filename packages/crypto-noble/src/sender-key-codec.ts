/**
 * How a sender key record is stored. Numbers are big-endian.
 *
 *     record   version 1 | states, 1 byte, 1 to 5, the newest first
 *     state    chain id, 4 bytes | iteration, 4 bytes | chain key 32 | signing key 33 |
 *              1 byte, 1 where the private half follows, 32 | skipped, 2 bytes, at most 2,000, each: iteration, 4 bytes, seed 32
 */
import { CURVE_KEY_BYTES, PRIVATE_KEY_BYTES } from './curve-key.ts'
import { corruptRecord, RECORD_VERSION, RecordReader, RecordWriter } from './record-bytes.ts'
import { SENDER_KEY_STATES_MAX } from './sender-key.ts'
import type { SenderKeyRecord, SenderKeyState } from './sender-key.ts'
import { SKIPPED_SEEDS_MAX } from './session.ts'

const KEY_BYTES = 32

/** A new array that shares nothing with the record. Secret. */
export function encodeSenderKeyRecord(record: SenderKeyRecord): Uint8Array {
  const writer = new RecordWriter().number(RECORD_VERSION, 1).number(record.length, 1)
  for (const state of record) {
    const { signingPrivateKey } = state
    writer
      .number(state.chainId, 4)
      .number(state.iteration, 4)
      .bytes(state.chainKey)
      .bytes(state.signingKey)
      .number(signingPrivateKey === undefined ? 0 : 1, 1)
      .bytes(signingPrivateKey ?? new Uint8Array(0))
      .number(state.skipped.length, 2)
    for (const { index, seed } of state.skipped) {
      writer.number(index, 4).bytes(seed)
    }
  }
  return writer.finish()
}

/** Reads a copy. @throws StorageError `SEALPOST_STORE_CORRUPT` */
export function decodeSenderKeyRecord(bytes: Uint8Array): SenderKeyRecord {
  // A copy, so that it may be wiped. Not `slice`: a Buffer of Node shares its bytes with its slices.
  const reader = new RecordReader(new Uint8Array(bytes))
  reader.version()
  const count = reader.number(1, SENDER_KEY_STATES_MAX)
  const record = Array.from({ length: count }, () => readState(reader))
  reader.end()
  if (record.length === 0) {
    throw corruptRecord()
  }
  return record
}

function readState(reader: RecordReader): SenderKeyState {
  return {
    chainId: reader.number(4),
    iteration: reader.number(4),
    chainKey: reader.bytes(KEY_BYTES),
    signingKey: reader.bytes(CURVE_KEY_BYTES),
    signingPrivateKey: reader.number(1, 1) === 1 ? reader.bytes(PRIVATE_KEY_BYTES) : undefined,
    skipped: Array.from({ length: reader.number(2, SKIPPED_SEEDS_MAX) }, () => ({
      index: reader.number(4),
      seed: reader.bytes(KEY_BYTES)
    }))
  }
}
