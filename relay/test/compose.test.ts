import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { formatRelayAddress, nodeKeyToPeerIdText } from '@sealpost/protocol'
import { RawClient, testEnvelope, testMailbox } from './raw-client.ts'
import { relayScene } from './relay-scene.ts'
import { temporaryDirectory } from './temporary-directory.ts'

describe('a relay', () => {
  it('takes an envelope from alice, delivers it to bob, and forgets it once he acked', async () => {
    await using scene = await relayScene({ options: { 'work-bits': '8' } })
    await using bob = await RawClient.connect(scene.relay.address)
    const mailbox = testMailbox()
    assert.deepEqual(await bob.register([mailbox]), { type: 'registered', outcomes: ['done'] })
    assert.deepEqual(await bob.subscribe([mailbox]), { type: 'subscribed', outcomes: ['empty'] })

    await using alice = await RawClient.connect(scene.relay.address)
    const envelope = testEnvelope()
    assert.deepEqual(await alice.deposit(mailbox, envelope), {
      type: 'deposited',
      outcome: 'stored'
    })
    await bob.until(() => bob.deliveries.length > 0)
    assert.deepEqual(bob.deliveries[0]?.envelope, envelope)
    assert.equal(scene.relay.overview().machine?.envelopeCount, 1)

    const envelopeIds = [envelope.envelopeId]
    const { mailboxId } = mailbox
    assert.deepEqual(await bob.ask({ type: 'ack', mailboxId, envelopeIds }), { type: 'acked' })
    assert.equal(scene.relay.overview().machine?.envelopeCount, 0)
    assert.deepEqual(await alice.deposit(mailbox, envelope), { type: 'deposited', outcome: 'gone' })
  })

  it('tells what its operator configured', async () => {
    const addresses = '/dns4/relay.example/tcp/443/tls/ws'
    const options = { operator: 'Rita', policy: 'https://relay.example/rules', addresses }
    await using scene = await relayScene({ options: { ...options, 'work-bits': '11' } })
    const [listening] = scene.relay.listening
    assert.ok(listening !== undefined)
    await using alice = await RawClient.connect(listening)
    const answer = await alice.ask({ type: 'info' })
    assert.equal(answer.type, 'info')
    assert.ok(answer.type === 'info')
    assert.equal(answer.info.operator, 'Rita')
    assert.equal(answer.info.policy, 'https://relay.example/rules')
    assert.deepEqual(answer.info.addresses, [addresses])
    assert.equal(answer.info.workBits, 11)
    assert.equal(answer.info.capacity, 'open')
    const peerId = nodeKeyToPeerIdText(listening.nodeKey)
    assert.equal(formatRelayAddress(scene.relay.address), `${addresses}/p2p/${peerId}`)
  })

  it('ends the stream of mallory, who sends what is no frame, and no other', async () => {
    await using scene = await relayScene()
    await using alice = await RawClient.connect(scene.relay.address)
    await using mallory = await RawClient.connect(scene.relay.address)
    await mallory.ask({ type: 'info' })
    mallory.sendBytes(new Uint8Array([0xff, 0xff, 0xff, 0xff]))
    await mallory.untilClosed()
    assert.equal((await alice.ask({ type: 'info' })).type, 'info')
    assert.equal(scene.relay.overview().streamCount, 1)
    assert.equal(scene.relay.overview().machine?.connectionCount, 1)
  })

  it('ends a stream with one request more than may be unanswered', async () => {
    await using scene = await relayScene({ options: { 'requests-unanswered-max': '4' } })
    await using mallory = await RawClient.connect(scene.relay.address)
    const mailbox = testMailbox()
    // Denials take 25 ms, so that all of them are unanswered at once.
    const four = await Promise.all(Array.from({ length: 4 }, () => mallory.deposit(mailbox)))
    assert.deepEqual(new Set(four.map((answer) => answer.type)), new Set(['refused']))
    const five = await Promise.allSettled(Array.from({ length: 5 }, () => mallory.deposit(mailbox)))
    assert.ok(five.some(({ status }) => status === 'rejected'))
    await mallory.untilClosed()
    assert.deepEqual(
      scene.log.entries.find(({ event }) => event === 'relay.connection.cut')?.fields,
      { code: 'SEALPOST_FLOODED' }
    )
  })

  it('is the same relay with the same envelopes when it starts again', async () => {
    await using directory = await temporaryDirectory()
    const mailbox = testMailbox()
    let first: string
    {
      await using scene = await relayScene({ data: directory.path })
      first = nodeKeyToPeerIdText(scene.relay.address.nodeKey)
      assert.equal(scene.relay.isFresh, true)
      await using alice = await RawClient.connect(scene.relay.address)
      await alice.register([mailbox])
      await alice.deposit(mailbox)
    }
    await using scene = await relayScene({ data: directory.path })
    assert.equal(scene.relay.isFresh, false)
    assert.equal(nodeKeyToPeerIdText(scene.relay.address.nodeKey), first)
    await using bob = await RawClient.connect(scene.relay.address)
    await bob.subscribe([mailbox])
    await bob.until(() => bob.deliveries.length === 1)
  })

  it('keeps its address where it lost its store, and says that the store is another', async () => {
    await using directory = await temporaryDirectory()
    const seen: { readonly peerId: string; readonly storeId: string | undefined }[] = []
    for (let start = 0; start < 3; start++) {
      {
        await using scene = await relayScene({ data: directory.path })
        const peerId = nodeKeyToPeerIdText(scene.relay.address.nodeKey)
        seen.push({ peerId, storeId: scene.relay.overview().machine?.storeId })
      }
      if (start === 1) {
        await rm(join(directory.path, 'store'), { recursive: true })
      }
    }
    const [first, second, third] = seen
    assert.deepEqual(first, second)
    assert.equal(third?.peerId, first?.peerId)
    assert.notEqual(third?.storeId, first?.storeId)
  })

  it('frees its port and its store where only a part of it could start', async () => {
    await using directory = await temporaryDirectory()
    await using other = await relayScene()
    const taken = /tcp\/([0-9]+)\//.exec(other.relay.address.addresses[0] ?? '')?.[1] ?? ''
    const listen = `127.0.0.1:${taken}`
    await assert.rejects(relayScene({ data: directory.path, options: { listen } }), {
      code: 'SEALPOST_LISTEN_FAILED',
      message: new RegExp(`cannot listen on ${listen}: something listens there already`)
    })
    // Of documentation, so of no machine.
    await assert.rejects(
      relayScene({ data: directory.path, options: { listen: '192.0.2.1:7700' } }),
      { code: 'SEALPOST_LISTEN_FAILED', message: /not allowed \(EADDRNOTAVAIL\)/ }
    )
    await using scene = await relayScene({ data: directory.path })
    assert.equal(scene.relay.listening.length, 1)
  })

  it('says who has its store open', async () => {
    await using directory = await temporaryDirectory()
    await using scene = await relayScene({ data: directory.path })
    assert.equal(scene.relay.listening.length, 1)
    await assert.rejects(relayScene({ data: directory.path }), {
      code: 'SEALPOST_STORE_LOCKED',
      message: new RegExp(`already: process ${String(process.pid)} has its store open`)
    })
  })

  it('listens wherever it is told to', async () => {
    await using scene = await relayScene({ options: { listen: '127.0.0.1:0, [::1]:0' } })
    for (const address of scene.relay.listening) {
      await using alice = await RawClient.connect(address)
      assert.equal((await alice.ask({ type: 'info' })).type, 'info')
    }
    assert.equal(scene.relay.listening.length, 2)
  })
})
