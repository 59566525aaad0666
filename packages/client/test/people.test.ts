import assert from 'node:assert/strict'
import { formatRelayAddress } from '@sealpost/protocol'
import type { Contact } from '../src/index.ts'
import { acquainted } from './acquaintance.ts'
import { type TestHome, type TestRelay, World } from './world.ts'

async function open(world: World, name: string, relays?: readonly TestRelay[]): Promise<TestHome> {
  const home = await (relays === undefined ? world.addHome(name) : world.addHome(name, relays))
  await home.open()
  return home
}

async function worldOf(
  relayCount: number,
  ...names: string[]
): Promise<{ world: World; homes: TestHome[] }> {
  const world = new World()
  await world.addRelays(relayCount)
  const homes: TestHome[] = []
  for (const name of names) {
    homes.push(await open(world, name))
  }
  return { world, homes }
}

/** Opens a public address, and waits until the request is on a relay. */
async function ask(world: World, guest: TestHome, link: string, text = ''): Promise<Contact> {
  const { contactId } = await world.run(guest.client.add(link, { text }))
  return world.run(guest.client.waitForContact(contactId, 'requested'))
}

/** The contact of a name, once there is one. */
async function known(world: World, home: TestHome, name: string): Promise<Contact> {
  return world.run(home.client.findContact(name))
}

/** Everybody is there, until all that is on its way has arrived. */
async function settle(world: World, ...homes: readonly TestHome[]): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await world.pass(2_000)
    for (const { client } of homes) {
      await world.run(client.settle())
    }
  }
}

async function tell(world: World, from: TestHome, to: string, text: string): Promise<void> {
  const { contactId } = await known(world, from, to)
  const { messageId } = await world.run(from.client.send(contactId, text))
  assert.ok(messageId)
  await world.run(from.client.waitForMessage(messageId, 'delivered'))
}

describe('a public address', () => {
  it('lets strangers ask: one is accepted, one declined, one blocked', async () => {
    const { world, homes } = await worldOf(2, 'alice', 'bob', 'carol', 'mallory')
    const [alice, bob, carol, mallory] = homes as [TestHome, TestHome, TestHome, TestHome]
    const { link, expiresAtMs } = await world.run(alice.client.invite({ isReusable: true }))
    assert.equal(expiresAtMs, undefined)
    for (const [guest, text] of [
      [bob, 'we met on the train'],
      [carol, 'buy this'],
      [mallory, 'buy that']
    ] as const) {
      await ask(world, guest, link, text)
    }
    await settle(world, ...homes)
    assert.deepEqual(await world.run(alice.client.contacts()), [])
    assert.deepEqual(await world.run(alice.client.received()), [])
    const requests = alice.client.requests()
    assert.deepEqual(
      requests.map(({ name, text }) => [name, text]),
      [
        ['bob', 'we met on the train'],
        ['carol', 'buy this'],
        ['mallory', 'buy that']
      ]
    )
    const [first, second, third] = requests.map(({ contactId }) => contactId)
    assert.ok(first !== undefined && second !== undefined && third !== undefined)
    await assert.rejects(alice.client.send(first, 'hello'), { code: 'SEALPOST_NOT_ACCEPTED' })
    await world.run(alice.client.acceptRequest(first))
    await world.run(alice.client.declineRequest(second))
    await world.run(alice.client.block(third))
    await settle(world, ...homes)
    assert.deepEqual(alice.client.requests(), [])
    await tell(world, alice, 'bob', 'hello bob')
    await tell(world, bob, 'alice', 'hello alice')
    assert.deepEqual(
      (await world.run(alice.client.received())).map(({ text }) => text),
      ['we met on the train', 'hello alice']
    )
    for (const guest of [carol, mallory]) {
      const [contact] = await world.run(guest.client.contacts())
      assert.equal(contact?.standing, 'requested')
    }
    await assert.rejects(alice.client.declineRequest(second), { code: 'SEALPOST_UNKNOWN_CONTACT' })
    const [view] = alice.client.links()
    assert.deepEqual([view?.kind, view?.state], ['public', 'published'])
  }).timeout(30_000)

  it('warns of who is called like a contact and is somebody else', async () => {
    const { world, alice } = await acquainted({ relayCount: 1 })
    const other = await open(world, 'BOB')
    const { link } = await world.run(alice.client.invite({ isReusable: true }))
    await ask(world, other, link)
    await settle(world, alice)
    assert.deepEqual(
      alice.client.requests().map(({ name, namesake }) => [name, namesake]),
      [['BOB', 'bob']]
    )
  }).timeout(30_000)

  it('has its fallback for whoever comes when its claimables are gone; contacts notice nothing', async () => {
    const { world, alice, bob } = await acquainted({ relayCount: 1 })
    const { link } = await world.run(alice.client.invite({ isReusable: true }))
    await world.run(alice.client.settle())
    await alice.close()
    const strangers: TestHome[] = []
    for (let number = 0; number < 36; number++) {
      const stranger = await open(world, `stranger ${String(number)}`)
      await ask(world, stranger, link)
      strangers.push(stranger)
    }
    const { contactId } = await known(world, bob, 'alice')
    const { messageId } = await world.run(bob.client.send(contactId, 'do you hear me?'))
    assert.ok(messageId)
    await alice.open()
    await world.run(bob.client.waitForMessage(messageId, 'delivered'))
    await world.run(alice.client.drain())
    await settle(world, alice)
    const requests = alice.client.requests()
    assert.equal(requests.length, 36)
    const last = strangers.at(-1)
    const asked = requests.find(({ name }) => name === 'stranger 35')
    assert.ok(last !== undefined && asked !== undefined)
    await world.run(alice.client.acceptRequest(asked.contactId))
    await settle(world, alice, last)
    await tell(world, alice, 'stranger 35', 'you came through the fallback')
    await tell(world, last, 'alice', 'and I am here')
  }).timeout(120_000)

  it('that is revoked leads nowhere', async () => {
    const { world, homes } = await worldOf(2, 'alice', 'bob')
    const [alice, bob] = homes as [TestHome, TestHome]
    const { link, invitationId } = await world.run(alice.client.invite({ isReusable: true }))
    await world.run(alice.client.settle())
    assert.equal((await world.run(alice.client.revokeLink(invitationId))).state, 'revoked')
    await world.run(alice.client.settle())
    const { contactId } = await world.run(bob.client.add(link))
    await assert.rejects(world.run(bob.client.waitForContact(contactId, 'requested')), {
      code: 'SEALPOST_LINK_USED'
    })
    await assert.rejects(alice.client.revokeLink('no such link'), { code: 'SEALPOST_UNKNOWN_LINK' })
  }).timeout(30_000)
})

