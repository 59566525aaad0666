/** Writing and reading the engine's own records: fixed fields, numbers big-endian, and nothing that can be written two ways. */
import { StorageError } from '@sealpost/protocol'

/** The first byte of every record. A reader knows all versions up to its own. */
export const RECORD_VERSION = 1

/** Most records are smaller; a longer one takes a few steps more. */
const FIRST_CAPACITY_BYTES = 8_192

/** What the last writer wrote into, overwritten: every message writes two records, and one after the other. */
let spare: Uint8Array | undefined

/** Collects the fields of a record. */
export class RecordWriter {
  #bytes: Uint8Array
  #length = 0

  constructor() {
    this.#bytes = spare ?? new Uint8Array(FIRST_CAPACITY_BYTES)
    spare = undefined
  }

  /** `value`, a safe integer of at least 0, in `size` bytes. */
  number(value: number, size: 1 | 2 | 4 | 6 | 8): this {
    this.#reserve(size)
    this.#length += size
    let rest = value
    for (let at = this.#length - 1; at >= this.#length - size; at--) {
      this.#bytes[at] = rest % 256
      rest = Math.floor(rest / 256)
    }
    return this
  }

  /** Bytes whose length the reader knows. */
  bytes(bytes: Uint8Array): this {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
    return this
  }

  /** Bytes of any length below 2^32, after their length. */
  sized(bytes: Uint8Array): this {
    return this.number(bytes.length, 4).bytes(bytes)
  }

  /** A new array. What the writer held is overwritten, and it is of no more use. */
  finish(): Uint8Array {
    const record = this.#bytes.slice(0, this.#length)
    this.#bytes.fill(0, 0, this.#length)
    if (this.#bytes.length === FIRST_CAPACITY_BYTES) {
      spare = this.#bytes
    }
    this.#bytes = new Uint8Array(0)
    this.#length = 0
    return record
  }

  #reserve(count: number): void {
    const needed = this.#length + count
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(2 * needed)
      larger.set(this.#bytes)
      this.#bytes.fill(0)
      this.#bytes = larger
    }
  }
}

/** A record that nothing is stored as. The error holds nothing of it. */
export function corruptRecord(): StorageError {
  return new StorageError('SEALPOST_STORE_CORRUPT')
}

/** Takes a record apart. Whatever does not fit is `SEALPOST_STORE_CORRUPT`: only our own store is read with it. */
export class RecordReader {
  readonly #bytes: Uint8Array
  #at = 0

  /** Fields are views into `bytes`. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** @throws StorageError `SEALPOST_STORE_NEWER` for a version of tomorrow, `SEALPOST_STORE_CORRUPT` for none. */
  version(): void {
    const version = this.number(1)
    // Versions are given out one by one; what is far from ours was never one.
    if (version > RECORD_VERSION && version < 64) {
      throw new StorageError('SEALPOST_STORE_NEWER')
    }
    if (version !== RECORD_VERSION) {
      throw corruptRecord()
    }
  }

  /** @throws StorageError `SEALPOST_STORE_CORRUPT` where there are not `size` bytes, or they say more than `max`. */
  number(size: 1 | 2 | 4 | 6 | 8, max: number = Number.MAX_SAFE_INTEGER): number {
    const end = this.#at + size
    if (end > this.#bytes.length) {
      throw corruptRecord()
    }
    let value = 0
    for (; this.#at < end; this.#at++) {
      value = value * 256 + (this.#bytes[this.#at] ?? 0)
    }
    if (value > max) {
      throw corruptRecord()
    }
    return value
  }

  bytes(length: number): Uint8Array {
    const end = this.#at + length
    if (end > this.#bytes.length) {
      throw corruptRecord()
    }
    const field = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return field
  }

  sized(): Uint8Array {
    return this.bytes(this.number(4))
  }

  /** @throws StorageError where something is left. */
  end(): void {
    if (this.#at !== this.#bytes.length) {
      throw corruptRecord()
    }
  }
}
