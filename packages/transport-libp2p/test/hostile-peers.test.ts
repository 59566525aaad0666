import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { Connection, Stream } from '@libp2p/interface'
import { ManualClock } from '@sealpost/host/testing'
import { MAILBOX_PROTOCOL } from '@sealpost/protocol'
import { turn, until, UPGRADE, World } from './support/world.ts'

const KIB = 1024
const MIB = 1024 * KIB

/** Below the mailbox stream: what mallory can send inside the encryption. */
interface InnerConnection {
  readonly maConn: { close(): Promise<void> }
  readonly muxer: {
    readonly maConn: { send(bytes: Uint8Array): boolean }
    createStream(): Promise<Stream>
    abort(error: Error): void
  }
}

function inner(connection: Connection): InnerConnection {
  return connection as unknown as InnerConnection
}

function yamuxHeader(fields: {
  type: number
  flags?: number
  streamId?: number
  length?: number
}): Uint8Array {
  const bytes = new Uint8Array(12)
  const view = new DataView(bytes.buffer)
  view.setUint8(1, fields.type)
  view.setUint16(2, fields.flags ?? 0)
  view.setUint32(4, fields.streamId ?? 0)
  view.setUint32(8, fields.length ?? 0)
  return bytes
}

function inside(connection: Connection): InnerConnection['muxer']['maConn'] {
  return inner(connection).muxer.maConn
}

/** A line of libp2p's negotiation of protocols. */
function line(text: string): Uint8Array {
  return Uint8Array.of(text.length + 1, ...Buffer.from(`${text}\n`))
}

/** Sends for as long as the connection lives, and says how much that was. */
async function pour(connection: Connection, bytes: Uint8Array, bytesMax: number): Promise<number> {
  let sent = 0
  while (connection.status === 'open' && sent < bytesMax) {
    try {
      inside(connection).send(bytes)
    } catch {
      break
    }
    sent += bytes.length
    await turn()
  }
  return sent
}

/** When the socket is closed, in whatever way. */
async function closeOf(socket: Socket): Promise<void> {
  socket.on('error', () => undefined)
  return new Promise((resolve) => {
    socket.on('close', () => {
      resolve()
    })
  })
}

/** Whether alice still gets through. */
async function serves(world: World): Promise<void> {
  const { near, far } = await world.connect()
  near.stream.send(Uint8Array.of(7))
  await until(() => far.frames.length === 1, 'alice’s frame')
  await near.stream.close()
}

