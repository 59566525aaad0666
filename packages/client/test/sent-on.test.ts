import assert from 'node:assert/strict'
import { type Message, restoreHome } from '../src/index.ts'
import { type Acquainted, acquainted } from './acquaintance.ts'
import { CHEAP, FILE_PASSPHRASE } from './backup-of-records.ts'
import { MemoryFile, pieces } from './memory-file.ts'
import { TestHome, type World } from './world.ts'

const MINUTE_MS = 60_000
const ALL = { limit: 2_000 }

/** Two who have written to each other. */
async function pair(relayCount = 2): Promise<Acquainted> {
  const relayOptions = {
    depositsPerSecond: 1_000,
    depositBurst: 1_000,
    mailboxDepositsPerMinute: 10_000
  }
  const both = await acquainted({ relayCount, relayOptions })
  const { world, alice, bob, toBob, toAlice } = both
  await world.run(alice.client.send(toBob, 'hello'))
  await world.run(bob.client.send(toAlice, 'hello'))
  await world.pass(5_000)
  return both
}

async function backUp({ world, alice }: Acquainted): Promise<Uint8Array> {
  const file = new MemoryFile()
  await world.run(alice.client.backup(file, { passphrase: FILE_PASSPHRASE, cost: CHEAP }))
  return file.bytes
}

/** Another home of the same account, open. */
async function restored(
  { world }: Acquainted,
  bytes: Uint8Array,
  isOldDeviceLost = true
): Promise<TestHome> {
  const home = new TestHome(world, 'alice', false)
  const options = {
    passphrase: 'correct horse',
    passphraseCost: CHEAP,
    filePassphrase: FILE_PASSPHRASE,
    isOldDeviceLost
  }
  await world.run(restoreHome(home.ports(), pieces(bytes), options, world.clock.wallMs()))
  await home.open()
  return home
}

async function stop({ world }: Acquainted): Promise<void> {
  for (const relay of world.relays) {
    await relay.stop()
  }
}

async function start({ world }: Acquainted): Promise<void> {
  for (const relay of world.relays) {
    await relay.start()
  }
}

async function messagesOf(world: World, home: TestHome, name: string): Promise<readonly Message[]> {
  const { contactId } = await world.run(home.client.findContact(name))
  return world.run(home.client.messages(contactId, ALL))
}

async function sent(world: World, home: TestHome): Promise<readonly (readonly unknown[])[]> {
  const messages = await messagesOf(world, home, 'bob')
  return messages.filter(({ kind }) => kind === 'sent').map(({ text, state }) => [text, state])
}

async function received({ world, bob }: Acquainted): Promise<readonly string[]> {
  const messages = await messagesOf(world, bob, 'alice')
  assert.ok(!messages.some(({ kind }) => kind === 'unreadable' || kind === 'missing'))
  return messages.filter(({ kind }) => kind === 'received').map(({ text }) => text)
}

async function say(
  { world }: Acquainted,
  home: TestHome,
  texts: readonly string[]
): Promise<readonly Message[]> {
  const { contactId } = await world.run(home.client.findContact('bob'))
  const messages: Message[] = []
  for (const text of texts) {
    messages.push(await world.run(home.client.send(contactId, text)))
  }
  return messages
}

const delivered = (texts: readonly string[]): readonly (readonly unknown[])[] =>
  texts.map((text) => [text, 'delivered'])

