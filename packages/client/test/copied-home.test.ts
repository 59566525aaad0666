import assert from 'node:assert/strict'
import type { PeerTable } from '@sealpost/core'
import { eventually, linkDevice, said, saysExactly } from './linked-device.ts'
import { TestHome, World } from './world.ts'

const TABLES: readonly PeerTable[] = [
  'vault',
  'account',
  'contact',
  'own-address',
  'destroyed-mailbox',
  'their-address',
  'progress',
  'message',
  'message-index',
  'unread',
  'seen',
  'seen-week',
  'outbox',
  'receipt',
  'recall',
  'withdrawal',
  'invitation',
  'claimed-link',
  'declined-request',
  'known-relay',
  'session',
  'trusted-identity',
  'one-time-prekey',
  'signed-prekey',
  'kyber-prekey',
  'kyber-prekey-use',
  'sender-key'
]

/** A second home with the same rows, as a copied profile has. */
async function copyOf(world: World, home: TestHome): Promise<TestHome> {
  const copy = new TestHome(world, 'copy', false)
  const store = await copy.disk.open()
  for (const table of TABLES) {
    const rows = home.disk.rows(table)
    await store.commit(rows.map(({ key, value }) => ({ type: 'write', table, key, value })))
  }
  await store.close()
  return copy
}

async function send(world: World, from: TestHome, to: string, text: string): Promise<void> {
  const { contactId } = await world.run(from.client.findContact(to))
  await world.run(from.client.send(contactId, text))
}

describe('a home of which there is a copy', function () {
  this.timeout(60_000)

  it('sends nothing once the copy is online, and goes on as a device of its own', async () => {
    const world = new World()
    await world.addRelays(2)
    const first = await world.addHome('alice')
    const bob = await world.addHome('bob')
    await first.open()
    await bob.open()
    await world.meet(first, bob)
    await linkDevice(world, first, 'phone')
    await send(world, bob, 'alice', 'before')
    await saysExactly(world, first, 'bob', ['before'])
    await world.run(first.client.settle())
    await first.close()
    const copy = await copyOf(world, first)
    await first.open()
    await world.run(first.client.drain())
    const happened: string[] = []
    first.client.listen(({ type }) => {
      if (type === 'superseded' || type === 'device-removed') {
        happened.push(type)
      }
    })
    await copy.open()
    await world.run(copy.client.drain())
    await assert.rejects(send(world, first, 'bob', 'x'), { code: 'SEALPOST_SUPERSEDED' })
    await assert.rejects(world.run(first.client.invite()), { code: 'SEALPOST_SUPERSEDED' })
    assert.deepEqual([first.client.stopped, copy.client.stopped], ['superseded', undefined])
    assert.deepEqual(happened, ['superseded'])
    await first.close()
    await first.open()
    assert.equal(first.client.stopped, 'superseded')
    await world.run(first.client.drain())
    assert.equal(await world.run(first.client.becomeNewDevice()), 3)
    await first.open()
    await send(world, first, 'bob', 'from the new device')
    await saysExactly(world, bob, 'alice', ['before', 'from the new device'])
    await send(world, copy, 'bob', 'from the copy')
    await saysExactly(world, bob, 'alice', ['before', 'from the new device', 'from the copy'])
    await send(world, bob, 'alice', 'to all')
    await eventually(world, async () => {
      return (await said(world, first, 'bob')).some(({ text }) => text === 'to all')
    })
    await eventually(world, async () => {
      return (await said(world, copy, 'bob')).some(({ text }) => text === 'to all')
    })
  })

  it('is reached by contacts once it is a device of its own, also where the account had one device', async () => {
    const world = new World()
    await world.addRelays(2)
    const first = await world.addHome('alice')
    const bob = await world.addHome('bob')
    await first.open()
    await bob.open()
    await world.meet(first, bob)
    await send(world, bob, 'alice', 'before')
    await saysExactly(world, first, 'bob', ['before'])
    await world.run(first.client.settle())
    await first.close()
    const copy = await copyOf(world, first)
    await first.open()
    await world.run(first.client.drain())
    await copy.open()
    await world.run(copy.client.drain())
    assert.equal(await world.run(first.client.becomeNewDevice()), 2)
    await first.open()
    await send(world, first, 'bob', 'from the new device')
    await saysExactly(world, bob, 'alice', ['before', 'from the new device'])
    await world.pass(5_000)
    await send(world, bob, 'alice', 'to all')
    await saysExactly(world, first, 'bob', ['before', 'from the new device', 'to all'])
    await eventually(world, async () => {
      return (await said(world, copy, 'bob')).some(({ text }) => text === 'to all')
    })
  })

  it('is not taken for its own copy when it connects or starts again', async () => {
    const world = new World()
    await world.addRelays(1)
    const alice = await world.addHome('alice')
    const bob = await world.addHome('bob')
    await alice.open()
    await bob.open()
    await world.meet(alice, bob)
    world.network.cut(world.relays[0]?.address.nodeKey ?? ('' as never))
    await world.pass(120_000, 1_000)
    await send(world, alice, 'bob', 'after the cut')
    await saysExactly(world, bob, 'alice', ['after the cut'])
    alice.kill()
    await alice.open()
    await world.run(alice.client.drain())
    await send(world, alice, 'bob', 'after the kill')
    await saysExactly(world, bob, 'alice', ['after the cut', 'after the kill'])
  })
})
