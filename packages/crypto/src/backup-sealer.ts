/**
 * Seals a backup file while it is written: `header || chunks`, of any length, with one chunk in memory. The formats stand in
 * `backup-header.ts` and `backup-cipher.ts`; what the content is, the caller says.
 */
import { UsageError } from '@sealpost/protocol'
import { CHUNK_CONTENT_BYTES } from './backup-cipher.ts'
import type { BackupCipher } from './backup-cipher.ts'
import { makeBackupHeader } from './backup-header.ts'
import type { BackupKeys } from './backup-header.ts'
import { paddedChunkCount } from './backup-padding.ts'
import { PASSPHRASE_COST } from './passphrase-key.ts'
import type { PassphraseCost } from './passphrase-key.ts'
import type { Random } from './random.ts'

/** Seals one backup file. Write `header`, then every piece in its order; end with `finish` or `discard`. */
export interface BackupSealer {
  /** `BACKUP_HEADER_BYTES`, in clear; the file begins with it. */
  readonly header: Uint8Array
  /**
   * Takes more content, as much as there is at once or in the smallest parts: the file is the same. `bytes` are copied.
   *
   * @returns sealed pieces that the caller owns and writes, 64 KiB each; mostly none or one.
   * @throws UsageError `SEALPOST_USAGE` after `finish` or `discard`.
   */
  push(bytes: Uint8Array): Uint8Array[]
  /**
   * The rest of the file, padding included, at most 64 pieces; wipes the key and what is held of the content. A file without
   * these pieces is refused as damaged.
   *
   * @throws UsageError `SEALPOST_USAGE` after `finish` or `discard`.
   */
  finish(): Uint8Array[]
  /** Wipes the same where a file is not finished. Harmless after `finish` and when called again. */
  discard(): void
}

/**
 * Starts a backup file. Its size tells the size of the content to 64 KiB, from 4 MiB on to 1 part in 32, and from 128 MiB on to
 * 4 MiB.
 *
 * @param options.passphrase what the person chose, or a recovery phrase in the form of `parseRecoveryPhrase`.
 * @param options.cost `PASSPHRASE_COST` unless given; `RECOVERY_PHRASE_COST` is enough for a recovery phrase.
 * @throws UsageError `SEALPOST_PASSPHRASE_REQUIRED` for an empty passphrase, `SEALPOST_USAGE` for a cost out of bounds.
 */
export async function createBackupSealer(
  options: { readonly passphrase: string; readonly cost?: PassphraseCost },
  random: Random
): Promise<BackupSealer> {
  const { passphrase, cost = PASSPHRASE_COST } = options
  return new ChunkSealer(await makeBackupHeader({ passphrase, cost }, random))
}

/** The sealer behind `createBackupSealer`. */
export class ChunkSealer implements BackupSealer {
  readonly header: Uint8Array
  /** The content of the next chunk. A full one waits for more content, for until then it may be the last. */
  readonly #content = new Uint8Array(CHUNK_CONTENT_BYTES)
  #contentBytes = 0
  #cipher: BackupCipher | undefined

  constructor({ header, cipher }: BackupKeys) {
    this.header = header
    this.#cipher = cipher
  }

  push(bytes: Uint8Array): Uint8Array[] {
    const cipher = this.#openCipher()
    const pieces: Uint8Array[] = []
    for (let at = 0; at < bytes.length;) {
      if (this.#contentBytes === CHUNK_CONTENT_BYTES) {
        pieces.push(cipher.seal(this.#content, false))
        this.#contentBytes = 0
      }
      const part = bytes.subarray(at, at + CHUNK_CONTENT_BYTES - this.#contentBytes)
      this.#content.set(part, this.#contentBytes)
      this.#contentBytes += part.length
      at += part.length
    }
    return pieces
  }

  finish(): Uint8Array[] {
    const cipher = this.#openCipher()
    const count = paddedChunkCount(cipher.chunkCount + 1)
    const pieces: Uint8Array[] = []
    while (cipher.chunkCount < count) {
      const content = this.#content.subarray(0, this.#contentBytes)
      pieces.push(cipher.seal(content, cipher.chunkCount + 1 === count))
      this.#contentBytes = 0
    }
    this.discard()
    return pieces
  }

  discard(): void {
    this.#cipher?.wipe()
    this.#cipher = undefined
    this.#content.fill(0)
    this.#contentBytes = 0
  }

  #openCipher(): BackupCipher {
    if (this.#cipher === undefined) {
      throw new UsageError('SEALPOST_USAGE', 'this backup file was finished or discarded')
    }
    return this.#cipher
  }
}
