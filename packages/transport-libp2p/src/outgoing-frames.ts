import type { Stream } from '@libp2p/interface'
import type { Clock } from '@sealpost/host'
import { FRAME_BYTES_MAX, STALLED_READER_MS } from '@sealpost/protocol'
import { Uint8ArrayList } from 'uint8arraylist'

/**
 * Bytes of frames that are handed to libp2p as one write; a single frame may exceed it by its length. Noise cuts a write
 * into messages of 64 KiB and yamux lets 256 KiB travel unread, so that larger writes would only wait in libp2p.
 */
const WRITE_BYTES_MAX = FRAME_BYTES_MAX

/** What happens to the one who sends. */
export interface OutgoingFramesHandlers {
  /** As many bytes were handed over as could be; `unsentBytes` says what is left. */
  readonly onFlushed: () => void
  /** Bytes waited for `STALLED_READER_MS` and none was taken. */
  readonly onStalled: () => void
  /** libp2p refused to take bytes. */
  readonly onFailed: (error: unknown) => void
}

/**
 * The frames that wait to go out on a stream. Those of one turn travel as one write, and a stream that can take no more is
 * given no more: what waits, waits here, where it is counted.
 */
export class OutgoingFrames {
  readonly #stream: Stream
  readonly #clock: Clock
  readonly #handlers: OutgoingFramesHandlers
  #frames: Uint8Array[] = []
  #frameBytes = 0
  #isFlushDue = false
  #isOver = false
  /** Bytes handed to libp2p since the beginning, lengths included. */
  #handedBytes = 0
  /** Of these, how many it had taken when that was last looked at. */
  #takenBytes = 0
  #takenAtMs = 0
  #cancelStallTimer: (() => void) | undefined

  constructor(stream: Stream, clock: Clock, handlers: OutgoingFramesHandlers) {
    this.#stream = stream
    this.#clock = clock
    this.#handlers = handlers
    // Not stream.onDrain(), whose promise is made once and stays resolved.
    stream.addEventListener('drain', this.#onDrain)
  }

  /** Bytes of frames that libp2p has not taken, or has taken and holds back. */
  get unsentBytes(): number {
    return this.#frameBytes + (this.#isOver ? 0 : this.#stream.writeBufferLength)
  }

  /** Queues a frame of 1 to `FRAME_BYTES_MAX` bytes, which nobody may change afterwards. */
  add(frame: Uint8Array): void {
    if (this.#isOver) {
      return
    }
    this.#frames.push(frame)
    this.#frameBytes += frame.length
    if (!this.#isFlushDue) {
      this.#isFlushDue = true
      queueMicrotask(this.#flush)
    }
  }

  /** Forgets what waits. Nothing is called back any more. */
  stop(): void {
    this.#isOver = true
    this.#frames = []
    this.#frameBytes = 0
    this.#cancelStallTimer?.()
    this.#cancelStallTimer = undefined
    this.#stream.removeEventListener('drain', this.#onDrain)
  }

  readonly #flush = (): void => {
    this.#isFlushDue = false
    try {
      while (this.#frames.length > 0 && !this.#stream.writableNeedsDrain) {
        const bytes = this.#takeWrite()
        this.#handedBytes += bytes.byteLength
        this.#stream.send(bytes)
      }
    } catch (error) {
      if (!this.#isOver) {
        this.#handlers.onFailed(error)
      }
      return
    }
    if (!this.#isOver) {
      this.#watch()
      this.#handlers.onFlushed()
    }
  }

  /**
   * As many of the first frames as fit one write, at least one, each behind its length. A list of them rather than one array:
   * copies as large as a write made the garbage collector take half of a relay's time.
   */
  #takeWrite(): Uint8ArrayList {
    const write = new Uint8ArrayList()
    let count = 0
    for (const frame of this.#frames) {
      if (count > 0 && write.byteLength + frame.length > WRITE_BYTES_MAX) {
        break
      }
      write.append(frameLength(frame.length))
      write.append(frame)
      this.#frameBytes -= frame.length
      count++
    }
    if (count === this.#frames.length) {
      this.#frames = []
    } else {
      this.#frames.splice(0, count)
    }
    return write
  }

  readonly #onDrain = (): void => {
    // libp2p sends what it holds in a microtask that it queued just before, and may then have to wait again.
    if (!this.#isFlushDue) {
      this.#isFlushDue = true
      queueMicrotask(this.#flush)
    }
  }

  /** Looks at how far libp2p has come, and keeps a timer where bytes wait. */
  #watch(): void {
    const takenBytes = this.#handedBytes - this.#stream.writeBufferLength
    if (takenBytes !== this.#takenBytes) {
      this.#takenBytes = takenBytes
      this.#takenAtMs = this.#clock.monotonicMs()
    }
    if (this.unsentBytes === 0) {
      this.#cancelStallTimer?.()
      this.#cancelStallTimer = undefined
    } else if (this.#cancelStallTimer === undefined) {
      this.#takenAtMs = this.#clock.monotonicMs()
      this.#setStallTimer(STALLED_READER_MS)
    }
  }

  #setStallTimer(delayMs: number): void {
    this.#cancelStallTimer = this.#clock.setTimer(delayMs, () => {
      this.#cancelStallTimer = undefined
      const waitedMs = this.#clock.monotonicMs() - this.#takenAtMs
      if (waitedMs >= STALLED_READER_MS) {
        this.#handlers.onStalled()
      } else {
        this.#setStallTimer(STALLED_READER_MS - waitedMs)
      }
    })
  }
}

/** What stands before a frame: its length as a varint (section 6). */
export function frameLength(length: number): Uint8Array {
  if (length < 0x80) {
    return Uint8Array.of(length)
  }
  if (length < 0x4000) {
    return Uint8Array.of((length & 0x7f) | 0x80, length >>> 7)
  }
  return Uint8Array.of((length & 0x7f) | 0x80, ((length >>> 7) & 0x7f) | 0x80, length >>> 14)
}
