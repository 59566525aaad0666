import assert from 'node:assert/strict'
import { acquainted } from './acquaintance.ts'

describe('taking a message back', () => {
  it('leaves nothing of it where the other side was away, and tells so', async () => {
    const { world, alice, bob, toBob: contactId } = await acquainted({ relayCount: 3 })
    await bob.close()
    const { messageId } = await world.run(alice.client.send(contactId, 'to the wrong person'))
    assert.ok(messageId)
    await world.run(alice.client.waitForMessage(messageId, 'on-relay'))
    await world.run(alice.client.recall(messageId))
    const { recall, text } = await world.run(alice.client.waitForRecall(messageId))
    assert.deepEqual([recall, text], ['in-time', ''])
    await world.run(alice.client.send(contactId, 'what was meant for bob'))
    await bob.open()
    await world.run(bob.client.drain())
    const received = await world.run(bob.client.received())
    assert.deepEqual(
      received.map((message) => message.text),
      ['what was meant for bob']
    )
    const [sender] = await world.run(bob.client.contacts())
    assert.equal(sender?.missingCount, 0)
  })

  it('erases what was delivered, and does not say that it was in time', async () => {
    const { world, alice, bob, toBob: contactId } = await acquainted()
    const { messageId } = await world.run(alice.client.send(contactId, 'a slip'))
    assert.ok(messageId)
    await world.run(alice.client.waitForMessage(messageId, 'delivered'))
    await world.run(alice.client.recall(messageId))
    const { recall } = await world.run(alice.client.waitForRecall(messageId))
    assert.equal(recall, 'too-late')
    await world.run(bob.client.drain())
    await world.run(bob.client.settle())
    const [message] = await world.run(bob.client.received())
    assert.equal(message?.text, '')
    assert.notEqual(message.withdrawnAtMs, undefined)
    await assert.rejects(world.run(bob.client.recall(messageId)), {
      code: 'SEALPOST_UNKNOWN_MESSAGE'
    })
  })
})
