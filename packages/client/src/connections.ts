/** The client's connections to relays: frames in and out, envelopes sealed on their way, proofs of work found before they leave. */
import { depositSubject, type PeerAppEffect, type Random, type WorkOrder } from '@sealpost/core'
import { sealRequest } from '@sealpost/crypto'
import type { Clock, FrameStream, Log, Transport } from '@sealpost/host'
import {
  type ClientFrame,
  decodeRelayFrame,
  type DeviceNumber,
  encodeClientFrame,
  envelopeIds,
  type Heartbeat,
  isSealpostError,
  type MailboxRequest,
  type NodeKey,
  ProtocolError,
  type RelayFrame,
  relayMultihash,
  SealpostError,
  type Work
} from '@sealpost/protocol'
import { findWork } from './find-work.ts'
import { sealDeposit } from './sealed-deposit.ts'

const DIAL_TIMEOUT_MS = 15_000

export interface ConnectionEvents {
  readonly onConnected: (relay: NodeKey) => void
  readonly onFailed: (relay: NodeKey) => void
  readonly onClosed: (relay: NodeKey) => void
  readonly onFrame: (relay: NodeKey, frame: RelayFrame) => void
}

type Effect<Type extends PeerAppEffect['type']> = Extract<PeerAppEffect, { type: Type }>

export interface ConnectionPorts {
  readonly transport: Transport
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Makes the signal for a dial: aborted by `abort`. */
  readonly abortable: () => { readonly signal: AbortSignal; readonly abort: () => void }
}

interface Connection {
  stream: FrameStream | undefined
  readonly abort: () => void
}

export class Connections {
  readonly #ports: ConnectionPorts
  readonly #events: ConnectionEvents
  readonly #connections = new Map<NodeKey, Connection>()
  #workCount = 0

  constructor(ports: ConnectionPorts, events: ConnectionEvents) {
    this.#ports = ports
    this.#events = events
  }

  /** Whether a proof of work is being looked for. */
  get isWorking(): boolean {
    return this.#workCount > 0
  }

  async dial({ relay, addresses }: Effect<'dial'>): Promise<void> {
    const { signal, abort } = this.#ports.abortable()
    const connection: Connection = { stream: undefined, abort }
    this.#connections.set(relay, connection)
    const cancelTimer = this.#ports.clock.setTimer(DIAL_TIMEOUT_MS, abort)
    let stream: FrameStream
    try {
      stream = await this.#ports.transport.dial({ nodeKey: relay, addresses }, { signal })
    } catch (error) {
      const code = isSealpostError(error) ? error.code : 'SEALPOST_DIAL_FAILED'
      this.#ports.log.debug('client.dial.failed', { code })
      if (this.#connections.get(relay) === connection) {
        this.#connections.delete(relay)
        this.#events.onFailed(relay)
      }
      return
    } finally {
      cancelTimer()
    }
    if (this.#connections.get(relay) !== connection) {
      await stream.close()
      return
    }
    connection.stream = stream
    stream.attach({
      onFrames: (frames) => {
        this.#frames(relay, stream, frames)
      },
      onClose: () => {
        if (this.#connections.get(relay) === connection) {
          this.#connections.delete(relay)
          this.#events.onClosed(relay)
        }
      }
    })
    this.#events.onConnected(relay)
  }

  hangUp(relay: NodeKey): void {
    const connection = this.#connections.get(relay)
    if (connection?.stream === undefined) {
      connection?.abort()
    } else {
      void connection.stream.close()
    }
  }

  heartbeat(relay: NodeKey, frame: Heartbeat): void {
    this.#send(relay, frame)
  }

  request({ relay, number, request, work }: Effect<'request'>): void {
    if (work === undefined) {
      this.#send(relay, { type: 'request', number, request })
    } else {
      void this.#requestWithWork(relay, number, request, work)
    }
  }

  deposit(effect: Effect<'deposit'>, senderDevice: DeviceNumber): void {
    const { relay, number, mailboxId, depositToken, isLive } = effect
    const envelope = sealDeposit(effect, senderDevice, this.#ports.random)
    this.#send(relay, {
      type: 'request',
      number,
      request: { type: 'deposit', mailboxId, depositToken, envelope, isLive, work: undefined }
    })
  }

  async depositRequest(
    effect: Effect<'deposit-request'>,
    senderDevice: DeviceNumber
  ): Promise<void> {
    const { relay, number, boxId, boxToken, envelopeId, recallHash, ciphertext } = effect
    const lifetime = 2
    const sealed = sealRequest(
      {
        publicKey: effect.requestKey,
        relay: relayMultihash(relay),
        mailboxId: boxId,
        envelopeId,
        recallHash,
        lifetime,
        type: ciphertext.type,
        member: 0,
        senderDevice,
        ciphertext: ciphertext.bytes
      },
      this.#ports.random
    )
    const order: WorkOrder = {
      target: {
        relay: relayMultihash(relay),
        challenge: effect.challenge,
        verb: 'deposit',
        subject: depositSubject(boxId, envelopeIds.toBytes(envelopeId), sealed)
      },
      bits: effect.workBits
    }
    const envelope = { envelopeId, recallHash, lifetime, sealed } as const
    await this.#requestWithWork(
      relay,
      number,
      {
        type: 'deposit',
        mailboxId: boxId,
        depositToken: boxToken,
        envelope,
        isLive: false,
        work: undefined
      },
      order
    )
  }

  /** Ends every connection without a word: the machine that knew of them is gone. */
  drop(): void {
    for (const [relay, connection] of [...this.#connections]) {
      this.#connections.delete(relay)
      connection.abort()
      connection.stream?.abort(new SealpostError('SEALPOST_CLIENT_CLOSED'))
    }
  }

  /** Sends what is queued and ends every connection. */
  async close(): Promise<void> {
    const streams = [...this.#connections.values()]
    this.#connections.clear()
    await Promise.all(
      streams.map(async ({ stream, abort }) => {
        abort()
        await stream?.close()
      })
    )
  }

  #frames(relay: NodeKey, stream: FrameStream, frames: readonly Uint8Array[]): void {
    for (const bytes of frames) {
      let frame: RelayFrame
      try {
        frame = decodeRelayFrame(bytes)
      } catch (error) {
        this.#ports.log.warn('client.relay.malformed-frame')
        stream.abort(
          error instanceof ProtocolError ? error : new ProtocolError('SEALPOST_FRAME_MALFORMED')
        )
        return
      }
      this.#events.onFrame(relay, frame)
    }
  }

  #send(relay: NodeKey, frame: ClientFrame): void {
    this.#connections.get(relay)?.stream?.send(encodeClientFrame(frame))
  }

  async #requestWithWork(
    relay: NodeKey,
    number: number,
    request: MailboxRequest,
    order: WorkOrder
  ): Promise<void> {
    const stream = this.#connections.get(relay)?.stream
    this.#workCount += 1
    try {
      const work = await findWork(this.#ports.clock, order)
      // On a connection made meanwhile, the number means another request.
      if (stream !== undefined && this.#connections.get(relay)?.stream === stream) {
        this.#send(relay, { type: 'request', number, request: withWork(request, work) })
      }
    } finally {
      this.#workCount -= 1
    }
  }
}

function withWork(request: MailboxRequest, work: Work): MailboxRequest {
  switch (request.type) {
    case 'register':
    case 'deposit':
    case 'claim':
      return { ...request, work }
    default:
      return request
  }
}
