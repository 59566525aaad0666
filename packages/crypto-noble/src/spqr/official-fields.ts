import { bytesField, numberField, readProtobuf } from '../protobuf.ts'
import type { ProtobufField } from '../protobuf.ts'
import { corruptRecord } from '../record-bytes.ts'

/** The fields of one message of libsignal's stored state. What is zero or empty is not written there. */
export class OfficialFields {
  readonly #fields: readonly ProtobufField[]

  /** @throws StorageError `SEALPOST_STORE_CORRUPT` for what is no protobuf. */
  constructor(message: Uint8Array) {
    const fields = readProtobuf(message)
    if (fields === undefined) {
      throw corruptRecord()
    }
    this.#fields = fields
  }

  /** A number below 2^32. */
  number(field: number): number {
    return numberField(this.#fields, field, 0)
  }

  /** In a buffer of its own. */
  bytes(field: number): Uint8Array {
    return new Uint8Array(bytesField(this.#fields, field) ?? [])
  }

  /** All values of a repeated field, as views. */
  allBytes(field: number): readonly Uint8Array[] {
    return this.#fields.flatMap((each) =>
      each.number === field && each.wireType === 2 ? [each.bytes] : []
    )
  }

  /** @throws StorageError `SEALPOST_STORE_CORRUPT` for what is no message. */
  message(field: number): OfficialFields | undefined {
    const bytes = bytesField(this.#fields, field)
    return bytes && new OfficialFields(bytes)
  }

  /** @throws StorageError `SEALPOST_STORE_CORRUPT` for what is no message. */
  messages(field: number): readonly OfficialFields[] {
    return this.allBytes(field).map((bytes) => new OfficialFields(bytes))
  }
}
