/** People at a relay that takes new ones by invitation. */
import assert from 'node:assert/strict'
import { formatRelayAddress, parseRelayAddress } from '@sealpost/protocol'
import { linkDevice } from './linked-device.ts'
import { TestHome, type TestRelay, World } from './world.ts'

async function invitingRelay(): Promise<{ readonly world: World; readonly rita: TestRelay }> {
  const world = new World()
  await world.addRelays(1, { registration: 'invite' })
  const [rita] = world.relays
  assert.ok(rita !== undefined)
  return { world, rita }
}

async function newHome(world: World, name: string, address: string): Promise<TestHome> {
  const home = new TestHome(world, name, false)
  await home.create([parseRelayAddress(address)], false)
  await home.open()
  return home
}

describe('a relay that takes people by invitation', () => {
  it('is as any other to whoever has one, over restarts, and for all of a person’s devices', async () => {
    const { world, rita } = await invitingRelay()
    const address = rita.invite(2)
    const alice = await newHome(world, 'alice', address)
    const bob = await newHome(world, 'bob', address)
    await world.meet(alice, bob)
    await alice.close()
    // Nothing of them is there any more, so that they begin once more.
    await rita.wipe()
    rita.invite(2)
    await alice.open()
    const phone = await linkDevice(world, alice, 'phone')
    const contact = await world.run(phone.client.findContact('bob'))
    await world.run(phone.client.send(contact.contactId, 'from the phone'))
    await world.pass(60_000, 200)
    const got = await world.run(bob.client.received())
    assert.deepEqual(
      got.map(({ text }) => text),
      ['from the phone']
    )
    for (const home of [alice, bob, phone]) {
      const [own] = home.client.relays()
      assert.equal(own?.isUninvited, false)
      assert.equal(own.address, formatRelayAddress(rita.address))
    }
  })

  it('is told to who has none, and is theirs once they were given one', async () => {
    const { world, rita } = await invitingRelay()
    const address = formatRelayAddress(rita.address)
    const alice = await newHome(world, 'alice', address)
    const [report] = [await world.run(alice.client.testRelay(address))]
    assert.equal(report.problem, 'SEALPOST_NEEDS_INVITE')
    const inviting = alice.client.invite()
    await world.pass(5_000)
    assert.equal(alice.client.relays()[0]?.isUninvited, true)
    const added = await world.run(alice.client.addRelay(rita.invite(1)))
    assert.equal(added.nodeKey, rita.address.nodeKey)
    await world.pass(11 * 60_000, 1_000)
    await inviting
    assert.equal(alice.client.relays()[0]?.isUninvited, false)
    const mallory = await newHome(world, 'mallory', rita.invite(1))
    await world.run(mallory.client.invite())
    const late = await newHome(world, 'late', address)
    await assert.rejects(
      world.run(late.client.addRelay(`${address}/invite/AAAAAAAAAAAAAAAAAAAAAA`)),
      {
        code: 'SEALPOST_NEEDS_INVITE'
      }
    )
  })
}).timeout(20_000)
