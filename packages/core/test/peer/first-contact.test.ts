import assert from 'node:assert/strict'
import { encodeLink } from '@sealpost/core'
import { type AcceptContent, type ContactId, encodeInvitation } from '@sealpost/protocol'
import { ContactState } from '@sealpost/protocol/home'
import {
  addressRecord,
  bytesOf,
  contactId,
  content,
  DAY_MS,
  device,
  deviceList,
  FIRST,
  identity,
  invitation,
  SECOND_MS,
  START_MS
} from './cast.ts'
import { TestPeer } from './test-peer.ts'
import { TestRelay } from './test-relay.ts'

function acceptOf(
  name: string,
  relays: readonly TestRelay[],
  changes: Partial<AcceptContent> = {},
  version = 1
): AcceptContent {
  return {
    type: 'accept',
    profile: { name },
    address: addressRecord(
      name,
      relays.map(({ address }) => address),
      { version }
    ),
    deviceList: deviceList(1, 1),
    ...changes
  }
}

/** Bob, who has asked alice through her link and waits. */
function waiting(): {
  readonly bob: TestPeer
  readonly alice: ContactId
  readonly rita: TestRelay
} {
  const rita = new TestRelay('rita')
  const bob = new TestPeer('bob', [rita])
  bob.online()
  return { bob, alice: openLinkOf(bob, 'alice', rita), rita }
}

/** Bob opens somebody's link and sends the request. */
function openLinkOf(bob: TestPeer, name: string, relay: TestRelay): ContactId {
  const id = contactId(`link of ${name}`)
  const link = encodeLink({
    kind: 'one-time',
    linkSecret: bytesOf(`secret of ${name}`, 32),
    inviterHash: bytesOf('hash', 32),
    expiresAtMs: bob.nowMs + 7 * DAY_MS,
    relays: [relay.address]
  })
  bob.give({ type: 'open-link', contactId: id, link, name: '', text: '', replaces: undefined })
  const opened = invitation(name, [relay.address], { expiresAtMs: bob.nowMs + 7 * DAY_MS })
  bob.give({
    type: 'claimable-opened',
    contactId: id,
    relay: relay.nodeKey,
    invitation: opened,
    invitationBytes: encodeInvitation(opened)
  })
  if (bob.take('compose-request').length > 0) {
    const ciphertext = { type: 3 as const, bytes: bytesOf(`request to ${name}`, 1_000) }
    bob.give({
      type: 'request-composed',
      contactId: id,
      ciphertext,
      addressVersion: 1,
      sentAtMs: START_MS
    })
  }
  return id
}

