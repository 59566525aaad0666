import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import type { MessageId } from '@sealpost/protocol'
import { type Acquainted, acquainted, write } from './acquaintance.ts'
import { eventually, said } from './linked-device.ts'
import type { TestHome, World } from './world.ts'

const MINUTE_MS = 60_000

async function texts(world: World, home: TestHome, who: string): Promise<readonly string[]> {
  return (await said(world, home, who)).map(({ text, kind }) => (text === '' ? kind : text))
}

/** Both are there for a while, and everything has come to rest: nobody asks for anything again and again. */
async function rests({ world, alice, bob }: Acquainted): Promise<void> {
  await world.pass(30 * MINUTE_MS, 1_000)
  const before = world.relays.map(({ depositCount }) => depositCount)
  await world.pass(60 * MINUTE_MS, 1_000)
  assert.deepEqual(
    world.relays.map(({ depositCount }) => depositCount),
    before
  )
  for (const { client } of [alice, bob]) {
    const [contact] = await world.run(client.contacts())
    assert.equal(contact?.missingCount, 0)
    assert.equal((await world.run(client.upkeep())).queuedCount, 0)
  }
}

describe('what somebody writes who is blocked', function () {
  this.timeout(120_000)

  it('comes once they are unblocked: what a relay held, what was on its way, what they wrote since', async () => {
    const all = await acquainted()
    const { world, alice, bob } = all
    const { contactId } = await world.run(alice.client.findContact('bob'))
    await write(world, bob, 'alice', 'before')
    await eventually(world, async () => (await texts(world, alice, 'bob')).length === 1)
    await world.run(alice.client.settle())
    alice.client.setOnline(false)
    await world.pass(1_000)
    const held = await write(world, bob, 'alice', 'a relay has this')
    await world.run(bob.client.waitForMessage(held, 'on-relay'))
    await world.run(alice.client.block(contactId))
    alice.client.setOnline(true)
    await world.pass(5_000)
    await write(world, bob, 'alice', 'while blocked')
    await world.pass(20 * MINUTE_MS, 1_000)
    assert.deepEqual(await texts(world, alice, 'bob'), ['before'])
    await world.run(alice.client.unblock(contactId))
    const last = await write(world, bob, 'alice', 'after')
    await world.run(bob.client.waitForMessage(last, 'delivered'))
    await world.run(bob.client.waitForMessage(held, 'delivered'))
    assert.deepEqual(await texts(world, alice, 'bob'), [
      'before',
      'a relay has this',
      'while blocked',
      'after'
    ])
    await rests(all)
  })

  it('comes also where it arrived in the moment of the block, and was dropped', async () => {
    const all = await acquainted()
    const { world, alice, bob } = all
    const { contactId } = await world.run(alice.client.findContact('bob'))
    const sent: MessageId[] = []
    let heldBack = 0
    for (let turns = 0; turns < 16; turns++) {
      const sending = write(world, bob, 'alice', `in flight ${String(turns)}`)
      // The decision falls at every moment of a message's way.
      for (let count = 0; count < turns; count++) {
        await turn()
        world.clock.advance(1)
      }
      await world.run(alice.client.block(contactId))
      sent.push(await sending)
      await world.pass(5_000)
      heldBack += (await texts(world, alice, 'bob')).length < sent.length ? 1 : 0
      await world.run(alice.client.unblock(contactId))
      await world.pass(20_000, 250)
    }
    assert.ok(heldBack > 0, 'some came too late')
    await world.pass(30 * MINUTE_MS, 1_000)
    for (const messageId of sent) {
      assert.ok((await world.run(bob.client.message(messageId))).deliveredAtMs !== undefined)
    }
    const shown = await texts(world, alice, 'bob')
    assert.deepEqual([shown.length, new Set(shown).size], [sent.length, sent.length])
    await rests(all)
  })

  it('leaves no gap for them either: what was on its way to them comes after all', async () => {
    const all = await acquainted()
    const { world, alice, bob } = all
    const { contactId } = await world.run(alice.client.findContact('bob'))
    await write(world, alice, 'bob', 'before')
    await eventually(world, async () => (await texts(world, bob, 'alice')).length === 1)
    await world.run(alice.client.settle())
    alice.client.setOnline(false)
    const dropped = await write(world, alice, 'bob', 'not sent any more')
    await world.run(alice.client.block(contactId))
    alice.client.setOnline(true)
    await world.pass(20 * MINUTE_MS, 1_000)
    assert.deepEqual(await texts(world, bob, 'alice'), ['before'])
    await world.run(alice.client.unblock(contactId))
    await write(world, alice, 'bob', 'after')
    await world.pass(30 * MINUTE_MS, 1_000)
    assert.equal((await world.run(alice.client.message(dropped))).state, 'delivered')
    assert.deepEqual(await texts(world, bob, 'alice'), ['before', 'not sent any more', 'after'])
    await rests(all)
  })
})
