import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { multiaddr } from '@multiformats/multiaddr'
import type { FrameStream } from '@sealpost/host'
import { ManualClock } from '@sealpost/host/testing'
import { UnreachableError } from '@sealpost/protocol'
import { generateNodeSeed, nodeKeyOfSeed } from '@sealpost/transport-libp2p'
import { webSocketUrl } from '../src/open-web-socket.ts'
import { Proxy } from './support/proxy.ts'
import { End, turn, until, World } from './support/world.ts'

/** Takes connections and never says a word. */
async function silence(): Promise<AsyncDisposable & { port: number; isLeft: () => boolean }> {
  const open = new Set<Socket>()
  let count = 0
  const server = createServer((socket) => {
    count++
    open.add(socket)
    socket.resume()
    socket.on('error', () => undefined)
    socket.on('close', () => {
      open.delete(socket)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    isLeft: () => count > 0 && open.size === 0,
    [Symbol.asyncDispose]: async () => {
      server.close()
      return Promise.resolve()
    }
  }
}

describe('A libp2p transport', () => {
  it('gives each dial a connection of its own, even to one relay at once', async () => {
    await using world = await World.create()
    const transport = await world.transport()
    const { signal } = new AbortController()
    await Promise.all([1, 2, 3].map(async () => transport.dial(world.address, { signal })))
    await until(() => world.accepted.length === 3, 'three streams')
    await world.accepted[0]?.stream.close()
    await turn()
    assert.deepEqual(
      world.accepted.map(({ isClosed }) => isClosed),
      [true, false, false]
    )
  })

  it('has another node key each time it is made', async () => {
    await using world = await World.create()
    await world.connect()
    await world.connect()
    const [first, second] = world.accepted
    assert.notEqual(first?.stream.remoteKey, second?.stream.remoteKey)
  })

  it('gives up an address after 10 s and goes on to the next', async () => {
    const clock = new ManualClock()
    await using world = await World.create()
    await using silent = await silence()
    const transport = await world.transport(clock)
    const addresses = [`/ip4/127.0.0.1/tcp/${silent.port}/ws`, ...world.address.addresses]
    const { signal } = new AbortController()
    let stream: FrameStream | undefined
    const dialing = transport.dial({ ...world.address, addresses }, { signal }).then((dialled) => {
      stream = dialled
    })
    clock.advance(9_999)
    await turn()
    assert.equal(stream, undefined)
    clock.advance(1)
    await dialing
    await until(() => silent.isLeft(), 'the socket that was given up is closed')
  })

  it('leaves no socket behind when it is told to give up', async () => {
    await using world = await World.create()
    await using silent = await silence()
    const transport = await world.transport()
    const abort = new AbortController()
    const dialing = transport.dial(
      { ...world.address, addresses: [`/ip4/127.0.0.1/tcp/${silent.port}/ws`] },
      abort
    )
    await turn()
    abort.abort()
    await assert.rejects(dialing, { name: 'AbortError' })
    await until(() => silent.isLeft(), 'the socket is closed')
  })

  for (const [title, end] of [
    [
      'is aborted',
      (near: End) => near.stream.abort(new UnreachableError('SEALPOST_REPLY_TIMEOUT'))
    ],
    ['closes in vain', (near: End) => void near.stream.close(10)]
  ] as const) {
    it(`leaves no socket behind when a stream to a frozen relay ${title}`, async () => {
      await using world = await World.create()
      await using proxy = await Proxy.start(world.port)
      const transport = await world.transport()
      const address = { ...world.address, addresses: [`/ip4/127.0.0.1/tcp/${proxy.port}/ws`] }
      const { signal } = new AbortController()
      const near = new End(await transport.dial(address, { signal }))
      proxy.freeze()
      end(near)
      await until(() => near.isClosed, 'the end of the stream')
      await until(() => proxy.openCount === 0, 'the end of the socket')
    })
  }

  it('says in words what failed, without names of nodes or networks', async () => {
    await using world = await World.create()
    const transport = await world.transport()
    const { signal } = new AbortController()
    const strangerKey = await nodeKeyOfSeed(generateNodeSeed())
    const broken = [
      { ...world.address, nodeKey: strangerKey },
      { ...world.address, addresses: ['/ip4/127.0.0.1/tcp/9/ws'] },
      { ...world.address, addresses: ['/ip4/127.0.0.1/tcp/9/ws', '/ip6/::1/tcp/9/ws'] },
      { ...world.address, addresses: ['/ip4/127.0.0.1/udp/9/quic-v1'] },
      { ...world.address, addresses: [`/ip4/127.0.0.1/tcp/9/ws/p2p/12D3KooW`] },
      { ...world.address, addresses: ['no multiaddr'] }
    ]
    for (const address of broken) {
      const error = await transport.dial(address, { signal }).then(
        () => assert.fail('it was reached'),
        (failure: unknown) => failure
      )
      assert.ok(error instanceof Error)
      assert.equal(error.name, 'UnreachableError')
      assert.equal((error as { code?: string }).code, 'SEALPOST_DIAL_FAILED')
      assert.doesNotMatch(error.message, /127\.0|::1|12D3|tcp|[0-9a-f]{16}/)
    }
  })

  it('fails where no libp2p is spoken', async () => {
    await using world = await World.create()
    const transport = await world.transport()
    const server = createHttpServer((_request, response) => response.end('a page'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const address = { ...world.address, addresses: [`/ip4/127.0.0.1/tcp/${port}/ws`] }
    await assert.rejects(transport.dial(address, { signal: new AbortController().signal }), {
      code: 'SEALPOST_DIAL_FAILED'
    })
    server.close()
  })

  const urls: readonly (readonly [address: string, url: string])[] = [
    ['/ip4/192.0.2.1/tcp/7700/ws', 'ws://192.0.2.1:7700'],
    ['/ip6/2001:db8::1/tcp/7700/ws', 'ws://[2001:db8::1]:7700'],
    ['/dns4/relay.example/tcp/443/tls/ws', 'wss://relay.example:443'],
    ['/dns/relay.example/tcp/443/wss', 'wss://relay.example:443'],
    ['/dns6/relay.example/tcp/80/ws', 'ws://relay.example:80']
  ]
  for (const [address, url] of urls) {
    it(`reaches ${address} at ${url}`, () => {
      assert.equal(webSocketUrl(multiaddr(address)), url)
    })
  }
})