describe('two people', () => {
  it('who open each other’s links are one contact each, and write both ways', async () => {
    const { world, homes } = await worldOf(2, 'alice', 'bob')
    const [alice, bob] = homes as [TestHome, TestHome]
    const ofAlice = await world.run(alice.client.invite())
    const ofBob = await world.run(bob.client.invite())
    await settle(world, alice, bob)
    alice.client.setOnline(false)
    bob.client.setOnline(false)
    await world.run(alice.client.add(ofBob.link))
    await world.run(bob.client.add(ofAlice.link))
    alice.client.setOnline(true)
    bob.client.setOnline(true)
    await settle(world, alice, bob)
    for (const { client } of [alice, bob]) {
      const contacts = await world.run(client.contacts())
      assert.deepEqual(
        contacts.map(({ standing, missingCount }) => [standing, missingCount]),
        [['accepted', 0]]
      )
    }
    await tell(world, alice, 'bob', 'one')
    await tell(world, bob, 'alice', 'two')
    await tell(world, alice, 'bob', 'three')
  }).timeout(30_000)

  it('whose relays are all gone go on in the same conversation through a new link', async () => {
    const world = new World()
    await world.addRelays(3)
    const [first, second, third] = world.relays as [TestRelay, TestRelay, TestRelay]
    const alice = await open(world, 'alice', [first])
    const bob = await open(world, 'bob', [second])
    await world.meet(alice, bob)
    await tell(world, bob, 'alice', 'before')
    const before = await known(world, bob, 'alice')
    const ofBob = await known(world, alice, 'bob')
    await first.stop()
    await second.stop()
    for (const [home, old] of [
      [alice, first],
      [bob, second]
    ] as const) {
      await world.run(home.client.addRelay(formatRelayAddress(third.address)))
      await world.run(home.client.removeRelay(old.address.nodeKey))
    }
    await world.run(alice.client.send(ofBob.contactId, 'nobody gets this now'))
    const { link } = await world.run(alice.client.invite())
    const { contactId } = await world.run(bob.client.add(link, { text: 'me again' }))
    const after = await world.run(bob.client.waitForContact(contactId, 'accepted'))
    assert.equal(after.contactId, before.contactId)
    await tell(world, alice, 'bob', 'there you are')
    await tell(world, bob, 'alice', 'yes')
    const texts = (await world.run(alice.client.messages(ofBob.contactId))).map(({ text }) => text)
    assert.deepEqual(texts.toSorted(), [
      'before',
      'me again',
      'nobody gets this now',
      'there you are',
      'yes'
    ])
    const got = (await world.run(bob.client.received())).map(({ text }) => text)
    assert.deepEqual(got.toSorted(), ['nobody gets this now', 'there you are'])
    for (const { client } of [alice, bob]) {
      const contacts = await world.run(client.contacts())
      assert.deepEqual(
        contacts.map(({ missingCount }) => missingCount),
        [0]
      )
    }
  }).timeout(60_000)

  it('are apart once one has blocked the other, and together again after', async () => {
    const { world, alice, bob } = await acquainted()
    const { contactId } = await known(world, alice, 'bob')
    assert.equal((await world.run(alice.client.block(contactId))).standing, 'blocked')
    await settle(world, alice, bob)
    await assert.rejects(alice.client.send(contactId, 'hello'), { code: 'SEALPOST_BLOCKED' })
    const ofAlice = await known(world, bob, 'alice')
    const { messageId } = await world.run(bob.client.send(ofAlice.contactId, 'are you there?'))
    await settle(world, alice, bob)
    assert.ok(messageId)
    assert.equal((await world.run(bob.client.message(messageId))).state, 'queued')
    assert.deepEqual(await world.run(alice.client.received()), [])
    await alice.close()
    await alice.open()
    assert.equal((await world.run(alice.client.unblock(contactId))).standing, 'accepted')
    await settle(world, alice, bob)
    await world.run(bob.client.waitForMessage(messageId, 'delivered'))
    await tell(world, alice, 'bob', 'now I am')
  }).timeout(60_000)

  it('stay in one conversation although one has another identity, which is loud', async () => {
    const { world, alice, bob } = await acquainted({ relayCount: 1 })
    await tell(world, bob, 'alice', 'before')
    const old = await known(world, alice, 'bob')
    assert.ok((await world.run(alice.client.setVerified(old.contactId, true))).isVerified)
    await bob.close()
    const anew = await open(world, 'bob anew')
    const { link } = await world.run(anew.client.invite())
    const { contactId } = await world.run(alice.client.add(link, { replaces: old.contactId }))
    const contact = await world.run(alice.client.waitForContact(contactId, 'accepted'))
    assert.deepEqual(
      [contact.name, contact.isVerified, contact.isIdentityChanged, contact.isHeld],
      ['bob', false, true, true]
    )
    await assert.rejects(alice.client.send(contactId, 'is it you?'), {
      code: 'SEALPOST_IDENTITY_CHANGED'
    })
    await world.run(alice.client.acknowledgeIdentity(contactId))
    await tell(world, alice, 'bob', 'is it you?')
    const messages = await world.run(alice.client.messages(contactId))
    assert.deepEqual(
      messages.map(({ text, notice }) => notice ?? text),
      ['before', 'identity-changed', 'is it you?']
    )
    const [last] = await world.run(alice.client.messages(contactId, { limit: 1 }))
    assert.ok(last !== undefined)
    const page = await world.run(alice.client.messages(contactId, { limit: 2, before: last.key }))
    assert.deepEqual(
      page.map(({ text, notice }) => notice ?? text),
      ['before', 'identity-changed']
    )
    assert.equal((await world.run(alice.client.contacts())).length, 1)
    await tell(world, anew, 'alice', 'it is')
    const received = await world.run(alice.client.received())
    assert.deepEqual(
      received.map(({ text, contactId: from }) => [text, from]),
      [
        ['before', contactId],
        ['it is', contactId]
      ]
    )
    assert.equal((await world.run(alice.client.contact(old.contactId))).contactId, contactId)
    assert.equal((await world.run(alice.client.contact(contactId))).unreadCount, 2)
    await world.run(alice.client.markShown(received))
    assert.equal((await world.run(alice.client.contact(contactId))).unreadCount, 0)
    await tell(world, alice, 'bob', 'good')
    const anewAgain = await open(world, 'bob once more')
    const again = await world.run(anewAgain.client.invite())
    const third = await world.run(alice.client.add(again.link, { replaces: contactId }))
    await world.run(alice.client.waitForContact(third.contactId, 'accepted'))
    const all = ['before', 'identity-changed', 'is it you?', 'it is', 'good', 'identity-changed']
    for (const limit of [1, 2, 5, 9]) {
      assert.deepEqual(await allPages(world, alice, third.contactId, limit), all)
    }
    assert.deepEqual(
      [...new Set((await world.run(alice.client.received())).map((message) => message.contactId))],
      [third.contactId]
    )
  }).timeout(60_000)

  async function allPages(
    world: World,
    { client }: TestHome,
    contactId: Contact['contactId'],
    limit: number
  ): Promise<readonly string[]> {
    const said: string[] = []
    let before: string | undefined
    for (;;) {
      const options = { limit, ...(before === undefined ? {} : { before }) }
      const page = await world.run(client.messages(contactId, options))
      said.unshift(...page.map(({ text, notice }) => notice ?? text))
      before = page[0]?.key
      if (before === undefined) {
        return said
      }
    }
  }

  it('who follow one link twice follow it once', async () => {
    const { world, homes } = await worldOf(1, 'alice', 'bob')
    const [alice, bob] = homes as [TestHome, TestHome]
    const { link } = await world.run(alice.client.invite())
    bob.client.setOnline(false)
    const first = await world.run(bob.client.add(link))
    const second = await world.run(bob.client.add(link))
    assert.equal(second.contactId, first.contactId)
    await assert.rejects(bob.client.add(link, { text: 'x'.repeat(1_001) }), {
      code: 'SEALPOST_TEXT_TOO_LONG'
    })
  }).timeout(30_000)
})
