import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import type { FrameStream } from '@sealpost/host'
import { directCompliance, transportCompliance } from '@sealpost/host/compliance'
import {
  ManualClock,
  type MemoryListener,
  MemoryNetwork,
  type MemoryStream,
  type MemoryTransport,
  settle,
  testNodeKey
} from '@sealpost/host/testing'
import type { RelayAddress } from '@sealpost/protocol'

const RITA = testNodeKey(1)

/** What one side of a stream was told. */
interface Side {
  readonly stream: FrameStream
  readonly told: (number | string | undefined)[]
}

function attached<Stream extends FrameStream>(stream: Stream): Side & { readonly stream: Stream } {
  const told: (number | string | undefined)[] = []
  stream.attach({
    onFrames: (frames) => told.push(...frames.map((frame) => frame[0])),
    onClose: (error) => told.push(error?.code ?? 'closed')
  })
  return { stream, told }
}

function addressOf(listener: MemoryListener): RelayAddress {
  const [address] = listener.addresses
  assert.ok(address)
  return address
}

/** Alice, connected to rita. */
async function connect(): Promise<{
  clock: ManualClock
  network: MemoryNetwork
  transport: MemoryTransport
  address: RelayAddress
  alice: Side & { readonly stream: MemoryStream }
  rita: Side
}> {
  const clock = new ManualClock()
  const network = new MemoryNetwork(clock)
  const sides: Side[] = []
  const listener = network.listen({
    nodeKey: RITA,
    onStream: (stream) => sides.push(attached(stream))
  })
  const transport = network.transport({ remoteRange: '203.0.113.0/24' })
  const address = addressOf(listener)
  const alice = attached(await transport.dial(address, new AbortController()))
  const [rita] = sides
  assert.ok(rita)
  return { clock, network, transport, address, alice, rita }
}

const FRAME = new Uint8Array([7])

