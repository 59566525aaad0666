/**
 * The fields of a PreKeySignalMessage that libsignal reads but does not hand out: version byte, then protobuf with the sender's
 * identity key in field 3 and the Kyber prekey's id in field 7. libsignal has parsed the whole before this does.
 */

/** What libsignal keeps to itself. */
export interface HiddenFields {
  readonly identityKey: Uint8Array | undefined
  readonly kyberPrekeyId: number | undefined
}

const IDENTITY_KEY = 3
const KYBER_PREKEY_ID = 7
const VARINT_BYTES_MAX = 10

/** @returns undefined for bytes that are not protobuf as this message uses it. The key is a view into `bytes`. */
export function readHiddenFields(bytes: Uint8Array): HiddenFields | undefined {
  let identityKey: Uint8Array | undefined
  let kyberPrekeyId: number | undefined
  let at = 1
  while (at < bytes.length) {
    const tag = readVarint(bytes, at)
    const field = tag === undefined ? undefined : readField(bytes, tag.end, tag.value % 8)
    if (tag === undefined || field === undefined) {
      return undefined
    }
    // The last of several wins, as in libsignal.
    const number = Math.floor(tag.value / 8)
    if (number === IDENTITY_KEY && field.bytes !== undefined) {
      identityKey = field.bytes
    } else if (number === KYBER_PREKEY_ID && field.value !== undefined) {
      kyberPrekeyId = field.value
    }
    at = field.end
  }
  return { identityKey, kyberPrekeyId }
}

interface Field {
  readonly value?: number
  readonly bytes?: Uint8Array
  readonly end: number
}

function readField(bytes: Uint8Array, at: number, wireType: number): Field | undefined {
  switch (wireType) {
    case 0:
      return readVarint(bytes, at)
    case 1:
      return inside(bytes, { end: at + 8 })
    case 2: {
      const length = readVarint(bytes, at)
      if (length === undefined) {
        return undefined
      }
      const end = length.end + length.value
      return inside(bytes, { bytes: bytes.subarray(length.end, end), end })
    }
    case 5:
      return inside(bytes, { end: at + 4 })
    default:
      return undefined
  }
}

function inside(bytes: Uint8Array, field: Field): Field | undefined {
  return field.end <= bytes.length ? field : undefined
}

/** The low 32 bits, which is all that a uint32 keeps. */
function readVarint(
  bytes: Uint8Array,
  at: number
): { readonly value: number; readonly end: number } | undefined {
  let value = 0
  for (let i = 0; i < VARINT_BYTES_MAX; i++) {
    const byte = bytes[at + i]
    if (byte === undefined) {
      return undefined
    }
    value += i < 5 ? (byte & 0x7f) * 2 ** (7 * i) : 0
    if (byte < 0x80) {
      return { value: value % 2 ** 32, end: at + i + 1 }
    }
  }
  return undefined
}
