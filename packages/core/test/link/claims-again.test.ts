import assert from 'node:assert/strict'
import { ClaimState } from '@sealpost/protocol/home'
import { linkSecrets } from '../../src/address/seeds.ts'
import { contactId, DAY_MS, device, FIRST, HOUR_MS, identity, MINUTE_MS } from '../peer/cast.ts'
import type { TestRelay } from '../peer/test-relay.ts'
import {
  accepted,
  ALICE,
  compose,
  ends,
  linkOf,
  onlyOne,
  open,
  openClaimable,
  row,
  type Scene,
  scene,
  SECRET
} from './claims-scene.ts'

const SECOND = contactId('second')

describe('a link of somebody who is here already', () => {
  function second({ bob, relays }: Scene, text = ''): void {
    const link = linkOf(relays)
    bob.give({
      type: 'open-link',
      contactId: SECOND,
      link,
      name: 'somebody',
      text,
      replaces: undefined
    })
  }

  it('goes on in their conversation, under number 0, and tells them our address', () => {
    const all = scene()
    const { bob, rita } = all
    bob.knows('alice', all.relays, { contact: { nextNumber: 5 } })
    bob.online()
    second(all)
    openClaimable(all)
    assert.equal(bob.machine.contact(SECOND), undefined)
    assert.equal(bob.machine.mergedInto(SECOND), ALICE)
    assert.equal(bob.machine.linkProgress(ALICE), 'claiming')
    assert.ok(bob.machine.canWriteTo(ALICE))
    assert.equal(bob.machine.invitation(ALICE)?.number, 0)
    compose(all)
    assert.equal(bob.machine.linkProgress(ALICE), 'requested')
    assert.equal(rita.requests.length, 1)
    assert.equal(bob.machine.contact(ALICE)?.nextNumber, 5)
    accepted(all, 2)
    assert.equal(bob.machine.linkProgress(ALICE), 'accepted')
    assert.equal(bob.machine.contact(ALICE)?.name, 'alice')
    assert.equal(bob.machine.theirAddress(ALICE, FIRST)?.version, 2)
    assert.equal(row(bob), undefined)
    assert.equal(bob.rows.all('contact').length, 1)
  })

  it('has its text said as a message, once, over restarts', () => {
    const all = scene()
    const { bob } = all
    bob.knows('alice', all.relays)
    bob.online()
    second(all, 'it is me')
    openClaimable(all)
    assert.equal(bob.machine.invitation(ALICE)?.text, '')
    assert.equal(bob.take('compose-text').length, 1)
    bob.restart()
    assert.deepEqual(
      bob.take('compose-text').map(({ text }) => text),
      ['it is me']
    )
    bob.send(ALICE, 'it is me')
    bob.advance(MINUTE_MS)
    bob.restart()
    assert.deepEqual(bob.take('compose-text'), [])
  })

  it('leaves a contact as it is where it leads nowhere', () => {
    const all = scene()
    const { bob } = all
    bob.knows('alice', all.relays)
    bob.online()
    second(all)
    openClaimable(all)
    compose(all)
    bob.advance(31 * DAY_MS)
    assert.equal(bob.machine.contact(ALICE)?.standing, 'accepted')
    assert.equal(row(bob), undefined)
    bob.restart()
    assert.equal(bob.machine.linkProgress(ALICE), 'accepted')
  })

  it('asks once more, in the same words, whom we asked already', () => {
    const all = scene(2)
    const { bob } = all
    open(all)
    openClaimable(all)
    compose(all)
    const requestId = row(bob)?.requestId
    second(all)
    openClaimable(all)
    assert.equal(bob.machine.mergedInto(SECOND), ALICE)
    assert.equal(row(bob)?.requestId, requestId)
    assert.equal(bob.machine.invitation(ALICE)?.number, 1)
    compose(all)
    accepted(all)
    assert.equal(bob.machine.contact(ALICE)?.standing, 'accepted')
    assert.equal(bob.rows.all('contact').length, 1)
    assert.equal(row(bob), undefined)
  })

  it('says yes to whom it leads to, if they had asked us', () => {
    const all = scene()
    const { bob } = all
    bob.invite('address', { isPublic: true })
    bob.request('address', 'alice')
    const alice = bob.contactOf(identity('alice'))
    assert.equal(bob.machine.contact(alice)?.standing, 'pending')
    second(all)
    openClaimable(all)
    assert.equal(bob.machine.contact(alice)?.standing, 'accepted')
    assert.equal(bob.machine.mergedInto(SECOND), alice)
    assert.deepEqual(
      bob.rows.all('claimed-link').map(({ key }) => key),
      [SECOND]
    )
    bob.restart()
    assert.equal(bob.machine.mergedInto(SECOND), alice, 'after a restart, too')
    bob.advance(31 * DAY_MS)
    bob.restart()
    assert.equal(bob.machine.mergedInto(SECOND), undefined, 'until nobody can ask any more')
    assert.equal(bob.rows.all('claimed-link').length, 0)
  })

  it('says what was to be said to whom it leads to, if they had asked us', () => {
    const all = scene()
    const { bob } = all
    bob.invite('address', { isPublic: true })
    bob.request('address', 'alice')
    const alice = bob.contactOf(identity('alice'))
    second(all, 'it is me')
    openClaimable(all)
    assert.equal(bob.machine.contact(alice)?.standing, 'accepted')
    assert.equal(bob.machine.mergedInto(SECOND), alice)
    assert.deepEqual(
      bob.take('compose-text').map(({ contactId: to, text }) => [to, text]),
      [[alice, 'it is me']]
    )
  })

  it('takes the number from a name that only told them from the link', () => {
    const all = scene()
    const { bob } = all
    bob.knows('alice', all.relays)
    bob.online()
    second(all)
    bob.invite('address', { isPublic: true })
    bob.request('address', 'somebody')
    const somebody = bob.contactOf(identity('somebody'))
    assert.equal(bob.machine.contact(somebody)?.name, 'somebody 2')
    bob.give({ type: 'rename', contactId: ALICE, name: 'somebody 3' })
    openClaimable(all)
    assert.equal(bob.machine.mergedInto(SECOND), ALICE)
    assert.equal(bob.machine.contact(ALICE)?.name, 'somebody')
    assert.equal(bob.machine.contact(somebody)?.name, 'somebody 2')
  })

  it('ends at once where we blocked them', () => {
    const all = scene()
    const { bob } = all
    bob.knows('alice', all.relays)
    bob.give({ type: 'block', contactId: ALICE })
    bob.online()
    second(all)
    openClaimable(all)
    assert.deepEqual(ends(bob), ['blocked'])
    assert.equal(bob.machine.contact(ALICE)?.standing, 'blocked')
  })
})