describe('an accept', () => {
  it('makes a contact of whom was asked, with the address that it brings', () => {
    const { bob, alice, rita } = waiting()
    bob.receive(alice, content(1, acceptOf('alice', [rita])))
    assert.equal(bob.machine.contact(alice)?.standing, 'accepted')
    assert.equal(bob.machine.theirAddress(alice, FIRST)?.version, 1)
  })

  it('that comes a second time means nothing, whatever version it says', () => {
    const { bob, alice, rita } = waiting()
    bob.receive(alice, content(1, acceptOf('alice', [rita])))
    for (const [number, version] of [
      [2, 0],
      [3, 1],
      [4, 0xffff_ffff]
    ] as const) {
      const relays = [new TestRelay(`other-${String(number)}`)]
      bob.receive(alice, content(number, acceptOf('mallory', relays, {}, version)))
    }
    assert.equal(bob.machine.theirAddress(alice, FIRST)?.version, 1)
    assert.equal(bob.machine.contact(alice)?.profileName, 'alice')
    assert.equal(bob.machine.relays().length, 1)
  })

  it('from somebody who was not asked means nothing', () => {
    const rita = new TestRelay('rita')
    const bob = new TestPeer('bob', [rita])
    const mallory = bob.knows('mallory', [rita])
    bob.online()
    const other = new TestRelay('other')
    bob.receive(mallory, content(1, acceptOf('mallory', [other], {}, 9)))
    assert.equal(bob.machine.theirAddress(mallory, FIRST)?.version, 1)
  })

  it('from another device than its address is for means nothing', () => {
    const { bob, alice, rita } = waiting()
    const address = addressRecord('alice', [rita.address], { device: device(2) })
    bob.receive(alice, content(1, acceptOf('alice', [rita], { address })))
    assert.equal(bob.machine.contact(alice)?.standing, 'requested')
    assert.equal(bob.machine.theirAddress(alice, device(2)), undefined)
  })

  it('with a list of devices that cannot be read, or that leaves its own out, means nothing', () => {
    const { bob, alice, rita } = waiting()
    const malformed = { body: Uint8Array.of(255, 255), signature: new Uint8Array(64) }
    bob.receive(alice, content(1, acceptOf('alice', [rita], { deviceList: malformed })))
    bob.receive(alice, content(2, acceptOf('alice', [rita], { deviceList: deviceList(1, 2) })))
    assert.equal(bob.machine.contact(alice)?.standing, 'requested')
    bob.receive(alice, content(3, acceptOf('alice', [rita])))
    assert.equal(bob.machine.contact(alice)?.standing, 'accepted')
  })

  it('keeps the newer one of two lists of devices', () => {
    const { bob, alice, rita } = waiting()
    bob.receive(alice, content(1, acceptOf('alice', [rita], { deviceList: deviceList(7, 1, 2) })))
    assert.deepEqual(bob.machine.contact(alice)?.deviceList, deviceList(7, 1, 2))
    bob.invite('link')
    bob.request('link', 'alice', { deviceList: deviceList(3, 1) })
    assert.deepEqual(bob.machine.contact(alice)?.deviceList, deviceList(7, 1, 2))
  })

  it('lets go what was written while it was waited for', () => {
    const { bob, alice, rita } = waiting()
    for (let i = 0; i < 5; i++) {
      bob.send(alice)
    }
    assert.equal(rita.envelopes.length, 0)
    bob.restart()
    bob.receive(alice, content(1, acceptOf('alice', [rita])))
    assert.equal(rita.envelopes.length, 5)
  })

  it('that comes after messages finds them received', () => {
    const { bob, alice, rita } = waiting()
    bob.receive(alice, content(2))
    bob.receive(alice, content(1, acceptOf('alice', [rita])))
    assert.deepEqual(bob.machine.gaps(alice, FIRST), [])
    bob.advance(SECOND_MS)
    assert.equal(bob.composeReceipts(), 1)
  })
})

describe('the word that a link was used', () => {
  it('from somebody who accepted means nothing', () => {
    const { bob, alice, rita } = waiting()
    bob.receive(alice, content(1, acceptOf('alice', [rita])))
    bob.receive(alice, content(2, { type: 'link-used' }))
    assert.equal(bob.machine.contact(alice)?.standing, 'accepted')
    assert.deepEqual(bob.takeNotices('link-failed'), [])
  })

  it('a second time means nothing', () => {
    const { bob, alice } = waiting()
    bob.receive(alice, content(1, { type: 'link-used' }))
    bob.takeNotices('link-failed')
    bob.receive(alice, content(2, { type: 'link-used' }))
    assert.deepEqual(bob.takeNotices('link-failed'), [])
    assert.equal(bob.machine.contact(alice)?.standing, 'failed')
  })
})

describe('two who opened each other’s links', () => {
  it('are one contact each, whose numbers have no gaps', () => {
    const { bob, alice, rita } = waiting()
    bob.invite('link')
    bob.request('link', 'alice')
    const contacts = bob.machine.contacts()
    assert.equal(contacts.length, 1)
    assert.equal(contacts[0]?.standing, 'accepted')
    assert.equal(bob.machine.linkProgress(alice), 'accepted')
    assert.ok(bob.machine.canWriteTo(alice))
    assert.equal(contacts[0]?.nextNumber, 2)
    bob.receive(alice, content(2, acceptOf('alice', [rita])))
    assert.deepEqual(bob.machine.gaps(alice, FIRST), [])
    assert.equal(bob.rows.count('claimed-link'), 0)
  })

  it('stay contacts when one of the requests leads nowhere', () => {
    const { bob, alice } = waiting()
    bob.invite('link')
    bob.request('link', 'alice')
    bob.advance(31 * DAY_MS)
    assert.equal(bob.machine.contact(alice)?.standing, 'accepted')
    assert.equal(bob.machine.linkProgress(alice), 'accepted')
    bob.restart()
    assert.equal(bob.machine.contact(alice)?.standing, 'accepted')
    assert.ok(bob.machine.canWriteTo(alice))
  })
})

