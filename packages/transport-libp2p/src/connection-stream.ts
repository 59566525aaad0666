import type { Connection, Stream, StreamCloseEvent, StreamMessageEvent } from '@libp2p/interface'
import type { Clock, FrameStream, FrameStreamHandlers } from '@sealpost/host'
import { FRAME_BYTES_MAX, FrameDecoder, isSealpostError } from '@sealpost/protocol'
import { ProtocolError, UnreachableError } from '@sealpost/protocol'
import type { NodeKey, SealpostError } from '@sealpost/protocol'
import { OutgoingFrames } from './outgoing-frames.ts'

/** How long `close` waits for the other side to take what is queued, unless told otherwise. */
const CLOSE_MS = 5_000

/** What such a stream is made of. */
export interface ConnectionStreamInit {
  /** Ends with the stream: it carries nothing else. */
  readonly connection: Connection
  readonly stream: Stream
  readonly remoteKey: NodeKey
  readonly remoteRange: string
  readonly clock: Clock
  /**
   * Bytes that may wait to be sent before nothing more is read from the other side. Only one of two sides may have this
   * bound: each could wait for the other.
   */
  readonly unsentBytesMax?: number | undefined
  /** Called once, when the stream is gone and before its owner knows. */
  readonly onGone?: ((reason: SealpostError | undefined) => void) | undefined
}

/** A stream of frames (section 6) over one libp2p stream, on a connection of its own. */
export class ConnectionStream implements FrameStream {
  readonly remoteKey: NodeKey
  readonly remoteRange: string
  readonly #connection: Connection
  readonly #stream: Stream
  readonly #clock: Clock
  readonly #unsentBytesMax: number
  readonly #onGone: ((reason: SealpostError | undefined) => void) | undefined
  readonly #decoder = new FrameDecoder()
  readonly #outgoing: OutgoingFrames
  readonly #gone = Promise.withResolvers<undefined>()
  #handlers: FrameStreamHandlers | undefined
  #isPausedByOwner = false
  #isPausedByBacklog = false
  /** libp2p delivers what it holds while it resumes; a pause in the midst of that would be undone when it is through. */
  #isResuming = false
  /** The other side said that nothing follows. */
  #hasOtherSideEnded = false
  #isEnding = false
  #isOver = false
  #isReported = false
  #reason: SealpostError | undefined
  #closing: Promise<void> | undefined
  #onDrained: (() => void) | undefined

