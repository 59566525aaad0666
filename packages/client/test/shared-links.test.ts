import assert from 'node:assert/strict'
import type { LinkView } from '../src/index.ts'
import { eventually, linkDevice, saysExactly } from './linked-device.ts'
import { type TestHome, World } from './world.ts'

const DAY_MS = 86_400_000

interface Devices {
  readonly world: World
  readonly laptop: TestHome
  readonly phone: TestHome
}

/** Alice with two devices. */
async function devices(relayCount = 2): Promise<Devices> {
  const world = new World()
  await world.addRelays(relayCount)
  const laptop = await world.addHome('alice')
  await laptop.open()
  const phone = await linkDevice(world, laptop, 'phone')
  await eventually(world, () => Promise.resolve(laptop.client.devices()[1]?.isReachable === true))
  return { world, laptop, phone }
}

/** Resolves once a home lists exactly these links, by their state. */
async function lists(
  world: World,
  home: TestHome,
  wanted: Readonly<Record<string, LinkView['state']>>
): Promise<void> {
  let seen = {}
  const isSo = (): boolean => {
    seen = Object.fromEntries(home.client.links().map(({ link, state }) => [link, state]))
    return JSON.stringify(sorted(seen)) === JSON.stringify(sorted(wanted))
  }
  for (let count = 0; count < 400 && !isSo(); count++) {
    await world.pass(250)
  }
  assert.deepEqual(seen, wanted)
}

function sorted(object: object): readonly unknown[] {
  return Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1))
}

async function invite(world: World, home: TestHome, isReusable = false): Promise<string> {
  return (await world.run(home.client.invite({ isReusable }))).link
}

async function guest(world: World, name: string): Promise<TestHome> {
  const home = await world.addHome(name)
  await home.open()
  return home
}

describe('links of an account with two devices', function () {
  this.timeout(60_000)

  it('are listed on both, those from before the second one joined, too', async () => {
    const world = new World()
    await world.addRelays(2)
    const laptop = await world.addHome('alice')
    await laptop.open()
    const before = await invite(world, laptop, true)
    const phone = await linkDevice(world, laptop, 'phone')
    await lists(world, phone, { [before]: 'published' })
    const later = await invite(world, phone)
    await lists(world, laptop, { [before]: 'published', [later]: 'published' })
    await phone.close()
    await phone.open()
    await lists(world, phone, { [before]: 'published', [later]: 'published' })
  })

  it('are shown as used on both, and by whom', async () => {
    const { world, laptop, phone } = await devices()
    const link = await invite(world, laptop)
    await lists(world, phone, { [link]: 'published' })
    const bob = await guest(world, 'bob')
    const { contactId } = await world.run(bob.client.add(link))
    await world.run(bob.client.waitForContact(contactId, 'accepted'))
    await lists(world, phone, { [link]: 'used' })
    await lists(world, laptop, { [link]: 'used' })
    await eventually(world, () => Promise.resolve(phone.client.links()[0]?.usedBy === 'bob'))
  })

  it('are revoked from the one that does not serve them, while that one is away', async () => {
    const { world, laptop, phone } = await devices()
    const link = await invite(world, laptop)
    await lists(world, phone, { [link]: 'published' })
    await world.run(laptop.client.settle())
    await laptop.close()
    const id = phone.client.links()[0]?.invitationId ?? ''
    assert.equal((await world.run(phone.client.revokeLink(id))).state, 'revoked')
    await world.run(phone.client.settle())
    const bob = await guest(world, 'bob')
    const { contactId } = await world.run(bob.client.add(link))
    await assert.rejects(world.run(bob.client.waitForContact(contactId, 'accepted')), {
      code: 'SEALPOST_LINK_USED'
    })
    await laptop.open()
    await lists(world, laptop, { [link]: 'revoked' })
  })

  it('go on to work when the device that made them is removed', async () => {
    const { world, laptop, phone } = await devices()
    const [once, address] = [await invite(world, laptop), await invite(world, laptop, true)]
    await lists(world, phone, { [once]: 'published', [address]: 'published' })
    await world.run(laptop.client.settle())
    await laptop.close()
    await world.run(phone.client.removeDevice(1))
    await world.run(phone.client.settle())
    const bob = await guest(world, 'bob')
    const toAlice = await world.run(bob.client.add(once))
    await world.run(bob.client.waitForContact(toAlice.contactId, 'accepted'))
    const carol = await guest(world, 'carol')
    const asked = await world.run(carol.client.add(address, { text: 'it is me' }))
    await eventually(world, () => Promise.resolve(phone.client.requests().length === 1))
    const request = phone.client.requests()[0]
    assert.equal(request?.text, 'it is me')
    await world.run(phone.client.acceptRequest(request.contactId))
    await world.run(carol.client.waitForContact(asked.contactId, 'accepted'))
    await world.run(carol.client.send(asked.contactId, 'thank you'))
    await saysExactly(world, phone, 'carol', ['it is me', 'thank you'])
  })

  it('do not leave behind who claimed before the device was lost', async () => {
    for (const relayCount of [1, 2]) {
      const { world, laptop, phone } = await devices(relayCount)
      const address = await invite(world, laptop, true)
      await lists(world, phone, { [address]: 'published' })
      await world.run(laptop.client.settle())
      await laptop.close()
      const bob = await guest(world, 'bob')
      const asked = await world.run(bob.client.add(address, { text: 'it is me' }))
      await world.run(bob.client.waitForContact(asked.contactId, 'requested'))
      await world.run(bob.client.settle())
      await world.run(phone.client.removeDevice(1))
      await world.pass(10_000)
      assert.deepEqual(phone.client.requests(), [], 'nobody here can read it')
      await bob.close()
      await phone.close()
      await world.skip(4 * DAY_MS)
      await phone.open()
      await bob.open()
      await eventually(world, () => Promise.resolve(phone.client.requests().length === 1))
      const request = phone.client.requests()[0]
      await world.run(phone.client.acceptRequest(request?.contactId ?? asked.contactId))
      await world.run(bob.client.waitForContact(asked.contactId, 'accepted'))
      await saysExactly(world, phone, 'bob', ['it is me'])
    }
  })
})
