import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { RELAY_RESTORE_KEYS, type RelayEffect, type RelayInput, RelayMachine } from '@sealpost/core'
import { Driver, type FrameStream } from '@sealpost/host'
import {
  ManualClock,
  MemoryDisk,
  MemoryLog,
  MemoryNetwork,
  SeededRandom,
  seededRandom,
  settle,
  testNodeKey
} from '@sealpost/host/testing'
import {
  type Claimable,
  encodeClientFrame,
  type ErrorCode,
  linkIds,
  type MailboxAnswer,
  ProtocolError,
  relayMultihash
} from '@sealpost/protocol'
import { NO_OBSERVER } from '../src/log/relay-observer.ts'
import { ClientStreams } from '../src/people/client-streams.ts'
import { RawClient, testEnvelope, testMailbox } from './raw-client.ts'
import { GENEROUS, testConfig, type TestOptions } from './relay-scene.ts'

const RITA = testNodeKey(1)
const MIB = 1024 * 1024

class Scene {
  readonly clock = new ManualClock()
  readonly network = new MemoryNetwork(this.clock)
  readonly disk = new MemoryDisk()
  readonly log = new MemoryLog()
  intakeBytes = 0
  slowedCount = 0
  readonly streams: ClientStreams

  constructor(options: TestOptions = {}) {
    this.streams = new ClientStreams({
      byteBounds: testConfig('/nowhere', { ...GENEROUS, ...options }).relay,
      log: this.log,
      isBlocked: () => false,
      clock: this.clock,
      observer: {
        ...NO_OBSERVER,
        onSlowed: () => {
          this.slowedCount += 1
        }
      },
      onIntake: (bytes) => {
        this.intakeBytes += bytes
      }
    })
  }

  async start(options: TestOptions = {}): Promise<void> {
    const { relay } = testConfig('/nowhere', { ...GENEROUS, ...options })
    const random = seededRandom(1)
    const setup = { relay: relayMultihash(RITA), random, options: relay }
    const driver = await Driver.start<RelayInput, RelayEffect, RelayMachine>({
      open: () => this.disk.open(),
      restore: async (store) =>
        RelayMachine.restore(await store.getMany(RELAY_RESTORE_KEYS), setup),
      clock: this.clock,
      log: this.log,
      perform: (effects) => {
        for (const effect of effects) {
          if (effect.type === 'send' || effect.type === 'cut') {
            this.streams.perform(effect)
          }
        }
      },
      onCrash: () => {
        this.streams.onCrash()
      },
      onRestart: () => {
        this.streams.onRestart()
      }
    })
    this.streams.connect(driver)
    this.network.listen({
      nodeKey: RITA,
      address: '/ip4/127.0.0.1/tcp/1/ws',
      onStream: (stream: FrameStream) => {
        this.streams.accept(stream)
      }
    })
  }

  /** Delivers 32 KiB to a connection. */
  deliver(connection: number): void {
    const { mailboxId } = testMailbox()
    const envelope = testEnvelope(32_768)
    const push = { type: 'deliver', mailboxId, envelope, isLive: false } as const
    this.streams.perform({ type: 'send', connection, frame: { type: 'push', push } })
  }

  connect(): Promise<RawClient> {
    const addresses = ['/ip4/127.0.0.1/tcp/1/ws']
    return RawClient.over(this.network.transport(), { nodeKey: RITA, addresses })
  }
}

/** A request of 160 KiB that is denied, which takes 25 ms. */
function askMuch(client: RawClient): Promise<MailboxAnswer> {
  const claimable: Claimable = {
    blob: new Uint8Array(4_096),
    expiresAtMs: 1_767_311_999_999,
    isFallback: false
  }
  return client.ask({
    type: 'put-claimables',
    linkId: linkIds.fromBytes(new Uint8Array(32)),
    ownerToken: new Uint8Array(32),
    claimables: new Array<Claimable>(40).fill(claimable),
    replaceAll: false
  })
}

