import { fromBinary, toBinary } from '@bufbuild/protobuf'
import assert from 'node:assert/strict'
import type { Mutation } from '@sealpost/core'
import type { ContactId } from '@sealpost/protocol'
import { MessageRowSchema } from '@sealpost/protocol/home'
import type { Message } from '../src/index.ts'
import { type Acquainted, acquainted } from './acquaintance.ts'
import { rowsIn, vaultOf } from './home-rows.ts'
import type { TestHome } from './world.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Two who have written to each other. */
async function pair(relayCount = 2): Promise<Acquainted> {
  const both = await acquainted({ relayCount })
  await say(both, 'alice', 'hello bob')
  await say(both, 'bob', 'hello alice')
  await both.world.pass(5_000)
  return both
}

function say(
  { world, alice, bob, toBob, toAlice }: Acquainted,
  who: 'alice' | 'bob',
  text: string
): Promise<Message> {
  return world.run(
    who === 'alice' ? alice.client.send(toBob, text) : bob.client.send(toAlice, text)
  )
}

/** What each of the two has of the other, and how their own were received. */
async function conversation({ world, alice, bob, toBob, toAlice }: Acquainted): Promise<{
  readonly atAlice: readonly string[]
  readonly atBob: readonly string[]
  readonly isDelivered: boolean
  readonly kinds: ReadonlySet<string>
}> {
  const of = (home: TestHome, id: ContactId): Promise<readonly Message[]> =>
    world.run(home.client.messages(id, { limit: 1_000 }))
  const [a, b] = [await of(alice, toBob), await of(bob, toAlice)]
  const received = (messages: readonly Message[]): readonly string[] =>
    messages.filter(({ kind }) => kind === 'received').map(({ text }) => text)
  const sent = [...a, ...b].filter(({ kind }) => kind === 'sent')
  return {
    atAlice: received(a),
    atBob: received(b),
    isDelivered: sent.every(({ state }) => state === 'delivered' || state === 'read'),
    kinds: new Set([...a, ...b].map(({ kind }) => kind))
  }
}

/** Both end with the whole conversation, and no trace of what went wrong. */
async function checkWhole(
  both: Acquainted,
  fromAlice: readonly string[],
  fromBob: readonly string[],
  waitMs = 10 * MINUTE_MS
): Promise<void> {
  await both.world.pass(waitMs, 1_000)
  const { atAlice, atBob, isDelivered, kinds } = await conversation(both)
  assert.deepEqual(atBob, ['hello bob', ...fromAlice])
  assert.deepEqual(atAlice, ['hello alice', ...fromBob])
  assert.ok(isDelivered, 'everything was receipted')
  assert.ok(!kinds.has('unreadable') && !kinds.has('missing'), [...kinds].join(' '))
}

/** The session of a home that is open: it is closed, and opened again with what `change` makes of the session's row. */
async function withSession(
  { world, alice, bob }: Acquainted,
  home: TestHome,
  change: (key: string) => Mutation | undefined
): Promise<Uint8Array> {
  const { identityKey } = (home === alice ? bob : alice).client.profile
  const key = `${identityKey}.1`
  await world.run(home.close())
  const vault = await vaultOf(home, world.nextSeed())
  const [session] = await vault.getMany([{ table: 'session', key }])
  assert.ok(session)
  const changed = change(key)
  await vault.commit(changed === undefined ? [] : [changed])
  await vault.close()
  await home.open()
  return session
}

const erased = (key: string): Mutation => ({ type: 'erase', table: 'session', key })
const garbled = (key: string): Mutation => {
  return { type: 'write', table: 'session', key, value: Uint8Array.of(0xff, 0, 0xff, 1, 2, 3) }
}

describe('a session that breaks', () => {
  for (const [title, change] of [
    ['is lost', erased],
    ['cannot be read', garbled]
  ] as const) {
    it(`costs nothing where the sender's ${title}`, async () => {
      const both = await pair()
      await withSession(both, both.alice, change)
      await say(both, 'alice', 'one')
      await say(both, 'bob', 'two')
      await checkWhole(both, ['one'], ['two'])
    })

    it(`costs nothing where the recipient's ${title}`, async () => {
      const both = await pair()
      await withSession(both, both.bob, change)
      await say(both, 'alice', 'one')
      await say(both, 'alice', 'two')
      await checkWhole(both, ['one', 'two'], [])
      await say(both, 'bob', 'three')
      await say(both, 'alice', 'four')
      await checkWhole(both, ['one', 'two', 'four'], ['three'])
    })

    it(`costs nothing where both sides' ${title}, and both write at once`, async () => {
      const both = await pair()
      await withSession(both, both.alice, change)
      await withSession(both, both.bob, change)
      await Promise.all([say(both, 'alice', 'one'), say(both, 'bob', 'two')])
      await checkWhole(both, ['one'], ['two'])
      await say(both, 'alice', 'three')
      await say(both, 'bob', 'four')
      await checkWhole(both, ['one', 'three'], ['two', 'four'])
    })
  }

  for (const who of ['alice', 'bob'] as const) {
    it(`costs nothing where ${who}'s goes back to what it was some messages ago`, async () => {
      const both = await pair()
      const { world } = both
      const before = await withSession(both, both[who], () => undefined)
      for (const number of [1, 2, 3]) {
        await say(both, 'alice', `a${String(number)}`)
        await say(both, 'bob', `b${String(number)}`)
        await world.pass(2_000)
      }
      await withSession(both, both[who], (key) => {
        return { type: 'write', table: 'session', key, value: before }
      })
      await say(both, 'alice', 'a4')
      await say(both, 'bob', 'b4')
      await checkWhole(both, ['a1', 'a2', 'a3', 'a4'], ['b1', 'b2', 'b3', 'b4'], HOUR_MS)
    })
  }

  it('is followed by few messages: no storm', async () => {
    const both = await pair()
    const { world, alice, bob } = both
    await withSession(both, alice, erased)
    await withSession(both, bob, garbled)
    await say(both, 'alice', 'one')
    await say(both, 'bob', 'two')
    await checkWhole(both, ['one'], ['two'])
    const deposits = (): number =>
      world.relays.reduce((count, { depositCount }) => count + depositCount, 0)
    const before = deposits()
    await world.pass(HOUR_MS, 5_000)
    assert.equal(deposits(), before)
  })
})

