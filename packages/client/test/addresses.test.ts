/** People who move, go away, and have wrong clocks; relays that die, forget, and remember too much. */
import assert from 'node:assert/strict'
import { formatRelayAddress, nodeKeys } from '@sealpost/protocol'
import type { Relay } from '../src/index.ts'
import { type TestHome, type TestRelay, World } from './world.ts'

const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS

interface Pair {
  readonly world: World
  readonly alice: TestHome
  readonly bob: TestHome
  readonly sent: { readonly alice: string[]; readonly bob: string[] }
}

/** Alice and bob, who know each other; each at relays of their own. */
async function pair(aliceCount: number, bobCount: number, spareCount = 0): Promise<Pair> {
  const world = new World()
  await world.addRelays(aliceCount + bobCount + spareCount)
  const alice = await world.addHome('alice', world.relays.slice(0, aliceCount))
  const bob = await world.addHome('bob', world.relays.slice(aliceCount, aliceCount + bobCount))
  await alice.open()
  await bob.open()
  await world.meet(alice, bob)
  await world.run(Promise.all([alice.client.settle(), bob.client.settle()]))
  return { world, alice, bob, sent: { alice: [], bob: [] } }
}

function relay({ world }: Pair, index: number): TestRelay {
  const found = world.relays[index]
  assert.ok(found !== undefined)
  return found
}

/** Sends, where the client is open. */
async function say(both: Pair, who: 'alice' | 'bob', count = 1): Promise<void> {
  const { client } = both[who]
  const { contactId } = await both.world.run(client.findContact(who === 'alice' ? 'bob' : 'alice'))
  for (let number = 0; number < count; number++) {
    const text = `${who} ${String(both.sent[who].length + 1)}`
    both.sent[who].push(text)
    await both.world.run(client.send(contactId, text))
  }
}

/** Both are there for a while, until all of it is delivered: at most 20 minutes, as long as any wait of theirs for a relay. */
async function meetAgain({ world, alice, bob }: Pair): Promise<void> {
  for (let round = 0; round < 40; round++) {
    await world.pass(round < 5 ? 2_000 : 30_000, round < 5 ? 100 : 500)
    let isDone = true
    for (const { client } of [alice, bob]) {
      for (const { contactId } of await world.run(client.contacts())) {
        const messages = await world.run(client.messages(contactId, { limit: 1_000 }))
        isDone &&= messages.every(
          ({ kind, state }) => kind !== 'sent' || state === 'delivered' || state === 'read'
        )
      }
    }
    if (isDone) {
      return
    }
  }
}

/** Each has what the other sent, once and in order, and every message is receipted. */
async function checkAll(both: Pair): Promise<void> {
  const { world, alice, bob, sent } = both
  for (const [reader, expected] of [
    [alice, sent.bob],
    [bob, sent.alice]
  ] as const) {
    const got = await world.run(reader.client.received())
    assert.deepEqual(
      got.map(({ text }) => text),
      expected
    )
    const [contact] = await world.run(reader.client.contacts())
    assert.ok(contact !== undefined)
    const messages = await world.run(reader.client.messages(contact.contactId, { limit: 1_000 }))
    for (const { text, kind, state } of messages) {
      assert.ok(kind !== 'sent' || state === 'delivered', `${text} is ${String(state)}`)
    }
  }
}

function addressOf(relays: TestRelay): string {
  return formatRelayAddress(relays.address)
}

