/**
 * What stands under a seal, in envelopes and requests alike:
 * `type 1 || BE32 member || sender device 1 || BE16 length || ciphertext || zeros`, and what the seal binds beside it.
 * The protocol's README, "Envelopes".
 */
import {
  LABEL_PREFIX,
  LIFETIMES_MS,
  PADDING_LENGTH_BYTES,
  UsageError,
  bigEndian,
  concatBytes,
  envelopeIds,
  fromBigEndian,
  mailboxIds,
  padTo,
  parseDeviceNumber,
  utf8ToBytes
} from '@sealpost/protocol'
import type { DeviceNumber, EnvelopeId, Lifetime, MailboxId } from '@sealpost/protocol'
import { unpadded } from './unpadded.ts'

/**
 * 2, 3 and 7 as in libsignal: whisper, prekey, sender key. Others only the seal protects: 8 is a resend request, 9 live content;
 * 10 is the hello of a device that wants to join an account, 11 the welcome it gets.
 */
export type EnvelopeType = 2 | 3 | 7 | 8 | 9 | 10 | 11

/** The content of a seal. */
export interface EnvelopeInner {
  readonly type: EnvelopeType
  /** A group's number for its member, 32 bits; 0 outside groups. */
  readonly member: number
  /** Which of the sender's devices sealed it. */
  readonly senderDevice: DeviceNumber
  readonly ciphertext: Uint8Array
}

/** The fields of an envelope that its seal binds, so that none can be exchanged for another envelope's. */
export interface EnvelopeBinding {
  readonly mailboxId: MailboxId
  readonly envelopeId: EnvelopeId
  /** SHA-256 of the recall token, 32 bytes. */
  readonly recallHash: Uint8Array
  readonly lifetime: Lifetime
}

const LABEL = utf8ToBytes(`${LABEL_PREFIX}envelope`)
const HEAD_BYTES = 6
const MEMBER_MAX = 0xffff_ffff
const RECALL_HASH_BYTES = 32

/** How many bytes of ciphertext an inner envelope of `innerBytes` has room for. */
export function innerRoom(innerBytes: number): number {
  return innerBytes - HEAD_BYTES - PADDING_LENGTH_BYTES
}

/** `inner` in exactly `innerBytes`. The caller knows that its ciphertext has room there. */
export function encodeInner(inner: EnvelopeInner, innerBytes: number): Uint8Array {
  if (!Number.isInteger(inner.member) || inner.member < 0 || inner.member > MEMBER_MAX) {
    throw new UsageError('SEALPOST_USAGE', 'a member is a number of 32 bits')
  }
  return concatBytes(
    Uint8Array.of(inner.type),
    bigEndian(inner.member, 4),
    Uint8Array.of(inner.senderDevice),
    padTo(inner.ciphertext, innerBytes - HEAD_BYTES)
  )
}

/** @returns undefined for bytes that no sender of this version makes. The ciphertext is a view into `bytes`. */
export function decodeInner(bytes: Uint8Array): EnvelopeInner | undefined {
  const type = parseType(bytes[0])
  const senderDevice = parseDeviceNumber(bytes[5] ?? 0)
  const ciphertext = unpadded(bytes.subarray(HEAD_BYTES))
  if (type === undefined || senderDevice === undefined || ciphertext === undefined) {
    return undefined
  }
  return { type, member: fromBigEndian(bytes.subarray(1, 5)), senderDevice, ciphertext }
}

/**
 * `"sealpost/1/envelope" || mailboxId || envelopeId || recallHash || lifetime`.
 *
 * @returns undefined where the recall hash or the lifetime is not one that an envelope can have: then the fields would not
 * stand where the reader of the associated data expects them.
 */
export function envelopeAad(binding: EnvelopeBinding): Uint8Array | undefined {
  if (
    binding.recallHash.length !== RECALL_HASH_BYTES ||
    LIFETIMES_MS[binding.lifetime] === undefined
  ) {
    return undefined
  }
  return concatBytes(
    LABEL,
    mailboxIds.toBytes(binding.mailboxId),
    envelopeIds.toBytes(binding.envelopeId),
    binding.recallHash,
    Uint8Array.of(binding.lifetime)
  )
}

/** As `envelopeAad`, for the side that makes the envelope. @throws UsageError `SEALPOST_USAGE` */
export function ownEnvelopeAad(binding: EnvelopeBinding): Uint8Array {
  const aad = envelopeAad(binding)
  if (aad === undefined) {
    throw new UsageError(
      'SEALPOST_USAGE',
      'an envelope has a recall hash of 32 bytes and a lifetime from 0 to 3'
    )
  }
  return aad
}

function parseType(value: number | undefined): EnvelopeType | undefined {
  switch (value) {
    case 2:
    case 3:
    case 7:
    case 8:
    case 9:
    case 10:
    case 11:
      return value
    default:
      return undefined
  }
}
