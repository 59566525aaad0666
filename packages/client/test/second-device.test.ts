import assert from 'node:assert/strict'
import type { ContactId } from '@sealpost/protocol'
import { acquainted } from './acquaintance.ts'
import { addDevice } from './second-device.ts'
import type { TestHome, World } from './world.ts'

interface Three {
  readonly world: World
  readonly alice: TestHome
  readonly laptop: TestHome
  readonly phone: TestHome
  readonly toBob: ContactId
  readonly toAlice: ContactId
}

/** Alice, and bob with two devices that are open. */
async function three(isListed = true): Promise<Three> {
  const { world, alice, bob: laptop, toBob, toAlice } = await acquainted()
  await world.run(laptop.client.settle())
  await laptop.close()
  const phone = await addDevice(world, laptop, 'bob', 2, isListed)
  await laptop.open()
  await phone.open()
  return { world, alice, laptop, phone, toBob, toAlice }
}

/** What a home received, as soon as there is so much. */
async function received(world: World, home: TestHome, count: number): Promise<readonly string[]> {
  for (;;) {
    const messages = await world.run(home.client.received())
    if (messages.length >= count) {
      return messages.map(({ text }) => text)
    }
    await world.pass(500)
  }
}

/** Resolves once alice's chat says that bob has another device. */
async function announced({ world, alice, toBob }: Three): Promise<void> {
  for (;;) {
    const messages = await world.run(alice.client.messages(toBob))
    const notices = messages.filter(({ kind }) => kind === 'notice')
    if (notices.length > 0) {
      assert.deepEqual(
        notices.map(({ notice, device }) => [notice, device]),
        [['device-added', 2]]
      )
      return
    }
    await world.pass(500)
  }
}

describe('a contact with a second device', () => {
  it('has it announced in the chat, and gets every message on both from then on', async () => {
    const all = await three()
    const { world, alice, laptop, phone, toBob, toAlice } = all
    await announced(all)
    const sent = await world.run(alice.client.send(toBob, 'to both'))
    assert.ok(sent.messageId)
    assert.deepEqual(await received(world, laptop, 1), ['to both'])
    assert.deepEqual(await received(world, phone, 1), ['to both'])
    await world.run(phone.client.send(toAlice, 'from the phone'))
    await world.run(laptop.client.send(toAlice, 'from the laptop'))
    const got = await received(world, alice, 2)
    assert.deepEqual([...got].sort(), ['from the laptop', 'from the phone'])
    const { missingCount, unreadCount } = await world.run(alice.client.contact(toBob))
    assert.equal(missingCount, 0)
    assert.equal(unreadCount, 2, 'the notice is nothing unread')
  })

  it('has a message delivered by the one that is there, and the other finds it later', async () => {
    const all = await three()
    const { world, alice, laptop, phone, toBob } = all
    await announced(all)
    await laptop.close()
    const sent = await world.run(alice.client.send(toBob, 'while the laptop sleeps'))
    assert.ok(sent.messageId)
    const delivered = await world.run(alice.client.waitForMessage(sent.messageId, 'delivered'))
    assert.equal(delivered.storedAt.length, 2)
    await alice.close()
    await phone.close()
    await laptop.open()
    assert.deepEqual(await received(world, laptop, 1), ['while the laptop sleeps'])
  })

  it('says nothing through one that no list names', async () => {
    const { world, alice, laptop, phone, toBob, toAlice } = await three(false)
    const { messageId } = await world.run(phone.client.send(toAlice, 'believe me'))
    assert.ok(messageId)
    await world.run(phone.client.waitForMessage(messageId, 'on-relay'))
    await world.run(laptop.client.send(toAlice, 'it was not me'))
    assert.deepEqual(await received(world, alice, 1), ['it was not me'])
    await world.run(alice.client.drain())
    const messages = await world.run(alice.client.messages(toBob))
    assert.deepEqual(
      messages.map(({ text }) => text),
      ['it was not me']
    )
    assert.equal((await world.run(phone.client.message(messageId))).state, 'on-relay')
  })

  it('hears of its own messages being delivered, each device of those it sent', async () => {
    const all = await three()
    const { world, alice, laptop, phone, toBob, toAlice } = all
    await announced(all)
    for (const home of [laptop, phone]) {
      const { messageId } = await world.run(home.client.send(toAlice, 'hello'))
      assert.ok(messageId)
      await world.run(home.client.waitForMessage(messageId, 'delivered'))
    }
    const messages = await world.run(alice.client.received({ contactId: toBob }))
    await world.run(alice.client.markShown(messages))
    for (const home of [laptop, phone]) {
      const own = (await world.run(home.client.messages(toAlice))).filter(
        ({ kind }) => kind === 'sent'
      )
      const messageId = own[0]?.messageId
      assert.ok(messageId)
      await world.run(home.client.waitForMessage(messageId, 'read'))
    }
  })
})
