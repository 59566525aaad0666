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
import {
  type ByteRateBounds,
  FRAME_COST_BYTES,
  type RelayEffect,
  type RelayInput,
  type RelayMachine,
  type RelayOptions,
  TOO_SOON_COST_BYTES,
  VAIN_WORK_COST_BYTES
} from '@sealpost/core'
import type { AppEffect, Clock, Driver, FrameStream, Log } from '@sealpost/host'
import {
  type ClientFrame,
  decodeClientFrame,
  encodeRelayFrame,
  type ErrorCode,
  isSealpostError,
  type MailboxAnswer,
  type MailboxRequest,
  type NodeKey,
  ProtocolError,
  type RelayFrame,
  SealpostError
} from '@sealpost/protocol'

import type { RelayObserver, RequestResult, RequestVerb } from '../log/relay-observer.ts'
import { type BytePause, BytePauses } from './byte-pauses.ts'

/** The driver of a relay. */
export type RelayDriver = Driver<RelayInput, RelayEffect, RelayMachine>

/** When to ask again while the store is opened: that takes a moment, or longer on a full disk. */
const REOPENING_RETRY_MS = 2_000
/** Bytes of requests that are being worked on, beyond which nothing more is read from whoever sends more. */
const HELD_BYTES_MAX = 64 * 1024 * 1024
/** After so many bytes sent it is looked how many of them wait. */
const UNSENT_LOOK_BYTES = 8 * 1024 * 1024
/** How long a client that is sent away may take to read why. */
const CLOSE_MS = 5_000

/** A request that has no answer yet. */
interface Unanswered {
  readonly bytes: number
  readonly arrivedAtMs: number
  readonly verb: RequestVerb
  /** Whether it brought a proof of work. */
  readonly hasWork: boolean
  /** Envelopes that it acknowledges. */
  readonly ackCount: number
}

interface Client {
  readonly id: number
  readonly stream: FrameStream
  /** By its number. */
  readonly unanswered: Map<number, Unanswered>
  hasSubscribed: boolean
  readonly bytePause: BytePause
}

/** How fast bytes may go to and fro, and how many may wait. */
export type ByteBounds = ByteRateBounds & Pick<RelayOptions, 'unsentBytesMax'>

export interface ClientStreamsOptions {
  readonly log: Log
  readonly clock: Pick<Clock, 'monotonicMs' | 'setTimer'>
  readonly byteBounds: ByteBounds
  readonly observer: RelayObserver
  /** Whether who has this node key is not served. */
  readonly isBlocked: (nodeKey: NodeKey) => boolean
  /** Counts bytes that came in. */
  readonly onIntake: (bytes: number) => void
}

/** All streams of a relay, each under a number that is never used again. */
export class ClientStreams {
  readonly #options: ClientStreamsOptions
  readonly #clients = new Map<number, Client>()
  readonly #paused = new Set<Client>()
  readonly #bytePauses: BytePauses
  #driver: RelayDriver | undefined
  #nextId = 1
  #heldBytes = 0
  #unsentBytesMax: number
  /** Bytes sent since it was last looked how many of them wait. */
  #sentBytes = 0

