import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { ManualClock, MemoryDisk, settle } from '@sealpost/host/testing'
import { type Health, RelayHealth } from '../../src/people/health.ts'
import { LoopWatch } from '../../src/world/loop-watch.ts'
import { memoryPorts } from '../memory-relay-store.ts'
import { RawClient, testMailbox } from '../raw-client.ts'
import { publicAddress } from '../config/other-value.ts'
import { type RelayScene, relayScene } from '../relay-scene.ts'

const MIB = 1024 * 1024
const START_MS = Date.UTC(2026, 10, 23)

/** What a test decides about a relay, and how often it was looked at. */
class Scene {
  readonly clock = new ManualClock(START_MS)
  readonly loop = { delayMs: 0 }
  isStopping = false
  isOpen = true
  hasRoom = true
  write: () => Promise<void> = () => Promise.resolve()
  measure: () => Promise<void> = () => Promise.resolve()
  writeCount = 0
  readonly health = new RelayHealth({
    clock: this.clock,
    loop: this.loop,
    isStopping: () => this.isStopping,
    isOpen: () => this.isOpen,
    hasRoom: () => this.hasRoom,
    measure: () => this.measure(),
    write: () => {
      this.writeCount++
      return this.write()
    }
  })

  /** What is found a second later, when nothing of before holds any more. */
  async later(): Promise<Health> {
    this.clock.advance(1_000)
    return this.health.find('ready')
  }
}

describe('the health of a relay', () => {
  it('is ready where a row is on the disk for good', async () => {
    const scene = new Scene()
    assert.deepEqual(await scene.health.find('ready'), [])
    assert.equal(scene.writeCount, 1)
  })

  it('is looked at once a second, however many ask', async () => {
    const scene = new Scene()
    await Promise.all(Array.from({ length: 1_000 }, () => scene.health.find('ready')))
    scene.clock.advance(999)
    await scene.health.find('ready')
    assert.equal(scene.writeCount, 1)
    scene.clock.advance(1)
    await scene.health.find('ready')
    assert.equal(scene.writeCount, 2)
  })

  it('is not ready where it stops, even when it was a moment ago', async () => {
    const scene = new Scene()
    await scene.health.find('ready')
    scene.isStopping = true
    assert.deepEqual(await scene.health.find('ready'), ['stopping'])
  })

  it('is not ready while the store is closed, or does not take the row', async () => {
    const scene = new Scene()
    scene.isOpen = false
    assert.deepEqual(await scene.health.find('ready'), ['store-closed'])
    assert.equal(scene.writeCount, 0)
    scene.isOpen = true
    scene.write = () => Promise.reject(new Error('no'))
    assert.deepEqual(await scene.later(), ['store-closed'])
  })

  it('is not ready where the disk is at its reserve, and does not write there', async () => {
    const scene = new Scene()
    scene.measure = () => {
      scene.hasRoom = false
      return Promise.resolve()
    }
    assert.deepEqual(await scene.health.find('ready'), ['disk-full'])
    assert.equal(scene.writeCount, 0)
  })

  it('is not ready where the row takes more than a second, and does not write a second one meanwhile', async () => {
    const scene = new Scene()
    const { promise, resolve } = Promise.withResolvers<undefined>()
    scene.write = () => promise
    for (let round = 0; round < 3; round++) {
      const found = scene.health.find('ready')
      await settle()
      scene.clock.advance(1_000)
      assert.deepEqual(await found, ['store-slow'])
    }
    assert.equal(scene.writeCount, 1)
    resolve(undefined)
    await settle()
    assert.deepEqual(await scene.later(), [])
  })

  it('takes what was measured before where measuring takes long', async () => {
    const scene = new Scene()
    scene.measure = () => Promise.withResolvers<undefined>().promise
    const found = scene.health.find('ready')
    await settle()
    scene.clock.advance(500)
    assert.deepEqual(await found, [])
  })

  it('lives while timers are less than a second late', async () => {
    const scene = new Scene()
    scene.loop.delayMs = 999
    assert.deepEqual(await scene.health.find('live'), [])
    scene.loop.delayMs = 1_000
    assert.deepEqual(await scene.health.find('live'), ['loop-delayed'])
    assert.deepEqual(await scene.health.find('started'), [])
  })
})

describe('the watch over the loop', () => {
  it('tells a delay while it lasts and for 5 s after it', () => {
    let nowMs = 0
    let look = (): void => undefined
    const loop = new LoopWatch({
      wallMs: () => nowMs,
      monotonicMs: () => nowMs,
      setTimer: (_delayMs, callback) => {
        look = callback
        return () => undefined
      }
    })
    assert.equal(loop.delayMs, 0)
    loop.start()
    nowMs = 500
    look()
    assert.equal(loop.delayMs, 0)
    nowMs = 2_200
    assert.equal(loop.delayMs, 1_200)
    look()
    for (let round = 0; round < 9; round++) {
      nowMs += 500
      look()
    }
    nowMs += 499
    assert.equal(loop.delayMs, 1_200)
    nowMs += 1
    look()
    assert.equal(loop.delayMs, 0)
    loop.stop()
    nowMs += 60_000
    assert.equal(loop.delayMs, 0)
  })
})

/** Where people reach a relay over HTTP. */
function peopleLink({ relay }: Pick<RelayScene, 'relay'>): string {
  const [, port = ''] = /tcp\/(\d+)\//.exec(relay.listening[0]?.addresses[0] ?? '') ?? []
  return `http://127.0.0.1:${port}`
}

