import assert from 'node:assert/strict'
import { acquainted, write } from './acquaintance.ts'
import { homeOf, rowsOfHome } from './home-copy.ts'
import { linkDevice, saysExactly } from './linked-device.ts'
import type { TestHome, World } from './world.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const WEEK_MS = 7 * 24 * HOUR_MS

/** Weeks pass, in which whoever is open is there now and then. */
async function weeks(world: World, count: number): Promise<void> {
  for (let week = 1; week <= count; week++) {
    await world.skip(WEEK_MS)
    await world.pass(10 * MINUTE_MS, 10_000)
  }
}

interface Lost {
  readonly world: World
  /** Was put away as a copy, and is a device of its own now; not open. */
  readonly lost: TestHome
  /** The copy that went on, and the other device. */
  readonly others: readonly TestHome[]
}

/** A copy was put away while the account's other devices left the mailboxes that it knew. */
async function lostCopy(): Promise<Lost> {
  const { world, alice: lost, bob } = await acquainted({ relayCount: 2 })
  const phone = await linkDevice(world, lost, 'phone')
  await write(world, bob, 'alice', 'before')
  for (const home of [lost, phone]) {
    await saysExactly(world, home, 'bob', ['before'])
  }
  await world.run(lost.client.settle())
  await lost.close()
  const copy = await homeOf(world, 'copy', rowsOfHome(lost))
  await lost.open()
  await world.run(lost.client.drain())
  await copy.open()
  await world.run(copy.client.drain())
  assert.equal(lost.client.stopped, 'superseded')
  await lost.close()
  const [, second] = world.relays
  assert.ok(second !== undefined)
  for (const { client } of [phone, copy]) {
    await world.run(client.removeRelay(second.address.nodeKey))
    await world.pass(MINUTE_MS, 500)
  }
  await weeks(world, 30)
  await lost.open()
  await world.run(lost.client.becomeNewDevice())
  return { world, lost, others: [phone, copy] }
}

describe('a copy that becomes a device of its own after the others have left where it knew them', function () {
  this.timeout(60_000)

  it('says that it finds none of them, and comes to rest', async () => {
    const { world, lost } = await lostCopy()
    await lost.open()
    const { contactId: bob } = await world.run(lost.client.findContact('bob'))
    const happened: unknown[] = []
    lost.client.listen((event) => {
      const isProblem = event.type === 'contact-problem' && event.contactId !== bob
      if (isProblem || event.type === 'device-not-found') {
        happened.push(event)
      }
    })
    await write(world, lost, 'bob', 'nobody else sees it')
    const others = lost.client.devices().filter(({ isThis }) => !isThis)
    assert.ok(others.every(({ isReachable, isNowhere }) => isReachable && !isNowhere))
    await world.pass(10 * MINUTE_MS, 1_000)
    assert.deepEqual(
      lost.client.devices().map(({ isNowhere }) => isNowhere),
      [true, true, false]
    )
    // It is said once, however often it is tried.
    await weeks(world, 2)
    assert.deepEqual(
      happened,
      others.map(({ device }) => ({ type: 'device-not-found', device }))
    )
    assert.equal(lost.client.devices().filter(({ isNowhere }) => isNowhere).length, 2)
    const depositCount = (): number => {
      return world.relays.reduce((count, relay) => count + relay.depositCount, 0)
    }
    const before = depositCount()
    await world.pass(24 * HOUR_MS, 60_000)
    assert.ok(depositCount() - before < 1_000, `${String(depositCount() - before)} in a day`)
    assert.ok(await world.run(lost.client.settle().then(() => true)))
  })

  it('is not missed by the others, who say of each other that they are found', async () => {
    const { world, lost, others } = await lostCopy()
    await lost.open()
    await world.pass(HOUR_MS, 5_000)
    for (const { client } of others) {
      assert.equal(client.devices().length, 2)
      assert.ok(client.devices().every(({ isNowhere }) => !isNowhere))
    }
  })
})