  constructor(options: ClientStreamsOptions) {
    this.#options = options
    this.#unsentBytesMax = options.byteBounds.unsentBytesMax
    this.#bytePauses = new BytePauses({
      clock: options.clock,
      bounds: options.byteBounds,
      onPause: () => {
        options.observer.onSlowed()
      }
    })
  }

  /** Streams that are open. */
  get count(): number {
    return this.#clients.size
  }

  /** Others hold from here on. */
  setByteBounds(bounds: ByteBounds): void {
    this.#unsentBytesMax = bounds.unsentBytesMax
    this.#bytePauses.setBounds(bounds)
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
    if (this.#options.isBlocked(stream.remoteKey)) {
      this.#options.log.debug('relay.connection.refused', { reason: 'blocked' })
      this.#options.observer.onConnectionRefused('blocked')
      this.#options.observer.onBlocked('node')
      stream.abort(new ProtocolError('SEALPOST_DENIED'))
      return
    }
    const client: Client = {
      id: this.#nextId++,
      stream,
      unanswered: new Map(),
      hasSubscribed: false,
      bytePause: this.#bytePauses.open(stream, () => {
        this.#update(client)
      })
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

  /** Ends the streams of those who are not served any more. */
  cutBlocked(): void {
    for (const { stream } of [...this.#clients.values()]) {
      if (this.#options.isBlocked(stream.remoteKey)) {
        stream.abort(new ProtocolError('SEALPOST_DENIED'))
      }
    }
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
      this.#release(client, frame.number, frame.answer)
    } else if (frame.type === 'push' && frame.push.type === 'deliver') {
      this.#options.observer.onDelivered()
    }
    this.#send(client, frame)
  }

  /** The machine is gone: nobody else answers what waits for it. */
  onCrash(): void {
    for (const client of this.#clients.values()) {
      for (const [number, { verb, arrivedAtMs }] of client.unanswered) {
        this.#refuse(client, number, verb, arrivedAtMs)
      }
      this.#heldBytes -= bytesOf(client.unanswered)
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
    const arrivedAtMs = this.#options.clock.monotonicMs()
    let bytes = 0
    let cost = 0
    for (const frame of frames) {
      if (!this.#clients.has(client.id)) {
        return
      }
      const decoded = this.#decode(client, frame)
      if (decoded === undefined) {
        return
      }
      bytes += frame.length
      cost += Math.max(FRAME_COST_BYTES, frame.length)
      // Asked each time: what this very loop gives the machine may end it.
      if (!driver.isRunning) {
        this.#answerAlone(client, decoded, arrivedAtMs)
        continue
      }
      if (decoded.type === 'request') {
        this.#hold(client, decoded.number, unanswered(decoded.request, frame.length, arrivedAtMs))
        client.hasSubscribed ||= decoded.request.type === 'subscribe'
      }
      driver.post({ type: 'frame', atMs, connection: client.id, frame: decoded })
    }
    this.#options.onIntake(bytes)
    this.#options.observer.onBytes('in', bytes)
    if (this.#heldBytes > HELD_BYTES_MAX && client.unanswered.size > 0) {
      this.#paused.add(client)
      this.#update(client)
    }
    client.bytePause.count(cost)
  }

  /** Reads, or does not. */
  #update(client: Client): void {
    client.stream.setPaused(this.#paused.has(client) || client.bytePause.isPaused)
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
    this.#heldBytes -= bytesOf(client.unanswered)
    client.unanswered.clear()
    this.#paused.delete(client)
    const isThere = this.#clients.delete(client.id)
    if (isThere) {
      client.bytePause.close()
    }
    return isThere
  }

  // ---- what is said

  /** What a client is told while there is no machine. */
  #answerAlone(client: Client, frame: ClientFrame, arrivedAtMs: number): void {
    if (frame.type === 'request') {
      this.#refuse(client, frame.number, frame.request.type, arrivedAtMs)
    } else if (frame.type === 'ping') {
      this.#send(client, { type: 'pong', number: frame.number })
    }
  }

  #refuse(client: Client, number: number, verb: RequestVerb, arrivedAtMs: number): void {
    const { clock, observer } = this.#options
    observer.onRequest(verb, 'busy', clock.monotonicMs() - arrivedAtMs)
    const answer: MailboxAnswer = {
      type: 'refused',
      reason: 'busy',
      retryAfterMs: REOPENING_RETRY_MS
    }
    this.#send(client, { type: 'answer', number, answer })
  }

  #send({ bytePause, stream }: Client, frame: RelayFrame): void {
    const bytes = encodeRelayFrame(frame)
    this.#options.observer.onBytes('out', bytes.length)
    stream.send(bytes)
    bytePause.count(bytes.length)
    this.#sentBytes += bytes.length
    if (this.#sentBytes >= UNSENT_LOOK_BYTES) {
      this.#sentBytes = 0
      this.#boundUnsent()
    }
  }

  /** Each connection has a bound of its own for what it has not taken; thousands who take nothing need one for all. */
  #boundUnsent(): void {
    const waiting = [...this.#clients.values()].map((client) => {
      return { client, bytes: client.stream.unsentBytes }
    })
    let total = waiting.reduce((sum, { bytes }) => sum + bytes, 0)
    if (total <= this.#unsentBytesMax) {
      return
    }
    this.#options.log.warn('relay.streams.too-much-unsent', { bytes: total })
    for (const { client, bytes } of waiting.toSorted((one, other) => other.bytes - one.bytes)) {
      if (total <= this.#unsentBytesMax / 2) {
        return
      }
      total -= bytes
      client.stream.abort(new ProtocolError('SEALPOST_STALLED'))
    }
  }

  // ---- what is being worked on

  #hold(client: Client, number: number, request: Unanswered): void {
    // A client that uses a number twice at once gets two answers, and is counted once.
    this.#heldBytes += request.bytes - (client.unanswered.get(number)?.bytes ?? 0)
    client.unanswered.set(number, request)
  }

  #release(client: Client, number: number, answer: MailboxAnswer): void {
    const request = client.unanswered.get(number)
    if (request !== undefined) {
      client.unanswered.delete(number)
      this.#heldBytes -= request.bytes
      this.#observe(request, answer)
      this.#resume()
      if (isVain(answer)) {
        client.bytePause.count(request.hasWork ? VAIN_WORK_COST_BYTES : TOO_SOON_COST_BYTES)
      }
    }
  }

  #observe({ verb, arrivedAtMs, hasWork, ackCount }: Unanswered, answer: MailboxAnswer): void {
    const { clock, observer } = this.#options
    observer.onRequest(verb, resultOf(answer), clock.monotonicMs() - arrivedAtMs)
    if (answer.type === 'acked') {
      observer.onAcked(ackCount)
    } else if (hasWork && answer.type === 'refused' && answer.reason === 'needs-work') {
      observer.onWorkRejected(verb)
    }
  }

  #resume(): void {
    if (this.#paused.size === 0 || this.#heldBytes > HELD_BYTES_MAX / 2) {
      return
    }
    const paused = [...this.#paused]
    this.#paused.clear()
    for (const client of paused) {
      this.#update(client)
    }
  }
}

