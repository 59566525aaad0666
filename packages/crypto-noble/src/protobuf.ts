/**
 * As much of protobuf as Signal's messages are written in, to the byte and with the same refusals as libsignal's decoder: fields
 * in any order, unknown ones skipped, the last of several wins. Reading costs time and memory in proportion to the input.
 */
import { concatBytes } from '@noble/hashes/utils.js'

/** One field as it stands in a message. */
export type ProtobufField =
  | { readonly number: number; readonly wireType: 0; readonly value: number }
  | { readonly number: number; readonly wireType: 2; readonly bytes: Uint8Array }
  | { readonly number: number; readonly wireType: 1 | 3 | 5 }

const VARINT_BYTES_MAX = 10
const FIELD_NUMBER_MAX = 0x1fff_ffff
/** How deep groups may be nested; nothing that Signal writes has any. */
const GROUP_DEPTH_MAX = 100
const START_GROUP = 3
const END_GROUP = 4

/** @returns undefined for bytes that are no protobuf. Bytes of fields are views into `bytes`. */
export function readProtobuf(bytes: Uint8Array): readonly ProtobufField[] | undefined {
  const fields: ProtobufField[] = []
  let at = 0
  while (at < bytes.length) {
    const read = readField(bytes, at, 0)
    if (read === undefined) {
      return undefined
    }
    fields.push(read.field)
    at = read.end
  }
  return fields
}

/** The last number of a field; `fallback` where there is none. @returns undefined where the field is of another type. */
export function numberField<Fallback>(
  fields: readonly ProtobufField[],
  number: number,
  fallback: Fallback
): number | Fallback {
  const field = fields.findLast((candidate) => candidate.number === number)
  return field?.wireType === 0 ? field.value : fallback
}

/** The last bytes of a field. */
export function bytesField(
  fields: readonly ProtobufField[],
  number: number
): Uint8Array | undefined {
  const field = fields.findLast((candidate) => candidate.number === number)
  return field?.wireType === 2 ? field.bytes : undefined
}

/** Whether each known field has the type that it is given here; libsignal refuses a message in which one has another. */
export function hasWireTypes(
  fields: readonly ProtobufField[],
  types: Readonly<Record<number, 0 | 2>>
): boolean {
  return fields.every(({ number, wireType }) => (types[number] ?? wireType) === wireType)
}

/** A number of at most 32 bits as a field. */
export function writeNumber(number: number, value: number): Uint8Array {
  return Uint8Array.of(...varint(number * 8), ...varint(value))
}

/** Bytes as a field. */
export function writeBytes(number: number, bytes: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(...varint(number * 8 + 2), ...varint(bytes.length)), bytes)
}

function varint(value: number): readonly number[] {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80)
    rest = Math.floor(rest / 0x80)
  }
  bytes.push(rest)
  return bytes
}

interface ReadField {
  readonly field: ProtobufField
  readonly end: number
}

function readField(bytes: Uint8Array, start: number, depth: number): ReadField | undefined {
  const tag = readTag(bytes, start)
  if (tag === undefined) {
    return undefined
  }
  const { end: at, number, wireType } = tag
  switch (wireType) {
    case 0: {
      const value = readVarint(bytes, at)
      return value && { field: { number, wireType, value: value.low }, end: value.end }
    }
    case 1:
    case 5: {
      const end = at + (wireType === 1 ? 8 : 4)
      return end <= bytes.length ? { field: { number, wireType }, end } : undefined
    }
    case 2: {
      const length = readVarint(bytes, at)
      if (length === undefined || length.high !== 0 || length.low > bytes.length - length.end) {
        return undefined
      }
      const end = length.end + length.low
      return { field: { number, wireType, bytes: bytes.subarray(length.end, end) }, end }
    }
    case START_GROUP: {
      const end = endOfGroup(bytes, at, number, depth + 1)
      return end === undefined ? undefined : { field: { number, wireType }, end }
    }
    default:
      return undefined
  }
}

/** Where the group that was opened before `start` ends; its fields are only skipped. */
function endOfGroup(
  bytes: Uint8Array,
  start: number,
  group: number,
  depth: number
): number | undefined {
  let at = start
  while (depth <= GROUP_DEPTH_MAX && at < bytes.length) {
    const tag = readTag(bytes, at)
    if (tag?.wireType === END_GROUP) {
      return tag.number === group ? tag.end : undefined
    }
    const read = readField(bytes, at, depth)
    if (read === undefined) {
      return undefined
    }
    at = read.end
  }
  return undefined
}

interface Tag {
  readonly number: number
  readonly wireType: number
  readonly end: number
}

function readTag(bytes: Uint8Array, start: number): Tag | undefined {
  const tag = readVarint(bytes, start)
  if (tag === undefined || tag.high !== 0) {
    return undefined
  }
  const number = tag.low >>> 3
  return number >= 1 && number <= FIELD_NUMBER_MAX
    ? { number, wireType: tag.low & 7, end: tag.end }
    : undefined
}

interface Varint {
  /** The low 32 bits, which is all that a uint32 keeps. */
  readonly low: number
  /** The bits above. */
  readonly high: number
  readonly end: number
}

function readVarint(bytes: Uint8Array, start: number): Varint | undefined {
  let value = 0
  let high = 0
  for (let index = 0; index < VARINT_BYTES_MAX; index++) {
    const byte = bytes[start + index]
    if (byte === undefined) {
      return undefined
    }
    if (index < 5) {
      value += (byte & 0x7f) * 2 ** (7 * index)
    } else {
      high += (byte & 0x7f) * 2 ** (7 * (index - 5))
    }
    if (byte < 0x80) {
      // The tenth byte has room for one bit of 64.
      const isTooLarge = index === VARINT_BYTES_MAX - 1 && byte > 1
      const low = value % 2 ** 32
      const above = Math.floor(value / 2 ** 32) + high * 8
      return isTooLarge ? undefined : { low, high: above, end: start + index + 1 }
    }
  }
  return undefined
}
