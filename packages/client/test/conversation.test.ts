import assert from 'node:assert/strict'
import { World } from './world.ts'

describe('a conversation', () => {
  it('goes through one relay, with ticks that were proven', async () => {
    const world = new World()
    await world.addRelays(1)
    const alice = await world.addHome('alice')
    const bob = await world.addHome('bob')
    await alice.open()
    await bob.open()
    await world.meet(alice, bob)
    const toBob = await alice.client.findContact('bob')
    const sent = await world.run(alice.client.send(toBob.contactId, 'hello'))
    assert.ok(sent.messageId)
    await world.run(alice.client.waitForMessage(sent.messageId, 'delivered'))
    const got = await world.run(bob.client.received())
    assert.deepEqual(
      got.map(({ text }) => text),
      ['hello']
    )
  })
})
