import assert from 'node:assert/strict'
import { eventually, linkDevice } from './linked-device.ts'
import { type TestHome, World } from './world.ts'

const DAY_MS = 24 * 3_600_000

/** Bob has asked alice through her public address, with words. */
async function asking(): Promise<{
  readonly world: World
  readonly alice: TestHome
  readonly bob: TestHome
}> {
  const world = new World()
  await world.addRelays(1)
  const [alice, bob] = [await world.addHome('alice'), await world.addHome('bob')]
  await alice.open()
  await bob.open()
  const { link } = await world.run(alice.client.invite({ isReusable: true }))
  const { contactId } = await world.run(bob.client.add(link, { text: 'it is bob' }))
  await world.run(bob.client.waitForContact(contactId, 'requested'))
  await eventually(world, async () => alice.client.requests().length === 1)
  return { world, alice, bob }
}

async function texts(world: World, home: TestHome): Promise<readonly string[]> {
  const [contact] = await world.run(home.client.contacts())
  const messages =
    contact === undefined ? [] : await world.run(home.client.messages(contact.contactId))
  return messages.map(({ kind, text }) => (kind === 'notice' ? kind : text))
}

describe('what is said with a request', () => {
  it('shows to who said it, over a restart, and is delivered once they are accepted', async () => {
    const { world, alice, bob } = await asking()
    await eventually(world, async () => (await texts(world, bob)).length === 1)
    bob.kill()
    await bob.open()
    const [asked] = await world.run(bob.client.contacts())
    assert.ok(asked !== undefined)
    const [mine] = await world.run(bob.client.messages(asked.contactId))
    assert.deepEqual([mine?.text, mine?.state], ['it is bob', 'on-relay'])
    const [request] = alice.client.requests()
    assert.ok(request !== undefined && mine?.messageId !== undefined)
    await world.run(alice.client.acceptRequest(request.contactId))
    await world.run(bob.client.waitForMessage(mine.messageId, 'delivered'))
    const [theirs] = await world.run(alice.client.received())
    assert.deepEqual([theirs?.text, theirs?.messageId], ['it is bob', mine.messageId])
    assert.deepEqual(await texts(world, bob), ['it is bob'])
  })

  it('shows on all devices of who said it', async () => {
    const world = new World()
    await world.addRelays(1)
    const [alice, bob] = [await world.addHome('alice'), await world.addHome('bob')]
    await alice.open()
    await bob.open()
    const phone = await linkDevice(world, bob, 'phone')
    const { link } = await world.run(alice.client.invite({ isReusable: true }))
    await world.run(bob.client.add(link, { text: 'it is bob' }))
    await eventually(world, async () => alice.client.requests().length === 1)
    await eventually(world, async () => (await texts(world, phone)).join() === 'it is bob')
    const [request] = alice.client.requests()
    assert.ok(request !== undefined)
    await world.run(alice.client.acceptRequest(request.contactId))
    for (const { client } of [bob, phone]) {
      await eventually(world, async () => {
        const [contact] = await world.run(client.contacts())
        assert.ok(contact !== undefined)
        const [message] = await world.run(client.messages(contact.contactId))
        return message?.text === 'it is bob' && message.state === 'delivered'
      })
    }
  })

  it('comes after all where the request led nowhere and they meet some other way', async () => {
    const { world, alice, bob } = await asking()
    const [request] = alice.client.requests()
    assert.ok(request !== undefined)
    await world.run(alice.client.declineRequest(request.contactId))
    await world.skip(31 * DAY_MS)
    await world.pass(10 * 60_000, 1_000)
    await eventually(world, async () => {
      return (await world.run(bob.client.contacts()))[0]?.standing === 'failed'
    })
    const { link } = await world.run(bob.client.invite())
    const { contactId } = await world.run(alice.client.add(link))
    await world.run(alice.client.waitForContact(contactId, 'accepted'))
    const [known] = await world.run(bob.client.contacts())
    assert.ok(known !== undefined)
    await world.run(bob.client.send(known.contactId, 'and now'))
    await world.skip(2 * DAY_MS)
    await world.pass(10 * 60_000, 1_000)
    await eventually(world, async () => {
      return (await texts(world, alice)).toSorted().join() === 'and now,it is bob'
    })
    assert.deepEqual(await texts(world, bob), ['it is bob', 'and now'])
    assert.equal((await world.run(alice.client.contacts()))[0]?.missingCount, 0)
  }).timeout(60_000)
})
