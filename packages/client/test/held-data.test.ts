/** What relays hold of people, told to them and erased for them. */
import assert from 'node:assert/strict'
import type { NodeKey } from '@sealpost/protocol'
import type { HeldMailbox } from '../src/index.ts'
import { type TestHome, type TestRelay, World } from './world.ts'

interface Pair {
  readonly world: World
  readonly alice: TestHome
  readonly bob: TestHome
  readonly rita: TestRelay
  readonly rosa: TestRelay
}

/** Alice at rita and rosa, bob at rosa alone; they know each other. */
async function pair(): Promise<Pair> {
  const world = new World()
  await world.addRelays(2)
  const [rita, rosa] = world.relays
  assert.ok(rita !== undefined && rosa !== undefined)
  const alice = await world.addHome('alice', [rita, rosa])
  const bob = await world.addHome('bob', [rosa])
  await alice.open()
  await bob.open()
  await world.meet(alice, bob)
  await world.run(Promise.all([alice.client.settle(), bob.client.settle()]))
  return { world, alice, bob, rita, rosa }
}

async function heldAt(
  world: World,
  { client }: TestHome,
  relay: NodeKey
): Promise<readonly HeldMailbox[]> {
  const all = async (): Promise<readonly HeldMailbox[]> => {
    const mailboxes: HeldMailbox[] = []
    for await (const mailbox of client.heldData.held(relay, undefined)) {
      mailboxes.push(mailbox)
    }
    return mailboxes
  }
  return world.run(all())
}

describe('what a relay holds for somebody', () => {
  it('is told to them whole: every mailbox and envelope in its store', async () => {
    const { world, alice, bob, rita } = await pair()
    await world.run(
      bob.client.send((await world.run(bob.client.findContact('alice'))).contactId, 'hi')
    )
    await world.pass(5_000)
    const held = await heldAt(world, alice, rita.address.nodeKey)
    const ids = rita.disk.rows('mailbox').map(({ key }) => key)
    assert.deepEqual(held.map(({ mailboxId }) => mailboxId).sort(), ids.sort())
    assert.ok(ids.length > 4)
    const envelopes = held.flatMap((mailbox) =>
      mailbox.envelopes.map(({ envelopeId }) => mailbox.mailboxId + envelopeId)
    )
    const index = rita.disk.rows('envelope-index').map(({ key }) => key)
    assert.ok(index.length > 0)
    assert.deepEqual(envelopes.sort(), index.sort())
  })

  it('is gone at once and for good when they leave with all of it, and messages go on elsewhere', async () => {
    const { world, alice, bob, rita, rosa } = await pair()
    const relay = rita.address.nodeKey
    const count = (await heldAt(world, alice, relay)).length
    for (const { invitationId, state } of alice.client.links()) {
      assert.ok(state === 'used', invitationId)
    }
    assert.equal(await world.run(alice.client.heldData.erase(relay, undefined)), count)
    await world.pass(60_000, 500)
    await alice.close()
    await alice.open()
    await world.pass(60_000, 500)
    for (const table of ['mailbox', 'envelope', 'envelope-index', 'expiry'] as const) {
      assert.deepEqual(rita.disk.rows(table), [], table)
    }
    // A link that was used, without anything to be claimed: nobody can erase it, and it goes by itself.
    assert.deepEqual(
      rita.disk.rows('idle-mailbox').filter(({ key }) => key.includes('m')),
      []
    )
    assert.deepEqual(
      alice.client.relays().flatMap(({ isOwn, nodeKey }) => (isOwn ? [nodeKey] : [])),
      [rosa.address.nodeKey]
    )
    await rita.stop()
    await world.run(
      bob.client.send((await world.run(bob.client.findContact('alice'))).contactId, 'hi')
    )
    await world.pass(60_000, 500)
    assert.deepEqual(
      (await world.run(alice.client.received())).map(({ text }) => text),
      ['hi']
    )
  })

  it('stays where it is the last relay, or has a link that still works', async () => {
    const { world, alice, bob, rita, rosa } = await pair()
    await assert.rejects(world.run(bob.client.heldData.erase(rosa.address.nodeKey, undefined)), {
      code: 'SEALPOST_LAST_RELAY'
    })
    await world.run(alice.client.invite())
    await assert.rejects(world.run(alice.client.heldData.erase(rita.address.nodeKey, undefined)), {
      code: 'SEALPOST_USAGE'
    })
    assert.equal(alice.client.relays().filter(({ isOwn }) => isOwn).length, 2)
  })
}).timeout(20_000)