describe('an inviter who says nothing', () => {
  for (const [kind, days] of [
    ['one-time', 1],
    ['public', 3]
  ] as const) {
    it(`is asked through a claimable of each other relay, one after another: ${kind}`, () => {
      const all = scene(3)
      const { bob, relays } = all
      open(all, { kind })
      openClaimable(all)
      compose(all)
      const requestId = row(bob)?.requestId
      const counts = (): readonly number[] => relays.map((relay) => relay.count('claim'))
      bob.advance(days * DAY_MS - 1)
      assert.deepEqual(counts(), [1, 0, 0])
      bob.advance(1)
      assert.deepEqual(counts(), [1, 1, 0])
      assert.equal(bob.machine.linkProgress(ALICE), 'requested')
      openClaimable(all)
      assert.equal(bob.machine.linkProgress(ALICE), 'requested')
      compose(all)
      assert.equal(row(bob)?.requestId, requestId)
      assert.equal(row(bob)?.state, ClaimState.REQUESTED)
      for (const relay of relays) {
        assert.equal(new Set(relay.requests.map(({ envelopeId }) => envelopeId)).size, 2)
      }
      bob.advance(days * DAY_MS)
      openClaimable(all)
      compose(all)
      bob.advance(days * DAY_MS - 1)
      assert.deepEqual(counts(), [1, 1, 1])
      accepted(all)
      assert.equal(bob.machine.contact(ALICE)?.standing, 'accepted')
    })
  }

  it('is asked with what relays have by then, once all of them were asked through', () => {
    const all = scene(2)
    const { bob, relays } = all
    open(all)
    openClaimable(all)
    compose(all)
    bob.advance(DAY_MS)
    openClaimable(all)
    compose(all)
    const counts = (): readonly number[] => relays.map((relay) => relay.count('claim'))
    bob.advance(DAY_MS)
    assert.deepEqual(counts(), [2, 1])
    openClaimable(all)
    assert.deepEqual(counts(), [2, 2], 'the first has what it had')
    openClaimable(all)
    bob.advance(HOUR_MS)
    assert.deepEqual(
      counts(),
      [2, 2],
      'and so has the second: they are left alone until the next day'
    )
    assert.deepEqual(bob.take('compose-request'), [])
    bob.advance(DAY_MS - HOUR_MS)
    openClaimable(all, { device: device(2) })
    compose(all)
    bob.advance(HOUR_MS)
    assert.deepEqual(counts(), [3, 2], 'another device of hers has taken over')
    assert.equal(row(bob)?.state, ClaimState.REQUESTED)
  })

  it('is asked again under the first request where no other relay has anything', () => {
    const all = scene(2)
    const [, rosa] = all.relays as [TestRelay, TestRelay]
    rosa.claimables.set(linkSecrets(SECRET, rosa.nodeKey).linkId, [])
    open(all)
    openClaimable(all)
    compose(all)
    all.bob.advance(2 * DAY_MS)
    assert.equal(row(all.bob)?.state, ClaimState.REQUESTED)
    assert.deepEqual(ends(all.bob), [])
    accepted(all)
    assert.equal(all.bob.machine.contact(ALICE)?.standing, 'accepted')
  })

  it('is asked again although the client crashed at any step of it', () => {
    for (let crash = 0; crash < 3; crash++) {
      const all = scene(2)
      const { bob } = all
      open(all)
      openClaimable(all)
      compose(all)
      bob.advance(DAY_MS)
      if (crash === 0) {
        bob.restart()
      }
      openClaimable(all)
      if (crash === 1) {
        bob.restart()
      }
      compose({ ...all, bob: onlyOne(bob) })
      if (crash === 2) {
        bob.restart()
      }
      assert.equal(row(bob)?.state, ClaimState.REQUESTED)
      assert.equal(row(bob)?.askedThrough.length, 2)
    }
  })

  it('gives up after a month, however often it was asked', () => {
    const all = scene(3)
    open(all)
    openClaimable(all)
    compose(all)
    for (let again = 0; again < 2; again++) {
      all.bob.advance(DAY_MS)
      openClaimable(all)
      compose(all)
    }
    all.bob.advance(28 * DAY_MS - HOUR_MS)
    assert.deepEqual(ends(all.bob), [])
    all.bob.advance(2 * HOUR_MS)
    assert.deepEqual(ends(all.bob), ['expired'])
  }).timeout(60_000)
})
