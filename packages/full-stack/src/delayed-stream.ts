/**
 * A stream of a real client to a real relay, as long as the scenario says: each frame is held for its trip before it goes on, none
 * overtakes another, and the other side hears of an end as late.
 *
 * ```
 *   client --send--> held --trip--> libp2p, loopback --> relay
 *          <--trip-- held <-- libp2p, loopback <-----
 * ```
 * While nobody paces the run, before its time 0 and after its end, nothing is held.
 */
import type { FrameStream, FrameStreamHandlers } from '@sealpost/host'
import { type NodeKey, type SealpostError, UnreachableError } from '@sealpost/protocol'
import type { Paths } from 'sealpost-sim'
import type { Pace } from './pace.ts'

/** What passes on a stream, as its client sees it. */
export interface StreamWatch {
  opened(): void
  sent(frame: Uint8Array): void
  came(frame: Uint8Array): void
  closed(): void
}

export interface StreamWay {
  readonly pace: Pace
  readonly paths: Paths
  readonly client: number
  readonly relay: number
  readonly watch: StreamWatch
}

/** Nothing has passed for so long: the connection is taken for lost. */
const LOST_US = 30_000_000

export class DelayedStream implements FrameStream {
  readonly remoteKey: NodeKey
  readonly remoteRange: string
  readonly #stream: FrameStream
  readonly #way: StreamWay
  #handlers: FrameStreamHandlers | undefined
  /** What came before somebody attached, or while nobody took it. */
  #arrived: Uint8Array[] = []
  #end: { readonly error: SealpostError | undefined } | undefined
  #heldBytes = 0
  #isPaused = false
  #isOver = false
  #isReported = false
  #atRelayUs = 0
  #atClientUs = 0

  constructor(stream: FrameStream, way: StreamWay) {
    this.remoteKey = stream.remoteKey
    this.remoteRange = stream.remoteRange
    this.#stream = stream
    this.#way = way
    way.watch.opened()
    stream.attach({
      onFrames: (frames) => {
        this.#onFrames(frames)
      },
      onClose: (error) => {
        this.#toClient(0, () => {
          this.#over(error)
        })
      }
    })
  }

  get unsentBytes(): number {
    return this.#heldBytes + this.#stream.unsentBytes
  }

  attach(handlers: FrameStreamHandlers): void {
    this.#handlers = handlers
    this.#flush()
  }

  send(frame: Uint8Array): void {
    if (this.#isOver) {
      return
    }
    this.#way.watch.sent(frame)
    this.#heldBytes += frame.length
    this.#toRelay(frame.length, () => {
      this.#heldBytes -= frame.length
      this.#stream.send(frame)
    })
  }

  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused
    this.#flush()
  }

  async close(timeoutMs?: number): Promise<void> {
    await this.#way.pace.until(this.#atRelayUs)
    await this.#stream.close(timeoutMs)
    this.#over(undefined)
  }

  abort(error: SealpostError): void {
    this.#toRelay(0, () => {
      this.#stream.abort(error)
    })
    this.#over(error)
  }

  #onFrames(frames: readonly Uint8Array[]): void {
    for (const frame of frames) {
      this.#toClient(frame.length, () => {
        if (!this.#isOver) {
          this.#way.watch.came(frame)
          this.#arrived.push(frame)
          this.#flush()
        }
      })
    }
  }

  #toRelay(bytes: number, arrive: () => void): void {
    const { client, pace, paths, relay } = this.#way
    const atUs = paths.arrivalUs(client, relay, bytes)
    if (!pace.isRunning) {
      arrive()
    } else if (atUs === undefined) {
      this.#lose()
    } else {
      this.#atRelayUs = Math.max(this.#atRelayUs, atUs)
      pace.at(this.#atRelayUs, 'to-relay', relay, arrive)
    }
  }

  #toClient(bytes: number, arrive: () => void): void {
    const { client, pace, paths, relay } = this.#way
    const atUs = paths.arrivalUs(relay, client, bytes)
    if (!pace.isRunning) {
      arrive()
    } else if (atUs === undefined) {
      this.#lose()
    } else {
      this.#atClientUs = Math.max(this.#atClientUs, atUs)
      pace.at(this.#atClientUs, 'to-client', client, arrive)
    }
  }

  /** What is sent does not come through: after a while each side gives it up. */
  #lose(): void {
    const { client, pace } = this.#way
    pace.at(pace.nowUs + LOST_US, 'closed', client, () => {
      const error = new UnreachableError('SEALPOST_CONNECTION_CLOSED')
      this.#stream.abort(error)
      this.#over(error)
    })
  }

  #flush(): void {
    const handlers = this.#handlers
    if (handlers === undefined) {
      return
    }
    if (!this.#isPaused && this.#arrived.length > 0) {
      const frames = this.#arrived
      this.#arrived = []
      handlers.onFrames(frames)
    }
    if (this.#end !== undefined && !this.#isReported) {
      this.#isReported = true
      handlers.onClose(this.#end.error)
    }
  }

  #over(error: SealpostError | undefined): void {
    if (!this.#isOver) {
      this.#isOver = true
      this.#end = { error }
      this.#way.watch.closed()
      this.#flush()
    }
  }
}
