/** Where the fields of a message stand, so that tests can change each (version byte, then protobuf; signal-wire 2.1 and 4.1). */
import { SealpostError } from '@sealpost/protocol'

/** The value of one field: `start` is its first byte, `end` the one after its last. */
export interface MessageField {
  readonly number: number
  readonly start: number
  readonly end: number
}

/** The fields between two positions of a message that an engine made. */
export function messageFields(
  bytes: Uint8Array,
  range: { readonly start: number; readonly end: number }
): readonly MessageField[] {
  const fields: MessageField[] = []
  let at = range.start
  while (at < range.end) {
    const tag = varint(bytes, at)
    const number = tag.value >> 3
    const value = varint(bytes, tag.end)
    const isBytes = (tag.value & 7) === 2
    const start = isBytes ? value.end : tag.end
    const end = isBytes ? value.end + value.value : value.end
    fields.push({ number, start, end })
    at = end
  }
  return fields
}

/** The field with this number. */
export function messageField(fields: readonly MessageField[], number: number): MessageField {
  const field = fields.find((candidate) => candidate.number === number)
  if (field === undefined) {
    throw new SealpostError('SEALPOST_BUG', `the message has no field ${String(number)}`)
  }
  return field
}

/** A copy with one bit changed. */
export function withFlippedBit(bytes: Uint8Array, at: number, bit = 0): Uint8Array {
  const changed = bytes.slice()
  changed[at] = (changed[at] ?? 0) ^ (1 << bit)
  return changed
}

function varint(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } {
  let value = 0
  let end = at
  for (;;) {
    const byte = bytes[end] ?? 0
    value += (byte & 0x7f) * 2 ** (7 * (end - at))
    end++
    if (byte < 0x80) {
      return { value, end }
    }
  }
}