describe('whoever’s link failed', () => {
  it('is accepted when they come with a request, under numbers that begin anew where none was used', () => {
    const { bob, alice } = waiting()
    bob.receive(alice, content(1, { type: 'link-used' }))
    assert.equal(bob.machine.contact(alice)?.standing, 'failed')
    bob.invite('link')
    bob.request('link', 'alice', { number: 2 })
    assert.equal(bob.machine.contact(alice)?.standing, 'accepted')
    assert.equal(bob.machine.contact(alice)?.nextNumber, 1)
    assert.equal(bob.machine.linkProgress(alice), 'accepted')
    assert.ok(bob.machine.canWriteTo(alice))
    bob.restart()
    assert.equal(bob.machine.linkProgress(alice), 'accepted')
  })

  it('keeps their numbers where something was written to them', () => {
    const { bob, alice } = waiting()
    bob.send(alice)
    bob.receive(alice, content(1, { type: 'link-used' }))
    bob.invite('link')
    bob.request('link', 'alice', { number: 2 })
    assert.equal(bob.machine.contact(alice)?.nextNumber, 3)
  })

  it('is forgotten once the person gives them up, and their mailbox destroyed, over a restart', () => {
    const { bob, alice, rita } = waiting()
    bob.send(alice)
    assert.notEqual(rita.mailboxes.size, 0)
    bob.give({ type: 'forget-failed', contactId: alice })
    assert.equal(bob.machine.contact(alice)?.standing, 'requested')
    bob.receive(alice, content(1, { type: 'link-used' }))
    bob.give({ type: 'forget-failed', contactId: alice })
    assert.equal(bob.machine.contact(alice), undefined)
    bob.restart()
    bob.advance(SECOND_MS)
    assert.equal(rita.mailboxes.size, 0)
    for (const table of [
      'contact',
      'claimed-link',
      'their-address',
      'progress',
      'outbox'
    ] as const) {
      assert.equal(bob.rows.count(table), 0, table)
    }
    bob.invite('link')
    bob.request('link', 'alice')
    const again = bob.machine.contactOf(identity('alice'))
    assert.deepEqual([again?.standing, again?.nextNumber], ['accepted', 1])
  })

  it('does not stand in the way of another link of theirs', () => {
    const { bob, alice, rita } = waiting()
    bob.receive(alice, content(1, { type: 'link-used' }))
    bob.advance(SECOND_MS)
    const id = contactId('second link of alice')
    const link = encodeLink({
      kind: 'one-time',
      linkSecret: bytesOf('another secret', 32),
      inviterHash: bytesOf('hash', 32),
      expiresAtMs: START_MS + 7 * DAY_MS,
      relays: [rita.address]
    })
    bob.give({
      type: 'open-link',
      contactId: id,
      link,
      name: 'alice',
      text: '',
      replaces: undefined
    })
    const opened = invitation('alice', [rita.address])
    bob.give({
      type: 'claimable-opened',
      contactId: id,
      relay: rita.nodeKey,
      invitation: opened,
      invitationBytes: encodeInvitation(opened)
    })
    assert.equal(bob.machine.contactOf(identity('alice'))?.contactId, id)
    for (let i = 0; i < 3; i++) {
      bob.restart()
      assert.equal(bob.machine.contactOf(identity('alice'))?.contactId, id)
    }
  })
})

describe('contacts', () => {
  it('have names that nobody else here has, whatever was asked for', () => {
    const rita = new TestRelay('rita')
    const bob = new TestPeer('bob', [rita])
    const [carol, dave, erin] = ['carol', 'dave', 'erin'].map((name) => bob.knows(name, [rita]))
    assert.ok(carol !== undefined && dave !== undefined && erin !== undefined)
    bob.give({ type: 'rename', contactId: dave, name: 'carol' })
    bob.give({ type: 'rename', contactId: erin, name: 'carol' })
    bob.give({ type: 'rename', contactId: carol, name: '' })
    bob.give({ type: 'rename', contactId: dave, name: 'carol 2' })
    assert.deepEqual(
      bob.machine
        .contacts()
        .map(({ name }) => name)
        .sort(),
      ['carol 2', 'carol 3', 'unnamed']
    )
    bob.give({ type: 'rename', contactId: contactId('nobody'), name: 'x' })
    assert.equal(bob.machine.contacts().length, 3)
  })

  it('that are refused do not come back by a restart', () => {
    const rita = new TestRelay('rita')
    const bob = new TestPeer('bob', [rita])
    bob.knows('mallory', [rita], {
      contact: { state: ContactState.REFUSED, createdAtMs: START_MS - 8 * DAY_MS, nextNumber: 2 }
    })
    bob.online()
    assert.deepEqual(bob.machine.contacts(), [])
    assert.equal(bob.rows.count('contact'), 0)
  })
})
