/** Opens a backup file while it is read, with one chunk in memory, whatever the sizes in which it comes. */
import { CryptoError, UsageError } from '@sealpost/protocol'
import { SEALED_CHUNK_BYTES } from './backup-cipher.ts'
import type { BackupCipher } from './backup-cipher.ts'
import { openBackupHeader } from './backup-header.ts'

/**
 * Opens one backup file. What `push` gives is what the sealer took, in its order, but only `finish` says that it is all: keep
 * nothing for good before it returned.
 */
export interface BackupOpener {
  /**
   * Takes the next bytes of the file after its header, in parts of any size. `bytes` are copied.
   *
   * @returns pieces of the content that the caller owns, at most 64 KiB each; none for padding.
   * @throws CryptoError `SEALPOST_BACKUP_DAMAGED` for a byte changed, missing, doubled or moved and for bytes after the end;
   * from then on at every call. UsageError `SEALPOST_USAGE` after `finish` or `discard`.
   */
  push(bytes: Uint8Array): Uint8Array[]
  /**
   * Wipes the key. Returns only where the file was whole.
   *
   * @throws CryptoError `SEALPOST_BACKUP_DAMAGED` for a file cut short; UsageError `SEALPOST_USAGE` as `push`.
   */
  finish(): void
  /** Wipes the key where a file is not read to its end. Harmless after `finish` and when called again. */
  discard(): void
}

/**
 * Starts to open a backup file.
 *
 * @param header the file's first `BACKUP_HEADER_BYTES`, or all of a file that is shorter; copied.
 * @throws CryptoError `SEALPOST_BACKUP_UNKNOWN` for what is no backup file, `SEALPOST_BACKUP_NEWER` for one of a later version,
 * `SEALPOST_BACKUP_DAMAGED` for a header that is cut short, changed or asks for a cost out of bounds: so far no memory was
 * asked for and the passphrase not looked at. Then UsageError `SEALPOST_PASSPHRASE_REQUIRED` for an empty passphrase,
 * CryptoError `SEALPOST_PASSPHRASE_WRONG` for another than the file's. UsageError `SEALPOST_USAGE` for a longer header.
 */
export async function createBackupOpener(
  header: Uint8Array,
  passphrase: string
): Promise<BackupOpener> {
  const { cipher } = await openBackupHeader(header.slice(), passphrase)
  return new ChunkOpener(cipher)
}

/** The opener behind `createBackupOpener`. */
export class ChunkOpener implements BackupOpener {
  readonly #sealed = new Uint8Array(SEALED_CHUNK_BYTES)
  #sealedBytes = 0
  readonly #cipher: BackupCipher
  /** `ended` when the last chunk was opened; `damaged` and `closed` are for good. */
  #state: 'open' | 'ended' | 'damaged' | 'closed' = 'open'

  constructor(cipher: BackupCipher) {
    this.#cipher = cipher
  }

  push(bytes: Uint8Array): Uint8Array[] {
    this.#refuseAfterEnd()
    const pieces: Uint8Array[] = []
    for (let at = 0; at < bytes.length;) {
      if (this.#state === 'ended') {
        throw this.#damaged()
      }
      const part = bytes.subarray(at, at + SEALED_CHUNK_BYTES - this.#sealedBytes)
      this.#sealed.set(part, this.#sealedBytes)
      this.#sealedBytes += part.length
      at += part.length
      if (this.#sealedBytes === SEALED_CHUNK_BYTES) {
        this.#openChunk(pieces)
      }
    }
    return pieces
  }

  finish(): void {
    this.#refuseAfterEnd()
    if (this.#state !== 'ended') {
      throw this.#damaged()
    }
    this.discard()
  }

  discard(): void {
    this.#cipher.wipe()
    this.#state = 'closed'
  }

  #openChunk(pieces: Uint8Array[]): void {
    const chunk = this.#cipher.open(this.#sealed)
    if (chunk === undefined) {
      throw this.#damaged()
    }
    this.#sealedBytes = 0
    if (chunk.content.length > 0) {
      pieces.push(chunk.content)
    }
    if (chunk.isLast) {
      this.#state = 'ended'
    }
  }

  #damaged(): CryptoError {
    this.#cipher.wipe()
    this.#state = 'damaged'
    return new CryptoError('SEALPOST_BACKUP_DAMAGED')
  }

  #refuseAfterEnd(): void {
    if (this.#state === 'damaged') {
      throw new CryptoError('SEALPOST_BACKUP_DAMAGED')
    }
    if (this.#state === 'closed') {
      throw new UsageError('SEALPOST_USAGE', 'this backup file was finished or discarded')
    }
  }
}
