/**
 * The message of an answered session, libsignal's type 2 (Double Ratchet 3.4, HEADER and AD): version byte, protobuf, MAC.
 *
 *     1 ratchet key, 33 bytes    2 index in the sender's chain    3 previous counter
 *     4 ciphertext               5 message of the SPQR ratchet    6 addresses, 36 bytes
 */
import { concatBytes } from '@noble/hashes/utils.js'
import { readCurveKey } from './curve-key.ts'
import { MAC_BYTES } from './message-cipher.ts'
import { bytesField, hasWireTypes, numberField, readProtobuf } from './protobuf.ts'
import { writeBytes, writeNumber } from './protobuf.ts'
import { invalidMessage } from './refusal.ts'

/** The version of messages that carry PQXDH and the Triple Ratchet. */
const VERSION = 4
/** Version of the message in the high half, the newest that its writer knows in the low half, which nobody looks at. */
export const VERSION_BYTE: number = VERSION * 16 + VERSION
const WIRE_TYPES = { 1: 2, 2: 0, 3: 0, 4: 2, 5: 2, 6: 2 } as const

/** The fields of a message, without its MAC. */
export interface SignalMessage {
  readonly ratchetKey: Uint8Array
  readonly index: number
  readonly previousCounter: number
  readonly ciphertext: Uint8Array
  readonly spqrMessage: Uint8Array
  /** Who it is from and for, where its writer's addresses are UUIDs. Sealpost's are not, and have none. */
  readonly addresses: Uint8Array | undefined
}

/** A message that was read, with what its MAC is over. */
export interface ReceivedMessage extends SignalMessage {
  /** All bytes before the MAC, as they came: a view. */
  readonly authenticated: Uint8Array
  /** 8 bytes: a view. */
  readonly mac: Uint8Array
}

/** Version byte and protobuf: what the MAC is over and what stands before it on the wire. */
export function encodeSignalMessage(message: SignalMessage): Uint8Array {
  return concatBytes(
    Uint8Array.of(VERSION_BYTE),
    writeBytes(1, message.ratchetKey),
    writeNumber(2, message.index),
    writeNumber(3, message.previousCounter),
    writeBytes(4, message.ciphertext),
    writeBytes(5, message.spqrMessage),
    message.addresses === undefined ? new Uint8Array(0) : writeBytes(6, message.addresses)
  )
}

/** Whether the first byte names the version that this engine speaks: 3 and less are too old, 5 and more unknown. */
export function isOurVersion(bytes: Uint8Array): boolean {
  return (bytes[0] ?? 0) >>> 4 === VERSION
}

/** @throws CryptoError `SEALPOST_MESSAGE_INVALID` */
export function decodeSignalMessage(bytes: Uint8Array): ReceivedMessage {
  if (bytes.length < 1 + MAC_BYTES || !isOurVersion(bytes)) {
    throw invalidMessage()
  }
  const macStart = bytes.length - MAC_BYTES
  const fields = readProtobuf(bytes.subarray(1, macStart))
  if (fields === undefined || !hasWireTypes(fields, WIRE_TYPES)) {
    throw invalidMessage()
  }
  const ratchetKey = readCurveKey(bytesField(fields, 1))
  const index = numberField(fields, 2, undefined)
  const ciphertext = bytesField(fields, 4)
  if (ratchetKey === undefined || index === undefined || ciphertext === undefined) {
    throw invalidMessage()
  }
  return {
    ratchetKey,
    index,
    previousCounter: numberField(fields, 3, 0),
    ciphertext,
    spqrMessage: bytesField(fields, 5) ?? new Uint8Array(0),
    addresses: bytesField(fields, 6),
    authenticated: bytes.subarray(0, macStart),
    mac: bytes.subarray(macStart)
  }
}
