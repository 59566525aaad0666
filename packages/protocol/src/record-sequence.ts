/** Backup records behind each other, each with its varint length: the same framing as on a stream. */
import { CryptoError } from './errors.ts'
import { encodeFrames, FrameDecoder } from './frame.ts'
import { BACKUP_RECORD_BYTES_MAX } from './limits.ts'

/**
 * Puts encoded records behind each other, in an array of its own.
 *
 * @throws RangeError for a record of 0 bytes or more than `BACKUP_RECORD_BYTES_MAX`: our own bug.
 */
export function joinRecords(records: readonly Uint8Array[]): Uint8Array {
  const long = records.find((record) => record.length > BACKUP_RECORD_BYTES_MAX)
  if (long !== undefined) {
    throw new RangeError(`a record of ${String(long.length)} bytes`)
  }
  return encodeFrames(records)
}

/**
 * Cuts what `joinRecords` made into its records, which are views into `bytes`.
 *
 * @throws CryptoError `SEALPOST_BACKUP_DAMAGED` for an empty record, one of more than `BACKUP_RECORD_BYTES_MAX` bytes, an
 * overlong length, and for bytes that end within a record; nothing else, whatever the bytes.
 */
export function splitRecords(bytes: Uint8Array): readonly Uint8Array[] {
  const decoder = new FrameDecoder()
  const records = pushAll(decoder, bytes)
  if (decoder.heldBytes > 0 || records.some((record) => record.length > BACKUP_RECORD_BYTES_MAX)) {
    throw new CryptoError('SEALPOST_BACKUP_DAMAGED')
  }
  return records
}

function pushAll(decoder: FrameDecoder, bytes: Uint8Array): readonly Uint8Array[] {
  try {
    return decoder.push(bytes)
  } catch (cause) {
    throw new CryptoError('SEALPOST_BACKUP_DAMAGED', undefined, { cause })
  }
}
