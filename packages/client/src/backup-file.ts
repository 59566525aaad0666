/** Backup files: records behind each other, sealed, with an end that says what came before. */
import {
  BACKUP_HEADER_BYTES,
  createBackupOpener,
  type BackupOpener,
  createBackupSealer,
  type PassphraseCost,
  type Random
} from '@sealpost/crypto'
import {
  BACKUP_FORMAT_VERSION,
  BACKUP_RECORD_BYTES_MAX,
  type BackupEnd,
  type BackupRecord,
  concatBytes,
  CryptoError,
  decodeBackupRecord,
  encodeBackupRecord,
  equalBytes,
  FrameDecoder,
  isSealpostError,
  joinRecords
} from '@sealpost/protocol'
import { BackupDigest } from './backup-digest.ts'

/** Records are sealed in batches of about so many bytes. */
const BATCH_BYTES = 65_536

/** What must stand at the beginning of a file, in this order. */
const PREFIX: readonly BackupRecord['type'][] = ['manifest', 'identity', 'account']

/**
 * Seals records into a file, piece by piece, and puts the end behind them.
 *
 * @returns the end that was written.
 * @throws what `records` and `write` throw; the file is of no use then.
 */
export async function writeBackupFile(
  records: AsyncIterable<BackupRecord>,
  options: {
    readonly passphrase: string
    readonly cost?: PassphraseCost
    readonly random: Random
    readonly write: (bytes: Uint8Array) => Promise<void>
    /** Called now and then, with the messages that were written so far. */
    readonly onProgress?: ((messageCount: number) => void) | undefined
  }
): Promise<BackupEnd> {
  const { random, write, onProgress, ...secret } = options
  const sealer = await createBackupSealer(secret, random)
  try {
    await write(sealer.header)
    const tally = new Tally()
    let batch: Uint8Array[] = []
    let batchBytes = 0
    const flush = async (): Promise<void> => {
      for (const piece of sealer.push(joinRecords(batch))) {
        await write(piece)
      }
      batch = []
      batchBytes = 0
    }
    for await (const record of records) {
      const bytes = encodeBackupRecord(record)
      tally.add(record, bytes)
      batch.push(bytes)
      batchBytes += bytes.length
      if (batchBytes >= BATCH_BYTES) {
        await flush()
        onProgress?.(tally.end.messageCount)
      }
    }
    const { end } = tally
    batch.push(encodeBackupRecord(end))
    await flush()
    for (const piece of sealer.finish()) {
      await write(piece)
    }
    return end
  } finally {
    sealer.discard()
  }
}

/**
 * The records of a file, its end last: that one only comes once the file was read to its end and all of it was authentic. Who keeps
 * what came before must be able to forget it.
 *
 * @throws UsageError `SEALPOST_PASSPHRASE_REQUIRED`; CryptoError `SEALPOST_PASSPHRASE_WRONG`, `SEALPOST_BACKUP_UNKNOWN`,
 * `SEALPOST_BACKUP_NEWER`, `SEALPOST_BACKUP_DAMAGED`; and what `source` throws
 */
export async function* readBackupFile(
  source: AsyncIterable<Uint8Array>,
  passphrase: string
): AsyncGenerator<BackupRecord> {
  const bytes = source[Symbol.asyncIterator]()
  let opener: BackupOpener | undefined
  try {
    const { header, after } = await readHeader(bytes)
    opener = await createBackupOpener(header, passphrase)
    yield* checked(openedRecords(opener, after, bytes))
  } finally {
    opener?.discard()
    await bytes.return?.()
  }
}

/** Reads as much of a file as its header, and gives what came with it as well. */
async function readHeader(bytes: AsyncIterator<Uint8Array>): Promise<{
  readonly header: Uint8Array
  readonly after: Uint8Array
}> {
  let held: Uint8Array = new Uint8Array(0)
  while (held.length < BACKUP_HEADER_BYTES) {
    const next = await bytes.next()
    if (next.done === true) {
      break
    }
    held = concatBytes(held, next.value)
  }
  return {
    header: held.subarray(0, BACKUP_HEADER_BYTES),
    after: held.subarray(BACKUP_HEADER_BYTES)
  }
}

/** Encoded records, as far as they are authentic; ends only where the file does. */
async function* openedRecords(
  opener: BackupOpener,
  first: Uint8Array,
  source: AsyncIterator<Uint8Array>
): AsyncGenerator<Uint8Array> {
  const decoder = new FrameDecoder()
  let bytes: Uint8Array | undefined = first
  while (bytes !== undefined) {
    for (const piece of opener.push(bytes)) {
      yield* asDamage(() => decoder.push(piece))
    }
    const next: IteratorResult<Uint8Array> = await source.next()
    bytes = next.done === true ? undefined : next.value
  }
  opener.finish()
  if (decoder.heldBytes > 0) {
    throw damaged()
  }
}

/** Holds records to their order, and to what their end says of them. */
async function* checked(encoded: AsyncIterable<Uint8Array>): AsyncGenerator<BackupRecord> {
  const tally = new Tally()
  let end: BackupEnd | undefined
  for await (const bytes of encoded) {
    if (end !== undefined || bytes.length > BACKUP_RECORD_BYTES_MAX) {
      throw damaged()
    }
    const record = asDamage(() => decodeBackupRecord(bytes))
    const expected = PREFIX[tally.count]
    if (expected === undefined ? PREFIX.includes(record.type) : record.type !== expected) {
      throw damaged()
    }
    if (record.type === 'manifest' && record.formatVersion > BACKUP_FORMAT_VERSION) {
      throw new CryptoError('SEALPOST_BACKUP_NEWER')
    }
    if (record.type === 'end') {
      if (!isSameEnd(record, tally.end)) {
        throw damaged()
      }
      end = record
    } else {
      tally.add(record, bytes)
      yield record
    }
  }
  if (end === undefined) {
    throw damaged()
  }
  yield end
}

/** Counts records on their way. */
class Tally {
  readonly #digest = new BackupDigest()
  #contactCount = 0
  #messageCount = 0
  #linkCount = 0
  count = 0

  add({ type }: BackupRecord, bytes: Uint8Array): void {
    this.#digest.add(bytes)
    this.count += 1
    this.#contactCount += type === 'contact' ? 1 : 0
    this.#messageCount += type === 'message' ? 1 : 0
    this.#linkCount += type === 'link' ? 1 : 0
  }

  /** What the end says of all that was counted. */
  get end(): BackupEnd {
    return {
      type: 'end',
      contactCount: this.#contactCount,
      messageCount: this.#messageCount,
      linkCount: this.#linkCount,
      digest: this.#digest.bytes
    }
  }
}

/** Whether two ends say the same. */
export function isSameEnd(a: BackupEnd, b: BackupEnd): boolean {
  return (
    a.contactCount === b.contactCount &&
    a.messageCount === b.messageCount &&
    a.linkCount === b.linkCount &&
    equalBytes(a.digest, b.digest)
  )
}

function asDamage<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    if (isSealpostError(cause)) {
      throw damaged(cause)
    }
    throw cause
  }
}

function damaged(cause?: unknown): CryptoError {
  return new CryptoError('SEALPOST_BACKUP_DAMAGED', undefined, { cause })
}
