/** Reading the record of a state: numbers of a fixed size and bytes of a known length, one after another. */
import { StorageError } from '@sealpost/protocol'

/** A record that no state is stored as. */
export function corruptRecord(): StorageError {
  return new StorageError('SEALPOST_STORE_CORRUPT')
}

/** Takes a record apart. What does not fit is a corrupt record. */
export class RecordReader {
  readonly #record: Uint8Array
  #at = 0

  constructor(record: Uint8Array) {
    this.#record = record
  }

  /** @throws StorageError `SEALPOST_STORE_NEWER` for a version above `known`, `SEALPOST_STORE_CORRUPT` for another. */
  version(known: number): void {
    const version = this.number(1)
    if (version > known) {
      throw new StorageError('SEALPOST_STORE_NEWER')
    }
    if (version !== known) {
      throw corruptRecord()
    }
  }

  /** @throws StorageError `SEALPOST_STORE_CORRUPT` where there are not `size` bytes, or they say more than `max`. */
  number(size: number, max: number = Number.MAX_SAFE_INTEGER): number {
    const start = this.#pass(size)
    let value = 0
    for (let at = start; at < this.#at; at += 1) {
      value = value * 0x100 + (this.#record[at] ?? 0)
    }
    if (value > max) {
      throw corruptRecord()
    }
    return value
  }

  /**
   * `length` bytes in an array and a buffer of their own.
   *
   * @throws StorageError `SEALPOST_STORE_CORRUPT` where there are not so many.
   */
  bytes(length: number): Uint8Array {
    const start = this.#pass(length)
    // Not `slice`: the record may be a Buffer of Node, whose `slice` shares the bytes.
    return new Uint8Array(this.#record.subarray(start, this.#at))
  }

  /** @throws StorageError `SEALPOST_STORE_CORRUPT` where anything is left. */
  finish(): void {
    if (this.#at !== this.#record.length) {
      throw corruptRecord()
    }
  }

  /** Goes on by `length` bytes and says where they begin. */
  #pass(length: number): number {
    const start = this.#at
    if (start + length > this.#record.length) {
      throw corruptRecord()
    }
    this.#at = start + length
    return start
  }
}
