/** What holds for every stream of frames between two nodes, whatever they say to each other on it. */
import { FRAME_BYTES_MAX, type SealpostError, UnreachableError } from '@sealpost/protocol'
import { expect, expectFailure, expectSame, failureOf } from './expectation.ts'
import { type ByteStream, End, type Scene } from './transport-scene.ts'

const KIB = 1024
/** Bytes that may still come after a pause: what the wires, windows and queues of any transport hold. */
const IN_FLIGHT_BYTES_MAX = 8 * KIB * KIB
const CHUNK_BYTES = 64 * KIB

/** A frame that says its number and has something in every byte. */
export function numbered(number: number, length: number): Uint8Array {
  const frame = new Uint8Array(length).map((_, index) => (number * 31 + index) % 256)
  frame[0] = number % 256
  return frame
}

/** One promise, held to in a world of its own. */
export type StreamCheck = (scene: Scene) => Promise<void>

const FRAMES: Readonly<Record<string, StreamCheck>> = {
  async 'brings frames whole and in order, both ways'(scene) {
    const { near, far } = await scene.connect()
    const lengths = [1, 2, 127, 128, 129, 2_048, 16_383, 16_384, 16_385, 65_535, 65_536, 200_000]
    const frames = lengths.map((length, number) => numbered(number, length))
    for (const frame of frames) {
      near.stream.send(frame)
      far.stream.send(frame)
    }
    await scene.until(
      () => near.frameCount >= frames.length && far.frameCount >= frames.length,
      'frames are missing'
    )
    expectSame(far.frames, frames, 'frames at the listener')
    expectSame(near.frames, frames, 'frames at the dialer')
  },

  async 'brings frames that were sent over many turns'(scene) {
    const { near, far } = await scene.connect()
    const frames = Array.from({ length: 200 }, (_, number) => numbered(number, 1 + number * 7))
    for (const [number, frame] of frames.entries()) {
      near.stream.send(frame)
      if (number % 10 === 0) {
        await scene.world.turn()
      }
    }
    await scene.until(() => far.frameCount >= frames.length, 'frames are missing')
    expectSame(far.frames, frames, 'frames')
  },

  async 'takes the largest frame, and none that is larger or empty'(scene) {
    const { near, far } = await scene.connect()
    for (const length of [0, FRAME_BYTES_MAX + 1]) {
      let isRefused = false
      try {
        near.stream.send(new Uint8Array(length))
      } catch (error) {
        isRefused = error instanceof RangeError
      }
      expect(isRefused, `a frame of ${String(length)} bytes was no RangeError`)
    }
    const largest = numbered(7, FRAME_BYTES_MAX)
    near.stream.send(largest)
    await scene.until(() => far.frameCount > 0, 'the frame is missing')
    expectSame(far.frames, [largest], 'frames')
  },

  async 'lets small frames of one turn travel together'(scene) {
    const { near, far } = await scene.connect()
    for (let number = 0; number < 100; number++) {
      near.stream.send(numbered(number, 20))
    }
    await scene.until(() => far.frameCount >= 100, 'frames are missing')
    expect(far.batches.length <= 10, `100 frames came in ${String(far.batches.length)} batches`)
  },

  async 'keeps what is sent before the other side listens'(scene) {
    // The listener speaks first, before the dialer has its stream.
    const hello = numbered(1, 50)
    const dialing = scene.dial()
    await scene.until(() => scene.accepted.length > 0, 'the listener had no stream')
    scene.accepted[0]?.stream.send(hello)
    const near = new End(await dialing)
    await scene.until(() => near.frameCount > 0, 'the frame is missing')
    expectSame(near.frames, [hello], 'frames')
  },

  async 'answers from within a handler'(scene) {
    const { near, far } = await scene.connect()
    far.onFrames = (frames) => {
      for (const frame of frames) {
        far.stream.send(frame)
      }
    }
    for (let number = 0; number < 50; number++) {
      near.stream.send(numbered(number, 100))
      await scene.until(() => near.frameCount > number, 'an answer is missing')
    }
    expectSame(
      near.frames.map((frame) => frame[0]),
      Array.from({ length: 50 }, (_, number) => number),
      'answers'
    )
  },

  async 'keeps streams apart'(scene) {
    const first = await scene.connect()
    const second = await scene.connect()
    first.near.stream.send(numbered(1, 10))
    second.near.stream.send(numbered(2, 10))
    await scene.until(() => first.far.frameCount + second.far.frameCount >= 2, 'no frames')
    expectSame(first.far.frames, [numbered(1, 10)], 'frames of the first')
    expectSame(second.far.frames, [numbered(2, 10)], 'frames of the second')
    await first.near.stream.close()
    await scene.untilClosed(first.near, first.far)
    second.near.stream.send(numbered(3, 10))
    await scene.until(() => second.far.frameCount >= 2, 'the second stream is gone too')
  }
}