interface Said {
  readonly ok: boolean
  readonly reasons: readonly string[]
}

async function ask(link: string, path: string): Promise<readonly [status: number, said: Said]> {
  const response = await fetch(`${link}${path}`)
  return [response.status, (await response.json()) as Said]
}

const WELL = { ok: true, reasons: [] }

describe('a relay that is asked how it is', () => {
  it('says so where it serves no web client, also to HEAD, and to nothing else', async () => {
    await using scene = await relayScene()
    const link = peopleLink(scene)
    for (const path of ['/livez', '/readyz', '/startupz', '/readyz?now']) {
      assert.deepEqual(await ask(link, path), [200, WELL])
      const head = await fetch(`${link}${path}`, { method: 'HEAD' })
      assert.equal(head.status, 200)
      assert.equal(await head.text(), '')
      assert.equal((await fetch(`${link}${path}`, { method: 'POST' })).status, 405)
    }
    assert.equal((await fetch(`${link}/healthz`)).status, 426)
    assert.equal((await fetch(`${link}/metrics`)).status, 426)
  })

  it('is ready only while its disk is above the reserve, and says so without being restarted', async () => {
    const disk = new MemoryDisk()
    const fileSystem = { disk, totalBytes: 100 * MIB, otherBytes: 0 }
    const clock = new ManualClock(START_MS)
    const ports = { clock, ...memoryPorts(disk, fileSystem) }
    await using scene = await relayScene({ ports })
    const link = peopleLink(scene)
    assert.deepEqual(await ask(link, '/readyz'), [200, WELL])
    fileSystem.otherBytes = 99 * MIB
    clock.advance(1_000)
    assert.deepEqual(await ask(link, '/readyz'), [503, { ok: false, reasons: ['disk-full'] }])
    assert.deepEqual(await ask(link, '/livez'), [200, WELL])
    fileSystem.otherBytes = 0
    clock.advance(1_000)
    assert.deepEqual(await ask(link, '/readyz'), [200, WELL])
  })

  it('is not ready while its disk does not answer', async () => {
    const disk = new MemoryDisk()
    const clock = new ManualClock(START_MS)
    await using scene = await relayScene({ ports: { clock, ...memoryPorts(disk) } })
    disk.pause('commits')
    const asked = ask(peopleLink(scene), '/readyz')
    while (disk.waitingCount('commits') === 0) {
      await setImmediate()
    }
    clock.advance(1_000)
    assert.deepEqual(await asked, [503, { ok: false, reasons: ['store-slow'] }])
    disk.resume()
  })

  it('is not ready while it stops', async () => {
    await using scene = await relayScene()
    const { relay } = scene
    await using bob = await RawClient.connect(relay.address)
    const mailbox = testMailbox()
    await bob.register([mailbox])
    await bob.subscribe([mailbox])
    await bob.deposit(mailbox)
    await bob.until(() => bob.deliveries.length === 1)
    const stopped = relay.stop()
    assert.deepEqual(await relay.health.find('ready'), ['stopping'])
    assert.deepEqual(await relay.health.find('live'), [])
    const envelopeIds = bob.deliveries.map(({ envelope }) => envelope.envelopeId)
    await bob.ask({ type: 'ack', mailboxId: mailbox.mailboxId, envelopeIds })
    await stopped
  })

  it('does not live where its loop stood still for a second', async () => {
    await using scene = await relayScene()
    const link = peopleLink(scene)
    assert.deepEqual(await ask(link, '/livez'), [200, WELL])
    const endMs = performance.now() + 1_600
    while (performance.now() < endMs) {
      // Nothing else can run.
    }
    assert.deepEqual(await ask(link, '/livez'), [503, { ok: false, reasons: ['loop-delayed'] }])
  })

  it('tells who runs it and by what rules, and nothing that its operator did not say', async () => {
    const addresses = '/dns4/relay.example/tcp/443/tls/ws'
    const who = { operator: 'rita', contact: 'rita@relay.example', country: 'CH' }
    const desk = publicAddress()
    const told = { ...who, desk, addresses }
    await using scene = await relayScene({ options: { ...told, 'work-bits': '18' } })
    const response = await fetch(`${peopleLink(scene)}/.well-known/sealpost-relay.json`)
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('access-control-allow-origin'), '*')
    const about = (await response.json()) as Record<string, unknown> & {
      readonly limits: Record<string, unknown>
    }
    assert.deepEqual(
      [about['operator'], about['contact'], about['country'], about['desk']],
      ['rita', 'rita@relay.example', 'CH', desk]
    )
    assert.ok(!('complaints' in about) && !('policy' in about))
    assert.match(String(about['address']), /^\/dns4\/relay\.example\/tcp\/443\/tls\/ws\/p2p\//)
    assert.match(String(about['version']), /^\d+\.\d+\.\d+$/)
    assert.equal(about.limits['workBits'], 18)
  })

  it('tells people what it keeps of them, by its configuration, on a page that loads nothing', async () => {
    await using scene = await relayScene({
      options: { operator: '<b>rita</b>', 'work-bits': '18' }
    })
    const response = await fetch(`${peopleLink(scene)}/privacy`)
    assert.equal(response.status, 200)
    assert.match(response.headers.get('content-security-policy') ?? '', /^default-src 'none';/)
    const page = await response.text()
    for (const words of ['&lt;b&gt;rita&lt;/b&gt;', 'proof of work of 18 bits', 'lang="zh-Hans"']) {
      assert.ok(page.includes(words), words)
    }
  })
})
