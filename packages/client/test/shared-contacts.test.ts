import assert from 'node:assert/strict'
import type { Contact } from '../src/index.ts'
import { eventually, linkDevice, said, saysExactly } from './linked-device.ts'
import { type TestHome, World } from './world.ts'

interface Devices {
  readonly world: World
  readonly laptop: TestHome
  readonly phone: TestHome
}

/** Alice with two devices. */
async function devices(): Promise<Devices> {
  const world = new World()
  await world.addRelays(2)
  const laptop = await world.addHome('alice')
  await laptop.open()
  const phone = await linkDevice(world, laptop, 'phone')
  await eventually(world, () => Promise.resolve(laptop.client.devices()[1]?.isReachable === true))
  return { world, laptop, phone }
}

async function person(world: World, name: string): Promise<TestHome> {
  const home = await world.addHome(name)
  await home.open()
  return home
}

/** Somebody asks through a public address of the laptop, and is seen to on both devices. */
async function asks(all: Devices, name: string, text: string): Promise<TestHome> {
  const { world, laptop, phone } = all
  const { link } = await world.run(laptop.client.invite({ isReusable: true }))
  const home = await person(world, name)
  await world.run(home.client.add(link, { text }))
  for (const { client } of [laptop, phone]) {
    await eventually(world, () => Promise.resolve(client.requests().length === 1))
  }
  return home
}

async function settle(world: World, ...homes: readonly TestHome[]): Promise<void> {
  for (const { client } of [...homes, ...homes]) {
    await world.run(client.settle())
  }
}

async function known(world: World, home: TestHome, name: string): Promise<Contact> {
  return world.run(home.client.findContact(name))
}

async function send(world: World, from: TestHome, to: string, text: string): Promise<void> {
  const { contactId } = await known(world, from, to)
  await world.run(from.client.send(contactId, text))
}

/** Resolves once a contact is as it should be. */
async function becomes(
  world: World,
  home: TestHome,
  name: string,
  isSo: (contact: Contact) => boolean
): Promise<void> {
  await eventually(world, async () => {
    const contact = (await home.client.contacts()).find((one) => one.name === name)
    return contact !== undefined && isSo(contact)
  })
}

describe('a request to an account with two devices', function () {
  this.timeout(60_000)

  it('shows its text on both, and is accepted on the one that did not get it', async () => {
    const all = await devices()
    const { world, laptop, phone } = all
    const bob = await asks(all, 'bob', 'it is me')
    for (const { client } of [laptop, phone]) {
      const [request] = client.requests()
      assert.deepEqual([request?.name, request?.text], ['bob', 'it is me'])
    }
    await world.run(laptop.client.settle())
    await laptop.close()
    const [request] = phone.client.requests()
    assert.ok(request !== undefined)
    await world.run(phone.client.acceptRequest(request.contactId, { name: 'Bobby' }))
    await becomes(world, bob, 'alice', ({ standing }) => standing === 'accepted')
    await send(world, bob, 'alice', 'thank you')
    await saysExactly(world, phone, 'Bobby', ['it is me', 'thank you'])
    await laptop.open()
    await saysExactly(world, laptop, 'Bobby', ['it is me', 'thank you'])
    assert.deepEqual(laptop.client.requests(), [])
    await send(world, laptop, 'Bobby', 'from the laptop')
    await saysExactly(world, bob, 'alice', ['it is me', 'thank you', 'from the laptop'])
    await saysExactly(world, phone, 'Bobby', ['it is me', 'thank you', 'from the laptop'])
  })

  it('that came with a one-time link shows its text in the conversation on both', async () => {
    const { world, laptop, phone } = await devices()
    const { link } = await world.run(laptop.client.invite())
    const bob = await person(world, 'bob')
    await world.run(bob.client.add(link, { text: 'it is me' }))
    await saysExactly(world, laptop, 'bob', ['it is me'])
    await saysExactly(world, phone, 'bob', ['it is me'])
  })

  it('is gone from both when it was declined on one, and may be made again', async () => {
    const all = await devices()
    const { world, laptop, phone } = all
    await asks(all, 'bob', 'it is me')
    await world.run(phone.client.settle())
    await laptop.close()
    const [request] = phone.client.requests()
    assert.ok(request !== undefined)
    await world.run(phone.client.declineRequest(request.contactId))
    await phone.close()
    await phone.open()
    await laptop.open()
    await eventually(world, () => Promise.resolve(laptop.client.requests().length === 0))
    assert.deepEqual(phone.client.requests(), [])
    await settle(world, laptop, phone)
    assert.deepEqual(laptop.client.requests(), [])
  })

  it('stays accepted where one device said no after the other had said yes', async () => {
    const all = await devices()
    const { world, laptop, phone } = all
    const bob = await asks(all, 'bob', 'it is me')
    await settle(world, laptop, phone)
    phone.client.setOnline(false)
    await world.run(
      laptop.client.acceptRequest(laptop.client.requests()[0]?.contactId ?? ('' as never))
    )
    await world.pass(1_000)
    await world.run(
      phone.client.declineRequest(phone.client.requests()[0]?.contactId ?? ('' as never))
    )
    phone.client.setOnline(true)
    await becomes(world, phone, 'bob', ({ standing }) => standing === 'accepted')
    await becomes(world, bob, 'alice', ({ standing }) => standing === 'accepted')
    await send(world, phone, 'bob', 'welcome')
    await saysExactly(world, laptop, 'bob', ['it is me', 'welcome'])
  })
})