describe('an account’s relays', () => {
  it('are tested with a whole message', async () => {
    const { world, alice } = await pair(1, 1, 1)
    const spare = relay({ world } as Pair, 2)
    spare.clockErrorMs = 2 * DAY_MS
    await spare.stop()
    await assert.rejects(world.run(alice.client.testRelay(addressOf(spare))), {
      code: 'SEALPOST_DIAL_FAILED'
    })
    await spare.start()
    const report = await world.run(alice.client.testRelay(addressOf(spare)))
    assert.equal(report.problem, undefined)
    assert.ok(Math.abs(report.clockOffsetMs - 2 * DAY_MS) < 1_000, String(report.clockOffsetMs))
    assert.deepEqual(spare.disk.rows('mailbox'), [], 'nothing is left of it')
    spare.lie = 'stores-nothing'
    const lied = await world.run(alice.client.testRelay(addressOf(spare)))
    assert.equal(lied.problem, 'SEALPOST_REPLY_TIMEOUT')
  })

  it('are added and removed, with a code for what cannot be', async () => {
    const both = await pair(1, 1, 5)
    const { world, alice } = both
    const { client } = alice
    const first = relay(both, 0)
    const spares = world.relays.slice(2)
    await assert.rejects(client.addRelay('hello'), { code: 'SEALPOST_ADDRESS_INVALID' })
    await assert.rejects(client.addRelay(addressOf(first)), { code: 'SEALPOST_KNOWN_RELAY' })
    await assert.rejects(client.removeRelay(first.address.nodeKey), { code: 'SEALPOST_LAST_RELAY' })
    await assert.rejects(client.removeRelay(nodeKeys.fromBytes(new Uint8Array(32))), {
      code: 'SEALPOST_UNKNOWN_RELAY'
    })
    for (const spare of spares.slice(0, 4)) {
      const added = await world.run(client.addRelay(addressOf(spare)))
      assert.equal(added.nodeKey, spare.address.nodeKey)
      assert.ok(added.isOwn)
    }
    const [last] = spares.slice(4)
    assert.ok(last !== undefined)
    await assert.rejects(client.addRelay(addressOf(last)), { code: 'SEALPOST_TOO_MANY_RELAYS' })
    await world.run(client.removeRelay(first.address.nodeKey))
    const own = client.relays().filter(({ isOwn }) => isOwn)
    assert.deepEqual(
      own.map(({ nodeKey }) => nodeKey).sort(),
      spares.slice(0, 4).map(({ address }) => address.nodeKey)
    )
    await alice.close()
    await alice.open()
    assert.equal(alice.client.relays().filter(({ isOwn }) => isOwn).length, 4)
    await meetAgain(both)
    await say(both, 'bob', 2)
    await meetAgain(both)
    await checkAll(both)
  })

  it('are not added where they cannot keep anything', async () => {
    const both = await pair(1, 1, 1)
    const { world, alice } = both
    relay(both, 2).lie = 'stores-nothing'
    await assert.rejects(world.run(alice.client.addRelay(addressOf(relay(both, 2)))), {
      code: 'SEALPOST_REPLY_TIMEOUT'
    })
    assert.equal(alice.client.relays().filter(({ isOwn }) => isOwn).length, 1)
  })

  it('are replaced altogether while a contact is away for three weeks', async () => {
    const both = await pair(2, 1, 2)
    const { world, alice, bob } = both
    await say(both, 'bob', 2)
    await world.run(bob.client.settle())
    bob.client.setOnline(false)
    await say(both, 'bob', 2)
    for (const index of [3, 4]) {
      await world.run(alice.client.addRelay(addressOf(relay(both, index))))
    }
    for (const index of [0, 1]) {
      await world.run(alice.client.removeRelay(relay(both, index).address.nodeKey))
    }
    await say(both, 'alice', 3)
    await world.run(alice.client.settle())
    await world.skip(3 * WEEK_MS)
    await relay(both, 0).stop()
    await relay(both, 1).stop()
    bob.client.setOnline(true)
    await meetAgain(both)
    await say(both, 'bob', 3)
    await meetAgain(both)
    await checkAll(both)
  })

  it('that moved to another address are found there, also by contacts', async () => {
    const both = await pair(1, 1)
    const { world, alice } = both
    const moved = relay(both, 0)
    await say(both, 'bob')
    await meetAgain(both)
    await moved.moveTo(9_999)
    await say(both, 'bob', 2)
    const own = await world.run(alice.client.addRelay(addressOf(moved)))
    assert.equal(own.address, addressOf(moved))
    assert.equal(alice.client.relays().filter(({ isOwn }) => isOwn).length, 1)
    await assert.rejects(alice.client.addRelay(addressOf(moved)), { code: 'SEALPOST_KNOWN_RELAY' })
    await meetAgain(both)
    await say(both, 'bob', 2)
    await meetAgain(both)
    await checkAll(both)
  })

  it('are changed whenever the move is interrupted by a kill', async () => {
    for (let commits = 1; ; commits += 3) {
      const both = await pair(1, 1, 1)
      const { world, alice, bob } = both
      await say(both, 'bob')
      const killAt = alice.disk.commitCount + commits
      const [from, to] = [relay(both, 0), relay(both, 2)]
      const moving = (async (): Promise<void> => {
        await alice.client.addRelay(addressOf(to))
        await alice.client.removeRelay(from.address.nodeKey)
      })()
      moving.catch(() => undefined)
      let isKilled = false
      for (let step = 0; step < 300 && !isKilled; step++) {
        await world.pass(5, 5)
        if (alice.disk.commitCount >= killAt) {
          alice.kill(commits % 2)
          isKilled = true
        }
      }
      if (!isKilled) {
        assert.ok(commits > 5, 'a move writes something')
        return
      }
      await alice.open()
      const isOwn = ({ address }: TestRelay): boolean =>
        alice.client.relays().some((own) => own.isOwn && own.nodeKey === address.nodeKey)
      if (!isOwn(to)) {
        await world.run(alice.client.addRelay(addressOf(to)))
      }
      if (isOwn(from)) {
        await world.run(alice.client.removeRelay(from.address.nodeKey))
      }
      await say(both, 'bob')
      await meetAgain(both)
      await from.stop()
      await say(both, 'bob')
      await say(both, 'alice')
      await meetAgain(both)
      await checkAll(both)
      await alice.close()
      await bob.close()
    }
  }).timeout(60_000)

  it('that close are left for the others while they deliver, and nothing is lost', async () => {
    const world = new World()
    await world.addRelays(2)
    const [rita, rosa] = world.relays
    assert.ok(rita !== undefined && rosa !== undefined)
    const [alice, bob] = [
      await world.addHome('alice', world.relays),
      await world.addHome('bob', world.relays)
    ]
    await alice.open()
    await bob.open()
    await world.meet(alice, bob)
    const both: Pair = { world, alice, bob, sent: { alice: [], bob: [] } }
    await say(both, 'alice', 2)
    // What bob has not fetched when his relay closes, and what is written to him meanwhile.
    await bob.close()
    await say(both, 'alice', 2)
    rita.giveUp(world.clock.wallMs() + 30 * DAY_MS)
    await world.pass(2_000, 100)
    await say(both, 'alice')
    await bob.open()
    await meetAgain(both)
    for (const { client } of [alice, bob]) {
      const own = client.relays().filter(({ isOwn }) => isOwn)
      assert.deepEqual(
        own.map(({ nodeKey }) => nodeKey),
        [rosa.address.nodeKey]
      )
      const left: Relay | undefined = client
        .relays()
        .find(({ nodeKey }) => nodeKey === rita.address.nodeKey)
      assert.equal(left?.capacity, 'no-new-mailboxes')
      assert.ok(left.isServed && left.closesAtMs !== undefined)
    }
    await say(both, 'bob', 2)
    await meetAgain(both)
    await rita.stop()
    await say(both, 'alice', 2)
    await say(both, 'bob')
    await meetAgain(both)
    await checkAll(both)
  }).timeout(20_000)

  it('that close, and are the only one of both, are left as soon as another is named', async () => {
    const world = new World()
    await world.addRelays(3)
    const [rita, rosa, ruth] = world.relays
    assert.ok(rita !== undefined && rosa !== undefined && ruth !== undefined)
    const alice = await world.addHome('alice', [rita])
    const bob = await world.addHome('bob', [rita])
    await alice.open()
    await bob.open()
    await world.meet(alice, bob)
    const both: Pair = { world, alice, bob, sent: { alice: [], bob: [] } }
    rita.giveUp(world.clock.wallMs() + 30 * DAY_MS)
    await world.pass(2_000, 100)
    await say(both, 'alice', 2)
    await say(both, 'bob', 2)
    for (const [home, to] of [
      [alice, rosa],
      [bob, ruth]
    ] as const) {
      assert.ok(home.client.relays().some(({ closesAtMs }) => closesAtMs !== undefined))
      await world.run(home.client.addRelay(addressOf(to)))
    }
    await meetAgain(both)
    for (const [home, to] of [
      [alice, rosa],
      [bob, ruth]
    ] as const) {
      const own = home.client.relays().filter(({ isOwn }) => isOwn)
      assert.deepEqual(
        own.map(({ nodeKey }) => nodeKey),
        [to.address.nodeKey]
      )
    }
    await rita.stop()
    await say(both, 'alice', 2)
    await say(both, 'bob', 2)
    await meetAgain(both)
    await checkAll(both)
  }).timeout(20_000)

  it('that died are replaced, and contacts find the new one', async () => {
    const both = await pair(2, 1, 1)
    const { world, alice } = both
    await say(both, 'bob')
    await relay(both, 0).stop()
    await say(both, 'bob', 2)
    await world.run(alice.client.addRelay(addressOf(relay(both, 3))))
    await world.run(alice.client.removeRelay(relay(both, 0).address.nodeKey))
    await meetAgain(both)
    await relay(both, 1).stop()
    await say(both, 'bob', 2)
    await meetAgain(both)
    await checkAll(both)
    assert.equal(alice.client.relays().find(({ isOwn }) => isOwn)?.isServed, true)
  })
})

