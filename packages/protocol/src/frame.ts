/**
 * Framing: a varint length, then as many bytes. Untrusted bytes enter Sealpost here.
 *
 * The decoder is pure: it is given chunks as they arrive, in whatever pieces, and gives whole frames. A frame that lies in one
 * chunk is a view into it; only one that spans chunks is collected, in room that grows with what has really come, so that
 * neither a length that promises much nor a frame in single bytes makes the decoder hold more than twice a frame.
 */
import { ProtocolError } from './errors.ts'
import { FRAME_BYTES_MAX, FRAME_LENGTH_BYTES_MAX } from './limits.ts'

/** Room that a frame which spans chunks may have before so much has come: most frames then need no second one. */
const FIRST_ROOM_BYTES = 16_384
const NOTHING = new Uint8Array(0)

/** Cuts a stream of bytes into frames. Holds at most one unfinished frame. */
export class FrameDecoder {
  /** The frame in progress, its length included, in its first `#heldBytes`; the rest is room. */
  #room: Uint8Array = NOTHING
  #heldBytes = 0
  /** Bytes that must be held before the frame in progress can be looked at again. */
  #neededBytes = 1

  /** Bytes that are held because their frame is not whole yet; 0 where the stream may end cleanly. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /**
   * Takes the next bytes of the stream and gives the frames they complete, without their lengths. Frames may be views into
   * `data`, which the caller must not change afterwards; what the decoder keeps for later is a copy.
   *
   * @throws ProtocolError `SEALPOST_FRAME_TOO_LARGE` as soon as a length says so, `SEALPOST_FRAME_MALFORMED` for an overlong or
   * empty length; the stream must then be closed.
   */
  push(data: Uint8Array): readonly Uint8Array[] {
    // A Buffer's `slice` does not copy: whoever trusts a frame to be what its type says would keep the chunk alive.
    const chunk =
      data.constructor === Uint8Array
        ? data
        : new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    const frames: Uint8Array[] = []
    let offset = 0
    while (this.#heldBytes > 0 && offset < chunk.length) {
      const end = Math.min(chunk.length, offset + this.#neededBytes - this.#heldBytes)
      this.#hold(chunk.subarray(offset, end))
      offset = end
      const frame = this.#finish()
      if (frame !== undefined) {
        frames.push(frame)
      }
    }
    while (offset < chunk.length) {
      const length = readLength(chunk, offset, chunk.length)
      if (length === undefined || length.end + length.value > chunk.length) {
        this.#neededBytes =
          length === undefined ? chunk.length - offset + 1 : length.end + length.value - offset
        this.#hold(chunk.subarray(offset))
        break
      }
      offset = length.end + length.value
      frames.push(chunk.subarray(length.end, offset))
    }
    return frames
  }

  /** Copies `bytes` behind what is held. Never more than the frame in progress needs. */
  #hold(bytes: Uint8Array): void {
    const heldBytes = this.#heldBytes + bytes.length
    if (heldBytes > this.#room.length) {
      const roomBytes = Math.max(heldBytes * 2, FIRST_ROOM_BYTES)
      const room = new Uint8Array(Math.min(roomBytes, this.#neededBytes))
      room.set(this.#room.subarray(0, this.#heldBytes))
      this.#room = room
    }
    this.#room.set(bytes, this.#heldBytes)
    this.#heldBytes = heldBytes
  }

  /** The frame in progress where it is whole. It owns its room from then on. */
  #finish(): Uint8Array | undefined {
    if (this.#heldBytes < this.#neededBytes) {
      return undefined
    }
    const length = readLength(this.#room, 0, this.#heldBytes)
    const neededBytes = length === undefined ? this.#heldBytes + 1 : length.end + length.value
    if (length === undefined || neededBytes > this.#heldBytes) {
      this.#neededBytes = neededBytes
      return undefined
    }
    const frame = this.#room.subarray(length.end, neededBytes)
    this.#room = NOTHING
    this.#heldBytes = 0
    return frame
  }
}

/** The length at `offset`, and where it ends; undefined where `bytes` up to `limit` do not hold all of it. */
function readLength(
  bytes: Uint8Array,
  offset: number,
  limit: number
): { readonly value: number; readonly end: number } | undefined {
  let value = 0
  for (let i = 0; i < FRAME_LENGTH_BYTES_MAX; i++) {
    const byte = offset + i < limit ? bytes[offset + i] : undefined
    if (byte === undefined) {
      return undefined
    }
    value += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) {
      if (value > FRAME_BYTES_MAX) {
        throw new ProtocolError('SEALPOST_FRAME_TOO_LARGE', `a frame of ${String(value)} bytes`)
      }
      if (value === 0 || (byte === 0 && i > 0)) {
        throw new ProtocolError(
          'SEALPOST_FRAME_MALFORMED',
          'a frame without bytes, or an overlong length'
        )
      }
      return { value, end: offset + i + 1 }
    }
  }
  throw new ProtocolError('SEALPOST_FRAME_TOO_LARGE', 'a length of more than 3 bytes')
}

/** Bytes of the varint that says `length`. */
function lengthBytes(length: number): number {
  return length < 0x80 ? 1 : length < 0x4000 ? 2 : 3
}

/**
 * Puts frames behind each other, each with its length: what travels as one write.
 *
 * @throws RangeError for a frame of 0 bytes or more than `FRAME_BYTES_MAX`: our own bug.
 */
export function encodeFrames(frames: readonly Uint8Array[]): Uint8Array {
  let size = 0
  for (const frame of frames) {
    if (frame.length === 0 || frame.length > FRAME_BYTES_MAX) {
      throw new RangeError(`a frame of ${String(frame.length)} bytes`)
    }
    size += lengthBytes(frame.length) + frame.length
  }
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const frame of frames) {
    let rest = frame.length
    while (rest >= 0x80) {
      bytes[offset++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    bytes[offset++] = rest
    bytes.set(frame, offset)
    offset += frame.length
  }
  return bytes
}
