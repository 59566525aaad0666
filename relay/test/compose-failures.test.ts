import assert from 'node:assert/strict'
import { MemoryDisk } from '@sealpost/host/testing'
import { encodeClientFrame, type MailboxAnswer } from '@sealpost/protocol'
import { memoryPorts } from './memory-relay-store.ts'
import { RawClient, testEnvelope, testMailbox } from './raw-client.ts'
import { type RelayScene, relayScene } from './relay-scene.ts'

const BUSY = { type: 'refused', reason: 'busy', retryAfterMs: 2_000 } as const

/** Asks until the relay has opened its store again. */
async function untilServed(ask: () => Promise<MailboxAnswer>): Promise<MailboxAnswer> {
  for (;;) {
    const answer = await ask()
    if (answer.type !== 'refused' || answer.reason !== 'busy') {
      return answer
    }
  }
}

describe('a relay whose store fails', () => {
  const scenes: RelayScene[] = []

  async function start(disk: MemoryDisk): Promise<RelayScene> {
    const scene = await relayScene({ ports: memoryPorts(disk) })
    scenes.push(scene)
    return scene
  }

  afterEach(async () => {
    for (const scene of scenes.splice(0)) {
      await scene[Symbol.asyncDispose]()
    }
  })

  it('answers what waits busy, keeps the connection, and serves it again', async () => {
    const disk = new MemoryDisk()
    const { relay } = await start(disk)
    await using alice = await RawClient.connect(relay.address)
    const mailbox = testMailbox()
    await alice.register([mailbox])
    const kept = testEnvelope()
    await alice.deposit(mailbox, kept)

    disk.failNext('commits')
    const lost = testEnvelope()
    const answers = await Promise.all([
      alice.deposit(mailbox, lost),
      alice.deposit(mailbox),
      alice.deposit(mailbox)
    ])
    assert.deepEqual(answers, [BUSY, BUSY, BUSY])
    const again = await untilServed(() => alice.deposit(mailbox, lost))
    assert.deepEqual(again, { type: 'deposited', outcome: 'stored' })
    assert.equal(relay.overview().crashCount, 1)

    await using bob = await RawClient.connect(relay.address)
    await bob.subscribe([mailbox])
    await bob.until(
      () => bob.pushes.some(({ type }) => type === 'drained') || bob.deliveries.length === 2
    )
    assert.deepEqual(
      new Set(bob.deliveries.map(({ envelope }) => envelope.envelopeId)),
      new Set([kept.envelopeId, lost.envelopeId])
    )
  })

  it('answers without a store, takes new connections meanwhile, and serves them afterwards', async () => {
    const disk = new MemoryDisk()
    const { relay } = await start(disk)
    await using alice = await RawClient.connect(relay.address)
    const mailbox = testMailbox()
    await alice.register([mailbox])
    for (let times = 0; times < 3; times++) {
      disk.failNext('opens')
    }
    disk.failNext('commits')
    assert.deepEqual(await alice.deposit(mailbox), BUSY)
    assert.equal(relay.overview().machine, undefined)

    assert.deepEqual(await alice.ask({ type: 'info' }), BUSY)
    alice.sendBytes(encodeClientFrame({ type: 'ping', number: 7 }))
    await alice.until(() => alice.heartbeats.length > 0)
    assert.deepEqual(alice.heartbeats, [{ type: 'pong', number: 7 }])
    await using bob = await RawClient.connect(relay.address)
    assert.deepEqual(await bob.ask({ type: 'info' }), BUSY)

    assert.equal((await untilServed(() => bob.ask({ type: 'info' }))).type, 'info')
    assert.equal((await alice.deposit(mailbox)).type, 'deposited')
    assert.equal(relay.overview().machine?.connectionCount, 2)
  }).timeout(20_000)

  it('closes the connections whose subscriptions it forgot, so that they are made again', async () => {
    const disk = new MemoryDisk()
    const { relay } = await start(disk)
    const mailbox = testMailbox()
    await using bob = await RawClient.connect(relay.address)
    await bob.register([mailbox])
    await bob.subscribe([mailbox])
    await using alice = await RawClient.connect(relay.address)
    disk.failNext('commits')
    const envelope = testEnvelope()
    assert.deepEqual(await alice.deposit(mailbox, envelope), BUSY)
    await untilServed(() => alice.deposit(mailbox, envelope))
    await bob.untilClosed()
    assert.equal(bob.closeReason, undefined)
    assert.equal(bob.deliveries.length, 0)

    await using again = await RawClient.connect(relay.address)
    await again.subscribe([mailbox])
    await again.until(() => again.deliveries.length > 0)
    assert.equal(again.deliveries[0]?.envelope.envelopeId, envelope.envelopeId)
    assert.equal(alice.isClosed, false)
  })

  it('holds nothing against a client whose answers a failure took', async () => {
    const disk = new MemoryDisk()
    const { relay } = await start(disk)
    await using alice = await RawClient.connect(relay.address)
    const mailbox = testMailbox()
    await alice.register([mailbox])
    for (let crash = 1; crash <= 3; crash++) {
      disk.failNext('commits')
      const answers = await Promise.all(Array.from({ length: 200 }, () => alice.deposit(mailbox)))
      assert.ok(answers.every((answer) => answer.type === 'refused' || answer.type === 'deposited'))
      await untilServed(() => alice.ask({ type: 'info' }))
      assert.equal(relay.overview().crashCount, crash)
    }
    assert.equal((await alice.deposit(mailbox)).type, 'deposited')
  }).timeout(20_000)

  it('stops while its store cannot be opened', async () => {
    const disk = new MemoryDisk()
    const { relay } = await start(disk)
    await using alice = await RawClient.connect(relay.address)
    const mailbox = testMailbox()
    await alice.register([mailbox])
    for (let times = 0; times < 100; times++) {
      disk.failNext('opens')
    }
    disk.failNext('commits')
    assert.deepEqual(await alice.deposit(mailbox), BUSY)
    await relay.stop()
    await alice.untilClosed()
  })

  it('tells who starts it where the store cannot be opened at all', async () => {
    const disk = new MemoryDisk()
    disk.failNext('opens', 'SEALPOST_STORE_CORRUPT')
    await assert.rejects(start(disk), { code: 'SEALPOST_STORE_CORRUPT' })
  })
})