describe('time without an answer', () => {
  it('of 35 days begins a session, and the conversation goes on', async () => {
    const both = await pair()
    const { world, bob } = both
    await say(both, 'alice', 'before')
    await world.pass(5_000)
    await bob.close()
    await say(both, 'alice', 'one')
    await world.pass(35 * DAY_MS, HOUR_MS)
    await say(both, 'alice', 'two')
    await world.pass(MINUTE_MS)
    await bob.open()
    await checkWhole(both, ['before', 'one', 'two'], [])
  })
})

describe('a bundle that was made anew', () => {
  it('begins sessions that can be read on both sides', async () => {
    const both = await pair(4)
    const { world, bob } = both
    await say(both, 'bob', 'one')
    await world.pass(5_000)
    await bob.close()
    await world.skip(29 * DAY_MS)
    await bob.open()
    await world.pass(5_000)
    await say(both, 'alice', 'two')
    await checkWhole(both, ['two'], ['one'])
    await withSession(both, both.alice, erased)
    await withSession(both, bob, erased)
    await say(both, 'alice', 'three')
    await say(both, 'bob', 'four')
    await checkWhole(both, ['two', 'three'], ['one', 'four'])
  })
})

describe('a message that no relay has, and no outbox any more', () => {
  /** Alice writes three, and the second is gone before a relay has it, as after a receipt that was none. */
  async function lose(both: Acquainted, isReceipted = false): Promise<void> {
    const { world, alice } = both
    for (const relay of world.relays) {
      await relay.stop()
    }
    for (const text of ['one', 'two', 'three']) {
      await say(both, 'alice', text)
    }
    await world.run(alice.close())
    const vault = await vaultOf(alice, world.nextSeed())
    const [, second, ...others] = await rowsIn(vault, 'outbox')
    assert.ok(second !== undefined && others.length === 1)
    await vault.commit([{ type: 'erase', table: 'outbox', key: second.key }])
    for (const { key, value } of isReceipted ? await rowsIn(vault, 'message') : []) {
      const row = fromBinary(MessageRowSchema, value)
      row.deliveredAtMs = row.text === 'two' ? row.storedAtMs : row.deliveredAtMs
      const changed = toBinary(MessageRowSchema, row)
      await vault.commit([{ type: 'write', table: 'message', key, value: changed }])
    }
    await vault.close()
    await alice.open()
  }

  async function start({ world }: Acquainted): Promise<void> {
    for (const relay of world.relays) {
      await relay.start()
    }
  }

  it('is asked for after a while, made again from the history, and shown in its place', async () => {
    const both = await pair()
    const { world, bob, toAlice } = both
    await lose(both)
    await start(both)
    await world.pass(10 * MINUTE_MS, 1_000)
    assert.deepEqual((await conversation(both)).atBob, ['hello bob', 'one', 'three'])
    assert.equal((await world.run(bob.client.contact(toAlice))).missingCount, 1)
    await checkWhole(both, ['one', 'two', 'three'], [])
    assert.equal((await world.run(bob.client.contact(toAlice))).missingCount, 0)
  })

  it('is made again however old it is, where nobody ever receipted it', async () => {
    const both = await pair()
    await lose(both)
    await both.world.pass(31 * DAY_MS, HOUR_MS)
    await start(both)
    await checkWhole(both, ['one', 'two', 'three'], [], 3 * HOUR_MS)
  })

  it('is shown as missing where it was receipted, and is too old to be made again', async () => {
    const both = await pair()
    const { world, bob, toAlice } = both
    await lose(both, true)
    await world.pass(31 * DAY_MS, HOUR_MS)
    await start(both)
    await world.pass(3 * HOUR_MS, 5_000)
    const messages = await world.run(bob.client.messages(toAlice, { limit: 100 }))
    assert.deepEqual(
      messages.slice(-3).map(({ kind, text, missingCount }) => [kind, text, missingCount]),
      [
        ['received', 'one', 0],
        ['missing', '', 1],
        ['received', 'three', 0]
      ]
    )
    assert.equal((await world.run(bob.client.contact(toAlice))).missingCount, 0)
  })
})
