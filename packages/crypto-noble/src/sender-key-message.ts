/**
 * The two messages of Signal's sender keys, version 3: version byte, then protobuf.
 *
 *     distribution   1 distribution id, 16 bytes   2 chain id   3 iteration   4 chain key, 32 bytes   5 signing key, 33 bytes
 *     message        1 distribution id, 16 bytes   2 chain id   3 iteration   4 ciphertext   and then a signature of 64 bytes
 *
 * A distribution holds a secret and travels inside a session; a message goes to all members of a group alike.
 */
import { concatBytes } from '@noble/hashes/utils.js'
import { UsageError } from '@sealpost/protocol'
import { isCurveKey } from './curve-key.ts'
import { bytesField, hasWireTypes, numberField, readProtobuf } from './protobuf.ts'
import { writeBytes, writeNumber } from './protobuf.ts'
import type { ProtobufField } from './protobuf.ts'
import { invalidMessage } from './refusal.ts'
import { SIGNATURE_BYTES } from './xeddsa.ts'

const VERSION = 3
const VERSION_BYTE = 0x33
/** Bytes of a distribution id. */
const DISTRIBUTION_ID_BYTES = 16
const CHAIN_KEY_BYTES = 32

/** What a member of a group tells each other member once. Secret. */
export interface SenderKeyDistribution {
  readonly distributionId: Uint8Array
  readonly chainId: number
  readonly iteration: number
  readonly chainKey: Uint8Array
  /** The public key that signs the sender's messages, 33 bytes. */
  readonly signingKey: Uint8Array
}

/** A message to a group. */
export interface SenderKeyMessage {
  readonly distributionId: Uint8Array
  readonly chainId: number
  readonly iteration: number
  readonly ciphertext: Uint8Array
}

/** A message that was read, with what its signature is over. */
export interface ReceivedSenderKeyMessage extends SenderKeyMessage {
  readonly signed: Uint8Array
  readonly signature: Uint8Array
}

/** The bytes of a distribution. Secret. @throws UsageError `SEALPOST_USAGE` where its id has not 16 bytes. */
export function encodeDistribution(distribution: SenderKeyDistribution): Uint8Array {
  return concatBytes(
    head(distribution),
    writeBytes(4, distribution.chainKey),
    writeBytes(5, distribution.signingKey)
  )
}

/** @throws CryptoError `SEALPOST_MESSAGE_INVALID`. All is copied. */
export function decodeDistribution(bytes: Uint8Array): SenderKeyDistribution {
  const { fields, ...named } = readHead(bytes, { 1: 2, 2: 0, 3: 0, 4: 2, 5: 2 })
  const chainKey = bytesField(fields, 4)
  const signingKey = bytesField(fields, 5)
  if (chainKey?.length !== CHAIN_KEY_BYTES || signingKey === undefined || !isCurveKey(signingKey)) {
    throw invalidMessage()
  }
  return { ...named, chainKey: new Uint8Array(chainKey), signingKey: new Uint8Array(signingKey) }
}

/** What is signed of a message, and stands before the signature. @throws UsageError `SEALPOST_USAGE` as above. */
export function encodeSenderKeyMessage(message: SenderKeyMessage): Uint8Array {
  return concatBytes(head(message), writeBytes(4, message.ciphertext))
}

/** @throws CryptoError `SEALPOST_MESSAGE_INVALID`. Ciphertext and what is signed are views. */
export function decodeSenderKeyMessage(bytes: Uint8Array): ReceivedSenderKeyMessage {
  const end = bytes.length - SIGNATURE_BYTES
  if (end < 1) {
    throw invalidMessage()
  }
  const signed = bytes.subarray(0, end)
  const { fields, ...named } = readHead(signed, { 1: 2, 2: 0, 3: 0, 4: 2 })
  const ciphertext = bytesField(fields, 4)
  if (ciphertext === undefined) {
    throw invalidMessage()
  }
  return { ...named, ciphertext, signed, signature: bytes.subarray(end) }
}

/**
 * Which chains a message or a distribution belongs to, to find the record that reads it: 16 bytes, in a new array. Nobody
 * has proven them yet.
 *
 * @throws CryptoError `SEALPOST_MESSAGE_INVALID`
 */
export function readDistributionId(
  kind: 'distribution' | 'message',
  bytes: Uint8Array
): Uint8Array {
  const decode = kind === 'distribution' ? decodeDistribution : decodeSenderKeyMessage
  return decode(bytes).distributionId
}

type Named = Pick<SenderKeyMessage, 'distributionId' | 'chainId' | 'iteration'>

function head({ chainId, distributionId, iteration }: Named): Uint8Array {
  if (distributionId.length !== DISTRIBUTION_ID_BYTES) {
    throw new UsageError('SEALPOST_USAGE', 'a distribution id has 16 bytes')
  }
  return concatBytes(
    Uint8Array.of(VERSION_BYTE),
    writeBytes(1, distributionId),
    writeNumber(2, chainId),
    writeNumber(3, iteration)
  )
}

function readHead(
  bytes: Uint8Array,
  wireTypes: Readonly<Record<number, 0 | 2>>
): Named & { readonly fields: readonly ProtobufField[] } {
  const isOurs = (bytes[0] ?? 0) >>> 4 === VERSION
  const fields = isOurs ? readProtobuf(bytes.subarray(1)) : undefined
  if (fields === undefined || !hasWireTypes(fields, wireTypes)) {
    throw invalidMessage()
  }
  const distributionId = bytesField(fields, 1)
  const chainId = numberField(fields, 2, undefined)
  const iteration = numberField(fields, 3, undefined)
  if (
    distributionId?.length !== DISTRIBUTION_ID_BYTES ||
    chainId === undefined ||
    iteration === undefined
  ) {
    throw invalidMessage()
  }
  return { distributionId: new Uint8Array(distributionId), chainId, iteration, fields }
}