describe('somebody who is away', () => {
  for (const weeks of [1, 3, 8, 20]) {
    it(`for ${String(weeks)} weeks gets what was sent, and sends what waited`, async () => {
      const both = await pair(2, 2)
      const { world, alice, bob } = both
      await say(both, 'alice')
      await say(both, 'bob')
      await meetAgain(both)
      bob.client.setOnline(false)
      await say(both, 'bob', 2)
      await say(both, 'alice', 2)
      await world.skip((weeks / 2) * WEEK_MS)
      await say(both, 'alice', 2)
      await bob.close()
      await world.skip((weeks / 2) * WEEK_MS)
      await say(both, 'alice')
      await bob.open()
      await meetAgain(both)
      await checkAll(both)
      await say(both, 'bob', 2)
      await say(both, 'alice', 2)
      await meetAgain(both)
      await checkAll(both)
      assert.ok(alice.client.relays().every(({ phase }) => phase !== 'dialing'))
    })
  }

  it('while the other is too, for 8 weeks', async () => {
    const both = await pair(2, 2)
    const { world, alice, bob } = both
    await say(both, 'alice')
    await meetAgain(both)
    alice.client.setOnline(false)
    bob.client.setOnline(false)
    await say(both, 'alice', 2)
    await say(both, 'bob', 2)
    await world.skip(8 * WEEK_MS)
    bob.client.setOnline(true)
    await world.pass(60_000, 500)
    bob.client.setOnline(false)
    await world.skip(WEEK_MS)
    alice.client.setOnline(true)
    bob.client.setOnline(true)
    await meetAgain(both)
    await checkAll(both)
  })

  it('in turns, over 60 days in which mailboxes turn and a relay is replaced', async () => {
    const both = await pair(2, 2, 1)
    const { world, alice, bob } = both
    for (let day = 0; day < 60; day++) {
      const [here, away] = day % 2 === 0 ? [alice, bob] : [bob, alice]
      away.client.setOnline(false)
      here.client.setOnline(true)
      await world.pass(2_000, 100)
      await say(both, here === alice ? 'alice' : 'bob')
      if (day === 20) {
        await relay(both, 0).stop()
      } else if (day === 24) {
        await world.run(alice.client.addRelay(addressOf(relay(both, 4))))
        await world.run(alice.client.removeRelay(relay(both, 0).address.nodeKey))
      }
      await world.pass(2_000, 100)
      here.client.setOnline(false)
      await world.skip(DAY_MS)
    }
    alice.client.setOnline(true)
    bob.client.setOnline(true)
    await meetAgain(both)
    await checkAll(both)
    assert.equal(both.sent.alice.length + both.sent.bob.length, 60)
  }).timeout(60_000)
})

