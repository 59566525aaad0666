import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { ManualClock, MemoryDisk, settle } from '@sealpost/host/testing'
import { RawClient, testMailbox, Unanswered } from './raw-client.ts'
import { memoryPorts } from './memory-relay-store.ts'
import { drainMany } from './drain-many.ts'
import { relayScene } from './relay-scene.ts'
import { temporaryDirectory } from './temporary-directory.ts'

describe('a relay that stops', () => {
  it('tells everybody, takes the last acks, refuses deposits, and closes cleanly', async () => {
    await using scene = await relayScene()
    const { relay } = scene
    const mailbox = testMailbox()
    await using bob = await RawClient.connect(relay.address)
    await bob.register([mailbox])
    await bob.subscribe([mailbox])
    await using alice = await RawClient.connect(relay.address)
    await alice.deposit(mailbox)
    await bob.until(() => bob.deliveries.length === 1)

    const stopped = relay.stop()
    for (const client of [alice, bob]) {
      await client.until(() => client.pushes.some(({ type }) => type === 'going-away'))
    }
    const refused = await alice.deposit(mailbox)
    assert.ok(refused.type === 'refused' && refused.reason === 'busy')
    await assert.rejects(RawClient.connect(relay.address), { code: 'SEALPOST_DIAL_FAILED' })

    const envelopeIds = bob.deliveries.map(({ envelope }) => envelope.envelopeId)
    const ack = await bob.ask({ type: 'ack', mailboxId: mailbox.mailboxId, envelopeIds })
    assert.deepEqual(ack, { type: 'acked' })
    await stopped
    await Promise.all([alice.untilClosed(), bob.untilClosed()])
    assert.equal(alice.closeReason, undefined)
    assert.equal(bob.closeReason, undefined)
    assert.equal(relay.overview().streamCount, 0)
  })

  it('does not wait for ever for acks that do not come', async () => {
    const clock = new ManualClock(Date.UTC(2026, 10, 22))
    await using scene = await relayScene({ ports: { clock } })
    const { relay } = scene
    const mailbox = testMailbox()
    await using bob = await RawClient.connect(relay.address)
    await bob.register([mailbox])
    await bob.subscribe([mailbox])
    await bob.deposit(mailbox)
    await bob.until(() => bob.deliveries.length === 1)
    const stopped = relay.stop()
    await bob.until(() => bob.pushes.some(({ type }) => type === 'going-away'))
    clock.advance(5_000)
    await stopped
  })

  it('does not wait for ever for a disk that does not answer', async () => {
    const clock = new ManualClock(Date.UTC(2026, 10, 22))
    const disk = new MemoryDisk()
    await using scene = await relayScene({ ports: { clock, ...memoryPorts(disk) } })
    const { relay } = scene
    const mailbox = testMailbox()
    await using alice = await RawClient.connect(relay.address)
    await alice.register([mailbox])
    disk.pause('commits')
    const deposit = assert.rejects(alice.deposit(mailbox), Unanswered)
    while (disk.waitingCount('commits') === 0) {
      await setImmediate()
    }
    const stopped = relay.stop()
    await settle()
    clock.advance(9_999)
    await settle()
    assert.equal(alice.isClosed, false)
    clock.advance(1)
    await alice.untilClosed()
    await deposit
    // What is under way is still finished before the store is closed.
    disk.resume()
    await stopped
    assert.equal(disk.rows('envelope').length, 1)
    assert.ok(scene.log.events('warn').includes('relay.drain.not-finished'))
  })

  it('keeps whatever it answered for, though many deposit until the end', async function () {
    this.timeout(60_000)
    await using directory = await temporaryDirectory()
    const { storedCount } = await drainMany({
      data: directory.path,
      clientCount: 20,
      depositCount: 500
    })
    assert.ok(storedCount >= 500)
  })

  it('has stopped when it is told so twice', async () => {
    await using scene = await relayScene()
    await Promise.all([scene.relay.stop(), scene.relay.stop()])
    await scene.relay.stop()
    assert.equal(scene.relay.overview().machine, undefined)
  })
})
