import assert from 'node:assert/strict'
import { acquainted } from './acquaintance.ts'
import { askToLink, join } from './linked-device.ts'
import { textOf, writeHistory } from '../bench/long-history.ts'
import type { TestHome, World } from './world.ts'

const COUNT = 2_000
/** So that there are more parts than may be on their way at a time. */
const PADDING = 500

interface Two {
  readonly world: World
  readonly laptop: TestHome
  readonly bob: TestHome
}

/** Alice and bob, who have said a lot. */
async function longAcquainted(count: number, padding = 0): Promise<Two> {
  const relayOptions = { depositsPerSecond: 10_000, depositBurst: 10_000 }
  const { world, alice: laptop, bob, toBob: contactId } = await acquainted({ relayOptions })
  await world.run(laptop.client.settle())
  await laptop.close()
  const closed = { open: () => laptop.disk.open(), passphrase: 'correct horse' }
  const lastAtMs = world.clock.wallMs() - 60_000
  await writeHistory(closed, { contactId, count, padding, lastAtMs })
  await laptop.open()
  return { world, laptop, bob }
}

async function textsOf(world: World, home: TestHome): Promise<readonly string[]> {
  const contacts = await world.run(home.client.contacts())
  const [bob] = contacts
  if (bob === undefined) {
    return []
  }
  const messages = await world.run(home.client.messages(bob.contactId, { limit: 100_000 }))
  return messages.filter(({ kind }) => kind !== 'notice').map(({ text }) => text)
}

async function untilDone(world: World, home: TestHome, turns = 4_000): Promise<void> {
  for (let count = 0; count < turns; count++) {
    const transfers = home.client.transfers().filter(({ isIncoming }) => isIncoming)
    if (transfers.length > 0 && transfers.every(({ isDone }) => isDone)) {
      return
    }
    await world.pass(250)
  }
  assert.fail(JSON.stringify(home.client.transfers()))
}

/** Kills a home at the moment at which it says that so much of the history has come, or gone, and not all of it. */
async function interrupt(
  world: World,
  home: TestHome,
  atLeast: number,
  untoldCommits: number
): Promise<void> {
  let isKilled = false
  home.client.listen((event) => {
    if (!isKilled && event.type === 'history-progress' && event.done >= atLeast) {
      assert.ok(!event.isDone, 'there is something to interrupt')
      isKilled = true
      home.kill(untoldCommits)
    }
  })
  for (let count = 0; count < 4_000 && !isKilled; count++) {
    await world.pass(25, 25)
  }
  assert.ok(isKilled, 'it goes on')
}

describe('the history of an account', function () {
  this.timeout(120_000)

  it(`of ${String(COUNT)} messages comes to a new device whole, in order, though both are killed`, async () => {
    const { world, laptop } = await longAcquainted(COUNT, PADDING)
    const { code, linked } = await askToLink(world, laptop)
    const phone = await join(world, code, 'phone')
    await phone.open()
    // The process that waits for it is killed before long.
    linked.catch(() => undefined)
    for (let kill = 0; kill < 5; kill++) {
      const killed = kill % 2 === 0 ? phone : laptop
      await interrupt(world, killed, ((kill + 1) * COUNT) / 8, kill % 3)
      await killed.open()
    }
    await untilDone(world, phone)
    const expected = Array.from({ length: COUNT }, (_, index) => textOf(index, PADDING))
    assert.deepEqual(await textsOf(world, phone), expected)
    assert.deepEqual(
      phone.client.transfers().map(({ done, total, isDone }) => ({ done, total, isDone })),
      [{ done: COUNT, total: COUNT, isDone: true }]
    )
    await world.pass(5_000)
    assert.deepEqual(laptop.client.transfers(), [])
  })

  it('brings what was said last first', async () => {
    const { world, laptop } = await longAcquainted(COUNT)
    const { code, linked } = await askToLink(world, laptop)
    const phone = await join(world, code, 'phone')
    const seen: number[] = []
    await phone.open()
    phone.client.listen((event) => {
      if (event.type === 'history-progress') {
        seen.push(event.done)
      }
    })
    await world.run(linked)
    let first: readonly string[] = []
    for (let count = 0; count < 400 && first.length === 0; count++) {
      await world.pass(5, 5)
      first = await textsOf(world, phone)
    }
    assert.ok(first.includes(textOf(COUNT - 1)))
    await untilDone(world, phone)
    assert.ok(seen.length > 5 && seen.every((done, at) => at === 0 || done >= (seen[at - 1] ?? 0)))
    assert.equal(seen.at(-1), COUNT)
  })

  it('may be told while people write', async () => {
    const { world, laptop, bob } = await longAcquainted(500)
    const { code, linked } = await askToLink(world, laptop)
    const phone = await join(world, code, 'phone')
    await phone.open()
    const { contactId } = await world.run(bob.client.findContact('alice'))
    const said: string[] = []
    for (let count = 0; count < 10; count++) {
      said.push(`meanwhile ${String(count)}`)
      await world.run(bob.client.send(contactId, `meanwhile ${String(count)}`))
      await world.pass(100)
    }
    await world.run(linked)
    await untilDone(world, phone)
    const expected = [...Array.from({ length: 500 }, (_, index) => textOf(index)), ...said]
    let seen: readonly string[] = []
    for (let count = 0; count < 400 && seen.length < expected.length; count++) {
      await world.pass(250)
      seen = await textsOf(world, phone)
    }
    assert.deepEqual([...seen].sort(), [...expected].sort())
  })
})