describe('the streams of a relay', () => {
  it('stop taking requests from who sends more while 64 MiB of them have no answer', async () => {
    const scene = new Scene()
    await scene.start({ 'requests-unanswered-max': '100000' })
    const mallory = await scene.connect()
    const alice = await scene.connect()
    const answers: Promise<MailboxAnswer>[] = []
    while (mallory.unsentBytes === 0 && answers.length < 1_000) {
      for (let i = 0; i < 10; i++) {
        answers.push(askMuch(mallory))
      }
      await settle()
    }
    assert.ok(scene.intakeBytes > 64 * MIB && scene.intakeBytes < 68 * MIB)
    assert.equal((await alice.ask({ type: 'info' })).type, 'info')

    const waiting = mallory.unsentBytes
    scene.clock.advance(25)
    await settle()
    assert.ok(waiting > 0)
    assert.equal(mallory.unsentBytes, 0)
    scene.clock.advance(25)
    const types = new Set((await Promise.all(answers)).map(({ type }) => type))
    assert.deepEqual(types, new Set(['refused']))
  })

  it('hold nothing of who is gone', async () => {
    const scene = new Scene()
    await scene.start({ 'requests-unanswered-max': '100000' })
    for (let visit = 0; visit < 3; visit++) {
      const mallory = await scene.connect()
      const answers = Array.from({ length: 300 }, () => askMuch(mallory))
      await settle()
      scene.network.cut()
      await Promise.allSettled(answers)
      assert.equal(scene.streams.count, 0)
    }
    // Were anything of that held, nothing more would be read from alice after her first request.
    const alice = await scene.connect()
    const asked = [askMuch(alice)]
    await settle()
    asked.push(askMuch(alice))
    await settle()
    assert.equal(alice.unsentBytes, 0)
    scene.clock.advance(25)
    await Promise.all(asked)
  })

  for (const [code, isPolite] of [
    ['SEALPOST_BUSY', true],
    ['SEALPOST_SLOW_DOWN', true],
    ['SEALPOST_STALLED', false],
    ['SEALPOST_FLOODED', false]
  ] as const satisfies readonly (readonly [ErrorCode, boolean])[]) {
    it(`end ${isPolite ? 'cleanly' : 'at once'} for ${code}`, async () => {
      const scene = new Scene()
      await scene.start()
      const alice = await scene.connect()
      await alice.ask({ type: 'info' })
      scene.streams.perform({ type: 'cut', connection: 1, code })
      await alice.untilClosed()
      assert.equal(alice.closeReason === undefined, isPolite)
      assert.equal(scene.streams.count, 0)
      // What the machine still says to it goes nowhere.
      scene.streams.perform({ type: 'send', connection: 1, frame: { type: 'ping', number: 1 } })
      scene.streams.perform({ type: 'cut', connection: 1, code })
    })
  }

  it('outlive what mallory makes of frames', async () => {
    const seed = Number(process.env['SEALPOST_SEED'] ?? randomInt(2 ** 32))
    const random = new SeededRandom(seed)
    const scene = new Scene()
    await scene.start()
    const alice = await scene.connect()
    const honest = encodeClientFrame({
      type: 'request',
      number: 1,
      request: { type: 'destroy', mailboxId: testMailbox().mailboxId, fetchToken: random.bytes(32) }
    })
    let closedCount = 0
    for (let visit = 0; visit < 500; visit++) {
      const mallory = await scene.connect()
      const frame = random.chance(0.5) ? random.bytes(1 + random.below(300)) : honest.slice()
      frame[random.below(frame.length)] = random.below(256)
      mallory.sendBytes(frame.subarray(0, 1 + random.below(frame.length)))
      await settle()
      closedCount += mallory.isClosed ? 1 : 0
      await mallory.close()
    }
    const message = `seed ${String(seed)}`
    assert.ok(closedCount > 100, message)
    assert.deepEqual(scene.log.events('error'), [], message)
    assert.equal((await alice.ask({ type: 'info' })).type, 'info', message)
  })

  it('are refused before there is a machine', () => {
    const scene = new Scene()
    const reasons: unknown[] = []
    const abort = (error: unknown): void => {
      reasons.push(error)
    }
    scene.streams.accept({ abort } as unknown as FrameStream)
    assert.deepEqual(reasons, [new ProtocolError('SEALPOST_BUSY')])
  })

  it('count every byte of every frame', async () => {
    const scene = new Scene()
    await scene.start()
    const alice = await scene.connect()
    await alice.ask({ type: 'info' })
    const before = scene.intakeBytes
    assert.ok(before > 0)
    await alice.ask({ type: 'info' })
    assert.equal(scene.intakeBytes, 2 * before)
  })

  it('are all let in where 1,000 come one after another and there is room for one', async () => {
    const scene = new Scene()
    await scene.start({ 'connections-max': '1', 'connections-per-range-max': '1' })
    for (let visit = 0; visit < 1_000; visit++) {
      const alice = await scene.connect()
      assert.equal((await alice.ask({ type: 'info' })).type, 'info')
      await alice.close()
      await settle()
    }
    assert.equal(scene.streams.count, 0)
  })
})

