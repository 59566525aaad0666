import assert from 'node:assert/strict'
import { noise } from '@chainsafe/libp2p-noise'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Stream } from '@libp2p/interface'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { encodeFrames, FrameDecoder, MAILBOX_PROTOCOL, UnreachableError } from '@sealpost/protocol'
import { createLibp2p } from 'libp2p'
import type { Libp2p } from 'libp2p'
import { nodeKeyOfPeerId, peerIdOfNodeKey } from '../src/node-key.ts'
import { silentLogger } from '../src/silent-logger.ts'
import { End, until, World } from './support/world.ts'

/** Frames of every kind of length, larger ones than a window in all. */
const FRAMES = [1, 127, 128, 2_048, 4_095, 4_096, 65_519, 70_000, 200_000, 200_000].map(
  (length, index) => new Uint8Array(length).fill(index + 1)
)
/** Around the length from which another cipher encrypts, with what libp2p adds. */
const CIPHER_LENGTHS = Array.from({ length: 60 }, (_, index) => 1_160 + index)

/** libp2p as it comes, with nothing of ours in it. */
async function stockNode(listen: string[]): Promise<Libp2p> {
  return createLibp2p({
    addresses: { listen },
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    logger: silentLogger,
    connectionMonitor: { enabled: false },
    connectionGater: { denyDialMultiaddr: () => false }
  })
}

/** Collects the frames that come on a stream. */
function framesOf(stream: Stream): Uint8Array[] {
  const frames: Uint8Array[] = []
  const decoder = new FrameDecoder()
  stream.addEventListener('message', (event) => {
    frames.push(...decoder.push(event.data.subarray()))
  })
  return frames
}

describe('With libp2p as it comes', () => {
  it('a relay speaks', async () => {
    await using world = await World.create()
    const node = await stockNode([])
    const [text = ''] = world.address.addresses
    const peerId = peerIdOfNodeKey(world.address.nodeKey).toString()
    const connection = await node.dial(multiaddr(`${text}/p2p/${peerId}`))
    const stream = await connection.newStream(MAILBOX_PROTOCOL)
    const far = await world.nextAccepted(0)
    const received = framesOf(stream)
    stream.send(encodeFrames(FRAMES))
    for (const frame of FRAMES) {
      far.stream.send(frame)
    }
    await until(() => far.frames.length === FRAMES.length, 'frames at the relay')
    await until(() => received.length === FRAMES.length, 'frames at the client')
    assert.deepEqual(far.frames, FRAMES)
    assert.deepEqual(received, FRAMES)
    assert.equal(far.stream.remoteKey, nodeKeyOfPeerId(node.peerId))
    await node.stop()
    await until(() => far.isClosed, 'the end')
    assert.deepEqual(far.closes, [undefined])
  })

  it('a relay speaks where one cipher takes over from another', async () => {
    await using world = await World.create()
    const node = await stockNode([])
    const [text = ''] = world.address.addresses
    const peerId = peerIdOfNodeKey(world.address.nodeKey).toString()
    const connection = await node.dial(multiaddr(`${text}/p2p/${peerId}`))
    const stream = await connection.newStream(MAILBOX_PROTOCOL)
    const far = await world.nextAccepted(0)
    const received = framesOf(stream)
    for (const [index, length] of CIPHER_LENGTHS.entries()) {
      stream.send(encodeFrames([new Uint8Array(length)]))
      await until(() => far.frames.length > index, 'the frame at the relay')
      far.stream.send(new Uint8Array(length))
      await until(() => received.length > index, 'the frame at the client')
    }
    assert.deepEqual(
      received.map(({ length }) => length),
      CIPHER_LENGTHS
    )
    await node.stop()
  })

  it('a client speaks', async () => {
    await using world = await World.create()
    const transport = await world.transport()
    const node = await stockNode(['/ip4/127.0.0.1/tcp/0/ws'])
    let received: readonly Uint8Array[] = []
    await node.handle(MAILBOX_PROTOCOL, (stream) => {
      received = framesOf(stream)
      stream.send(encodeFrames(FRAMES))
    })
    const nodeKey = nodeKeyOfPeerId(node.peerId)
    assert.ok(nodeKey !== undefined)
    const addresses = node.getMultiaddrs().map((address) => address.decapsulate('/p2p').toString())
    const { signal } = new AbortController()
    const near = new End(await transport.dial({ nodeKey, addresses }, { signal }))
    for (const frame of FRAMES) {
      near.stream.send(frame)
    }
    await until(() => near.frames.length === FRAMES.length, 'frames at the client')
    await until(() => received.length === FRAMES.length, 'frames at the relay')
    assert.deepEqual(near.frames, FRAMES)
    assert.deepEqual(received, FRAMES)
    await near.stream.close()
    assert.deepEqual(near.closes, [undefined])
    await node.stop()
  })

  it('a client that aborts leaves no socket open', async () => {
    await using world = await World.create()
    const transport = await world.transport()
    const node = await stockNode(['/ip4/127.0.0.1/tcp/0/ws'])
    await node.handle(MAILBOX_PROTOCOL, () => undefined)
    const nodeKey = nodeKeyOfPeerId(node.peerId)
    assert.ok(nodeKey !== undefined)
    const addresses = node.getMultiaddrs().map((address) => address.decapsulate('/p2p').toString())
    const { signal } = new AbortController()
    const near = new End(await transport.dial({ nodeKey, addresses }, { signal }))
    near.stream.abort(new UnreachableError('SEALPOST_REPLY_TIMEOUT'))
    await until(() => near.isClosed, 'the end')
    await until(() => node.getConnections().length === 0, 'the connection is gone')
    await node.stop()
  })

  it('a client does not take for a relay what knows no mailboxes', async () => {
    await using world = await World.create()
    const transport = await world.transport()
    const node = await stockNode(['/ip4/127.0.0.1/tcp/0/ws'])
    const nodeKey = nodeKeyOfPeerId(node.peerId)
    assert.ok(nodeKey !== undefined)
    const addresses = node.getMultiaddrs().map((address) => address.decapsulate('/p2p').toString())
    await assert.rejects(
      transport.dial({ nodeKey, addresses }, { signal: new AbortController().signal }),
      { code: 'SEALPOST_DIAL_FAILED' }
    )
    await until(() => node.getConnections().length === 0, 'the connection is gone')
    await node.stop()
  })

  it('a relay takes no node with a key of another kind', async () => {
    await using world = await World.create()
    const node = await createLibp2p({
      privateKey: await generateKeyPair('secp256k1'),
      transports: [webSockets()],
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      logger: silentLogger,
      connectionMonitor: { enabled: false },
      connectionGater: { denyDialMultiaddr: () => false }
    })
    const [text = ''] = world.address.addresses
    const peerId = peerIdOfNodeKey(world.address.nodeKey).toString()
    await assert.rejects(async () => {
      const connection = await node.dial(multiaddr(`${text}/p2p/${peerId}`))
      await connection.newStream(MAILBOX_PROTOCOL)
    })
    assert.equal(world.accepted.length, 0)
    await node.stop()
  })
})