function unanswered(request: MailboxRequest, bytes: number, arrivedAtMs: number): Unanswered {
  return {
    bytes,
    arrivedAtMs,
    verb: request.type,
    hasWork: 'work' in request && request.work !== undefined,
    ackCount: request.type === 'ack' ? request.envelopeIds.length : 0
  }
}

/** Whether who asked has not waited as they were told, or not done the work. */
function isVain(answer: MailboxAnswer): boolean {
  return (
    answer.type === 'refused' && (answer.reason === 'slow-down' || answer.reason === 'needs-work')
  )
}

function resultOf(answer: MailboxAnswer): RequestResult {
  switch (answer.type) {
    case 'refused':
      return answer.reason
    case 'deposited':
      return answer.outcome
    default:
      return 'done'
  }
}

/** Who did nothing wrong gets what is queued for it first. */
function end(stream: FrameStream, code: ErrorCode): void {
  if (code === 'SEALPOST_BUSY' || code === 'SEALPOST_SLOW_DOWN') {
    void stream.close(CLOSE_MS)
  } else {
    stream.abort(new ProtocolError(code))
  }
}

function bytesOf(requests: ReadonlyMap<number, Unanswered>): number {
  let total = 0
  for (const { bytes } of requests.values()) {
    total += bytes
  }
  return total
}
