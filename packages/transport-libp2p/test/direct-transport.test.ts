import assert from 'node:assert/strict'
import { directCompliance } from '@sealpost/host/compliance'
import { MemoryLog } from '@sealpost/host/testing'
import { MAILBOX_PROTOCOL } from '@sealpost/protocol'
import { DIRECT_BOUNDS, generateNodeSeed, nodeKeyOfSeed } from '@sealpost/transport-libp2p'
import { addressOf, DIRECT, DirectNodes } from './support/direct-world.ts'
import { End, turn, until, WIDE_BOUNDS, World } from './support/world.ts'

/** A port of this machine on which nobody listens. */
const EMPTY_PORT = 9
const CONNECTIONS_MAX = 4

const never = (): void => {
  assert.fail('a stream came in')
}

function within(): { readonly signal: AbortSignal } {
  return new AbortController()
}

describe('The direct transport over libp2p', () => {
  describe('keeps the contract of direct transports', () => {
    const suite = directCompliance({
      hasBytes: true,
      prepare: async () => {
        const nodes = new DirectNodes()
        const strangerKey = await nodeKeyOfSeed(generateNodeSeed())
        return {
          open: async (onStream, { isListening }) =>
            nodes.open(onStream, {
              bounds: {
                ...WIDE_BOUNDS,
                connectionsMax: CONNECTIONS_MAX
              },
              ...(isListening ? {} : { listen: [] })
            }),
          connectionsMax: CONNECTIONS_MAX,
          emptyAddress: {
            nodeKey: strangerKey,
            addresses: [`/ip4/127.0.0.1/tcp/${EMPTY_PORT}/ws`]
          },
          strangerKey,
          dialBytes: async (address) => {
            const connection = await nodes.connectRaw(address)
            const stream = await connection.newStream([DIRECT])
            return { send: (bytes) => stream.send(bytes), close: async () => connection.close() }
          },
          newAbort: () => new AbortController(),
          turn,
          cleanUp: async () => nodes[Symbol.asyncDispose]()
        }
      }
    })
    for (const test of suite) {
      it(test.title, test.run)
    }
  })

  it('takes no mailbox stream', async () => {
    await using nodes = new DirectNodes()
    const bob = await nodes.open(never)
    const connection = await nodes.connectRaw(addressOf(bob))
    await assert.rejects(connection.newStream([MAILBOX_PROTOCOL]), {
      name: 'UnsupportedProtocolError'
    })
  })

  it('is not taken by a relay', async () => {
    await using nodes = new DirectNodes()
    await using world = await World.create({ onStream: never })
    const alice = await nodes.open(never)
    await assert.rejects(alice.dial(world.address, within()), { code: 'SEALPOST_DIAL_FAILED' })
  })

  it('takes eight connections from one range unless told otherwise', async () => {
    await using nodes = new DirectNodes()
    const log = new MemoryLog()
    const bob = await nodes.open((stream) => new End(stream), { log })
    const alice = await nodes.open(never)
    for (let count = 0; count < DIRECT_BOUNDS.connectionsPerRangeMax; count++) {
      await alice.dial(addressOf(bob), within())
    }
    await assert.rejects(alice.dial(addressOf(bob), within()), { code: 'SEALPOST_DIAL_FAILED' })
    assert.deepEqual(
      log.entries.map(({ fields }) => fields),
      [{ reason: 'range' }]
    )
  })

  it('takes no stream back on a connection that it dialled', async () => {
    await using nodes = new DirectNodes()
    const alice = await nodes.open(never)
    const mallory = await nodes.listenRaw()
    const near = new End(await alice.dial(mallory.address, within()))
    const [connection] = mallory.node.libp2p.getConnections()
    assert.ok(connection)
    const stream = await connection.newStream([DIRECT])
    await until(() => stream.status !== 'open', 'the stream is refused')
    assert.equal(near.isClosed, false)
  })

  it('tells contacts of the addresses that it was given instead of its own', async () => {
    await using nodes = new DirectNodes()
    const announce = ['/ip4/203.0.113.9/tcp/7700/ws', '/dns4/bob.example/tcp/443/tls/ws']
    const bob = await nodes.open(never, { announce })
    assert.deepEqual(bob.addresses, announce)
  })

  it('tells of no address that leads nowhere for others', async () => {
    await using nodes = new DirectNodes()
    const bob = await nodes.open(never, { listen: [{ host: '0.0.0.0', port: 0 }] })
    for (const address of bob.addresses) {
      assert.match(address, /^\/ip4\/(?!127\.|0\.0\.0\.0)[\d.]+\/tcp\/\d+\/ws$/)
    }
  })

  it('says nothing of itself to who asks for a page', async () => {
    await using nodes = new DirectNodes()
    const bob = await nodes.open(never)
    const port = /\/tcp\/(\d+)/.exec(bob.addresses[0] ?? '')?.[1] ?? ''
    const response = await fetch(`http://127.0.0.1:${port}/`)
    assert.equal(response.status, 426)
    assert.equal(await response.text(), '')
  })

  it('says so where it cannot listen, and leaves nothing behind', async () => {
    await using nodes = new DirectNodes()
    const bob = await nodes.open(never)
    const port = Number(/\/tcp\/(\d+)/.exec(bob.addresses[0] ?? '')?.[1])
    const listen = [
      { host: '127.0.0.1', port: 0 },
      { host: '127.0.0.1', port }
    ]
    await assert.rejects(nodes.open(never, { listen }), { code: 'SEALPOST_LISTEN_FAILED' })
  })

  it('has a node key that its seed makes, or one of its own', async () => {
    await using nodes = new DirectNodes()
    const seed = generateNodeSeed()
    const bob = await nodes.open(never, { seed, listen: [] })
    const carol = await nodes.open(never, { listen: [] })
    assert.equal(bob.nodeKey, await nodeKeyOfSeed(seed))
    assert.notEqual(carol.nodeKey, bob.nodeKey)
  })
})
