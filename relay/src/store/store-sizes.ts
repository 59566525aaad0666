import { type LevelStoreOptions, RELAY_STORE_OPTIONS } from '@sealpost/storage-level'

const MIB = 1024 * 1024
/** Of the file system, the share that LevelDB's log, or one of its files, may be. */
const STORE_PART_SHARE = 1 / 64
const STORE_PART_BYTES_MIN = MIB
const STORE_FILE_BYTES_MAX = 32 * MIB

/** How LevelDB divides what it holds. */
export interface StoreSizes extends LevelStoreOptions {
  /** Bytes of one file. */
  readonly fileBytesMax: number
}

/** On a small disk LevelDB's log, or what one compaction writes before it erases what it read, must not fill it. */
export function storeSizes(totalBytes: number): StoreSizes {
  const share = Math.max(STORE_PART_BYTES_MIN, Math.floor(totalBytes * STORE_PART_SHARE))
  const { writeBufferBytes = share } = RELAY_STORE_OPTIONS
  return {
    ...RELAY_STORE_OPTIONS,
    writeBufferBytes: Math.min(writeBufferBytes, share),
    fileBytesMax: Math.min(STORE_FILE_BYTES_MAX, share)
  }
}
