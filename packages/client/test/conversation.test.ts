import assert from 'node:assert/strict'
import { type Acquainted, acquainted } from './acquaintance.ts'

async function texts({ world, bob }: Acquainted): Promise<readonly string[]> {
  return (await world.run(bob.client.received())).map(({ text }) => text)
}

async function sendMany(
  { world, alice, toBob }: Acquainted,
  from: number,
  to: number
): Promise<void> {
  for (let number = from; number <= to; number++) {
    await world.run(alice.client.send(toBob, `number ${String(number)}`))
  }
}

function fail(): never {
  throw new Error('there is no such relay')
}

describe('a conversation', () => {
  it('goes through one relay, with ticks that were proven', async () => {
    const { world, alice, bob, toBob, toAlice } = await acquainted({ relayCount: 1 })
    const sent = await world.run(alice.client.send(toBob, 'hello'))
    assert.ok(sent.messageId)
    const delivered = await world.run(alice.client.waitForMessage(sent.messageId, 'delivered'))
    assert.equal(delivered.storedAt.length, 1)
    const got = await world.run(bob.client.received({ isUnreadOnly: true }))
    assert.deepEqual(
      got.map(({ text, contactId }) => [text, contactId]),
      [['hello', toAlice]]
    )
    await world.run(bob.client.markShown(got))
    await world.run(alice.client.waitForMessage(sent.messageId, 'read'))
    assert.deepEqual(await world.run(bob.client.received({ isUnreadOnly: true })), [])
  })

  it('shows the same safety number to both', async () => {
    const { world, alice, bob, toBob, toAlice } = await acquainted({ relayCount: 1 })
    const a = await world.run(alice.client.safetyNumber(toBob))
    const b = await world.run(bob.client.safetyNumber(toAlice))
    assert.match(a.safetyNumber, /^[0-9]{60}$/)
    assert.equal(a.safetyNumber, b.safetyNumber)
  })

  it('puts a replica on each of three relays', async () => {
    const both = await acquainted({ relayCount: 3 })
    const { world, alice, bob, toBob } = both
    await bob.close()
    const { messageId } = await world.run(alice.client.send(toBob, 'three times'))
    assert.ok(messageId)
    await world.run(alice.client.settle())
    const { storedAt, state } = await world.run(alice.client.message(messageId))
    assert.equal(storedAt.length, 3)
    assert.equal(state, 'on-relay')
  })

  it('shows no tick before a second relay has answered, and then does', async () => {
    const { world, alice, bob, toBob } = await acquainted({ relayCount: 3 })
    await bob.close()
    await world.relays[1]?.stop()
    await world.relays[2]?.stop()
    const { messageId } = await world.run(alice.client.send(toBob, 'one replica is none'))
    assert.ok(messageId)
    await world.pass(5_000)
    const before = await world.run(alice.client.message(messageId))
    assert.equal(before.state, 'queued')
    assert.equal(before.storedAt.length, 1)
    await world.relays[1]?.start()
    await world.run(alice.client.waitForMessage(messageId, 'on-relay'))
  })

  it('survives a relay that dies and another that loses its store while bob is away', async () => {
    const both = await acquainted({ relayCount: 3 })
    const { world, alice, bob, toBob } = both
    await bob.close()
    await sendMany(both, 1, 50)
    await world.relays[0]?.stop()
    await sendMany(both, 51, 75)
    await world.relays[1]?.wipe()
    await sendMany(both, 76, 100)
    await world.pass(20_000)
    // The second relay knows bob's mailboxes again only once he is back. What it lost counts as proven, since it was; what
    // came later has one replica and no tick.
    const away = await world.run(alice.client.messages(toBob, { limit: 200 }))
    assert.equal(away.length, 100)
    for (const { messageId } of away) {
      assert.ok(messageId)
      const { state, storedAt } = await world.run(alice.client.message(messageId))
      assert.equal(state, storedAt.length >= 2 ? 'on-relay' : 'queued')
    }
    assert.ok(away.slice(0, 50).every(({ state }) => state === 'on-relay'))
    assert.ok(away.slice(-10).every(({ state }) => state === 'queued'))
    await bob.open()
    await world.run(bob.client.drain())
    const expected = Array.from({ length: 100 }, (_, at) => `number ${String(at + 1)}`)
    assert.deepEqual(await texts(both), expected)
    const last = (await world.run(alice.client.messages(toBob, { limit: 1 }))).at(-1)
    assert.ok(last?.messageId)
    await world.run(alice.client.waitForMessage(last.messageId, 'delivered'))
    const states = (await world.run(alice.client.messages(toBob, { limit: 200 }))).map(
      ({ state }) => state
    )
    assert.ok(states.every((state) => state === 'delivered'))
  })

  it('is held up at one relay by no other that refuses or is silent', async () => {
    const both = await acquainted({ relayCount: 3 })
    const { world, alice, bob, toBob } = both
    await bob.close()
    await world.relays[0]?.wipe()
    world.network.stall(world.relays[1]?.address.nodeKey ?? fail(), 'out')
    for (let number = 1; number <= 100; number++) {
      await world.run(alice.client.send(toBob, `number ${String(number)}`))
      await world.pass(100, 50)
    }
    const sent = await world.run(alice.client.messages(toBob, { limit: 200 }))
    const healthy = sent.map(async ({ messageId }) => {
      assert.ok(messageId)
      return (await world.run(alice.client.message(messageId))).storedAt.length
    })
    assert.deepEqual(
      await Promise.all(healthy),
      Array.from({ length: 100 }, () => 1)
    )
  })

  it('loses nothing to a relay that says `stored` and stores nothing', async () => {
    const both = await acquainted({ relayCount: 3 })
    const { world, bob } = both
    const [liar] = world.relays
    assert.ok(liar)
    liar.lie = 'stores-nothing'
    await bob.close()
    await sendMany(both, 1, 20)
    await world.pass(3_000)
    await bob.open()
    await world.run(bob.client.drain())
    assert.equal((await texts(both)).length, 20)
  })

  it('goes on with a relay that answers nothing', async () => {
    const both = await acquainted({ relayCount: 3 })
    const { world, alice, toBob } = both
    const [silent] = world.relays
    assert.ok(silent)
    world.network.stall(silent.address.nodeKey, 'out')
    const { messageId } = await world.run(alice.client.send(toBob, 'past the silence'))
    assert.ok(messageId)
    await world.run(alice.client.waitForMessage(messageId, 'delivered'))
    assert.deepEqual(await texts(both), ['past the silence'])
  })

  it('keeps to what relays allow a second, and loses nothing by it', async () => {
    const relayOptions = { depositsPerSecond: 10, depositBurst: 20 }
    const { world, alice, bob, toBob: contactId } = await acquainted({ relayOptions })
    for (let number = 1; number <= 60; number++) {
      await world.run(alice.client.send(contactId, `number ${String(number)}`))
    }
    const last = (await world.run(alice.client.messages(contactId, { limit: 1 }))).at(-1)
    assert.ok(last?.messageId)
    await world.run(alice.client.waitForMessage(last.messageId, 'delivered'))
    assert.equal((await world.run(bob.client.received())).length, 60)
  })
})