describe('Against hostile peers, a relay', () => {
  it('outlives garbage instead of a request', async () => {
    await using world = await World.create()
    for (const bytes of [randomBytes(100), randomBytes(100 * KIB), Buffer.alloc(64 * KIB, 'a')]) {
      const socket = connect(world.port, '127.0.0.1')
      const closed = closeOf(socket)
      socket.write(bytes)
      socket.resume()
      await closed
    }
    await serves(world)
  })

  it('outlives WebSockets that break their protocol', async () => {
    await using world = await World.create()
    const broken = [
      // Reserved bits; an unknown opcode; a frame without a mask; a close with one byte; text that is no UTF-8.
      [0xf2, 0x80, 0, 0, 0, 0],
      [0x83, 0x80, 0, 0, 0, 0],
      [0x82, 0x01, 0],
      [0x88, 0x81, 0, 0, 0, 0, 1],
      [0x81, 0x81, 0, 0, 0, 0, 0xff],
      // A message of one byte more than 256 KiB.
      [0x82, 0xff, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0, 0]
    ]
    for (const frame of broken) {
      const socket = connect(world.port, '127.0.0.1')
      const closed = closeOf(socket)
      socket.write(UPGRADE)
      await once(socket, 'data')
      socket.write(Uint8Array.from(frame))
      await closed
    }
    await serves(world)
  })

  it('closes WebSockets that shake no hands, however much they say', async () => {
    const clock = new ManualClock()
    await using world = await World.create({ clock })
    for (const bytes of [0, 100, 200 * KIB]) {
      const socket = new WebSocket(`ws://127.0.0.1:${world.port}/`)
      await once(socket, 'open')
      const closed = once(socket, 'close')
      for (let sent = 0; sent < 8 * MIB && socket.readyState === WebSocket.OPEN; sent += bytes) {
        socket.send(randomBytes(bytes))
        await turn()
        if (bytes < KIB) {
          clock.advance(10_000)
        }
      }
      await closed
    }
    await serves(world)
  })

  it('cuts off who asks for protocols without end and gets to none', async () => {
    await using world = await World.create()
    const connection = await world.connectRaw()
    const stream = await inner(connection).muxer.createStream()
    stream.send(line('/multistream/1.0.0'))
    const lines = Buffer.concat(Array.from({ length: 2_000 }, () => line('/what/1.0.0')))
    let sent = 0
    while (connection.status === 'open' && sent < 8 * MIB) {
      try {
        stream.send(lines)
      } catch {
        break
      }
      sent += lines.length
      await turn()
    }
    await until(() => connection.status !== 'open', 'cut off')
    assert.ok(sent < 2 * MIB, `${sent} bytes were taken`)
    await serves(world)
  })

  it('aborts a connection that is closing without a word', async () => {
    await using world = await World.create()
    const connection = await world.connectRaw()
    const closing = inner(connection).maConn.close()
    inner(connection).muxer.abort(new Error('as libp2p does when it is sent garbage'))
    await closing
  })

  it('cuts off who sends garbage inside the encryption', async () => {
    await using world = await World.create()
    const { connection, far } = await world.dialRaw()
    inside(connection).send(new Uint8Array(1_000).fill(0xfe))
    await until(() => far.isClosed, 'cut off')
    assert.equal(far.code, 'SEALPOST_CONNECTION_CLOSED')
    await serves(world)
  })

  it('cuts off who announces more than a window before it comes', async () => {
    await using world = await World.create()
    const { connection, far } = await world.dialRaw()
    inside(connection).send(yamuxHeader({ type: 0, streamId: 1, length: 0xffff_ffff }))
    await until(() => far.isClosed && connection.status !== 'open', 'cut off')
    assert.equal(far.code, 'SEALPOST_FLOODED')
    assert.equal(far.closes[0]?.name, 'ProtocolError')
    await serves(world)
  })

  it('cuts off who sends more than its window lets it', async () => {
    await using world = await World.create()
    const { connection, far } = await world.dialRaw()
    far.stream.setPaused(true)
    const chunk = new Uint8Array(12 + 64 * KIB)
    chunk.set(yamuxHeader({ type: 0, streamId: 1, length: 64 * KIB }))
    const sent = await pour(connection, chunk, 16 * MIB)
    await until(() => far.isClosed, 'cut off')
    assert.ok(sent <= 2 * MIB, `${sent} bytes were taken`)
    await serves(world)
  })

  it('cuts off who opens 1,000 streams', async () => {
    await using world = await World.create()
    const { connection, far } = await world.dialRaw()
    for (let number = 0; number < 1_000 && connection.status === 'open'; number++) {
      inside(connection).send(yamuxHeader({ type: 1, flags: 1, streamId: 3 + 2 * number }))
    }
    await until(() => far.isClosed && connection.status !== 'open', 'cut off')
    assert.equal(far.code, 'SEALPOST_FLOODED')
    await serves(world)
  })

  it('cuts off who opens and resets streams without end', async () => {
    await using world = await World.create()
    const connection = await world.connectRaw()
    for (let number = 0; number < 100 && connection.status === 'open'; number++) {
      try {
        const stream = await connection.newStream([MAILBOX_PROTOCOL])
        stream.abort(new Error('again'))
      } catch {
        break
      }
    }
    await until(() => connection.status !== 'open', 'cut off')
    assert.ok(world.accepted.length <= 16, `${world.accepted.length} streams were taken`)
    await serves(world)
  })

  it('cuts off who has pings answered without end', async () => {
    await using world = await World.create()
    const { connection, far } = await world.dialRaw()
    for (let number = 0; number < 10_000 && connection.status === 'open'; number++) {
      inside(connection).send(yamuxHeader({ type: 2, flags: 1, length: number }))
    }
    await until(() => far.isClosed && connection.status !== 'open', 'cut off')
    assert.equal(far.code, 'SEALPOST_FLOODED')
    await serves(world)
  })

  it('gives no stream for another protocol', async () => {
    await using world = await World.create()
    const connection = await world.connectRaw()
    await assert.rejects(connection.newStream(['/ipfs/ping/1.0.0']))
    await serves(world)
  })

  it('lets go of the socket of one who does not answer the end', async () => {
    const clock = new ManualClock()
    await using world = await World.create({ clock, bounds: ONE })
    const { near, far } = await world.connect()
    near.stream.setPaused(true)
    for (let i = 0; i < 64; i++) {
      far.stream.send(new Uint8Array(64 * KIB))
    }
    const closing = far.stream.close(1)
    clock.advance(1)
    await closing
    await until(() => near.isClosed, 'the end')
    await serves(world)
  })
})

const ONE = { connectionsMax: 1, connectionsPerRangeMax: 1, pendingMax: 1 }
