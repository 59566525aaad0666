import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { ManualClock, MemoryLog, settle, testNodeKey } from '@sealpost/host/testing'
import { formatRelayAddress, type RelayAddress } from '@sealpost/protocol'
import { dialBack, isPublicAddress } from '../../src/neighbours/dial-back.ts'
import { askNeighbour, NeighbourWatch } from '../../src/neighbours/neighbour-watch.ts'
import { SYSTEM_CLOCK } from '../../src/world/system-clock.ts'
import { type RelayScene, relayScene } from '../relay-scene.ts'

const ANYBODY = testNodeKey(1)

/** A relay that dials this machine too. */
function neighbour(): Promise<RelayScene> {
  const ports = { dialBack: dialBack({ clock: SYSTEM_CLOCK, isPublic: () => true }) }
  return relayScene({ ports })
}

function lineOf({ relay }: RelayScene): string {
  return formatRelayAddress(relay.address)
}

/** Sends what is no question, for somebody where one is named, and says how it was answered. */
function postTo({ relay }: RelayScene): (forwardedFor?: string) => Promise<number> {
  const [, port = ''] = /\/tcp\/(\d+)\//.exec(relay.address.addresses[0] ?? '') ?? []
  return async (forwardedFor) => {
    const headers: Record<string, string> =
      forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }
    const url = `http://127.0.0.1:${port}/reach`
    return (await fetch(url, { method: 'POST', body: '{}', headers })).status
  }
}