describe('what a lost device had written and nobody had receipted', function () {
  this.timeout(60_000)

  it('is sent on by the one that is made of its backup, in its order, above what is said later', async () => {
    const both = await pair()
    await stop(both)
    await say(both, both.alice, ['one', 'two', 'three'])
    const file = await backUp(both)
    await both.alice.close()
    const again = await restored(both, file)
    await say(both, again, ['four'])
    assert.deepEqual(
      (await sent(both.world, again)).slice(1),
      ['one', 'two', 'three', 'four'].map((text) => [text, 'queued'])
    )
    await start(both)
    await both.world.pass(5 * MINUTE_MS, 500)
    const all = ['hello', 'one', 'two', 'three', 'four']
    assert.deepEqual(await received(both), all)
    assert.deepEqual(await sent(both.world, again), delivered(all))
    assert.equal(again.disk.rows('outbox').length, 0)
  })

  it('is shown once where the contact had it, and two ticks are true', async () => {
    const both = await pair()
    const { world, alice, bob } = both
    // It is read on bob's side, and his receipt finds nobody.
    await bob.close()
    await say(both, alice, ['one', 'two'])
    await world.pass(2_000)
    const file = await backUp(both)
    await alice.close()
    await bob.open()
    await world.pass(10_000)
    assert.deepEqual(await received(both), ['hello', 'one', 'two'])
    const again = await restored(both, file)
    await world.pass(5 * MINUTE_MS, 500)
    assert.deepEqual(await received(both), ['hello', 'one', 'two'])
    assert.deepEqual(await sent(world, again), delivered(['hello', 'one', 'two']))
    const { missingCount } = await world.run(bob.client.findContact('alice'))
    assert.equal(missingCount, 0)
  })

  it('is shown once where relays hold what the lost device had sent', async () => {
    const both = await pair()
    const { world, alice, bob } = both
    await bob.close()
    await say(both, alice, ['one', 'two'])
    const file = await backUp(both)
    await world.pass(5_000)
    await alice.close()
    const again = await restored(both, file)
    await world.pass(MINUTE_MS, 500)
    await bob.open()
    await world.pass(20 * MINUTE_MS, 1_000)
    assert.deepEqual(await received(both), ['hello', 'one', 'two'])
    assert.deepEqual(await sent(world, again), delivered(['hello', 'one', 'two']))
  })

  it('fills the gap that it left, and no other', async () => {
    const both = await pair(2)
    const { world, alice, bob } = both
    await stop(both)
    await say(both, alice, ['one', 'two'])
    const file = await backUp(both)
    const [first] = world.relays
    assert.ok(first)
    // The relay that had the first loses it before bob comes, and alice's home goes before she sends it again.
    await bob.close()
    await first.start()
    await world.pass(MINUTE_MS, 500)
    const lone = await say(both, alice, ['since the backup'])
    assert.equal(lone.length, 1)
    await world.pass(2_000)
    await alice.close()
    const again = await restored(both, file)
    await world.pass(MINUTE_MS, 500)
    await bob.open()
    await start(both).catch(() => undefined)
    await world.pass(5 * MINUTE_MS, 1_000)
    assert.deepEqual(await received(both), ['hello', 'one', 'two', 'since the backup'])
    assert.deepEqual(await sent(world, again), delivered(['hello', 'one', 'two']))
  })

  it('is left to the device that made the backup where that goes on, and shown as it is', async () => {
    const both = await pair()
    const { world, alice } = both
    await stop(both)
    await say(both, alice, ['one', 'two'])
    const file = await backUp(both)
    await alice.close()
    const again = await restored(both, file, false)
    await start(both)
    await world.pass(2 * MINUTE_MS, 500)
    assert.deepEqual(await received(both), ['hello'])
    assert.deepEqual((await sent(world, again)).slice(1), [
      ['one', undefined],
      ['two', undefined]
    ])
    await alice.open()
    await world.pass(5 * MINUTE_MS, 500)
    assert.deepEqual(await received(both), ['hello', 'one', 'two'])
    // What bob holds of one device he tells the other with the next thing that he says.
    await world.run(both.bob.client.send(both.toAlice, 'thank you'))
    await world.pass(MINUTE_MS, 500)
    assert.deepEqual(await sent(world, again), delivered(['hello', 'one', 'two']))
    assert.deepEqual(await sent(world, alice), delivered(['hello', 'one', 'two']))
  })

  it('is not sent where it was taken back, and can be taken back by the device that sends it on', async () => {
    const both = await pair()
    const { world, alice, bob } = both
    await stop(both)
    const [one] = await say(both, alice, ['one', 'two', 'three'])
    assert.ok(one?.messageId)
    await world.run(alice.client.recall(one.messageId))
    const file = await backUp(both)
    await alice.close()
    const again = await restored(both, file)
    const three = (await messagesOf(world, again, 'bob')).at(-1)
    assert.ok(three?.text === 'three' && three.messageId)
    await world.run(again.client.recall(three.messageId))
    await start(both)
    await world.pass(5 * MINUTE_MS, 500)
    assert.deepEqual(await received(both), ['hello', 'two'])
    const two = (await messagesOf(world, again, 'bob')).find(({ text }) => text === 'two')
    assert.ok(two?.messageId)
    await world.run(again.client.recall(two.messageId))
    await world.pass(MINUTE_MS, 500)
    assert.deepEqual(await received(both), ['hello', ''])
    assert.equal(bob.disk.rows('withdrawal').length, 0)
  })

  it('stays taken back where the contact heard of that, and the backup did not', async () => {
    const both = await pair()
    const { world, alice } = both
    await stop(both)
    const [one, two] = await say(both, alice, ['one', 'two'])
    const file = await backUp(both)
    assert.ok(one?.messageId && two)
    await world.run(alice.client.recall(one.messageId))
    await start(both)
    await world.pass(MINUTE_MS, 500)
    assert.deepEqual(await received(both), ['hello', 'two'])
    await alice.close()
    await restored(both, file)
    await world.pass(5 * MINUTE_MS, 500)
    assert.deepEqual(await received(both), ['hello', 'two'])
  })

  it('goes in batches, each message once to each relay, and over a restart', async () => {
    const both = await pair()
    const { world, alice } = both
    await stop(both)
    const texts = Array.from({ length: 150 }, (_, at) => `text ${String(at)}`)
    await say(both, alice, texts)
    const file = await backUp(both)
    await alice.close()
    const again = await restored(both, file)
    const deposits = (): number =>
      world.relays.reduce((count, { depositCount }) => count + depositCount, 0)
    const before = deposits()
    await start(both)
    await world.pass(1_000, 20)
    again.kill()
    await again.open()
    await world.pass(5 * MINUTE_MS, 500)
    assert.deepEqual(await received(both), ['hello', ...texts])
    assert.deepEqual(await sent(world, again), delivered(['hello', ...texts]))
    // Beside the texts: addresses, receipts both ways, and what a kill repeats, which is more or less by when it comes.
    const count = deposits() - before
    assert.ok(count < 3.5 * texts.length, String(count))
  })
})