describe('a contact of an account with two devices', function () {
  this.timeout(60_000)

  it('is blocked on both while one was away, stays so, and is unblocked on the other', async () => {
    const { world, laptop, phone } = await devices()
    const bob = await person(world, 'bob')
    await world.meet(laptop, bob)
    await becomes(world, phone, 'bob', ({ standing }) => standing === 'accepted')
    await settle(world, laptop, phone, bob)
    await phone.close()
    await bob.close()
    await send(world, laptop, 'bob', 'before it came to that')
    await settle(world, laptop)
    await world.run(laptop.client.block((await known(world, laptop, 'bob')).contactId))
    await settle(world, laptop)
    await phone.open()
    await becomes(world, phone, 'bob', ({ standing }) => standing === 'blocked')
    await bob.open()
    await send(world, bob, 'alice', 'are you there?')
    await settle(world, bob, phone, laptop)
    await phone.close()
    await phone.open()
    await settle(world, bob, phone, laptop)
    for (const home of [laptop, phone]) {
      assert.deepEqual(
        (await said(world, home, 'bob')).map(({ text }) => text),
        ['before it came to that']
      )
      const { contactId, standing } = await known(world, home, 'bob')
      assert.equal(standing, 'blocked')
      await assert.rejects(home.client.send(contactId, 'hello'), { code: 'SEALPOST_BLOCKED' })
    }
    await world.run(phone.client.unblock((await known(world, phone, 'bob')).contactId))
    await becomes(world, laptop, 'bob', ({ standing }) => standing === 'accepted')
    const all = ['before it came to that', 'are you there?']
    await saysExactly(world, phone, 'bob', all)
    await saysExactly(world, laptop, 'bob', all)
    await send(world, laptop, 'bob', 'now I am')
    await saysExactly(world, phone, 'bob', [...all, 'now I am'])
  })

  it('that was blocked before a device joined is as before when unblocked on that', async () => {
    const world = new World()
    await world.addRelays(2)
    const laptop = await person(world, 'alice')
    const bob = await person(world, 'bob')
    await world.meet(laptop, bob)
    await settle(world, laptop, bob)
    await world.run(laptop.client.block((await known(world, laptop, 'bob')).contactId))
    const phone = await linkDevice(world, laptop, 'phone')
    await becomes(world, phone, 'bob', ({ standing }) => standing === 'blocked')
    await world.run(phone.client.unblock((await known(world, phone, 'bob')).contactId))
    for (const home of [laptop, phone]) {
      await becomes(world, home, 'bob', ({ standing }) => standing === 'accepted')
    }
    await send(world, phone, 'bob', 'here I am')
    await saysExactly(world, bob, 'alice', ['here I am'])
  })

  it('holds on both when they come with another identity, until it was looked at on one', async () => {
    const { world, laptop, phone } = await devices()
    const bob = await person(world, 'bob')
    await world.meet(laptop, bob)
    const old = await known(world, laptop, 'bob')
    await world.run(laptop.client.setVerified(old.contactId, true))
    await becomes(world, phone, 'bob', ({ isVerified }) => isVerified)
    await bob.close()
    const anew = await person(world, 'bob anew')
    const { link } = await world.run(anew.client.invite())
    const { contactId } = await world.run(laptop.client.add(link, { replaces: old.contactId }))
    await world.run(laptop.client.waitForContact(contactId, 'accepted'))
    for (const home of [laptop, phone]) {
      await becomes(world, home, 'bob', ({ isHeld, isVerified }) => isHeld && !isVerified)
      const contact = await known(world, home, 'bob')
      await assert.rejects(home.client.send(contact.contactId, 'is it you?'), {
        code: 'SEALPOST_IDENTITY_CHANGED'
      })
      assert.equal((await world.run(home.client.contacts())).length, 1)
    }
    await world.run(phone.client.acknowledgeIdentity((await known(world, phone, 'bob')).contactId))
    await becomes(world, laptop, 'bob', ({ isHeld }) => !isHeld)
    await send(world, laptop, 'bob', 'is it you?')
    await saysExactly(world, anew, 'alice', ['is it you?'])
  })
})
