/** Whole clients that talk directly where both sides allow it, and what becomes of it when the path is lost. */
import assert from 'node:assert/strict'
import type { ClientEvent } from '../src/index.ts'
import { type Acquainted, acquainted } from './acquaintance.ts'
import type { TestHome, World } from './world.ts'

type HomeOptions = Parameters<World['addHome']>[2]

/** Two who know each other, and wrote each other once. */
async function pair(
  options: { readonly alice?: HomeOptions; readonly bob?: HomeOptions } = {}
): Promise<Acquainted> {
  const isDirect = { isDirect: true }
  const both = await acquainted({ alice: isDirect, bob: isDirect, ...options })
  await deliver(both, 'hello')
  await both.world.pass(500)
  return both
}

async function deliver(
  { world, alice, toBob }: Acquainted,
  text: string
): Promise<readonly string[]> {
  const { messageId } = await world.run(alice.client.send(toBob, text))
  assert.ok(messageId)
  const { storedAt } = await world.run(alice.client.waitForMessage(messageId, 'delivered'))
  return storedAt.map(({ relay }) => relay)
}

async function hasPaths({
  world,
  alice,
  bob,
  toBob,
  toAlice
}: Acquainted): Promise<readonly boolean[]> {
  const contacts = [alice.client.contact(toBob), bob.client.contact(toAlice)]
  return (await world.run(Promise.all(contacts))).map(({ hasPath }) => hasPath)
}

function depositCount({ relays }: World): number {
  return relays.reduce((count, relay) => count + relay.depositCount, 0)
}

async function texts({ world, bob }: Acquainted): Promise<readonly string[]> {
  return (await world.run(bob.client.received())).map(({ text }) => text)
}

function numbers(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `number ${String(from + index)}`)
}

async function sendMany(
  { world, alice, toBob }: Acquainted,
  from: number,
  to: number
): Promise<void> {
  for (const text of numbers(from, to)) {
    await world.run(alice.client.send(toBob, text))
  }
}

/** Waits until bob has so many messages beside the first. */
async function arrive(both: Acquainted, count: number): Promise<void> {
  for (let tries = 0; (await texts(both)).length <= count; tries++) {
    assert.ok(tries < 600, 'messages are missing')
    await both.world.pass(100)
  }
}

function eventsOf(home: TestHome, type: ClientEvent['type']): readonly ClientEvent[] {
  const events: ClientEvent[] = []
  home.client.listen((event) => {
    if (event.type === type) {
      events.push(event)
    }
  })
  return events
}