describe('prekeys', () => {
  it('that were renewed meanwhile still open what is made with the old ones', async () => {
    const world = new World()
    await world.addRelays(2)
    const alice = await world.addHome('alice')
    const bob = await world.addHome('bob')
    await alice.open()
    await bob.open()
    await world.skip(27 * DAY_MS)
    await world.pass(600_000, 1_000)
    const { link } = await world.run(alice.client.invite({ expiresInMs: 29 * DAY_MS }))
    await world.run(alice.client.settle())
    const prekeys = alice.disk.rows('signed-prekey').length
    await world.skip(27 * DAY_MS)
    await world.pass(600_000, 1_000)
    assert.ok(alice.disk.rows('signed-prekey').length > prekeys, 'they were renewed')
    const { contactId } = await world.run(bob.client.add(link))
    await world.run(bob.client.waitForContact(contactId, 'accepted'))
    const both = { world, alice, bob, sent: { alice: [], bob: [] } }
    await say(both, 'alice', 2)
    await say(both, 'bob', 2)
    await meetAgain(both)
    await checkAll(both)
  })
})

describe('a relay', () => {
  it('that was wiped while its owner was away is given everything again', async () => {
    const both = await pair(1, 1)
    const { world, bob } = both
    bob.client.setOnline(false)
    await say(both, 'alice', 3)
    await world.run(both.alice.client.settle())
    await relay(both, 1).wipe()
    await world.skip(DAY_MS)
    bob.client.setOnline(true)
    await meetAgain(both)
    await checkAll(both)
  })

  it('that is restored from a backup of five weeks ago keeps no mailbox that was destroyed', async () => {
    const both = await pair(1, 1)
    const { world, alice, bob } = both
    const bobs = relay(both, 1)
    await say(both, 'alice', 2)
    await meetAgain(both)
    bob.client.setOnline(false)
    await say(both, 'alice', 2)
    await world.run(alice.client.settle())
    const backup = bobs.backUp()
    const before = new Set(bobs.disk.rows('mailbox').map(({ key }) => key))
    bob.client.setOnline(true)
    await meetAgain(both)
    for (let week = 0; week < 5; week++) {
      bob.client.setOnline(false)
      await world.skip(WEEK_MS)
      bob.client.setOnline(true)
      await world.pass(30_000, 500)
    }
    bob.client.setOnline(false)
    const present = new Set(bobs.disk.rows('mailbox').map(({ key }) => key))
    const gone = [...before].filter((id) => !present.has(id))
    assert.ok(gone.length >= 3, 'some were destroyed since')
    await bobs.restore(backup)
    await say(both, 'alice', 2)
    await world.pass(60_000, 500)
    bob.client.setOnline(true)
    await meetAgain(both)
    await world.pass(60_000, 500)
    const after = new Set(bobs.disk.rows('mailbox').map(({ key }) => key))
    assert.deepEqual(
      gone.filter((id) => after.has(id)),
      []
    )
    // What alice found such a mailbox for is deposited anew when most of its lifetime has passed.
    await world.skip(12 * DAY_MS)
    await meetAgain(both)
    await checkAll(both)
  })
})

