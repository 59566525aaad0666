import type { Connection, Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import type { FrameStream, Transport } from '@sealpost/host'
import { MemoryLog } from '@sealpost/host/testing'
import { MAILBOX_PROTOCOL } from '@sealpost/protocol'
import type { RelayAddress, SealpostError } from '@sealpost/protocol'
import { createTransport, generateNodeSeed, listen } from '@sealpost/transport-libp2p'
import type { ListenOptions, RelayListener } from '@sealpost/transport-libp2p'
import { createNode } from '../../src/create-node.ts'
import type { Node } from '../../src/create-node.ts'
import { peerIdOfNodeKey } from '../../src/node-key.ts'
import { systemClock } from './system-clock.ts'

/** Bounds that no test reaches by accident. */
export const WIDE_BOUNDS = { connectionsMax: 500, connectionsPerRangeMax: 500, pendingMax: 500 }

/** A request for a WebSocket. */
export const UPGRADE = [
  'GET / HTTP/1.1',
  'Host: relay',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  '\r\n'
].join('\r\n')

/** Turns of the event loop that something may take. */
const TURNS_MAX = 20_000

/** One turn of the event loop, the network's included. */
export async function turn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0)
  })
}

export async function until(isSo: () => boolean, otherwise: string): Promise<void> {
  for (let count = 0; count < TURNS_MAX; count++) {
    if (isSo()) {
      return
    }
    await turn()
  }
  throw new Error(`never: ${otherwise}`)
}

/** A stream, what came on it, and how it ended. */
export class End {
  readonly stream: FrameStream
  readonly frames: Uint8Array[] = []
  readonly closes: (SealpostError | undefined)[] = []
  onFrames: ((frames: readonly Uint8Array[]) => void) | undefined

  constructor(stream: FrameStream) {
    this.stream = stream
    stream.attach({
      onFrames: (frames) => {
        this.frames.push(...frames)
        this.onFrames?.(frames)
      },
      onClose: (error) => {
        this.closes.push(error)
      }
    })
  }

  get isClosed(): boolean {
    return this.closes.length > 0
  }

  get code(): string | undefined {
    return this.closes[0]?.code
  }
}

/** Rita's relay, and whoever comes. Everything that was made through it ends with it. */
export class World implements AsyncDisposable {
  readonly listener: RelayListener
  readonly log: MemoryLog
  /** Streams at the relay, in the order they came. */
  readonly accepted: readonly End[]
  readonly #nodes: Node[] = []
  readonly #transports: Transport[] = []

  private constructor(listener: RelayListener, log: MemoryLog, accepted: readonly End[]) {
    this.listener = listener
    this.log = log
    this.accepted = accepted
  }

  static async create(options: Partial<ListenOptions> = {}): Promise<World> {
    const accepted: End[] = []
    const log = new MemoryLog()
    const listener = await listen({
      seed: generateNodeSeed(),
      endpoints: [{ host: '127.0.0.1', port: 0 }],
      bounds: WIDE_BOUNDS,
      clock: systemClock,
      log,
      onStream: (stream) => {
        accepted.push(new End(stream))
      },
      ...options
    })
    return new World(listener, log, accepted)
  }

  get address(): RelayAddress {
    const [address] = this.listener.addresses
    if (address === undefined) {
      throw new Error('the relay has no address')
    }
    return address
  }

  get port(): number {
    return portOf(this.address)
  }

  async transport(clock = systemClock): Promise<Transport> {
    const transport = await createTransport({ clock })
    this.#transports.push(transport)
    return transport
  }

  /** Both ends of a stream between a client of its own and the relay. */
  async connect(clock = systemClock): Promise<{ near: End; far: End }> {
    const transport = await this.transport(clock)
    return this.dial(transport)
  }

  async dial(transport: Transport): Promise<{ near: End; far: End }> {
    const count = this.accepted.length
    const { signal } = new AbortController()
    const near = new End(await transport.dial(this.address, { signal }))
    return { near, far: await this.nextAccepted(count) }
  }

  async nextAccepted(count: number): Promise<End> {
    await until(() => this.accepted.length > count, 'the relay has no stream')
    const far = this.accepted[count]
    if (far === undefined) {
      throw new Error('the relay has no stream')
    }
    return far
  }

  /** A libp2p connection in mallory's hands, who need not keep to anything. */
  async connectRaw(): Promise<Connection> {
    const node = await createNode({
      seed: generateNodeSeed(),
      inboundStreamsMax: 0,
      clock: systemClock
    })
    this.#nodes.push(node)
    const [text = ''] = this.address.addresses
    const peerId = peerIdOfNodeKey(this.address.nodeKey).toString()
    return node.webSockets.dial(multiaddr(`${text}/p2p/${peerId}`), new AbortController().signal)
  }

  /** Mallory's mailbox stream, without framing. */
  async dialRaw(): Promise<{ connection: Connection; stream: Stream; far: End }> {
    const count = this.accepted.length
    const connection = await this.connectRaw()
    const stream = await connection.newStream([MAILBOX_PROTOCOL])
    return { connection, stream, far: await this.nextAccepted(count) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([
      ...this.#transports.map(async (transport) => transport.close()),
      ...this.#nodes.map(async (node) => node.libp2p.stop()),
      this.listener.close()
    ])
  }
}

export function portOf(address: RelayAddress): number {
  return Number(/\/tcp\/(\d+)/.exec(address.addresses[0] ?? '')?.[1])
}
