/** Whole clients that cannot be dialled, as in browsers: paths by offers and answers, and what becomes of it when one is lost. */
import assert from 'node:assert/strict'
import { type Acquainted, acquainted } from './acquaintance.ts'
import type { World } from './world.ts'

type HomeOptions = Parameters<World['addHome']>[2]

const BROWSER: HomeOptions = { isDirect: true, isListening: false, takesOffers: true }

/** Two who know each other, and wrote each other once. */
async function pair(
  options: { readonly alice?: HomeOptions; readonly bob?: HomeOptions } = {}
): Promise<Acquainted> {
  const both = await acquainted({ alice: BROWSER, bob: BROWSER, ...options })
  await deliver(both, 'hello')
  await both.world.pass(1_000)
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

async function hasPaths(both: Acquainted): Promise<readonly boolean[]> {
  const { world, alice, bob, toBob, toAlice } = both
  const contacts = [alice.client.contact(toBob), bob.client.contact(toAlice)]
  return (await world.run(Promise.all(contacts))).map(({ hasPath }) => hasPath)
}

async function texts({ world, bob }: Acquainted): Promise<readonly string[]> {
  return (await world.run(bob.client.received())).map(({ text }) => text)
}

function depositCount({ relays }: World): number {
  return relays.reduce((count, relay) => count + relay.depositCount, 0)
}

async function sendMany({ world, alice, toBob }: Acquainted, count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    await world.run(alice.client.send(toBob, `number ${String(number)}`))
  }
}

describe('a path between two who cannot be dialled', () => {
  it('comes about by itself, is one stream, and spares the relays', async () => {
    const both = await pair()
    const { world, alice } = both
    assert.deepEqual(await hasPaths(both), [true, true])
    assert.equal(world.network.streamsOf(alice.direct?.nodeKey ?? raise()).length, 1)
    await world.pass(3_000)
    const before = depositCount(world)
    assert.deepEqual(await deliver(both, 'without a relay'), ['direct'])
    await sendMany(both, 20)
    await world.pass(3_000)
    assert.equal(depositCount(world), before, 'messages and receipts went directly')
    assert.equal((await texts(both)).length, 22)
  })

  for (const [who, options] of [
    ['who writes', { alice: { ...BROWSER, isDirect: false } }],
    ['who is written to', { bob: { ...BROWSER, isDirect: false } }]
  ] as const) {
    it(`is not even begun where it is relays only for ${who}`, async () => {
      const both = await pair(options)
      for (let count = 0; count < 5; count++) {
        assert.equal((await deliver(both, 'through relays')).includes('direct'), false)
        await both.world.pass(60_000, 1_000)
      }
      assert.equal(both.world.network.pathCount, 0)
      assert.deepEqual(await hasPaths(both), [false, false])
    })
  }

  it('ends at once for a contact for whom it is switched off, on either side', async () => {
    for (const side of ['alice', 'bob'] as const) {
      const both = await pair()
      const { world } = both
      const before = world.network.pathCount
      const contactId = side === 'alice' ? both.toBob : both.toAlice
      await world.run(both[side].client.setDirect(contactId, 'off'))
      await world.pass(200)
      assert.deepEqual(await hasPaths(both), [false, false])
      assert.equal((await deliver(both, 'through relays')).includes('direct'), false)
      await world.pass(60_000, 1_000)
      assert.equal(
        await world.run(both[side].client.contact(contactId)).then((c) => c.hasPath),
        false
      )
      const own = side === 'alice' ? both.bob : both.alice
      assert.ok(own.direct !== undefined && world.network.pathCount <= before + 1)
    }
  })

  it('is found again after either side was killed and started anew', async () => {
    const both = await pair()
    const { world, alice, bob } = both
    for (const home of [bob, alice]) {
      home.kill()
      await home.open()
      await world.pass(1_000)
      await deliver(both, 'are you there?')
      await world.pass(30_000, 500)
      await deliver(both, 'here I am')
      await world.pass(30_000, 500)
      assert.deepEqual(await hasPaths(both), [true, true])
      assert.deepEqual(await deliver(both, 'without a relay'), ['direct'])
    }
  })

  it('loses nothing and doubles nothing, wherever it is cut', async () => {
    const both = await pair()
    const { world, bob } = both
    let count = 1
    for (let round = 0; round < 6; round++) {
      const sending = sendMany(both, 5)
      await world.pass(round * 2, 1)
      world.network.cut(bob.direct?.nodeKey)
      await world.run(sending)
      await world.pass(40_000, 500)
      await deliver(both, `round ${String(round)}`)
      count += 6
    }
    assert.equal((await texts(both)).length, count)
  })

  it('that cannot be found leaves everything to the relays, and is tried less and less', async () => {
    const both = await acquainted({ alice: BROWSER, bob: BROWSER })
    const { world, alice, bob } = both
    await world.pass(100)
    for (const { direct } of [alice, bob]) {
      world.network.stall(direct?.nodeKey ?? raise())
    }
    const live = (): number => world.relays.reduce((count, relay) => count + relay.liveCount, 0)
    const counts: number[] = []
    for (let part = 0; part < 3; part++) {
      const before = live()
      for (let minute = 0; minute < 5; minute++) {
        assert.equal((await deliver(both, 'through relays')).includes('direct'), false)
        await world.pass(60_000, 1_000)
      }
      counts.push(live() - before)
    }
    assert.ok(world.network.pathCount > 0)
    assert.ok((counts[2] ?? 0) < (counts[0] ?? 0), String(counts))
    assert.ok((counts[0] ?? 0) <= 60, String(counts))
  })

  it('is there between one who is dialled and one who dials, too', async () => {
    const both = await pair({ alice: { isDirect: true, isListening: true, takesOffers: true } })
    assert.deepEqual(await hasPaths(both), [true, true])
    assert.ok(both.world.network.pathCount > 0)
    const dialling = await pair({ alice: { isDirect: true, isListening: true } })
    assert.deepEqual(await hasPaths(dialling), [true, true])
    assert.equal(dialling.world.network.pathCount, 0)
  })
})

function raise(): never {
  throw new Error('there is no direct transport')
}