/** Lets what is under way over real sockets come to its end. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise(setImmediate)
  }
}

describe('whether a relay can be reached, as its neighbours say', function () {
  this.timeout(30_000)

  it('is tried by two others, and told as not so once its port is closed', async () => {
    await using one = await neighbour()
    await using other = await neighbour()
    const clock = new ManualClock()
    const log = new MemoryLog()
    let watch: NeighbourWatch | undefined
    let address: RelayAddress | undefined
    {
      await using tried = await relayScene()
      const told = tried.relay.address
      address = told
      watch = new NeighbourWatch({
        clock,
        log,
        neighbours: () => [lineOf(one), lineOf(other)],
        address: () => told,
        askClock: async () => Promise.resolve(12)
      })
      const { answer } = watch
      assert.deepEqual([answer.neighbourCount, answer.checkedAtMs], [2, undefined])
      clock.advance(15_000)
      await until(() => watch?.answer.checkedAtMs !== undefined)
      assert.deepEqual(watch.answer.families, [{ family: 'ip4', state: 'reached' }])
      assert.deepEqual([watch.answer.answeredCount, watch.answer.clockOffsetMs], [2, 12])
      assert.equal(watch.share, 1)
    }
    await settle()
    clock.advance(600_000)
    await until(() => watch.answer.families[0]?.state === 'doubtful')
    await settle()
    clock.advance(120_000)
    await until(() => watch.answer.families[0]?.state === 'unreached')
    assert.equal(watch.share, 0)
    assert.deepEqual(log.events('warn'), ['relay.reach', 'relay.reach'])
    assert.ok(!JSON.stringify(log.entries).includes(address.addresses[0] ?? ''))
    watch.close()
  })

  it('is seen within a quarter of an hour of a port that is blocked', async () => {
    const clock = new ManualClock()
    let isOpen = true
    const watch = new NeighbourWatch({
      clock,
      log: new MemoryLog(),
      neighbours: () => ['/ip4/192.0.2.1/tcp/1/ws', '/ip4/192.0.2.2/tcp/1/ws'],
      address: () => ({ nodeKey: ANYBODY, addresses: ['/ip4/192.0.2.3/tcp/1/ws'] }),
      ask: async () => Promise.resolve(isOpen),
      askClock: async () => Promise.resolve(undefined)
    })
    clock.advance(15_000)
    await settle()
    const isReached = (): boolean => watch.share === 1
    assert.ok(isReached())
    isOpen = false
    let tookMs = 0
    while (isReached()) {
      clock.advance(1_000)
      tookMs += 1_000
      await settle()
    }
    console.log(`      seen after ${String(tookMs / 60_000)} min`)
    assert.ok(tookMs < 15 * 60_000, String(tookMs))
    watch.close()
  })

  it('is not asked where nobody is named, and begins anew with others', async () => {
    const clock = new ManualClock()
    let neighbours: readonly string[] = []
    let askedCount = 0
    const watch = new NeighbourWatch({
      clock,
      log: new MemoryLog(),
      neighbours: () => neighbours,
      address: () => ({ nodeKey: ANYBODY, addresses: ['/dns4/relay.example/tcp/1/ws'] }),
      ask: async () => {
        askedCount += 1
        return Promise.resolve(false)
      },
      askClock: async () => Promise.resolve(undefined)
    })
    clock.advance(700_000)
    await settle()
    assert.equal(askedCount, 0)
    assert.equal(watch.answer.neighbourCount, 0)
    assert.equal(watch.share, undefined)
    watch.onConfig()
    for (const names of [
      ['/ip4/192.0.2.1/tcp/1/ws', '/ip4/192.0.2.2/tcp/1/ws'],
      ['/ip4/192.0.2.3/tcp/1/ws', '/ip4/192.0.2.4/tcp/1/ws']
    ]) {
      neighbours = names
      watch.onConfig()
      clock.advance(1_000)
      await settle()
      assert.deepEqual(watch.answer.families, [{ family: 'dns', state: 'doubtful' }])
    }
    const before = askedCount
    watch.onConfig()
    clock.advance(1_000)
    await settle()
    assert.equal(askedCount, before, 'nothing that is asked has changed')
    watch.close()
    clock.advance(2_000_000)
    assert.equal(clock.timerCount, 0)
  })
})

describe('a relay that is asked to dial another', function () {
  this.timeout(30_000)

  it('says no where another relay answers there, and where none does', async () => {
    await using asked = await neighbour()
    await using there = await relayScene()
    const line = lineOf(there)
    assert.equal(await askNeighbour(lineOf(asked), line), true)
    const [, key = ''] = lineOf(asked).split('/p2p/')
    assert.equal(await askNeighbour(lineOf(asked), line.replace(/\/p2p\/.*/, `/p2p/${key}`)), false)
    const page = createServer((_request, response) => response.end('no relay'))
    const { promise, resolve } = Promise.withResolvers<undefined>()
    page.listen(0, '127.0.0.1', () => {
      resolve(undefined)
    })
    await promise
    const found = page.address()
    const port = typeof found === 'object' ? (found?.port ?? 0) : 0
    const nowhere = `/ip4/127.0.0.1/tcp/${String(port)}/ws/p2p/${key}`
    assert.equal(await askNeighbour(lineOf(asked), nowhere), false)
    page.close()
  })

  it('dials nothing of its own machine and network', async () => {
    await using asked = await relayScene()
    await using there = await relayScene()
    assert.equal(await askNeighbour(lineOf(asked), lineOf(there)), undefined)
    const byName = lineOf(there).replace('/ip4/127.0.0.1/', '/dns4/localhost/')
    assert.equal(await askNeighbour(lineOf(asked), byName), undefined)
  })

  it('takes one small question after the other, of anybody a dozen in five minutes', async () => {
    await using asked = await relayScene()
    const [address = ''] = asked.relay.address.addresses
    const [, port = ''] = /\/tcp\/(\d+)\//.exec(address) ?? []
    const url = `http://127.0.0.1:${port}/reach`
    const post = async (body: string): Promise<number> =>
      (await fetch(url, { method: 'POST', body })).status
    assert.equal((await fetch(url)).status, 405)
    const hostile = ['', '{', '[]', '{"address":7}', '{"address":"/ip4/192.0.2.1/tcp/1/ws"}']
    for (const body of hostile) {
      assert.equal(await post(body), 400, body)
    }
    await assert.rejects(post(`{"address":"${'x'.repeat(1_024)}"}`))
    for (let round = hostile.length + 1; round < 12; round++) {
      assert.equal(await post('{}'), 400)
    }
    assert.equal(await post('{}'), 429)
  })

  it('counts who asks and not the proxy that they come through, where that is trusted', async () => {
    await using asked = await relayScene({ options: { 'trusted-proxies': '127.0.0.1' } })
    const post = postTo(asked)
    for (let round = 0; round < 12; round++) {
      assert.equal(await post('203.0.113.1'), 400)
    }
    assert.equal(await post('203.0.113.1'), 429)
    assert.equal(await post('203.0.113.2, 203.0.113.1'), 429, 'what they say themselves')
    assert.equal(await post('203.0.113.2'), 400)
    assert.equal(await post(), 400)
  })

  it('believes nobody else whom they speak for', async () => {
    await using asked = await relayScene()
    const post = postTo(asked)
    for (let round = 0; round < 12; round++) {
      assert.equal(await post(`203.0.113.${String(round)}`), 400)
    }
    assert.equal(await post('203.0.113.99'), 429)
  })

  it('knows what is of the internet', () => {
    const here = [
      '127.0.0.1',
      '10.1.2.3',
      '192.168.1.1',
      '169.254.1.1',
      '0.0.0.0',
      '::1',
      'fe80::1'
    ]
    const reserved = ['fd00::1', '::ffff:10.0.0.1', '100.64.0.1', '224.0.0.1', 'no address', '']
    for (const address of [...here, ...reserved]) {
      assert.equal(isPublicAddress(address), false, address)
    }
    for (const address of ['1.1.1.1', '2606:4700::1111', '::ffff:1.1.1.1', '172.32.0.1']) {
      assert.equal(isPublicAddress(address), true, address)
    }
  })
})