describe('a direct path', () => {
  it('comes about by itself between two who allow it, and spares the relays', async () => {
    const both = await pair()
    assert.deepEqual(await hasPaths(both), [true, true])
    await both.world.pass(3_000)
    const before = depositCount(both.world)
    assert.deepEqual(await deliver(both, 'without a relay'), ['direct'])
    await sendMany(both, 1, 20)
    await arrive(both, 21)
    await both.world.pass(3_000)
    assert.equal(depositCount(both.world), before, 'messages and receipts went directly')
    assert.deepEqual(await texts(both), ['hello', 'without a relay', ...numbers(1, 20)])
  })

  it('needs only one of two to be dialled', async () => {
    for (const [alice, bob] of [
      [true, false],
      [false, true]
    ] as const) {
      const both = await pair({
        alice: { isDirect: true, isListening: alice },
        bob: { isDirect: true, isListening: bob }
      })
      await deliver(both, 'and again')
      await both.world.pass(500)
      assert.deepEqual(await hasPaths(both), [true, true])
      assert.deepEqual(await deliver(both, 'without a relay'), ['direct'])
    }
  })

  it('is one stream, although both dial', async () => {
    const both = await pair()
    const { world, alice, bob } = both
    await world.pass(1_000)
    const count = [alice.direct, bob.direct].map(
      (direct) => direct && world.network.streamsOf(direct.nodeKey).length
    )
    assert.deepEqual(count, [1, 1])
  })

  it('goes on although every relay is gone', async () => {
    const both = await pair()
    await Promise.all(both.world.relays.map((relay) => relay.stop()))
    await both.world.pass(1_000)
    assert.deepEqual(await deliver(both, 'the two of us'), ['direct'])
  })

  for (const [who, options] of [
    ['who writes', { alice: { isDirect: false } }],
    ['who is written to', { bob: { isDirect: false } }]
  ] as const) {
    it(`is not there where it is relays only for ${who}`, async () => {
      const both = await pair(options)
      assert.deepEqual(await hasPaths(both), [false, false])
      assert.equal((await deliver(both, 'through relays')).includes('direct'), false)
      const quiet = 'alice' in options ? both.alice : both.bob
      assert.equal(quiet.direct, undefined, 'nothing listens')
    })
  }

  it('ends at once for a contact for whom it is switched off, on either side', async () => {
    for (const side of ['alice', 'bob'] as const) {
      const both = await pair()
      const { world } = both
      const contactId = side === 'alice' ? both.toBob : both.toAlice
      const changed = await world.run(both[side].client.setDirect(contactId, 'off'))
      assert.equal(changed.direct, 'off')
      await world.pass(200)
      assert.deepEqual(await hasPaths(both), [false, false])
      assert.equal((await deliver(both, 'through relays')).includes('direct'), false)
      await world.pass(60_000, 1_000)
      await deliver(both, 'and again')
      assert.deepEqual(await hasPaths(both), [false, false])
    }
  })

  it('may be switched on for one contact alone', async () => {
    const both = await pair({ alice: { isDirect: false } })
    await both.world.run(both.alice.client.setDirect(both.toBob, 'on'))
    await deliver(both, 'where I am')
    await both.world.pass(500)
    assert.deepEqual(await hasPaths(both), [true, true])
    assert.deepEqual(await deliver(both, 'without a relay'), ['direct'])
  })

  it('ends with the setting, and comes again with it', async () => {
    const both = await pair()
    const { world, alice } = both
    await world.run(alice.client.changeSettings({ isDirect: false }))
    await world.pass(200)
    assert.deepEqual(await hasPaths(both), [false, false])
    await world.run(alice.client.changeSettings({ isDirect: true }))
    await deliver(both, 'here again')
    await world.pass(500)
    assert.deepEqual(await hasPaths(both), [true, true])
  })
})

describe('a direct path that fails', () => {
  it('loses nothing and doubles nothing, wherever it is cut', async () => {
    const both = await pair()
    const { world, bob } = both
    for (let round = 0; round < 8; round++) {
      const sending = sendMany(both, 1 + round * 5, 5 + round * 5)
      await world.pass(round * 2, 1)
      world.network.cut(bob.direct?.nodeKey)
      await world.run(sending)
      await world.pass(40_000, 500)
      await deliver(both, `round ${String(round)}`)
    }
    await arrive(both, 48)
    const got = await texts(both)
    assert.equal(new Set(got).size, got.length, 'nothing is doubled')
    assert.equal(got.length, 1 + 40 + 8)
  })

  it('leaves a message to the relays after two seconds of silence', async () => {
    const both = await pair()
    const { world, bob, alice, toBob } = both
    assert.ok(bob.direct)
    world.network.stall(bob.direct.nodeKey)
    const before = depositCount(world)
    const { messageId } = await world.run(alice.client.send(toBob, 'is anybody there?'))
    assert.ok(messageId)
    await world.pass(1_500)
    assert.equal(depositCount(world), before, 'the relays wait')
    await world.pass(1_500)
    assert.ok(depositCount(world) > before, 'and then do not')
    await arrive(both, 1)
    await world.run(alice.client.waitForMessage(messageId, 'on-relay'))
    world.network.heal()
    await world.pass(3_000)
    const { state } = await world.run(alice.client.message(messageId))
    assert.equal(state, 'delivered')
    assert.deepEqual(await texts(both), ['hello', 'is anybody there?'])
  })

  it('is no bug where it is switched off while it is dialled', async () => {
    const both = await pair()
    const { world, alice, bob } = both
    assert.ok(bob.direct)
    world.network.cut(bob.direct.nodeKey)
    world.network.stall(bob.direct.nodeKey)
    await world.pass(60_000, 500)
    await world.run(alice.client.send(both.toBob, 'where are you?'))
    await world.pass(100)
    await world.run(alice.client.changeSettings({ isDirect: false }))
    await world.pass(20_000, 500)
    const dials = alice.log.entries.filter(({ event }) => event === 'client.direct.dial.failed')
    assert.ok(dials.length > 0)
    assert.deepEqual(
      dials.filter(({ fields }) => fields['code'] !== 'SEALPOST_DIAL_FAILED'),
      []
    )
  })

  it('goes on after either side is killed and started again', async () => {
    const both = await pair()
    const { world, alice, bob } = both
    bob.kill()
    await sendMany(both, 1, 5)
    await bob.open()
    await arrive(both, 5)
    alice.kill()
    await alice.open()
    await sendMany(both, 6, 10)
    await arrive(both, 10)
    await world.pass(2_000)
    assert.deepEqual(await texts(both), ['hello', ...numbers(1, 10)])
    await deliver(both, 'and here we are')
    await world.pass(1_000)
    assert.deepEqual(await hasPaths(both), [true, true])
  })

  it('is cut where the other side sends what is no frame', async () => {
    const both = await pair()
    const { world, bob, alice } = both
    const mallory = world.network.transport()
    assert.ok(bob.direct)
    const { nodeKey, addresses } = bob.direct
    const stream = await mallory.dial({ nodeKey, addresses }, new AbortController())
    const closes: unknown[] = []
    stream.attach({ onFrames: () => undefined, onClose: (error) => closes.push(error?.code) })
    stream.send(Uint8Array.of(0xff, 0xff, 0xff))
    await world.pass(500)
    assert.deepEqual(closes, ['SEALPOST_CONNECTION_CLOSED'])
    assert.deepEqual(await hasPaths(both), [true, true])
    assert.deepEqual(await deliver(both, 'still here'), ['direct'])
    assert.ok(alice.direct)
  })
})

