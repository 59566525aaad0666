/** A ciphertext of the null cipher: what it says stands in it, and zeros up to the length that it is to have. */
import { ID_BYTES, type MessageHead, payloadNumber, payloadOf } from './null-ratchet.ts'

/** What a message of a session that nobody has answered has around it. */
export interface FirstEnvelope {
  readonly signedPrekeyId: number
  readonly kyberPrekeyId: number
  readonly sender: Uint8Array
  readonly recipient: Uint8Array
}

export interface NullMessage extends MessageHead {
  /** The session's. */
  readonly id: Uint8Array
  readonly content: Uint8Array
  readonly envelope: FirstEnvelope | undefined
}

const HEAD_BYTES: number = ID_BYTES + 20
const KEY_BYTES = 33
const ENVELOPE_BYTES: number = 8 + 2 * KEY_BYTES

/** @param length what the engine's has: always more than what is written */
export function writeNullMessage(message: NullMessage, length: number): Uint8Array {
  const { id, chain, index, epoch, number, payload, content, envelope } = message
  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  bytes.set(id)
  view.setUint32(ID_BYTES, chain)
  view.setUint32(ID_BYTES + 4, index)
  view.setUint32(ID_BYTES + 8, epoch)
  view.setUint32(ID_BYTES + 12, number)
  view.setUint32(ID_BYTES + 16, payloadNumber(payload) * 2 ** 24 + content.length)
  bytes.set(content, HEAD_BYTES)
  if (envelope !== undefined) {
    const at = HEAD_BYTES + content.length
    view.setUint32(at, envelope.signedPrekeyId)
    view.setUint32(at + 4, envelope.kyberPrekeyId)
    bytes.set(envelope.sender, at + 8)
    bytes.set(envelope.recipient, at + 8 + KEY_BYTES)
  }
  return bytes
}

/** Undefined where it is none. Its arrays are views. */
export function readNullMessage(bytes: Uint8Array, isFirst: boolean): NullMessage | undefined {
  if (bytes.length < HEAD_BYTES) {
    return undefined
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const at = HEAD_BYTES + contentBytes(view)
  if (bytes.length < at + (isFirst ? ENVELOPE_BYTES : 0)) {
    return undefined
  }
  return {
    id: bytes.subarray(0, ID_BYTES),
    chain: view.getUint32(ID_BYTES),
    index: view.getUint32(ID_BYTES + 4),
    epoch: view.getUint32(ID_BYTES + 8),
    number: view.getUint32(ID_BYTES + 12),
    payload: payloadOf(view.getUint8(ID_BYTES + 16)),
    content: bytes.subarray(HEAD_BYTES, at),
    envelope: isFirst
      ? {
          signedPrekeyId: view.getUint32(at),
          kyberPrekeyId: view.getUint32(at + 4),
          sender: bytes.subarray(at + 8, at + 8 + KEY_BYTES),
          recipient: bytes.subarray(at + 8 + KEY_BYTES, at + ENVELOPE_BYTES)
        }
      : undefined
  }
}

/** What was encrypted, as whoever watches a run may know it. */
export function contentOf(ciphertext: Uint8Array): Uint8Array {
  const view = new DataView(ciphertext.buffer, ciphertext.byteOffset, ciphertext.length)
  return ciphertext.subarray(HEAD_BYTES, HEAD_BYTES + contentBytes(view))
}

function contentBytes(view: DataView): number {
  return view.getUint32(ID_BYTES + 16) % 2 ** 24
}
