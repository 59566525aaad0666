/** What all parts of content share: whose fault a breach is, reading, writing, and a few fields. */
import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf'
import { Bounds } from './bounds.ts'
import { ProtocolError } from './errors.ts'
import type { DeviceNumber } from './identifiers.ts'
import { parseDeviceNumber } from './identifiers.ts'
import { REGISTRATION_ID_MAX } from './limits.ts'
import { isContactName, isName } from './names.ts'
import { readMessage, writeMessage } from './wire-message.ts'

/** Bytes of a key of Curve25519 with its type byte. */
export const PUBLIC_KEY_BYTES = 33
/** Bytes of an XEdDSA signature. */
export const SIGNATURE_BYTES = 64
/** Bytes of an X-Wing public key. */
export const REQUEST_KEY_BYTES = 1_216
/** Bytes of a deposit seed, and of a request box's. */
export const SEED_BYTES = 32
/** Bytes of a secret that others are derived from, and of a private key of Curve25519. */
export const SECRET_BYTES = 32
const UINT32_MAX = 0xffff_ffff

function malformedContent(problem: string, cause?: unknown): ProtocolError {
  return new ProtocolError('SEALPOST_CONTENT_MALFORMED', problem, { cause })
}

/** For both directions: content is what people and other programs give, so a breach on the way out has the same code. */
export const content: Bounds = new Bounds(malformedContent)

/** Decodes a part of at most `byteLengthMax` bytes, and so of no more records. */
export function readPart<Schema extends DescMessage>(
  schema: Schema,
  bytes: Uint8Array,
  byteLengthMax: number
): MessageShape<Schema> {
  content.upTo(byteLengthMax, bytes, 'content')
  return readMessage(schema, bytes, byteLengthMax, malformedContent)
}

/** Encodes a part, and refuses what `readPart` would. */
export function writePart<Schema extends DescMessage>(
  schema: Schema,
  part: MessageInitShape<Schema>,
  byteLengthMax: number
): Uint8Array {
  return content.upTo(byteLengthMax, writeMessage(schema, part, malformedContent), 'content')
}

/** Bytes that outlive what they were read from. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}

/** A device of an account. */
export function deviceNumber(value: number): DeviceNumber {
  return parseDeviceNumber(value) ?? content.breach(`a device number of ${String(value)}`)
}

/** Signal's registration id. */
export function registrationId(value: number): number {
  return content.integer(1, REGISTRATION_ID_MAX, value, 'a registration id')
}

/** A safe integer from 0: a time or a message's number. */
export function safeInteger(value: number, noun: string): number {
  return content.integer(0, Number.MAX_SAFE_INTEGER, value, noun)
}

/** A version, an epoch, a prekey's id. */
export function uint32(value: number, noun: string): number {
  return content.integer(0, UINT32_MAX, value, noun)
}

/** That no value is there twice. */
export function unique(values: readonly (string | number)[], noun: string): void {
  if (new Set(values).size !== values.length) {
    content.breach(`${noun} twice`)
  }
}

/** A person's name. */
export function name(value: string): string {
  return isName(value) ? value : content.breach('a name that nobody can have')
}

/** What this account calls a contact. */
export function contactName(value: string): string {
  return isContactName(value) ? value : content.breach('a name that no contact can have')
}