describe('live content', () => {
  for (const [way, isDirect] of [
    ['directly', true],
    ['through a relay', false]
  ] as const) {
    it(`tells ${way} that somebody writes, for as long as that is so`, async () => {
      const both = await pair({ alice: { isDirect }, bob: { isDirect } })
      const { world, alice, bob, toBob, toAlice } = both
      const events = eventsOf(bob, 'typing')
      alice.client.setTyping(toBob, true)
      await world.pass(1_000)
      assert.deepEqual(events, [], 'it is off by default')
      await world.run(alice.client.changeSettings({ isTypingShown: true }))
      const before = depositCount(world)
      alice.client.setTyping(toBob, true)
      await world.pass(1_000)
      assert.deepEqual(events, [{ type: 'typing', contactId: toAlice, isTyping: true }])
      await world.pass(15_000, 500)
      assert.deepEqual(events.slice(1), [{ type: 'typing', contactId: toAlice, isTyping: false }])
      assert.equal(depositCount(world), before, 'nothing is stored')
      alice.client.setTyping(toBob, true)
      await world.pass(1_000)
      await deliver(both, 'there it is')
      assert.equal(events.length, 4, 'a message ends it')
    })
  }

  it('tells that somebody is there, and that they left', async () => {
    const both = await pair()
    const { world, alice, bob, toAlice } = both
    const events = eventsOf(bob, 'presence')
    await world.run(alice.client.changeSettings({ isPresenceShown: true }))
    await world.pass(1_000)
    assert.deepEqual(events, [{ type: 'presence', contactId: toAlice, isOnline: true }])
    assert.equal((await world.run(bob.client.contact(toAlice))).isOnline, true)
    await world.run(alice.close())
    await world.pass(1_000)
    assert.deepEqual(events.slice(1), [{ type: 'presence', contactId: toAlice, isOnline: false }])
  })
})

describe('settings', () => {
  it('are what was chosen, over restarts too', async () => {
    const { world, alice } = await pair()
    const chosen = {
      lifetime: 3,
      isTypingShown: true,
      isPresenceShown: true,
      isReadShown: false,
      isDirect: false
    } as const
    assert.deepEqual(alice.client.settings(), {
      lifetime: 2,
      isTypingShown: false,
      isPresenceShown: false,
      isReadShown: true,
      isDirect: true
    })
    assert.deepEqual(await world.run(alice.client.changeSettings(chosen)), chosen)
    alice.kill()
    await alice.open()
    assert.deepEqual(alice.client.settings(), chosen)
  })

  it('keep what was read from the sender where it is not shown', async () => {
    const both = await pair()
    const { world, alice, bob, toBob } = both
    await world.run(bob.client.changeSettings({ isReadShown: false }))
    const { messageId } = await world.run(alice.client.send(toBob, 'did you see?'))
    assert.ok(messageId)
    await world.run(alice.client.waitForMessage(messageId, 'delivered'))
    await world.run(bob.client.markShown(await world.run(bob.client.received())))
    await world.pass(2_000)
    assert.equal((await world.run(alice.client.message(messageId))).state, 'delivered')
  })
})