  constructor(init: ConnectionStreamInit) {
    this.remoteKey = init.remoteKey
    this.remoteRange = init.remoteRange
    this.#connection = init.connection
    this.#stream = init.stream
    this.#clock = init.clock
    this.#unsentBytesMax = init.unsentBytesMax ?? Infinity
    this.#onGone = init.onGone
    this.#outgoing = new OutgoingFrames(init.stream, init.clock, {
      onFlushed: this.#onFlushed,
      onStalled: () => {
        this.abort(new ProtocolError('SEALPOST_STALLED'))
      },
      onFailed: (error) => {
        this.#finish(connectionClosed(error))
      }
    })
    this.#stream.addEventListener('remoteCloseWrite', this.#onOtherSideEnded)
    this.#stream.addEventListener('end', this.#onEnd)
    this.#stream.addEventListener('close', this.#onStreamClosed)
    this.#hasOtherSideEnded = this.#stream.remoteWriteStatus !== 'writable'
    // Until somebody listens: libp2p would go on to take bytes, and reset the stream when they are too many.
    if (this.#stream.readStatus === 'readable') {
      this.#stream.pause()
    }
  }

  get unsentBytes(): number {
    return this.#outgoing.unsentBytes
  }

  attach(handlers: FrameStreamHandlers): void {
    this.#handlers = handlers
    this.#stream.addEventListener('message', this.#onMessage)
    queueMicrotask(() => {
      if (this.#isOver) {
        this.#report()
      } else if (this.#stream.status === 'open') {
        this.#update()
      } else {
        this.#endWithStream(undefined)
      }
    })
  }

  /** @throws RangeError for a frame of 0 bytes or more than `FRAME_BYTES_MAX`: our own bug. */
  send(frame: Uint8Array): void {
    if (frame.length === 0 || frame.length > FRAME_BYTES_MAX) {
      throw new RangeError(`a frame of ${String(frame.length)} bytes`)
    }
    if (!this.#isEnding) {
      this.#outgoing.add(frame)
    }
  }

  setPaused(isPaused: boolean): void {
    this.#isPausedByOwner = isPaused
    this.#update()
  }

  async close(timeoutMs: number = CLOSE_MS): Promise<void> {
    this.#closing ??= this.#end(timeoutMs)
    return this.#closing
  }

  abort(error: SealpostError): void {
    this.#finish(error)
  }

  async #end(timeoutMs: number): Promise<void> {
    this.#isEnding = true
    const cancelTimer = this.#clock.setTimer(timeoutMs, () => {
      this.#finish(connectionClosed(undefined))
    })
    if (this.#outgoing.unsentBytes > 0) {
      const { promise, resolve } = Promise.withResolvers<undefined>()
      this.#onDrained = () => {
        resolve(undefined)
      }
      await Promise.race([promise, this.#gone.promise])
    }
    if (!this.#isOver) {
      await this.#closeConnection()
    }
    await this.#gone.promise
    cancelTimer()
  }

  async #closeConnection(): Promise<void> {
    try {
      // A signal of its own, because libp2p's default gives up after a second. `close` has a timer that ends everything.
      await this.#connection.close({ signal: new AbortController().signal })
    } catch (error) {
      this.#finish(connectionClosed(error))
    }
  }

  readonly #onFlushed = (): void => {
    if (this.unsentBytes === 0) {
      this.#onDrained?.()
    }
    this.#update()
  }

  /** Takes bytes, or leaves them to the other side, as the owner and the backlog have it. */
  #update(): void {
    if (this.#isOver || this.#isResuming || this.#handlers === undefined) {
      return
    }
    if (!this.#wantsPause()) {
      this.#resume()
    }
    // Again: the handlers may have asked for it while they were given what had waited.
    if (this.#wantsPause() && this.#stream.readStatus === 'readable') {
      this.#stream.pause()
    }
  }

  #wantsPause(): boolean {
    const bytesMax = this.#isPausedByBacklog ? this.#unsentBytesMax / 2 : this.#unsentBytesMax
    this.#isPausedByBacklog = this.unsentBytes > bytesMax
    return this.#isPausedByOwner || this.#isPausedByBacklog
  }

  #resume(): void {
    if (this.#stream.readStatus !== 'paused') {
      return
    }
    this.#isResuming = true
    try {
      this.#stream.resume()
    } catch {
      // It delivers, then tells the other side. Where that fails the stream is gone, and says so itself.
    } finally {
      this.#isResuming = false
    }
  }

  readonly #onMessage = (event: StreamMessageEvent): void => {
    if (this.#isOver) {
      return
    }
    const frames = this.#decode(event.data)
    if (frames.length > 0) {
      this.#handlers?.onFrames(frames)
    }
  }

  /** The frames that `data` completes. Views into it, piece by piece, as it came out of the decryption. */
  #decode(data: StreamMessageEvent['data']): readonly Uint8Array[] {
    try {
      if (data instanceof Uint8Array) {
        return this.#decoder.push(data)
      }
      const frames: Uint8Array[] = []
      for (const chunk of data) {
        frames.push(...this.#decoder.push(chunk))
      }
      return frames
    } catch (error) {
      if (!isSealpostError(error)) {
        throw error
      }
      this.#finish(error)
      return []
    }
  }

  readonly #onOtherSideEnded = (): void => {
    this.#hasOtherSideEnded = true
  }

  /** Everything that was received is read. */
  readonly #onEnd = (): void => {
    if (this.#stream.status === 'open' && this.#hasOtherSideEnded) {
      void this.close()
    }
  }

  readonly #onStreamClosed = (event: StreamCloseEvent): void => {
    this.#endWithStream(event.error)
  }

  /** The stream is gone: gives what it still holds, then says so. */
  #endWithStream(error: Error | undefined): void {
    const isAwaited = this.#handlers === undefined && error === undefined && !this.#isEnding
    if (this.#isOver || isAwaited) {
      return
    }
    this.#resume()
    const isWhole = this.#decoder.heldBytes === 0 && this.unsentBytes === 0
    if (error === undefined && isWhole && (this.#hasOtherSideEnded || this.#isEnding)) {
      this.#finish(undefined)
    } else {
      this.#finish(isSealpostError(error) ? error : connectionClosed(error))
    }
  }

  #finish(reason: SealpostError | undefined): void {
    if (this.#isOver) {
      return
    }
    this.#isOver = true
    this.#isEnding = true
    this.#reason = reason
    this.#outgoing.stop()
    this.#stream.removeEventListener('message', this.#onMessage)
    this.#onGone?.(reason)
    // Not at once: whoever aborts may be in the midst of something, libp2p included, which tells of an end before it is
    // through with it.
    queueMicrotask(() => {
      this.#endConnection(reason)
      this.#report()
      this.#gone.resolve(undefined)
    })
  }

  #endConnection(reason: SealpostError | undefined): void {
    if (reason !== undefined) {
      this.#connection.abort(reason)
    } else if (this.#connection.status === 'open') {
      void this.#connection.close().catch((error: unknown) => {
        this.#connection.abort(connectionClosed(error))
      })
    }
  }

  #report(): void {
    if (!this.#isReported && this.#handlers !== undefined) {
      this.#isReported = true
      this.#handlers.onClose(this.#reason)
    }
  }
}

function connectionClosed(cause: unknown): UnreachableError {
  return new UnreachableError(
    'SEALPOST_CONNECTION_CLOSED',
    undefined,
    cause === undefined ? undefined : { cause }
  )
}
