/**
 * Carries frames between clients' streams and the machine, and nothing else: what a frame means is the machine's to say.
 *
 * ```
 *   stream --onFrames--> decoded --+--> driver.post                  machine runs
 *                                  +--> `busy`, `pong`               no machine: its store is being opened again
 *   perform(effects) --> encoded --> stream.send
 *
 *   crash:    what has no answer is answered `busy`; streams stay.
 *   restart:  the machine is told of every stream, but for those that have subscribed: their subscriptions died with the
 *             machine before, and a client makes them again when it connects again. These are closed.
 * ```
 */
import type { RelayEffect, RelayInput, RelayMachine } from '@sealpost/core'
import type { AppEffect, Driver, FrameStream, Log } from '@sealpost/host'
import {
  type ClientFrame,
  decodeClientFrame,
  encodeRelayFrame,
  type ErrorCode,
  isSealpostError,
  ProtocolError,
  type RelayFrame,
  SealpostError
} from '@sealpost/protocol'

/** The driver of a relay. */
export type RelayDriver = Driver<RelayInput, RelayEffect, RelayMachine>

/** When to ask again while the store is opened: that takes a moment, or longer on a full disk. */
const REOPENING_RETRY_MS = 2_000
/** Bytes of requests that are being worked on, beyond which nothing more is read from whoever sends more. */
const HELD_BYTES_MAX = 64 * 1024 * 1024
/** How long a client that is sent away may take to read why. */
const CLOSE_MS = 5_000

interface Client {
  readonly id: number
  readonly stream: FrameStream
  /** Bytes of each request that has no answer yet, by its number. */
  readonly unanswered: Map<number, number>
  hasSubscribed: boolean
}

export interface ClientStreamsOptions {
  readonly log: Log
  /** Counts bytes that came in. */
  readonly onIntake: (bytes: number) => void
}

/** All streams of a relay, each under a number that is never used again. */
export class ClientStreams {
  readonly #options: ClientStreamsOptions
  readonly #clients = new Map<number, Client>()
  readonly #paused = new Set<Client>()
  #driver: RelayDriver | undefined
  #nextId = 1
  #heldBytes = 0

  constructor(options: ClientStreamsOptions) {
    this.#options = options
  }

  /** Streams that are open. */
  get count(): number {
    return this.#clients.size
  }

  /** The driver whose machine decides; to be called before the first stream. */
  connect(driver: RelayDriver): void {
    this.#driver = driver
  }

  /** Takes a stream. */
  accept(stream: FrameStream): void {
    const driver = this.#driver
    if (driver === undefined) {
      stream.abort(new ProtocolError('SEALPOST_BUSY'))
      return
    }
    const client: Client = {
      id: this.#nextId++,
      stream,
      unanswered: new Map(),
      hasSubscribed: false
    }
    this.#clients.set(client.id, client)
    this.#announce(driver, client)
    stream.attach({
      onFrames: (frames) => {
        this.#onFrames(driver, client, frames)
      },
      onClose: () => {
        this.#onClose(driver, client)
      }
    })
  }

  /** Says what the machine said. */
  perform(effect: Extract<AppEffect<RelayEffect>, { readonly type: 'send' | 'cut' }>): void {
    const client = this.#clients.get(effect.connection)
    if (client === undefined) {
      return
    }
    if (effect.type === 'cut') {
      this.#remove(client)
      end(client.stream, effect.code)
      return
    }
    const { frame } = effect
    if (frame.type === 'answer') {
      this.#release(client, frame.number)
    }
    client.stream.send(encodeRelayFrame(frame))
  }

  /** The machine is gone: nobody else answers what waits for it. */
  onCrash(): void {
    for (const client of this.#clients.values()) {
      for (const number of client.unanswered.keys()) {
        refuse(client, number)
      }
      this.#heldBytes -= sum(client.unanswered.values())
      client.unanswered.clear()
    }
    this.#resume()
  }