describe('MemoryNetwork', () => {
  describe('keeps the contract of transports', () => {
    const suite = transportCompliance({
      hasBytes: true,
      prepare: (onStream) => {
        const clock = new ManualClock()
        const network = new MemoryNetwork(clock)
        const listener = network.listen({ nodeKey: RITA, onStream })
        const transport = network.transport()
        return Promise.resolve({
          transport,
          listener,
          emptyAddress: { nodeKey: RITA, addresses: ['/ip4/127.0.0.1/tcp/1/ws'] },
          strangerKey: testNodeKey(2),
          transportKey: transport.nodeKey,
          dialBytes: async () => {
            const { stream } = attached(
              await transport.dial(addressOf(listener), new AbortController())
            )
            return {
              send: (bytes) => {
                stream.sendBytes(bytes)
              },
              close: () => stream.close()
            }
          },
          newAbort: () => new AbortController(),
          turn: async () => {
            await setImmediate()
            clock.advance(1)
          },
          cleanUp: () => Promise.resolve()
        })
      }
    })
    for (const test of suite) {
      it(test.title, test.run)
    }
  })

  describe('keeps the contract of direct transports', () => {
    const suite = directCompliance({
      hasBytes: true,
      prepare: () => {
        const clock = new ManualClock()
        const network = new MemoryNetwork(clock)
        return Promise.resolve({
          open: (onStream, options) =>
            Promise.resolve(network.direct({ ...options, onStream, connectionsMax: 4 })),
          connectionsMax: 4,
          emptyAddress: { nodeKey: RITA, addresses: ['/ip4/127.0.0.1/tcp/1/ws'] },
          strangerKey: testNodeKey(2),
          dialBytes: async (address) => {
            const dialing = network.transport().dial(address, new AbortController())
            const { stream } = attached(await dialing)
            return {
              send: (bytes) => {
                stream.sendBytes(bytes)
              },
              close: () => stream.close()
            }
          },
          newAbort: () => new AbortController(),
          turn: async () => {
            await setImmediate()
            clock.advance(1)
          },
          cleanUp: () => Promise.resolve()
        })
      }
    })
    for (const test of suite) {
      it(test.title, test.run)
    }
  })

  it('says what range a dialer comes from', async () => {
    const { rita, transport } = await connect()
    assert.equal(rita.stream.remoteRange, '203.0.113.0/24')
    assert.equal(rita.stream.remoteKey, transport.nodeKey)
  })

  it('cuts the connections of one node, or all', async () => {
    for (const nodeKey of [RITA, undefined]) {
      const { alice, network, rita } = await connect()
      network.cut(testNodeKey(9))
      await settle()
      assert.deepEqual(alice.told, [])
      assert.equal(network.linkCount, 1)
      network.cut(nodeKey)
      await settle()
      assert.deepEqual(alice.told, ['SEALPOST_CONNECTION_CLOSED'])
      assert.deepEqual(rita.told, ['SEALPOST_CONNECTION_CLOSED'])
      assert.equal(network.linkCount, 0)
    }
  })

  it('holds up one way and not the other, and loses nothing', async () => {
    const { alice, network, rita } = await connect()
    network.stall(RITA, 'in')
    alice.stream.send(FRAME)
    rita.stream.send(FRAME)
    await settle()
    assert.deepEqual([alice.told, rita.told], [[7], []])
    assert.equal(alice.stream.unsentBytes, 2)
    network.heal(RITA)
    await settle()
    assert.deepEqual([alice.told, rita.told], [[7], [7]])
    network.stall(RITA, 'out')
    alice.stream.send(FRAME)
    rita.stream.send(FRAME)
    await settle()
    assert.deepEqual([alice.told, rita.told], [[7], [7, 7]])
  })

  it('lets a close run out of time where nothing comes through', async () => {
    const { alice, clock, network, rita } = await connect()
    network.stall(RITA)
    alice.stream.send(FRAME)
    const closing = alice.stream.close(1_000)
    await settle()
    clock.advance(999)
    await settle()
    assert.deepEqual(alice.told, [])
    clock.advance(1)
    await closing
    assert.deepEqual(alice.told, ['SEALPOST_CONNECTION_CLOSED'])
    assert.deepEqual(rita.told, ['SEALPOST_CONNECTION_CLOSED'])
  })

  it('lets a dial wait for a node that is cut off, until it is back or time is up', async () => {
    const { address, clock, network, transport } = await connect()
    network.stall(RITA)
    const patient = transport.dial(address, new AbortController())
    await settle()
    network.heal()
    await patient
    network.stall(transport.nodeKey, 'out')
    const vain = transport.dial(address, new AbortController())
    const abort = new AbortController()
    const aborted = transport.dial(address, abort)
    await settle()
    abort.abort()
    await assert.rejects(aborted, { name: 'AbortError' })
    clock.advance(10_000)
    await assert.rejects(vain, { code: 'SEALPOST_DIAL_FAILED' })
    assert.equal(clock.timerCount, 0)
  })

  it('lets a relay listen anew where it was', async () => {
    const { address, network, transport } = await connect()
    network.cut()
    const again = network.listen({
      nodeKey: RITA,
      address: address.addresses[0] ?? '',
      onStream: (stream) => void attached(stream)
    })
    await transport.dial(address, new AbortController())
    await again.stopAccepting()
    await assert.rejects(transport.dial(address, new AbortController()))
    again.accept()
    await transport.dial(address, new AbortController())
  })
  it('gives a listener an address that no other has', async () => {
    const network = new MemoryNetwork(new ManualClock())
    const onStream = (stream: FrameStream): void => void attached(stream)
    const chosen = '/ip4/127.0.0.1/tcp/7701/ws'
    network.listen({ nodeKey: RITA, address: chosen, onStream })
    const given = network.listen({ nodeKey: testNodeKey(2), onStream })
    assert.notEqual(addressOf(given).addresses[0], chosen)
    await network.transport().dial({ nodeKey: RITA, addresses: [chosen] }, new AbortController())
  })
})
