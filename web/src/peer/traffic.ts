/**
 * Counts what passes: the frames to and from relays, and on direct paths. What the network adds to them (encryption of the
 * connection, headers) is not seen here. The sum of all times is kept in the home, now and then: what passed in the last half
 * minute before a tab was killed is missing in it.
 */
import type { SealpostClient } from '@sealpost/client'
import type { Clock, DirectOpener, FrameStream, Transport } from '@sealpost/host'
import type { DataUse, Passed } from '../wire/storage-calls.ts'
import { keepTraffic, type NoteKeeper, readTraffic } from './notes.ts'

const KEEP_MS = 30_000
/** What stands before a frame on its way. */
const LENGTH_BYTES = 4

type HomeOfTraffic = NoteKeeper & {
  readonly storage: Pick<SealpostClient['storage'], 'problem'>
}

export class Traffic {
  readonly #clock: Pick<Clock, 'wallMs' | 'setTimer'>
  #sentBytes = 0
  #receivedBytes = 0
  #beganAtMs = 0
  /** What passed before the home was opened this time. */
  #before: Passed | undefined
  #keptBytes = 0
  #home: HomeOfTraffic | undefined
  #cancelTimer: () => void = () => undefined

  constructor(clock: Pick<Clock, 'wallMs' | 'setTimer'>) {
    this.#clock = clock
  }

  /** A transport whose frames are counted. */
  counted(transport: Transport): Transport {
    return {
      dial: async (address, options) => this.#watched(await transport.dial(address, options)),
      close: () => transport.close()
    }
  }

  /** Direct paths whose frames are counted. */
  countedDirect(open: DirectOpener): DirectOpener {
    return async (onStream) => {
      const transport = await open((stream) => {
        onStream(this.#watched(stream))
      })
      const { paths } = transport
      return {
        nodeKey: transport.nodeKey,
        addresses: transport.addresses,
        dial: async (address, options) => this.#watched(await transport.dial(address, options)),
        close: () => transport.close(),
        ...(paths && {
          paths: {
            offer: (nodeKey, handlers) => paths.offer(nodeKey, this.#watchedPath(handlers)),
            answer: (nodeKey, end, handlers) =>
              paths.answer(nodeKey, end, this.#watchedPath(handlers))
          }
        })
      }
    }
  }

  /** A home was opened: its sum goes on from what it keeps. */
  begin(home: HomeOfTraffic): void {
    this.#home = home
    this.#sentBytes = 0
    this.#receivedBytes = 0
    this.#keptBytes = 0
    this.#before = undefined
    this.#beganAtMs = this.#clock.wallMs()
    this.#planKeeping()
  }

  /** The home is about to be closed. */
  async end(): Promise<void> {
    this.#cancelTimer()
    await this.#keep()
    this.#home = undefined
  }

  async read(home: HomeOfTraffic): Promise<DataUse> {
    const before = await this.#readBefore(home)
    const [sentBytes, receivedBytes] = [this.#sentBytes, this.#receivedBytes]
    return {
      now: { sentBytes, receivedBytes, sinceMs: this.#beganAtMs },
      all: {
        sentBytes: before.sentBytes + sentBytes,
        receivedBytes: before.receivedBytes + receivedBytes,
        sinceMs: before.sinceMs
      }
    }
  }

  async #readBefore(home: HomeOfTraffic): Promise<Passed> {
    this.#before ??= (await readTraffic(home)) ?? {
      sentBytes: 0,
      receivedBytes: 0,
      sinceMs: this.#beganAtMs
    }
    return this.#before
  }

  #planKeeping(): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#clock.setTimer(KEEP_MS, () => {
      void this.#keep().then(() => {
        this.#planKeeping()
      })
    })
  }

  /** It is not worth an error where it cannot be kept. */
  async #keep(): Promise<void> {
    const home = this.#home
    const bytes = this.#sentBytes + this.#receivedBytes
    if (home === undefined || home.storage.problem !== undefined || bytes === this.#keptBytes) {
      return
    }
    try {
      const { all } = await this.read(home)
      await keepTraffic(home, all)
      this.#keptBytes = bytes
    } catch {
      // The next time.
    }
  }

  #watchedPath<Handlers extends { readonly onStream: (stream: FrameStream) => void }>(
    handlers: Handlers
  ): Handlers {
    return {
      ...handlers,
      onStream: (stream) => {
        handlers.onStream(this.#watched(stream))
      }
    }
  }

  #watched(stream: FrameStream): FrameStream {
    return {
      remoteKey: stream.remoteKey,
      remoteRange: stream.remoteRange,
      get unsentBytes() {
        return stream.unsentBytes
      },
      attach: ({ onFrames, onClose }) => {
        stream.attach({
          onFrames: (frames) => {
            for (const frame of frames) {
              this.#receivedBytes += LENGTH_BYTES + frame.length
            }
            onFrames(frames)
          },
          onClose
        })
      },
      send: (frame) => {
        this.#sentBytes += LENGTH_BYTES + frame.length
        stream.send(frame)
      },
      setPaused: (isPaused) => {
        stream.setPaused(isPaused)
      },
      close: (timeoutMs) => stream.close(timeoutMs),
      abort: (error) => {
        stream.abort(error)
      }
    }
  }
}
