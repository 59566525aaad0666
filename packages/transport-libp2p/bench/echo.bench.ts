/**
 * What a frame costs a relay: two processes over loopback, one echoes what the other sends, and the CPU time of the one that
 * echoes is divided by the frames. Compares our frame streams with libp2p's own `stream.send` of the same bytes.
 *
 * Run: `node packages/transport-libp2p/bench/echo.bench.ts [seconds]`
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { noise } from '@chainsafe/libp2p-noise'
import type { Connection, Stream } from '@libp2p/interface'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { encodeFrames } from '@sealpost/protocol'
import type { RelayAddress } from '@sealpost/protocol'
import { createLibp2p } from 'libp2p'
import { createTransport, generateNodeSeed, listen } from '../src/index.ts'
import { silentLogger } from '../src/silent-logger.ts'
import { systemClock } from '../test/support/system-clock.ts'

const RAW_PROTOCOL = '/bench/echo/1.0.0'
const [, , firstArgument = '3', secondArgument] = process.argv
/** How long each shape is measured. */
const SECONDS = Number(firstArgument)

interface Shape {
  readonly frameBytes: number
  /** Frames of one turn. */
  readonly together: number
  /** Turns that are on their way at once. */
  readonly ahead: number
}

const SHAPES: readonly Shape[] = [
  { frameBytes: 2_100, together: 16, ahead: 4 },
  { frameBytes: 2_100, together: 1, ahead: 1 },
  { frameBytes: 2_100, together: 1, ahead: 16 },
  { frameBytes: 8_250, together: 1, ahead: 4 },
  { frameBytes: 256, together: 32, ahead: 4 }
]

type Stack = 'libp2p' | 'frames'

async function relay(stack: Stack): Promise<void> {
  const address = stack === 'frames' ? await relayFrames() : await relayRaw()
  let start = process.cpuUsage()
  process.on('message', (message) => {
    if (message === 'start') {
      start = process.cpuUsage()
      process.send?.('started')
    } else {
      const { user, system } = process.cpuUsage(start)
      process.send?.({ cpuUs: user + system })
    }
  })
  process.send?.(address)
}

async function relayFrames(): Promise<unknown> {
  const listener = await listen({
    seed: generateNodeSeed(),
    endpoints: [{ host: '127.0.0.1', port: 0 }],
    bounds: { connectionsMax: 10, connectionsPerRangeMax: 10, pendingMax: 10 },
    clock: systemClock,
    log: { error: ignore, warn: ignore, info: ignore, debug: ignore },
    onStream: (stream) => {
      stream.attach({
        onFrames: (frames) => {
          for (const frame of frames) {
            stream.send(frame)
          }
        },
        onClose: ignore
      })
    }
  })
  return listener.addresses[0]
}

async function relayRaw(): Promise<unknown> {
  const node = await createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0/ws'] },
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    logger: silentLogger,
    connectionMonitor: { enabled: false }
  })
  await node.handle(RAW_PROTOCOL, (stream) => {
    stream.addEventListener('message', (event) => {
      stream.send(event.data)
    })
  })
  return node.getMultiaddrs()[0]?.toString()
}

function ignore(): void {
  // Nothing here needs to know.
}

/** Sends turns, and the next ones as bytes come back, until the time is over; gives how many came back. */
class Driver {
  readonly #turnBytes: number
  readonly #send: () => void
  #bytes = 0
  #isOver = false
  readonly #idle = Promise.withResolvers<undefined>()
  #sent = 0
  #back = 0

  constructor(turnBytes: number, send: () => void) {
    this.#turnBytes = turnBytes
    this.#send = send
  }

  async run(ahead: number, seconds: number): Promise<number> {
    for (let i = 0; i < ahead; i++) {
      this.#sendTurn()
    }
    setTimeout(() => {
      this.#isOver = true
    }, seconds * 1_000)
    await this.#idle.promise
    return this.#sent
  }

  received(bytes: number): void {
    this.#bytes += bytes
    while (this.#bytes >= this.#turnBytes) {
      this.#bytes -= this.#turnBytes
      this.#back++
      if (!this.#isOver) {
        this.#sendTurn()
      } else if (this.#back === this.#sent) {
        this.#idle.resolve(undefined)
      }
    }
  }

  #sendTurn(): void {
    this.#sent++
    this.#send()
  }
}

interface Client {
  run(shape: Shape, seconds: number): Promise<number>
  close(): Promise<void>
}

async function clientOf(stack: Stack, address: unknown): Promise<Client> {
  return stack === 'frames' ? clientFrames(address as RelayAddress) : clientRaw(address as string)
}

async function clientFrames(address: RelayAddress): Promise<Client> {
  const transport = await createTransport({ clock: systemClock })
  const stream = await transport.dial(address, { signal: AbortSignal.timeout(5_000) })
  let driver: Driver | undefined
  stream.attach({
    onFrames: (frames) => {
      let bytes = 0
      for (const frame of frames) {
        bytes += frame.length
      }
      driver?.received(bytes)
    },
    onClose: ignore
  })
  return {
    run: async ({ frameBytes, together, ahead }, seconds) => {
      const frame = new Uint8Array(frameBytes)
      driver = new Driver(frameBytes * together, () => {
        for (let i = 0; i < together; i++) {
          stream.send(frame)
        }
      })
      return driver.run(ahead, seconds)
    },
    close: async () => transport.close()
  }
}

async function clientRaw(address: string): Promise<Client> {
  const node = await createLibp2p({
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    logger: silentLogger,
    connectionMonitor: { enabled: false },
    connectionGater: { denyDialMultiaddr: () => false }
  })
  const connection: Connection = await node.dial(multiaddr(address))
  const stream: Stream = await connection.newStream(RAW_PROTOCOL)
  let driver: Driver | undefined
  stream.addEventListener('message', (event) => {
    driver?.received(event.data.byteLength)
  })
  return {
    run: async ({ frameBytes, together, ahead }, seconds) => {
      const frames = Array.from({ length: together }, () => new Uint8Array(frameBytes))
      const bytes = encodeFrames(frames)
      driver = new Driver(bytes.length, () => {
        stream.send(bytes)
      })
      return driver.run(ahead, seconds)
    },
    close: async () => node.stop()
  }
}

async function ask(child: ChildProcess, question: string): Promise<unknown> {
  const answer = once(child, 'message')
  child.send(question)
  return (await answer)[0]
}

async function main(): Promise<void> {
  for (const stack of ['libp2p', 'frames'] as const) {
    const child = fork(import.meta.filename, ['relay', stack])
    const [address] = (await once(child, 'message')) as [unknown]
    const client = await clientOf(stack, address)
    for (const shape of SHAPES) {
      await client.run(shape, 1)
      await ask(child, 'start')
      const turns = await client.run(shape, SECONDS)
      const { cpuUs } = (await ask(child, 'stop')) as { cpuUs: number }
      const frames = turns * shape.together
      const { frameBytes, together, ahead } = shape
      console.log(
        [
          stack.padEnd(7),
          `${String(frameBytes)} B x ${String(together)}, ${String(ahead)} ahead`.padEnd(24),
          `${(cpuUs / frames).toFixed(1)} us CPU a frame`.padEnd(24),
          `${(frames / SECONDS).toFixed(0)} frames/s`
        ].join('  ')
      )
    }
    await client.close()
    child.kill()
  }
}

if (firstArgument === 'relay' && (secondArgument === 'libp2p' || secondArgument === 'frames')) {
  await relay(secondArgument)
} else {
  await main()
}
