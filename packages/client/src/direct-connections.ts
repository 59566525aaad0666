/** The client's streams and paths to other clients: frames in and out, envelopes sealed on their way. What they mean the machine decides. */
import type { PeerAppEffect, Random } from '@sealpost/core'
import type {
  Clock,
  DirectOpener,
  DirectTransport,
  FrameStream,
  Log,
  OfferedPath,
  Path,
  PathHandlers
} from '@sealpost/host'
import {
  decodeDirectFrame,
  type DeviceNumber,
  type DirectFrame,
  encodeDirectFrame,
  isSealpostError,
  type NodeKey,
  type PathEnd,
  ProtocolError,
  SealpostError
} from '@sealpost/protocol'
import { sealDeposit } from './sealed-deposit.ts'

const DIAL_TIMEOUT_MS = 15_000

export interface DirectConnectionEvents {
  readonly onOpened: (own: {
    readonly nodeKey: NodeKey
    readonly addresses: readonly string[]
  }) => void
  readonly onUnavailable: () => void
  readonly onConnected: (stream: number, nodeKey: NodeKey, isDialled: boolean) => void
  readonly onFailed: (nodeKey: NodeKey) => void
  readonly onClosed: (stream: number) => void
  readonly onFrame: (stream: number, frame: DirectFrame) => void
  readonly onPathMade: (attempt: number, end: PathEnd) => void
  readonly onPathFailed: (attempt: number) => void
}

export interface DirectConnectionPorts {
  readonly openDirect?: DirectOpener | undefined
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Makes the signal for a dial: aborted by `abort`. */
  readonly abortable: () => { readonly signal: AbortSignal; readonly abort: () => void }
}

type Effect<Type extends PeerAppEffect['type']> = Extract<PeerAppEffect, { type: Type }>

/** One transport, from the moment it is opened until it is closed. */
interface Period {
  transport: DirectTransport | undefined
  isOver: boolean
  readonly aborts: Set<() => void>
  /** Those that are offered and answered, by the machine's numbers. */
  readonly paths: Map<number, Path | OfferedPath>
}

/** What the machine decides about paths that are offered and answered. */
export type PathEffect = Effect<'offer-path' | 'answer-path' | 'take-answer' | 'drop-path'>

export class DirectConnections {
  readonly #ports: DirectConnectionPorts
  readonly #events: DirectConnectionEvents
  readonly #streams = new Map<number, FrameStream>()
  #period: Period | undefined
  #nextStream = 1
  /** Transports that are being closed. */
  readonly #closing = new Set<Promise<void>>()

  constructor(ports: DirectConnectionPorts, events: DirectConnectionEvents) {
    this.#ports = ports
    this.#events = events
  }

  /** Opens a transport. Where the app brought none, nothing comes of it. */
  async open(): Promise<void> {
    const { log, openDirect } = this.#ports
    if (openDirect === undefined) {
      return
    }
    this.shut()
    const period: Period = {
      transport: undefined,
      isOver: false,
      aborts: new Set(),
      paths: new Map()
    }
    this.#period = period
    let transport: DirectTransport
    try {
      transport = await openDirect((stream) => {
        this.#attach(period, stream, false)
      })
    } catch (error) {
      log.warn('client.direct.unavailable', { code: codeOf(error) })
      if (!period.isOver) {
        this.#period = undefined
        this.#events.onUnavailable()
      }
      return
    }
    period.transport = transport
    if (period.isOver) {
      await transport.close()
      return
    }
    this.#events.onOpened({ nodeKey: transport.nodeKey, addresses: transport.addresses })
  }

  /** Ends every stream without a word, and closes the transport. */
  shut(): void {
    const period = this.#period
    if (period === undefined) {
      return
    }
    period.isOver = true
    this.#period = undefined
    for (const abort of period.aborts) {
      abort()
    }
    for (const path of period.paths.values()) {
      path.drop()
    }
    // What was sent still goes out: the transport ends its streams in good order.
    this.#streams.clear()
    const closing = (period.transport?.close() ?? Promise.resolve()).finally(() => {
      this.#closing.delete(closing)
    })
    this.#closing.add(closing)
  }

