import assert from 'node:assert/strict'
import { ManualClock } from '@sealpost/host/testing'
import { encodeFrames, STALLED_READER_MS } from '@sealpost/protocol'
import { End, turn, until, World } from './support/world.ts'

const KIB = 1024
const MIB = 1024 * KIB
/** A chunk of what alice wants to send. */
const CHUNK_BYTES = 64 * KIB
/** Turns after which nothing moves any more that the network could move. */
const STILL_TURNS = 100

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await turn()
  }
}

/** Sends more than all windows and buffers between two ends take. */
function flood(end: End, bytes: number): void {
  for (let sent = 0; sent < bytes; sent += CHUNK_BYTES) {
    end.stream.send(new Uint8Array(CHUNK_BYTES))
  }
}

describe('A stream on a connection of its own', () => {
  describe('whose other side does not read', () => {
    it('is cut off after a minute, and not before', async () => {
      const clock = new ManualClock()
      await using world = await World.create({ clock })
      const { near, far } = await world.connect()
      near.stream.setPaused(true)
      flood(far, 4 * MIB)
      await turns(STILL_TURNS)
      clock.advance(STALLED_READER_MS - 1)
      await turns(STILL_TURNS)
      assert.equal(far.isClosed, false)
      clock.advance(1)
      await until(() => far.isClosed && near.isClosed, 'cut off')
      assert.equal(far.code, 'SEALPOST_STALLED')
      assert.equal(far.closes[0]?.name, 'ProtocolError')
      assert.equal(near.code, 'SEALPOST_CONNECTION_CLOSED')
    })

    it('has a minute anew when it takes something', async () => {
      const clock = new ManualClock()
      await using world = await World.create({ clock })
      const { near, far } = await world.connect()
      near.stream.setPaused(true)
      flood(far, 4 * MIB)
      await turns(STILL_TURNS)
      clock.advance(STALLED_READER_MS - 1)
      near.onFrames = () => {
        near.stream.setPaused(true)
      }
      const { length } = near.frames
      near.stream.setPaused(false)
      await until(() => near.frames.length > length, 'something taken')
      await turns(STILL_TURNS)
      clock.advance(STALLED_READER_MS - 1)
      await turns(STILL_TURNS)
      assert.equal(far.isClosed, false)
      clock.advance(1)
      await until(() => far.isClosed, 'cut off')
      assert.equal(far.code, 'SEALPOST_STALLED')
    })

    it('is not cut off while nothing waits for it', async () => {
      const clock = new ManualClock()
      await using world = await World.create({ clock })
      const { near, far } = await world.connect()
      near.stream.setPaused(true)
      far.stream.send(new Uint8Array(100))
      await until(() => far.stream.unsentBytes === 0, 'sent')
      clock.advance(10 * STALLED_READER_MS)
      await turns(STILL_TURNS)
      assert.equal(far.isClosed, false)
      near.stream.setPaused(false)
      await until(() => near.frames.length === 1, 'the frame')
    })

    it('is not read from either, once too many answers wait for it', async () => {
      await using world = await World.create()
      const { near, far } = await world.connect()
      far.onFrames = (frames) => {
        for (const frame of frames) {
          far.stream.send(frame)
        }
      }
      near.stream.setPaused(true)
      flood(near, 16 * MIB)
      await turns(STILL_TURNS)
      await until(() => far.stream.unsentBytes > 2 * MIB, 'the bound')
      await turns(STILL_TURNS)
      assert.ok(far.stream.unsentBytes < 3 * MIB, `${far.stream.unsentBytes} bytes wait`)
      assert.ok(near.stream.unsentBytes > 8 * MIB, `${near.stream.unsentBytes} bytes are left`)
      near.stream.setPaused(false)
      await until(() => near.frames.length === (16 * MIB) / CHUNK_BYTES, 'all answers')
    })
  })

  it('holds what comes before anyone listens, and no more than a window of it', async () => {
    await using world = await World.create()
    const transport = await world.transport()
    const stream = await transport.dial(world.address, { signal: new AbortController().signal })
    const far = await world.nextAccepted(0)
    flood(far, 4 * MIB)
    await turns(STILL_TURNS)
    assert.ok(far.stream.unsentBytes > 3 * MIB, `${far.stream.unsentBytes} bytes are left`)
    const near = new End(stream)
    assert.equal(near.frames.length, 0)
    await until(() => near.frames.length === (4 * MIB) / CHUNK_BYTES, 'all frames')
  })

  it('tells one who listens late that it is gone', async () => {
    await using world = await World.create()
    const transport = await world.transport()
    const stream = await transport.dial(world.address, { signal: new AbortController().signal })
    const far = await world.nextAccepted(0)
    far.stream.send(Uint8Array.of(1))
    await far.stream.close()
    await turns(STILL_TURNS)
    const near = new End(stream)
    await until(() => near.isClosed, 'the end')
    assert.deepEqual(near.frames, [Uint8Array.of(1)])
    assert.deepEqual(near.closes, [undefined])
  })

  it('gives what it had received when the other side closed, pause or not', async () => {
    await using world = await World.create()
    const { near, far } = await world.connect()
    near.stream.setPaused(true)
    far.stream.send(Uint8Array.of(1))
    far.stream.send(Uint8Array.of(2))
    await far.stream.close()
    await until(() => near.isClosed, 'the end')
    assert.deepEqual(near.frames, [Uint8Array.of(1), Uint8Array.of(2)])
    assert.deepEqual(near.closes, [undefined])
  })

  it('stays paused when its owner pauses again while it gives what had waited', async () => {
    await using world = await World.create()
    const { near, far } = await world.connect()
    near.stream.setPaused(true)
    near.onFrames = () => {
      near.stream.setPaused(true)
    }
    // Many times the window: were a pause undone, windows would be granted until libp2p resets the stream.
    flood(far, 8 * MIB)
    await turns(STILL_TURNS)
    for (let pass = 0; pass < 4; pass++) {
      const { length } = near.frames
      near.stream.setPaused(false)
      await turns(STILL_TURNS)
      const bytes = (near.frames.length - length) * CHUNK_BYTES
      assert.ok(bytes <= MIB, `${bytes} bytes came in one pass`)
    }
    near.onFrames = undefined
    near.stream.setPaused(false)
    await until(() => near.frames.length === (8 * MIB) / CHUNK_BYTES, 'all frames')
    assert.equal(near.isClosed, false)
  })

  it('ends when the other side ends its half, after answering', async () => {
    await using world = await World.create()
    const { stream, far } = await world.dialRaw()
    far.onFrames = (frames) => {
      for (const frame of frames) {
        far.stream.send(frame)
      }
    }
    let received = 0
    stream.addEventListener('message', (event) => {
      received += event.data.byteLength
    })
    const bytes = encodeFrames([Uint8Array.of(1, 2, 3)])
    stream.send(bytes)
    await stream.close()
    await until(() => far.isClosed && stream.status !== 'open', 'the end')
    assert.deepEqual(far.closes, [undefined])
    assert.equal(received, bytes.length)
  })

  it('says that the connection was lost when it just broke off', async () => {
    await using world = await World.create()
    const { connection, far } = await world.dialRaw()
    connection.abort(new Error('mallory pulls the plug'))
    await until(() => far.isClosed, 'the end')
    assert.equal(far.code, 'SEALPOST_CONNECTION_CLOSED')
    assert.equal(far.closes[0]?.name, 'UnreachableError')
  })

  it('does not show its owner’s frames to others when they are sent at the same time', async () => {
    await using world = await World.create()
    const pairs: { near: End; far: End }[] = []
    for (let number = 1; number <= 4; number++) {
      pairs.push(await world.connect())
    }
    for (const [number, { far }] of pairs.entries()) {
      for (let i = 0; i < 50; i++) {
        far.stream.send(new Uint8Array(1 + i * 700).fill(number + 1))
      }
    }
    await until(() => pairs.every(({ near }) => near.frames.length === 50), 'all frames')
    for (const { near, far } of pairs) {
      const number = pairs.findIndex((pair) => pair.far === far) + 1
      assert.ok(near.frames.every((frame) => frame.every((byte) => byte === number)))
    }
  })

  it('resolves close in time when the other side does not answer it', async () => {
    const clock = new ManualClock()
    await using world = await World.create({ clock })
    const { near, far } = await world.connect()
    near.stream.setPaused(true)
    flood(far, 4 * MIB)
    await turns(STILL_TURNS)
    const closing = far.stream.close(1_000)
    clock.advance(1_000)
    await closing
    assert.equal(far.code, 'SEALPOST_CONNECTION_CLOSED')
  })
})