describe('the streams of a relay with a bound on bytes', () => {
  /** Keeps asking until nothing more is read; gives how many requests that took. */
  async function flood(client: RawClient): Promise<number> {
    for (let count = 1; count <= 2_000; count++) {
      void client.ask({ type: 'info' }).catch(() => undefined)
      await settle()
      if (client.unsentBytes > 0) {
        return count
      }
    }
    return Infinity
  }
  /** Eight seconds of 64 KiB, at 1 KiB for each request and some for its answer. */
  const MOST = 8 * 64

  it('are not read from while it is exceeded, and lose nothing', async () => {
    const options = { 'bytes-per-second-per-key': '64KiB' }
    const scene = new Scene(options)
    await scene.start(options)
    const mallory = await scene.connect()
    const alice = await scene.connect()
    const count = await flood(mallory)
    assert.ok(count > MOST / 2 && count <= MOST + 2, String(count))
    assert.equal(scene.slowedCount, 1)
    assert.equal((await alice.ask({ type: 'info' })).type, 'info')
    scene.clock.advance(1_000)
    await settle()
    assert.equal(mallory.unsentBytes, 0)
    const answer = mallory.ask({ type: 'info' })
    scene.clock.advance(1_000)
    assert.equal((await answer).type, 'info')
    assert.equal(mallory.isClosed, false)
  })

  it('are read from less where they do not wait as they were told', async () => {
    const bounds = { 'bytes-per-second-per-key': '64KiB', 'requests-per-second': '1' }
    const options = { ...bounds, 'request-burst': '10' }
    const scene = new Scene(options)
    await scene.start(options)
    const count = await flood(await scene.connect())
    // Ten that are answered, and of those that came too soon eight for eight seconds, before their answers.
    assert.ok(count >= 17 && count <= 19, String(count))
  })

  it('are read from least where they knock too often, or with work that does not do', async () => {
    const bounds = { 'bytes-per-second-per-key': '1MiB', 'work-bits': '32' }
    const scene = new Scene(bounds)
    await scene.start(bounds)
    const mallory = await scene.connect()
    const { registration } = testMailbox()
    const work = { challenge: new Uint8Array(16), nonce: new Uint8Array(8) }
    for (let count = 0; count < 15; count++) {
      const answer = await mallory.ask({ type: 'register', registrations: [registration], work })
      assert.equal(answer.type === 'refused' && answer.reason, 'needs-work')
    }
    assert.equal(scene.slowedCount, 0)
    await mallory.ask({ type: 'register', registrations: [registration], work })
    assert.equal(scene.slowedCount, 1, 'sixteen times half a MiB is eight seconds of one')
  })

  it('share it with all from their range, whatever their keys', async () => {
    const options = { 'bytes-per-second-per-range': '64KiB' }
    const scene = new Scene(options)
    await scene.start(options)
    const mallory = await scene.connect()
    const bob = await scene.connect()
    await flood(mallory)
    assert.equal(scene.slowedCount, 1)
    const answer = bob.ask({ type: 'info' })
    assert.equal((await answer).type, 'info')
    assert.equal(scene.slowedCount, 2)
    void bob.ask({ type: 'info' }).catch(() => undefined)
    await settle()
    assert.ok(bob.unsentBytes > 0)
    scene.clock.advance(10_000)
    await settle()
    assert.equal(bob.unsentBytes, 0)
  })

  it('go by another bound once that is set', async () => {
    const scene = new Scene()
    await scene.start()
    const { relay } = testConfig('/nowhere', { 'bytes-per-second-per-key': '64KiB' })
    scene.streams.setByteBounds(relay)
    assert.ok((await flood(await scene.connect())) <= MOST + 2)
  })

  it('leave no timer behind', async () => {
    const options = { 'bytes-per-second-per-key': '64KiB' }
    const scene = new Scene(options)
    await scene.start(options)
    const before = scene.clock.timerCount
    const mallory = await scene.connect()
    await flood(mallory)
    scene.network.cut()
    await settle()
    assert.equal(scene.streams.count, 0)
    assert.equal(scene.clock.timerCount, before)
  })

  /** Who gets the next: the last two get most. */
  const SHARES = [0, 1, 2, 3, 3, 3, 4, 4, 4, 4]

  it('are cut where they have the most of what waits, once that is too much for all', async () => {
    const options = { 'unsent-bytes-max': '16MiB' }
    const scene = new Scene(options)
    await scene.start(options)
    const alice = await scene.connect()
    const slow: RawClient[] = []
    for (let at = 0; at < 5; at++) {
      const client = await scene.connect()
      client.setPaused(true)
      slow.push(client)
    }
    const send = async (mebibytes: number): Promise<void> => {
      for (let at = 0; at < mebibytes * 32; at++) {
        // Connections are numbered as they come, alice's is the first.
        scene.deliver(2 + (SHARES[at % SHARES.length] ?? 0))
        await settle()
      }
    }
    await send(15)
    assert.deepEqual(closed(), [])
    await send(2)
    assert.deepEqual(closed(), [3, 4])
    assert.deepEqual(scene.log.events('warn'), ['relay.streams.too-much-unsent'])
    assert.equal((await alice.ask({ type: 'info' })).type, 'info')

    function closed(): readonly number[] {
      return [...slow.keys()].filter((at) => slow[at]?.isClosed)
    }
  })
})
