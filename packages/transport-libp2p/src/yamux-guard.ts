import type { MessageStream, StreamMuxer, StreamMuxerFactory } from '@libp2p/interface'
import { yamux } from '@libp2p/yamux'
import type { YamuxMuxerInit } from '@libp2p/yamux'
import { ProtocolError } from '@sealpost/protocol'

/** Bytes of a yamux header. */
const HEADER_BYTES = 12
const TYPE_DATA = 0
const TYPE_PING = 2
const FLAG_SYN = 1
/** Streams that a peer may open on one connection, over all of its life. Ours open one. */
const STREAMS_OPENED_MAX = 16
/** Pings that a peer may send at once; after each second it may send one more. Ours send none. */
const PINGS_MAX = 32

/** How a muxer is made, and what bounds its guard. */
export interface GuardedYamuxOptions extends YamuxMuxerInit {
  /** Bytes that may follow one header: the largest window that is given. */
  readonly dataBytesMax: number
  /** Now, in milliseconds that never run back. */
  readonly monotonicMs: () => number
}

/**
 * Yamux that reads along. The muxer itself collects whatever a header announces, up to 4 GiB, before it looks at the window;
 * it answers every ping, read or not; and a peer may open and reset streams without end. The connection of one who does any
 * of these is aborted with `SEALPOST_FLOODED`.
 */
export function guardedYamux(options: GuardedYamuxOptions): () => StreamMuxerFactory {
  const { dataBytesMax, monotonicMs, ...init } = options
  return () => {
    const factory = yamux(init)()
    return {
      protocol: factory.protocol,
      createStreamMuxer: (connection: MessageStream): StreamMuxer => {
        const guard = new YamuxGuard({ dataBytesMax, monotonicMs })
        // Before the muxer's own listener, so that it gets nothing from a connection that is aborted.
        connection.addEventListener('message', (event) => {
          if (muxer.status === 'open' && !guard.accepts(event.data)) {
            const error = new ProtocolError('SEALPOST_FLOODED')
            muxer.abort(error)
            connection.abort(error)
          }
        })
        const muxer = factory.createStreamMuxer(connection)
        const abort = muxer.abort.bind(muxer)
        muxer.abort = (error) => {
          try {
            abort(error)
          } catch {
            // It says goodbye last, which fails on a connection that is closing. It calls this while it takes bytes, where
            // what is thrown would end the process.
          }
        }
        return muxer
      }
    }
  }
}

/** Follows the headers in what a peer sends. */
export class YamuxGuard {
  readonly #dataBytesMax: number
  readonly #monotonicMs: () => number
  readonly #header = new Uint8Array(HEADER_BYTES)
  #headerBytes = 0
  #dataBytesLeft = 0
  #openedCount = 0
  #pingCount = 0
  #pingsSinceMs: number

  constructor(options: Pick<GuardedYamuxOptions, 'dataBytesMax' | 'monotonicMs'>) {
    this.#dataBytesMax = options.dataBytesMax
    this.#monotonicMs = options.monotonicMs
    this.#pingsSinceMs = options.monotonicMs()
  }

  /** Takes the next bytes that came; false where they break a bound. */
  accepts(data: Uint8Array | Iterable<Uint8Array>): boolean {
    if (data instanceof Uint8Array) {
      return this.#acceptsChunk(data)
    }
    for (const chunk of data) {
      if (!this.#acceptsChunk(chunk)) {
        return false
      }
    }
    return true
  }

  #acceptsChunk(chunk: Uint8Array): boolean {
    let offset = 0
    while (offset < chunk.length) {
      if (this.#dataBytesLeft > 0) {
        const skipped = Math.min(this.#dataBytesLeft, chunk.length - offset)
        this.#dataBytesLeft -= skipped
        offset += skipped
        continue
      }
      const end = Math.min(chunk.length, offset + HEADER_BYTES - this.#headerBytes)
      this.#header.set(chunk.subarray(offset, end), this.#headerBytes)
      this.#headerBytes += end - offset
      offset = end
      if (this.#headerBytes === HEADER_BYTES) {
        this.#headerBytes = 0
        if (!this.#acceptsHeader()) {
          return false
        }
      }
    }
    return true
  }

  #acceptsHeader(): boolean {
    const [, type, , flags = 0] = this.#header
    const isOpening = (flags & FLAG_SYN) !== 0
    if (type === TYPE_PING) {
      return !isOpening || this.#acceptsPing()
    }
    if (isOpening && ++this.#openedCount > STREAMS_OPENED_MAX) {
      return false
    }
    if (type === TYPE_DATA) {
      this.#dataBytesLeft = new DataView(this.#header.buffer).getUint32(8)
    }
    return this.#dataBytesLeft <= this.#dataBytesMax
  }

  #acceptsPing(): boolean {
    const nowMs = this.#monotonicMs()
    const forgiven = Math.floor((nowMs - this.#pingsSinceMs) / 1_000)
    if (forgiven > 0) {
      this.#pingCount = Math.max(0, this.#pingCount - forgiven)
      this.#pingsSinceMs += forgiven * 1_000
    }
    this.#pingCount++
    return this.#pingCount <= PINGS_MAX
  }
}
