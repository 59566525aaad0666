import { corruptRecord } from './record-bytes.ts'

const VARINT = 0
const BYTES = 2

/** The fields of one protobuf message, as far as libsignal's stored state uses the format: varints, bytes and messages. */
export class OfficialFields {
  readonly #numbers = new Map<number, number>()
  readonly #bytes = new Map<number, readonly Uint8Array[]>()

  /** @throws StorageError `SEALPOST_STORE_CORRUPT` for what is no message. */
  constructor(message: Uint8Array) {
    const reader = { message, at: 0 }
    while (reader.at < message.length) {
      const tag = readVarint(reader)
      const field = Math.floor(tag / 8)
      if (tag % 8 === VARINT) {
        this.#numbers.set(field, readVarint(reader))
      } else if (tag % 8 === BYTES) {
        const length = readVarint(reader)
        const end = reader.at + length
        if (end > message.length) {
          throw corruptRecord()
        }
        const value = new Uint8Array(message.subarray(reader.at, end))
        this.#bytes.set(field, [...this.allBytes(field), value])
        reader.at = end
      } else {
        throw corruptRecord()
      }
    }
  }

  /** 0 where it is absent, as protobuf has it. */
  number(field: number): number {
    return this.#numbers.get(field) ?? 0
  }

  /** Empty where it is absent, as protobuf has it; the last where there are several. In a buffer of its own. */
  bytes(field: number): Uint8Array {
    return this.#bytes.get(field)?.at(-1) ?? new Uint8Array(0)
  }

  /** All values of a repeated field. */
  allBytes(field: number): readonly Uint8Array[] {
    return this.#bytes.get(field) ?? []
  }

  /** @throws StorageError `SEALPOST_STORE_CORRUPT` for what is no message. */
  message(field: number): OfficialFields | undefined {
    const bytes = this.#bytes.get(field)?.at(-1)
    return bytes === undefined ? undefined : new OfficialFields(bytes)
  }

  /** @throws StorageError `SEALPOST_STORE_CORRUPT` for what is no message. */
  messages(field: number): readonly OfficialFields[] {
    return this.allBytes(field).map((bytes) => new OfficialFields(bytes))
  }
}

function readVarint(reader: { readonly message: Uint8Array; at: number }): number {
  let value = 0
  for (let factor = 1; factor <= 2 ** 63; factor *= 0x80) {
    const byte = reader.message[reader.at]
    if (byte === undefined) {
      break
    }
    reader.at += 1
    value += (byte & 0x7f) * factor
    if (byte < 0x80) {
      return value
    }
  }
  throw corruptRecord()
}