  /** A new machine runs. */
  onRestart(): void {
    for (const client of [...this.#clients.values()]) {
      if (client.hasSubscribed) {
        this.#remove(client)
        end(client.stream, 'SEALPOST_BUSY')
      } else if (this.#driver !== undefined) {
        this.#announce(this.#driver, client)
      }
    }
  }

  #announce(driver: RelayDriver, { id, stream }: Client): void {
    driver.post({ type: 'opened', atMs: driver.now(), connection: id, range: stream.remoteRange })
  }

  #onFrames(driver: RelayDriver, client: Client, frames: readonly Uint8Array[]): void {
    const atMs = driver.now()
    let bytes = 0
    for (const frame of frames) {
      if (!this.#clients.has(client.id)) {
        return
      }
      const decoded = this.#decode(client, frame)
      if (decoded === undefined) {
        return
      }
      bytes += frame.length
      // Asked each time: what this very loop gives the machine may end it.
      if (!driver.isRunning) {
        answerAlone(client, decoded)
        continue
      }
      if (decoded.type === 'request') {
        this.#hold(client, decoded.number, frame.length)
        client.hasSubscribed ||= decoded.request.type === 'subscribe'
      }
      driver.post({ type: 'frame', atMs, connection: client.id, frame: decoded })
    }
    this.#options.onIntake(bytes)
    if (this.#heldBytes > HELD_BYTES_MAX && client.unanswered.size > 0) {
      client.stream.setPaused(true)
      this.#paused.add(client)
    }
  }

  /** A frame that is none ends its stream. */
  #decode(client: Client, frame: Uint8Array): ClientFrame | undefined {
    try {
      return decodeClientFrame(frame)
    } catch (error) {
      const isTheirs = isSealpostError(error)
      if (!isTheirs) {
        this.#options.log.error('relay.frame.not-decoded')
      }
      client.stream.abort(
        isTheirs ? error : new SealpostError('SEALPOST_BUG', undefined, { cause: error })
      )
      return undefined
    }
  }

  #onClose(driver: RelayDriver, client: Client): void {
    if (this.#remove(client)) {
      driver.post({ type: 'closed', atMs: driver.now(), connection: client.id })
    }
  }

  /** @returns false where it was removed before. */
  #remove(client: Client): boolean {
    this.#heldBytes -= sum(client.unanswered.values())
    client.unanswered.clear()
    this.#paused.delete(client)
    return this.#clients.delete(client.id)
  }

  // ---- what is being worked on

  #hold(client: Client, number: number, bytes: number): void {
    // A client that uses a number twice at once gets two answers, and is counted once.
    this.#heldBytes += bytes - (client.unanswered.get(number) ?? 0)
    client.unanswered.set(number, bytes)
  }

  #release(client: Client, number: number): void {
    const bytes = client.unanswered.get(number)
    if (bytes !== undefined) {
      client.unanswered.delete(number)
      this.#heldBytes -= bytes
      this.#resume()
    }
  }

  #resume(): void {
    if (this.#paused.size === 0 || this.#heldBytes > HELD_BYTES_MAX / 2) {
      return
    }
    const paused = [...this.#paused]
    this.#paused.clear()
    for (const client of paused) {
      client.stream.setPaused(false)
    }
  }
}

/** What a client is told while there is no machine. */
function answerAlone(client: Client, frame: ClientFrame): void {
  if (frame.type === 'request') {
    refuse(client, frame.number)
  } else if (frame.type === 'ping') {
    client.stream.send(encodeRelayFrame({ type: 'pong', number: frame.number }))
  }
}

function refuse(client: Client, number: number): void {
  const frame: RelayFrame = {
    type: 'answer',
    number,
    answer: { type: 'refused', reason: 'busy', retryAfterMs: REOPENING_RETRY_MS }
  }
  client.stream.send(encodeRelayFrame(frame))
}

/** Who did nothing wrong gets what is queued for it first. */
function end(stream: FrameStream, code: ErrorCode): void {
  if (code === 'SEALPOST_BUSY' || code === 'SEALPOST_SLOW_DOWN') {
    void stream.close(CLOSE_MS)
  } else {
    stream.abort(new ProtocolError(code))
  }
}

function sum(values: Iterable<number>): number {
  let total = 0
  for (const value of values) {
    total += value
  }
  return total
}
