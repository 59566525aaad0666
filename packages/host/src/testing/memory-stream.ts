/**
 * Two ends of a connection in memory. What one end sends in a turn arrives as one chunk at the end of the turn, and goes
 * through the real framing, so that the bounds of the wire hold here too.
 *
 * ```
 *   send --> pipe --(end of turn; not while stalled, paused or unattached)--> decoder --> onFrames
 *   open --(close)--> ending --(both pipes empty)--> over
 *     \----------------(abort, cut, timeout)---------^
 * ```
 */
import {
  encodeFrames,
  FrameDecoder,
  isSealpostError,
  type NodeKey,
  type SealpostError,
  UnreachableError
} from '@sealpost/protocol'
import type { Clock, FrameStream, FrameStreamHandlers } from '../ports.ts'

const CLOSE_MS = 5_000

/** What one end of a connection is made of. */
export interface MemoryStreamInit {
  readonly clock: Clock
  readonly remoteKey: NodeKey
  readonly remoteRange: string
  /** Called when this end is gone. */
  readonly onGone: () => void
}

/** Two streams that are each other's other side. */
export function connectStreams(
  first: MemoryStreamInit,
  second: MemoryStreamInit
): readonly [MemoryStream, MemoryStream] {
  const streams = [new MemoryStream(first), new MemoryStream(second)] as const
  streams[0].join(streams[1])
  streams[1].join(streams[0])
  return streams
}

/** One end; made by `connectStreams`. */
export class MemoryStream implements FrameStream {
  readonly remoteKey: NodeKey
  readonly remoteRange: string
  readonly #clock: Clock
  readonly #onGone: () => void
  readonly #decoder = new FrameDecoder()
  #otherEnd: MemoryStream | undefined
  #handlers: FrameStreamHandlers | undefined
  /** Bytes on their way to the other end. */
  #pipe: Uint8Array[] = []
  #pipeBytes = 0
  #isFlushPlanned = false
  #isStalled = false
  #isPaused = false
  #isEnding = false
  #isOver = false
  #isReported = false
  #reason: SealpostError | undefined
  #closing: Promise<void> | undefined
  #onOver: (() => void) | undefined

  constructor(init: MemoryStreamInit) {
    this.remoteKey = init.remoteKey
    this.remoteRange = init.remoteRange
    this.#clock = init.clock
    this.#onGone = init.onGone
  }

  get unsentBytes(): number {
    return this.#pipeBytes
  }

  attach(handlers: FrameStreamHandlers): void {
    this.#handlers = handlers
    if (this.#isOver) {
      this.#planReport()
    }
    this.#otherEnd?.planFlush()
  }

  /** @throws RangeError for a frame of 0 bytes or more than `FRAME_BYTES_MAX`: our own bug. */
  send(frame: Uint8Array): void {
    this.sendBytes(encodeFrames([frame]))
  }

  /** Sends bytes as they are, to be taken for frames: what a hostile node does. */
  sendBytes(bytes: Uint8Array): void {
    if (this.#isEnding) {
      return
    }
    this.#pipe.push(bytes)
    this.#pipeBytes += bytes.length
    this.planFlush()
  }

  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused
    this.#otherEnd?.planFlush()
  }

  close(timeoutMs: number = CLOSE_MS): Promise<void> {
    this.#closing ??= this.#end(timeoutMs)
    return this.#closing
  }

  abort(error: SealpostError): void {
    this.#otherEnd?.finish(connectionClosed())
    this.finish(error)
  }

  /** Nothing that this end sends arrives, until told otherwise; nobody is told. */
  setStalled(isStalled: boolean): void {
    this.#isStalled = isStalled
    this.planFlush()
  }

  /** @internal */
  join(otherEnd: MemoryStream): void {
    this.#otherEnd = otherEnd
  }

  /** @internal */
  planFlush(): void {
    if (this.#isFlushPlanned) {
      return
    }
    this.#isFlushPlanned = true
    void Promise.resolve().then(() => {
      this.#isFlushPlanned = false
      this.#flush()
    })
  }

  /** @internal */
  finish(reason: SealpostError | undefined): void {
    if (this.#isOver) {
      return
    }
    this.#isOver = true
    this.#isEnding = true
    this.#reason = reason
    this.#pipe = []
    this.#pipeBytes = 0
    this.#onGone()
    this.#planReport()
  }

  #end(timeoutMs: number): Promise<void> {
    if (this.#isOver) {
      return Promise.resolve()
    }
    this.#isEnding = true
    const cancelTimer = this.#clock.setTimer(timeoutMs, () => {
      this.abort(connectionClosed())
    })
    this.planFlush()
    return new Promise((resolve) => {
      this.#onOver = () => {
        cancelTimer()
        resolve()
      }
    })
  }

  #flush(): void {
    const otherEnd = this.#otherEnd
    if (this.#isOver || this.#isStalled || otherEnd === undefined) {
      return
    }
    if (this.#pipe.length > 0 && otherEnd.canTake()) {
      const chunks = this.#pipe
      this.#pipe = []
      this.#pipeBytes = 0
      otherEnd.take(chunks)
    }
    if (this.#isEnding && this.#pipe.length === 0) {
      this.#finishEnding(otherEnd)
    }
  }

  /** The other end has everything: it ends too, and with it the connection. */
  #finishEnding(otherEnd: MemoryStream): void {
    if (otherEnd.#isEnding && otherEnd.#pipe.length === 0) {
      otherEnd.finish(otherEnd.#decoder.heldBytes === 0 ? undefined : connectionClosed())
      this.finish(this.#decoder.heldBytes === 0 ? undefined : connectionClosed())
    } else if (!otherEnd.#isEnding) {
      void otherEnd.close()
    }
  }

  /** @internal */
  canTake(): boolean {
    return this.#handlers !== undefined && !this.#isPaused && !this.#isOver
  }

  /** @internal */
  take(chunks: readonly Uint8Array[]): void {
    const frames: Uint8Array[] = []
    try {
      for (const chunk of chunks) {
        frames.push(...this.#decoder.push(chunk))
      }
    } catch (error) {
      if (!isSealpostError(error)) {
        throw error
      }
      this.abort(error)
      return
    }
    if (frames.length > 0) {
      this.#handlers?.onFrames(frames)
    }
  }

  /** Not at once: whoever aborts may be in the midst of something. */
  #planReport(): void {
    void Promise.resolve().then(() => {
      this.#onOver?.()
      if (!this.#isReported && this.#handlers !== undefined) {
        this.#isReported = true
        this.#handlers.onClose(this.#reason)
      }
    })
  }
}

function connectionClosed(): UnreachableError {
  return new UnreachableError('SEALPOST_CONNECTION_CLOSED')
}