const PRESSURE: Readonly<Record<string, StreamCheck>> = {
  async 'holds bytes back while the other side is paused, and then brings all'(scene) {
    const { near, far } = await scene.connect()
    far.stream.setPaused(true)
    // More than may be in flight, in frames of one size.
    const count = (2 * IN_FLIGHT_BYTES_MAX) / CHUNK_BYTES
    for (let number = 0; number < count; number++) {
      near.stream.send(numbered(number, CHUNK_BYTES))
    }
    for (let turn = 0; turn < 50; turn++) {
      await scene.world.turn()
    }
    expect(far.byteCount === 0, `${String(far.byteCount)} bytes came in spite of the pause`)
    expect(
      near.stream.unsentBytes > IN_FLIGHT_BYTES_MAX,
      `only ${String(near.stream.unsentBytes)} bytes are unsent: the rest is piled up somewhere`
    )
    far.stream.setPaused(false)
    await scene.until(() => far.frameCount >= count, 'frames are missing after the pause')
    expectSame(
      far.frames.map((frame) => frame[0]),
      Array.from({ length: count }, (_, number) => number % 256),
      'the order of the frames'
    )
    await scene.until(() => near.stream.unsentBytes === 0, 'bytes are still unsent')
  },

  async 'may be paused from within a handler'(scene) {
    const { near, far } = await scene.connect()
    far.onFrames = () => {
      far.stream.setPaused(true)
    }
    near.stream.send(numbered(1, 10))
    await scene.until(() => far.frameCount === 1, 'the first frame is missing')
    near.stream.send(numbered(2, 10))
    for (let turn = 0; turn < 20; turn++) {
      await scene.world.turn()
    }
    expectSame(far.frameCount, 1, 'frames during the pause')
    far.stream.setPaused(false)
    await scene.until(() => far.frameCount === 2, 'the second frame is missing')
  },

  async 'counts what was not sent yet'(scene) {
    const { near, far } = await scene.connect()
    expectSame(near.stream.unsentBytes, 0, 'unsent bytes of a quiet stream')
    near.stream.send(numbered(1, 1_000))
    expect(near.stream.unsentBytes >= 1_000, 'a frame of this turn is not counted')
    await scene.until(() => far.frameCount > 0, 'the frame is missing')
    await scene.until(() => near.stream.unsentBytes === 0, 'it is still counted')
  }
}

const ENDS: Readonly<Record<string, StreamCheck>> = {
  async 'sends what is queued before it closes, then both sides end well'(scene) {
    for (const isDialerClosing of [true, false]) {
      const { near, far } = await scene.connect()
      const [closing, other] = isDialerClosing ? [near, far] : [far, near]
      for (let number = 0; number < 40; number++) {
        closing.stream.send(numbered(number, CHUNK_BYTES))
      }
      await closing.stream.close(60_000)
      await scene.untilClosed(near, far)
      expectSame(other.frameCount, 40, 'frames that came')
      expectSame([near.closes, far.closes], [[undefined], [undefined]], 'what onClose said')
    }
  },

  async 'does nothing on a stream that is gone'(scene) {
    const { near, far } = await scene.connect()
    const closing = near.stream.close()
    near.stream.send(numbered(1, 10))
    await closing
    await scene.untilClosed(near, far)
    near.stream.send(numbered(2, 10))
    far.stream.send(numbered(3, 10))
    near.stream.setPaused(true)
    near.stream.setPaused(false)
    near.stream.abort(new UnreachableError('SEALPOST_REPLY_TIMEOUT'))
    await near.stream.close()
    await scene.world.turn()
    expectSame(near.stream.unsentBytes, 0, 'unsent bytes')
    expectSame([near.frameCount, far.frameCount], [0, 0], 'frames')
    expectSame([near.closes, far.closes], [[undefined], [undefined]], 'what onClose said')
  },

  async 'ends at once with the reason when it is aborted'(scene) {
    const { near, far } = await scene.connect()
    near.stream.abort(new UnreachableError('SEALPOST_REPLY_TIMEOUT'))
    await scene.untilClosed(near, far)
    expectSame(near.closes[0]?.code, 'SEALPOST_REPLY_TIMEOUT', 'the reason where it was aborted')
    expectSame(far.closes[0]?.code, 'SEALPOST_CONNECTION_CLOSED', 'the reason at the other side')
  },

  async 'ends in time although the other side takes nothing'(scene) {
    const { near, far } = await scene.connect()
    far.stream.setPaused(true)
    for (let number = 0; number < (2 * IN_FLIGHT_BYTES_MAX) / CHUNK_BYTES; number++) {
      near.stream.send(numbered(number, CHUNK_BYTES))
    }
    const closing = near.stream.close(0)
    await scene.untilClosed(near)
    await closing
    expectSame(near.closes[0]?.code, 'SEALPOST_CONNECTION_CLOSED', 'the reason')
    far.stream.setPaused(false)
    await scene.untilClosed(far)
    expectSame(far.closes[0]?.code, 'SEALPOST_CONNECTION_CLOSED', 'the reason at the other side')
  },

  async 'ends every connection with the transport'(scene) {
    const { near, far } = await scene.connect()
    const second = await scene.connect()
    await scene.world.transport.close()
    await scene.untilClosed(near, far, second.near, second.far)
    await expectFailure(scene.dial(), 'SEALPOST_DIAL_FAILED')
  },

  async 'ends every connection with the listener'(scene) {
    const { near, far } = await scene.connect()
    const second = await scene.connect()
    await scene.world.listener.close()
    await scene.untilClosed(near, far, second.near, second.far)
    await expectFailure(scene.dial(), 'SEALPOST_DIAL_FAILED')
  }
}

