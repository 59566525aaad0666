import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { FrameStream } from '@sealpost/host'
import { ManualClock, MemoryLog } from '@sealpost/host/testing'
import { generateNodeSeed, listen, nodeKeyOfSeed } from '@sealpost/transport-libp2p'
import type { AdmissionRefusal } from '@sealpost/transport-libp2p'
import { Proxy } from './support/proxy.ts'
import { systemClock } from './support/system-clock.ts'
import { portOf, turn, until, UPGRADE, WIDE_BOUNDS, World } from './support/world.ts'

const LOOPBACK = { host: '127.0.0.1', port: 0 }

/** A socket that says nothing, counted at the relay once this resolves. */
async function silentSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

async function isDialable(world: World): Promise<boolean> {
  const transport = await world.transport()
  try {
    await transport.dial(world.address, { signal: new AbortController().signal })
    return true
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'SEALPOST_DIAL_FAILED')
    return false
  }
}

describe('A libp2p listener', () => {
  it('says where it listens, with the port that the system chose and its node key', async () => {
    const seed = generateNodeSeed()
    const endpoints = [LOOPBACK, { host: '::1', port: 0 }]
    await using world = await World.create({ seed, endpoints })
    const nodeKey = await nodeKeyOfSeed(seed)
    const [first, second] = world.listener.addresses
    assert.match(first?.addresses.join() ?? '', /^\/ip4\/127\.0\.0\.1\/tcp\/[1-9]\d*\/ws$/)
    assert.match(second?.addresses.join() ?? '', /^\/ip6\/::1\/tcp\/[1-9]\d*\/ws$/)
    assert.deepEqual([first?.nodeKey, second?.nodeKey], [nodeKey, nodeKey])
  })

  it('can be dialled at each of its addresses, wherever they lead', async () => {
    const endpoints = [LOOPBACK, { host: '::1', port: 0 }, { host: '0.0.0.0', port: 0 }]
    await using world = await World.create({ endpoints })
    const transport = await world.transport()
    for (const address of world.listener.addresses) {
      const stream = await transport.dial(address, { signal: new AbortController().signal })
      assert.equal(stream.remoteKey, world.address.nodeKey)
    }
    await until(() => world.accepted.length === 3, 'all streams')
    assert.equal(world.accepted[0]?.stream.remoteRange, '127.0.0.0/24')
    assert.equal(world.accepted[1]?.stream.remoteRange, '0:0:0:0::/64')
  })

  it('knows IPv4 where it listens for both families', async () => {
    await using world = await World.create({ endpoints: [{ host: '::', port: 0 }] })
    const transport = await world.transport()
    const address = { ...world.address, addresses: [`/ip4/127.0.0.1/tcp/${world.port}/ws`] }
    await transport.dial(address, { signal: new AbortController().signal })
    const far = await world.nextAccepted(0)
    assert.equal(far.stream.remoteRange, '127.0.0.0/24')
  })

  it('fails in words where a port is in use, and then listens nowhere', async () => {
    await using world = await World.create()
    const free = await silentPort()
    const failure = await listen({
      seed: generateNodeSeed(),
      endpoints: [
        { host: '127.0.0.1', port: free },
        { host: '127.0.0.1', port: world.port }
      ],
      bounds: WIDE_BOUNDS,
      clock: systemClock,
      log: new MemoryLog(),
      onStream: () => undefined
    }).catch((error: unknown) => error as { code?: string; name?: string })
    assert.ok(!('addresses' in failure))
    assert.equal(failure.code, 'SEALPOST_LISTEN_FAILED')
    assert.equal(failure.name, 'ConfigError')
    await World.create({ endpoints: [{ host: '127.0.0.1', port: free }] }).then(async (other) =>
      other[Symbol.asyncDispose]()
    )
  })

  it('fails in words where there is no such port', async () => {
    await assert.rejects(World.create({ endpoints: [{ host: '127.0.0.1', port: 65_536 }] }), {
      code: 'SEALPOST_LISTEN_FAILED'
    })
  })

  it('can be started again at once on the same port', async () => {
    const first = await World.create()
    await first.connect()
    const endpoints = [{ host: '127.0.0.1', port: first.port }]
    await first[Symbol.asyncDispose]()
    await using second = await World.create({ endpoints })
    const { near, far } = await second.connect()
    near.stream.send(Uint8Array.of(1))
    await until(() => far.frames.length === 1, 'the frame')
  })

  it('says how long each handshake took, and nothing of what became none', async () => {
    const tookMs: number[] = []
    let nowMs = 0
    const clock = { ...systemClock, monotonicMs: () => (nowMs += 1) }
    await using world = await World.create({ clock, onHandshake: (took) => tookMs.push(took) })
    const silent = await silentSocket(world.port)
    silent.write(UPGRADE)
    await once(silent, 'data')
    assert.deepEqual(tookMs, [])
    await world.connect()
    await until(() => tookMs.length > 0, 'the handshake')
    assert.equal(tookMs.length, 1)
    assert.ok((tookMs[0] ?? 0) > 0 && (tookMs[0] ?? 0) < nowMs)
  })

  it('takes 60 connections at once from one address', async () => {
    await using world = await World.create()
    const transport = await world.transport()
    const { signal } = new AbortController()
    const streams = await Promise.all(
      Array.from({ length: 60 }, async () => transport.dial(world.address, { signal }))
    )
    await until(() => world.accepted.length === 60, 'all streams')
    assert.equal(new Set(streams).size, 60)
  })

  describe('with bounds', () => {
    it('takes as many connections as it may, and one more when one has gone', async () => {
      const refused: AdmissionRefusal[] = []
      await using world = await World.create({
        bounds: { ...WIDE_BOUNDS, connectionsMax: 2 },
        onRefused: (reason) => refused.push(reason)
      })
      const { near } = await world.connect()
      await world.connect()
      assert.equal(await isDialable(world), false)
      assert.deepEqual(refused, ['connections'])
      assert.deepEqual(world.log.entries[0]?.fields, { reason: 'connections' })
      await near.stream.close()
      await until(() => world.accepted[0]?.isClosed === true, 'the first is gone')
      await turn()
      assert.equal(await isDialable(world), true)
    })

    it('takes as many from one range as it may', async () => {
      const refused: AdmissionRefusal[] = []
      await using world = await World.create({
        bounds: { ...WIDE_BOUNDS, connectionsPerRangeMax: 1 },
        onRefused: (reason) => refused.push(reason)
      })
      await world.connect()
      assert.equal(await isDialable(world), false)
      assert.deepEqual(refused, ['range'])
    })

    it('makes no socket of what it does not take', async () => {
      const refused: AdmissionRefusal[] = []
      await using world = await World.create({
        bounds: { ...WIDE_BOUNDS, connectionsMax: 1 },
        onRefused: (reason) => refused.push(reason)
      })
      let socketCount = 0
      const count = (): void => {
        socketCount += 1
      }
      subscribe('net.server.socket', count)
      try {
        const { near } = await world.connect()
        for (let visit = 1; visit <= 3; visit++) {
          const socket = connect(world.port, '127.0.0.1')
          socket.on('error', () => undefined)
          await once(socket, 'close')
        }
        assert.equal(near.isClosed, false)
      } finally {
        unsubscribe('net.server.socket', count)
      }
      assert.deepEqual(refused, ['connections', 'connections', 'connections'])
      assert.equal(socketCount, 1)
    })

    it('takes as many from one range in a minute as it may, however soon they go', async () => {
      const refused: AdmissionRefusal[] = []
      await using world = await World.create({
        bounds: { ...WIDE_BOUNDS, connectionsPerMinutePerRangeMax: 2 },
        onRefused: (reason) => refused.push(reason)
      })
      for (let visit = 0; visit < 2; visit++) {
        const { near } = await world.connect()
        await near.stream.close()
        await until(() => world.accepted[visit]?.isClosed === true, 'it is gone')
      }
      assert.equal(await isDialable(world), false)
      assert.deepEqual(refused, ['range'])
    })

    it('takes as many that have no mailbox stream as it may', async () => {
      const refused: AdmissionRefusal[] = []
      await using world = await World.create({
        bounds: { ...WIDE_BOUNDS, pendingMax: 2 },
        onRefused: (reason) => refused.push(reason)
      })
      await silentSocket(world.port)
      assert.equal(await isDialable(world), true)
      const silent = await silentSocket(world.port)
      assert.equal(await isDialable(world), false)
      assert.deepEqual(refused, ['pending'])
      silent.destroy()
      await turn()
      await turn()
      assert.equal(await isDialable(world), true)
    })

    it('does not let a page be asked for first, to shake hands without a bound', async () => {
      const refused: AdmissionRefusal[] = []
      await using world = await World.create({
        bounds: { ...WIDE_BOUNDS, pendingMax: 1 },
        onRefused: (reason) => refused.push(reason)
      })
      const socket = await silentSocket(world.port)
      socket.write('GET / HTTP/1.1\r\nHost: relay\r\n\r\n')
      await once(socket, 'data')
      await silentSocket(world.port)
      const closed = once(socket, 'close')
      socket.write(UPGRADE)
      await closed
      assert.deepEqual(refused, ['pending'])
    })

    it('takes nobody from where it is blocked, and ends who is there when that begins', async () => {
      const refused: AdmissionRefusal[] = []
      let blocked = '127.0.0.1'
      await using world = await World.create({
        isBlocked: (address) => address === blocked,
        onRefused: (reason) => refused.push(reason)
      })
      assert.equal(await isDialable(world), false)
      assert.deepEqual(refused, ['blocked'])
      blocked = '192.0.2.1'
      world.listener.cutBlocked()
      const { near } = await world.connect()
      const silent = await silentSocket(world.port)
      world.listener.cutBlocked()
      assert.equal(world.accepted[0]?.isClosed, false)
      blocked = '127.0.0.1'
      const closed = [once(silent, 'close'), until(() => near.isClosed, 'the stream is gone')]
      world.listener.cutBlocked()
      await Promise.all(closed)
    })

    it('takes nobody for whom a trusted proxy speaks from where it is blocked', async () => {
      let blocked = ''
      await using world = await World.create({
        isBlocked: (address) => address === blocked,
        trustedProxies: ['127.0.0.1']
      })
      await using proxy = await Proxy.start(world.port, '198.51.100.7')
      const transport = await world.transport()
      const dial = async (): Promise<FrameStream> =>
        transport.dial(
          { ...world.address, addresses: [`/ip4/127.0.0.1/tcp/${proxy.port}/ws`] },
          { signal: new AbortController().signal }
        )
      await dial()
      await until(() => world.accepted.length === 1, 'the first stream')
      blocked = '198.51.100.7'
      world.listener.cutBlocked()
      await until(() => world.accepted[0]?.isClosed === true, 'the first is gone')
      await assert.rejects(dial(), { code: 'SEALPOST_DIAL_FAILED' })
    })

    it('counts by whom a trusted proxy names, and by the proxy where it is not trusted', async () => {
      const bounds = { ...WIDE_BOUNDS, connectionsPerRangeMax: 1 }
      const { signal } = new AbortController()
      for (const trustedProxies of [['127.0.0.1'], []]) {
        await using world = await World.create({ bounds, trustedProxies })
        await using first = await Proxy.start(world.port, '192.0.2.1, 198.51.100.7')
        await using second = await Proxy.start(world.port, '203.0.113.9')
        const transport = await world.transport()
        const dialVia = async (port: number): Promise<FrameStream> =>
          transport.dial(
            { ...world.address, addresses: [`/ip4/127.0.0.1/tcp/${port}/ws`] },
            { signal }
          )
        await dialVia(first.port)
        const isTrusted = trustedProxies.length > 0
        await until(() => world.accepted.length === 1, 'the first stream')
        const range = isTrusted ? '198.51.100.0/24' : '127.0.0.0/24'
        assert.equal(world.accepted[0]?.stream.remoteRange, range)
        await assert.rejects(dialVia(first.port), { code: 'SEALPOST_DIAL_FAILED' })
        await (isTrusted
          ? dialVia(second.port)
          : assert.rejects(dialVia(second.port), { code: 'SEALPOST_DIAL_FAILED' }))
      }
    })
  })

  it('closes a connection that opens no mailbox stream within 10 s', async () => {
    const clock = new ManualClock()
    await using world = await World.create({ clock })
    const idle = await world.connectRaw()
    const { near } = await world.connect()
    clock.advance(9_999)
    await turn()
    assert.equal(idle.status, 'open')
    clock.advance(1)
    await until(() => idle.status !== 'open', 'closed')
    assert.equal(near.isClosed, false)
  })

  it('closes at once, whoever is connected and silent', async () => {
    const world = await World.create()
    const silent = await silentSocket(world.port)
    const closed = once(silent, 'close')
    await world.connectRaw()
    await world[Symbol.asyncDispose]()
    await closed
  })

  it('lets go of those without a mailbox stream when it takes no more', async () => {
    await using world = await World.create()
    const { near } = await world.connect()
    const silent = await silentSocket(world.port)
    const idle = await world.connectRaw()
    const closed = once(silent, 'close')
    await world.listener.stopAccepting()
    await closed
    await until(() => idle.status !== 'open', 'closed')
    assert.equal(near.isClosed, false)
  })

  it('answers requests that are no WebSocket, or lets the relay do so', async () => {
    await using plain = await World.create()
    const refusal = await fetch(`http://127.0.0.1:${plain.port}/`)
    assert.equal(refusal.status, 426)
    assert.match(await refusal.text(), /relay/)
    await using serving = await World.create({
      onRequest: (request, response) => {
        response.end(`page ${request.url}`)
      }
    })
    const page = await fetch(`http://127.0.0.1:${serving.port}/web`)
    assert.equal(await page.text(), 'page /web')
    await serving.connect()
  })

  it('gives a mailbox stream its connection to itself', async () => {
    await using world = await World.create()
    const { connection, far } = await world.dialRaw()
    await assert.rejects(async () => {
      const second = await connection.newStream(['/sealpost/mailbox/1.0.0'])
      await until(() => second.status !== 'open', 'refused')
      throw new Error('refused')
    })
    assert.equal(world.accepted.length, 1)
    assert.equal(far.isClosed, false)
  })

  it('wants a seed of 32 bytes', async () => {
    await assert.rejects(World.create({ seed: new Uint8Array(31) }), { code: 'SEALPOST_USAGE' })
    await assert.rejects(nodeKeyOfSeed(new Uint8Array(33)), { code: 'SEALPOST_USAGE' })
  })
})

/** A port on which nobody listened a moment ago. */
async function silentPort(): Promise<number> {
  const world = await World.create()
  const port = portOf(world.address)
  await world[Symbol.asyncDispose]()
  return port
}
