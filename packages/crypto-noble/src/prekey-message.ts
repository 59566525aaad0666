/**
 * The messages of a session that nobody has answered, libsignal's type 3 (PQXDH 3.3, the initial message): version byte, then
 * protobuf. It has no MAC of its own: what changes no derived key is bound by nothing.
 *
 *     1 one-time prekey id, if one was used    2 base key EK_A, 33 bytes    3 identity key IK_A, 33 bytes
 *     4 whole SignalMessage    5 registration id    6 signed prekey id    7 Kyber prekey id    8 KEM ciphertext, 1,569 bytes
 */
import { concatBytes } from '@noble/hashes/utils.js'
import { readCurveKey } from './curve-key.ts'
import { isKyberBytes } from './kyber-1024.ts'
import { bytesField, hasWireTypes, numberField, readProtobuf } from './protobuf.ts'
import { writeBytes, writeNumber } from './protobuf.ts'
import { invalidMessage } from './refusal.ts'
import { VERSION_BYTE, decodeSignalMessage, isOurVersion } from './signal-message.ts'
import type { ReceivedMessage } from './signal-message.ts'

const WIRE_TYPES = { 1: 0, 2: 2, 3: 2, 4: 2, 5: 0, 6: 0, 7: 0, 8: 2 } as const

/** What stands around the first messages. */
export interface PrekeyEnvelope {
  readonly oneTimePrekeyId: number | undefined
  readonly baseKey: Uint8Array
  readonly identityKey: Uint8Array
  readonly registrationId: number
  readonly signedPrekeyId: number
  readonly kyberPrekeyId: number
  readonly kyberCiphertext: Uint8Array
}

/** A first message that was read. */
export interface PrekeyMessage extends PrekeyEnvelope {
  readonly inner: ReceivedMessage
}

/** @param inner a whole SignalMessage, its MAC included. */
export function encodePrekeyMessage(envelope: PrekeyEnvelope, inner: Uint8Array): Uint8Array {
  const { oneTimePrekeyId } = envelope
  return concatBytes(
    Uint8Array.of(VERSION_BYTE),
    oneTimePrekeyId === undefined ? new Uint8Array(0) : writeNumber(1, oneTimePrekeyId),
    writeBytes(2, envelope.baseKey),
    writeBytes(3, envelope.identityKey),
    writeBytes(4, inner),
    writeNumber(5, envelope.registrationId),
    writeNumber(6, envelope.signedPrekeyId),
    writeNumber(7, envelope.kyberPrekeyId),
    writeBytes(8, envelope.kyberCiphertext)
  )
}

/** @throws CryptoError `SEALPOST_MESSAGE_INVALID` */
export function decodePrekeyMessage(bytes: Uint8Array): PrekeyMessage {
  const fields = isOurVersion(bytes) ? readProtobuf(bytes.subarray(1)) : undefined
  if (fields === undefined || !hasWireTypes(fields, WIRE_TYPES)) {
    throw invalidMessage()
  }
  const baseKey = readCurveKey(bytesField(fields, 2))
  const identityKey = readCurveKey(bytesField(fields, 3))
  const inner = bytesField(fields, 4)
  const signedPrekeyId = numberField(fields, 6, undefined)
  const kyberPrekeyId = numberField(fields, 7, undefined)
  const kyberCiphertext = bytesField(fields, 8)
  if (
    baseKey === undefined ||
    identityKey === undefined ||
    inner === undefined ||
    signedPrekeyId === undefined ||
    kyberPrekeyId === undefined ||
    kyberCiphertext === undefined ||
    !isKyberBytes(kyberCiphertext)
  ) {
    throw invalidMessage()
  }
  return {
    oneTimePrekeyId: numberField(fields, 1, undefined),
    baseKey,
    identityKey,
    inner: decodeSignalMessage(inner),
    registrationId: numberField(fields, 5, 0),
    signedPrekeyId,
    kyberPrekeyId,
    kyberCiphertext
  }
}