  async dial({ nodeKey, addresses }: Effect<'dial-direct'>): Promise<void> {
    const period = this.#period
    if (period?.transport === undefined) {
      return
    }
    const { signal, abort } = this.#ports.abortable()
    period.aborts.add(abort)
    const cancelTimer = this.#ports.clock.setTimer(DIAL_TIMEOUT_MS, abort)
    let stream: FrameStream
    try {
      stream = await period.transport.dial({ nodeKey, addresses }, { signal })
    } catch (error) {
      const code = isSealpostError(error) ? error.code : 'SEALPOST_DIAL_FAILED'
      this.#ports.log.debug('client.direct.dial.failed', { code })
      if (!period.isOver) {
        this.#events.onFailed(nodeKey)
      }
      return
    } finally {
      cancelTimer()
      period.aborts.delete(abort)
    }
    this.#attach(period, stream, true)
  }

  /** Offers a path, answers an offer, takes an answer, or gives a path up. */
  path(effect: PathEffect): void {
    const period = this.#period
    const maker = period?.transport?.paths
    if (period === undefined || maker === undefined) {
      return
    }
    const { attempt } = effect
    const path = period.paths.get(attempt)
    switch (effect.type) {
      case 'offer-path': {
        const handlers = this.#handlersOf(period, attempt, true)
        period.paths.set(attempt, maker.offer(effect.nodeKey, handlers))
        return
      }
      case 'answer-path': {
        const handlers = this.#handlersOf(period, attempt, false)
        period.paths.set(attempt, maker.answer(effect.nodeKey, effect.end, handlers))
        return
      }
      case 'take-answer':
        if (path !== undefined && 'take' in path) {
          path.take(effect.end)
        }
        return
      case 'drop-path':
        period.paths.delete(attempt)
        path?.drop()
    }
  }

  #handlersOf(period: Period, attempt: number, isDialled: boolean): PathHandlers {
    return {
      onMade: (end) => {
        if (!period.isOver) {
          this.#events.onPathMade(attempt, end)
        }
      },
      onStream: (stream) => {
        period.paths.delete(attempt)
        this.#attach(period, stream, isDialled)
      },
      onFailed: () => {
        period.paths.delete(attempt)
        if (!period.isOver) {
          this.#ports.log.debug('client.direct.path.failed')
          this.#events.onPathFailed(attempt)
        }
      }
    }
  }

  /** Sends what is queued on a stream and ends it. */
  cut(stream: number): void {
    const open = this.#streams.get(stream)
    this.#streams.delete(stream)
    void open?.close()
  }

  send({ stream, frame }: Effect<'direct-frame'>): void {
    this.#streams.get(stream)?.send(encodeDirectFrame(frame))
  }

  deposit(effect: Effect<'direct-deposit'>, senderDevice: DeviceNumber): void {
    const { stream, number, mailboxId, depositToken, isLive } = effect
    const open = this.#streams.get(stream)
    if (open !== undefined) {
      const envelope = sealDeposit(effect, senderDevice, this.#ports.random)
      const frame = { type: 'deposit', number, mailboxId, depositToken, envelope, isLive } as const
      open.send(encodeDirectFrame(frame))
    }
  }

  /** Ends every connection at once: the machine that knew of them is gone. */
  drop(): void {
    for (const stream of this.#streams.values()) {
      stream.abort(new SealpostError('SEALPOST_CLIENT_CLOSED'))
    }
    this.shut()
  }

  /** Sends what is queued and ends everything. */
  async close(): Promise<void> {
    this.shut()
    await Promise.all(this.#closing)
  }

  #attach(period: Period, stream: FrameStream, isDialled: boolean): void {
    if (period.isOver) {
      void stream.close()
      return
    }
    const id = this.#nextStream++
    this.#streams.set(id, stream)
    stream.attach({
      onFrames: (frames) => {
        this.#frames(id, stream, frames)
      },
      onClose: () => {
        if (this.#streams.delete(id)) {
          this.#events.onClosed(id)
        }
      }
    })
    this.#events.onConnected(id, stream.remoteKey, isDialled)
  }

  #frames(id: number, stream: FrameStream, frames: readonly Uint8Array[]): void {
    for (const bytes of frames) {
      if (this.#streams.get(id) !== stream) {
        return
      }
      let frame: DirectFrame
      try {
        frame = decodeDirectFrame(bytes)
      } catch (error) {
        this.#ports.log.debug('client.direct.malformed-frame')
        stream.abort(
          error instanceof ProtocolError ? error : new ProtocolError('SEALPOST_FRAME_MALFORMED')
        )
        return
      }
      this.#events.onFrame(id, frame)
    }
  }
}

function codeOf(error: unknown): string {
  return isSealpostError(error) ? error.code : 'SEALPOST_BUG'
}