describe('a clock', () => {
  for (const [errorMs, name] of [
    [2 * 3_600_000, 'two hours fast'],
    [-2 * 3_600_000, 'two hours slow'],
    [WEEK_MS, 'a week fast'],
    [-WEEK_MS, 'a week slow']
  ] as const) {
    it(`that is ${name}, then put right, then wrong again, loses nothing`, async () => {
      const both = await pair(2, 2)
      const { world, alice, bob } = both
      bob.clockErrorMs = errorMs
      await world.pass(61_000, 1_000)
      await say(both, 'bob', 2)
      await say(both, 'alice', 2)
      await meetAgain(both)
      await bob.close()
      await world.skip(9 * DAY_MS)
      await say(both, 'alice')
      await bob.open()
      await meetAgain(both)
      bob.clockErrorMs = 0
      await world.pass(61_000, 1_000)
      await say(both, 'bob', 2)
      await meetAgain(both)
      await world.skip(9 * DAY_MS)
      alice.clockErrorMs = errorMs
      await say(both, 'bob')
      await say(both, 'alice')
      await meetAgain(both)
      await checkAll(both)
    })
  }

  it('of one relay of three that is days wrong moves nobody’s mailboxes', async () => {
    const both = await pair(3, 1)
    const { world, alice } = both
    relay(both, 1).clockErrorMs = 40 * DAY_MS
    await alice.close()
    await alice.open()
    await say(both, 'bob', 2)
    await meetAgain(both)
    await world.skip(9 * DAY_MS)
    await say(both, 'bob', 2)
    await meetAgain(both)
    await checkAll(both)
  })

  it('of the only relay that is a week wrong, then right, loses nothing', async () => {
    const both = await pair(1, 1)
    const { world } = both
    for (const errorMs of [WEEK_MS, 0, -WEEK_MS, 0]) {
      for (const index of [0, 1]) {
        const wrong = relay(both, index)
        await wrong.stop()
        wrong.clockErrorMs = index === 0 ? errorMs : 0
        await wrong.start()
      }
      await world.pass(20_000, 500)
      await say(both, 'bob', 2)
      await say(both, 'alice', 2)
      await meetAgain(both)
      await world.skip(5 * DAY_MS)
    }
    await meetAgain(both)
    await checkAll(both)
  })
})
