/**
 * The digest of a sequence of records: `digest = SHA-256(digest before || record)`, beginning with 32 zeros, over each record as it
 * is encoded, without its length. It needs nothing of the records before but their digest.
 */
import { sha256 } from '@sealpost/core'
import { concatBytes } from '@sealpost/protocol'

export class BackupDigest {
  #digest = new Uint8Array(32)

  add(record: Uint8Array): void {
    this.#digest = new Uint8Array(sha256(concatBytes(this.#digest, record)))
  }

  /** 32 bytes, over what was added so far. */
  get bytes(): Uint8Array {
    return this.#digest
  }
}
