/**
 * The three frames that a relay and its clients write thousands of times a second, by hand: a deposit, its answer, and a delivery.
 *
 * The generated encoder collects a list of pieces and takes 10 us for 8 KiB; these know every length beforehand, make one array
 * and fill it. The bytes are the generated encoder's, field by field in ascending order and without default values; a property
 * test holds them to it.
 */
import { writeHex } from './bytes.ts'
import {
  CHALLENGE_BYTES,
  NONCE_BYTES,
  outgoing,
  SEALED_BYTES_MAX,
  SECRET_BYTES,
  secretTo,
  workTo
} from './envelope-codec.ts'
import type { Envelope, MailboxPush, MailboxRequest } from './mailbox-verbs.ts'

const ENVELOPE_ID_BYTES = 16
/** Tags: field number times 8, plus 0 for a varint or 2 for what has a length. */
const FRAME_NUMBER = 0x08
const FRAME_DEPOSIT = 0x22
const FRAME_DELIVER = [0x92, 0x01] as const
const WORK_BYTES = 2 + CHALLENGE_BYTES + 2 + NONCE_BYTES

/** Bytes of a varint. */
function varintBytes(value: number): number {
  let size = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    size++
  }
  return size
}

/** Fills an array whose size was computed. */
class FrameWriter {
  readonly bytes: Uint8Array
  #at = 0

  constructor(size: number) {
    this.bytes = new Uint8Array(size)
  }

  byte(value: number): void {
    this.bytes[this.#at++] = value
  }

  varint(value: number): void {
    let rest = value
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
      this.byte((rest % 0x80) + 0x80)
    }
    this.byte(rest)
  }

  /** A field of bytes: tag, length, value. */
  field(tag: number, value: Uint8Array): void {
    this.byte(tag)
    this.varint(value.length)
    this.bytes.set(value, this.#at)
    this.#at += value.length
  }

  /** A field of an id, whose length takes one byte. */
  idField(tag: number, id: string): void {
    this.byte(tag)
    this.byte(id.length / 2)
    this.#at = writeHex(id, this.bytes, this.#at)
  }
}

function envelopeBytes(envelope: Envelope): number {
  const sealedBytes = outgoing.upTo(SEALED_BYTES_MAX, envelope.sealed, 'a sealed envelope').length
  secretTo(envelope.recallHash, 'a recall hash')
  return (
    2 +
    ENVELOPE_ID_BYTES +
    2 +
    SECRET_BYTES +
    (envelope.lifetime === 0 ? 0 : 2) +
    (sealedBytes === 0 ? 0 : 1 + varintBytes(sealedBytes) + sealedBytes)
  )
}

function writeEnvelope(writer: FrameWriter, envelope: Envelope): void {
  writer.idField(0x0a, envelope.envelopeId)
  writer.field(0x12, envelope.recallHash)
  if (envelope.lifetime !== 0) {
    writer.byte(0x18)
    writer.byte(envelope.lifetime)
  }
  if (envelope.sealed.length > 0) {
    writer.field(0x22, envelope.sealed)
  }
}

/** @throws RangeError for a hash or a sealed envelope of a wrong length. */
export function encodeDeliver(push: Extract<MailboxPush, { type: 'deliver' }>): Uint8Array {
  const { envelope, isLive } = push
  const innerBytes = envelopeBytes(envelope)
  const bodyBytes = 2 + SECRET_BYTES + 1 + varintBytes(innerBytes) + innerBytes + (isLive ? 2 : 0)
  const writer = new FrameWriter(FRAME_DELIVER.length + varintBytes(bodyBytes) + bodyBytes)
  for (const byte of FRAME_DELIVER) {
    writer.byte(byte)
  }
  writer.varint(bodyBytes)
  writer.idField(0x0a, push.mailboxId)
  writer.byte(0x12)
  writer.varint(innerBytes)
  writeEnvelope(writer, envelope)
  if (isLive) {
    writer.byte(0x18)
    writer.byte(1)
  }
  return writer.bytes
}

/** @throws RangeError for a token, a hash, work or a sealed envelope of a wrong length. */
export function encodeDeposit(
  number: number,
  request: Extract<MailboxRequest, { type: 'deposit' }>
): Uint8Array {
  const { depositToken, envelope, isLive } = request
  const { work } = workTo(request.work) as { work?: typeof request.work }
  const innerBytes = envelopeBytes(envelope)
  const bodyBytes =
    2 +
    SECRET_BYTES +
    2 +
    SECRET_BYTES +
    1 +
    varintBytes(innerBytes) +
    innerBytes +
    (isLive ? 2 : 0) +
    (work === undefined ? 0 : 2 + WORK_BYTES)
  const writer = new FrameWriter(1 + varintBytes(number) + 1 + varintBytes(bodyBytes) + bodyBytes)
  writer.byte(FRAME_NUMBER)
  writer.varint(number)
  writer.byte(FRAME_DEPOSIT)
  writer.varint(bodyBytes)
  writer.idField(0x0a, request.mailboxId)
  writer.field(0x12, secretTo(depositToken, 'a deposit token'))
  writer.byte(0x1a)
  writer.varint(innerBytes)
  writeEnvelope(writer, envelope)
  if (isLive) {
    writer.byte(0x20)
    writer.byte(1)
  }
  if (work !== undefined) {
    writer.byte(0x2a)
    writer.byte(WORK_BYTES)
    writer.field(0x0a, work.challenge)
    writer.field(0x12, work.nonce)
  }
  return writer.bytes
}

/** `outcome` is the enum's value, 1 to 3. */
export function encodeDepositAnswer(number: number, outcome: number): Uint8Array {
  const writer = new FrameWriter(1 + varintBytes(number) + 4)
  writer.byte(FRAME_NUMBER)
  writer.varint(number)
  writer.byte(FRAME_DEPOSIT)
  writer.byte(2)
  writer.byte(0x08)
  writer.byte(outcome)
  return writer.bytes
}