const DIALS: Readonly<Record<string, StreamCheck>> = {
  async 'proves who the other side is'(scene) {
    const { near, far } = await scene.connect()
    expectSame(near.stream.remoteKey, scene.address.nodeKey, 'the key of the listener')
    const { transportKey } = scene.world
    if (transportKey !== undefined) {
      expectSame(far.stream.remoteKey, transportKey, 'the key of the dialer')
    }
    expect(far.stream.remoteRange.length > 0, 'there is no remote range')
  },

  async 'refuses a node that is not the one that was asked for'(scene) {
    const impostor = { ...scene.address, nodeKey: scene.world.strangerKey }
    await expectFailure(scene.dial(impostor), 'SEALPOST_DIAL_FAILED')
  },

  async 'fails where nobody listens, and where there is no address'(scene) {
    await expectFailure(scene.dial(scene.world.emptyAddress), 'SEALPOST_DIAL_FAILED')
    await expectFailure(scene.dial({ ...scene.address, addresses: [] }), 'SEALPOST_DIAL_FAILED')
  },

  async 'tries further addresses of a node'(scene) {
    const addresses = [...scene.world.emptyAddress.addresses, ...scene.address.addresses]
    const end = new End(await scene.dial({ ...scene.address, addresses }))
    await end.stream.close()
  },

  async 'gives up with the reason of the signal'(scene) {
    const early = scene.world.newAbort()
    early.abort()
    const dialing = scene.world.transport.dial(scene.address, early)
    expectSame(await failureOf(dialing), early.signal.reason, 'the failure')
    const late = scene.world.newAbort()
    const second = scene.world.transport.dial(scene.address, late)
    late.abort()
    expectSame(await failureOf(second), late.signal.reason, 'the failure of the second')
    expectSame((late.signal.reason as Error).name, 'AbortError', 'the name of the failure')
  }
}

const HOSTILE: Readonly<Record<string, StreamCheck>> = {
  async 'ends a connection that announces too large a frame'(scene) {
    await expectRefusedBytes(scene, [0x81, 0x80, 0x10, 0x00], 'SEALPOST_FRAME_TOO_LARGE')
  },

  async 'ends a connection whose length is of four bytes'(scene) {
    await expectRefusedBytes(scene, [0x80, 0x80, 0x80, 0x01], 'SEALPOST_FRAME_TOO_LARGE')
  },

  async 'ends a connection that sends an empty frame'(scene) {
    await expectRefusedBytes(scene, [0x00], 'SEALPOST_FRAME_MALFORMED')
  },

  async 'takes a frame that comes byte by byte'(scene) {
    const { bytes, far } = await connectBytes(scene)
    for (const byte of [3, 1, 2, 3]) {
      bytes.send(new Uint8Array([byte]))
      await scene.world.turn()
    }
    await scene.until(() => far.frameCount === 1, 'the frame is missing')
    expectSame(far.frames, [new Uint8Array([1, 2, 3])], 'frames')
  },

  async 'does not call an end in the midst of a frame a good one'(scene) {
    const { bytes, far } = await connectBytes(scene)
    bytes.send(new Uint8Array([5, 1, 2]))
    await bytes.close()
    await scene.untilClosed(far)
    expectSame(far.closes[0]?.code, 'SEALPOST_CONNECTION_CLOSED', 'the reason')
    expectSame(far.frameCount, 0, 'frames')
  }
}

async function connectBytes(scene: Scene): Promise<{ bytes: ByteStream; far: End }> {
  const { dialBytes } = scene.world
  expect(dialBytes !== undefined, 'this world has no byte streams')
  const count = scene.accepted.length
  const bytes = await dialBytes()
  await scene.until(() => scene.accepted.length > count, 'the listener had no stream')
  const far = scene.accepted[count]
  expect(far !== undefined, 'the listener had no stream')
  return { bytes, far }
}

async function expectRefusedBytes(
  scene: Scene,
  hostile: readonly number[],
  code: SealpostError['code']
): Promise<void> {
  const { bytes, far } = await connectBytes(scene)
  bytes.send(new Uint8Array(hostile))
  await scene.untilClosed(far)
  expectSame(far.closes[0]?.code, code, 'the reason')
  expectSame(far.closes[0]?.name, 'ProtocolError', 'the class of the reason')
}

/** The checks of streams by their titles. @param hasBytes whether worlds have `dialBytes` */
export function streamChecks(hasBytes: boolean): Readonly<Record<string, StreamCheck>> {
  return { ...FRAMES, ...PRESSURE, ...ENDS, ...DIALS, ...(hasBytes ? HOSTILE : {}) }
}
