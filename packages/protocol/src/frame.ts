/**
 * Framing: a varint length, then as many bytes. Untrusted bytes enter Sealpost here.
 *
 * The decoder is pure: it is given chunks as they arrive, in whatever pieces, and gives whole frames. A chunk is only copied
 * where a frame spans two of them, so most frames are views into the chunk they came in.
 */
import { concatBytes } from './bytes.ts'
import { ProtocolError } from './errors.ts'
import { FRAME_BYTES_MAX, FRAME_LENGTH_BYTES_MAX } from './limits.ts'

/** Cuts a stream of bytes into frames. Holds at most one unfinished frame. */
export class FrameDecoder {
  #parts: Uint8Array[] = []
  #heldBytes = 0
  /** Bytes that must be held before the frame in progress can be looked at again. */
  #neededBytes = 1

  /** Bytes that are held because their frame is not whole yet; 0 where the stream may end cleanly. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /**
   * Takes the next bytes of the stream and gives the frames they complete, without their lengths. Frames may be views into
   * `chunk`, which the caller must not change afterwards.
   *
   * @throws ProtocolError `SEALPOST_FRAME_TOO_LARGE` as soon as a length says so, `SEALPOST_FRAME_MALFORMED` for an overlong or
   * empty length; the stream must then be closed.
   */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    this.#parts.push(chunk)
    this.#heldBytes += chunk.length
    if (this.#heldBytes < this.#neededBytes) {
      return []
    }
    const bytes = this.#parts.length === 1 ? chunk : concatBytes(...this.#parts)
    const frames: Uint8Array[] = []
    let offset = 0
    for (;;) {
      const length = readLength(bytes, offset)
      if (length === undefined) {
        this.#neededBytes = bytes.length - offset + 1
        break
      }
      const end = length.end + length.value
      if (end > bytes.length) {
        this.#neededBytes = end - offset
        break
      }
      frames.push(bytes.subarray(length.end, end))
      offset = end
    }
    // A copy, so that a few bytes of the next frame do not keep a large chunk alive.
    this.#parts = offset === bytes.length ? [] : [offset === 0 ? bytes : bytes.slice(offset)]
    this.#heldBytes = bytes.length - offset
    return frames
  }
}

/** The length at `offset`, and where it ends; undefined where more bytes are needed. */
function readLength(bytes: Uint8Array, offset: number): { value: number; end: number } | undefined {
  let value = 0
  for (let i = 0; i < FRAME_LENGTH_BYTES_MAX; i++) {
    const byte = bytes[offset + i]
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
