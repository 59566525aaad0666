import assert from 'node:assert/strict'
import {
  addressRecord,
  bytesOf,
  contactId as contactIdOf,
  content,
  DAY_MS,
  deviceList,
  FIRST,
  SECOND_MS,
  START_MS
} from '../peer/cast.ts'
import { messagesOf, type Timeline } from '../peer/stored-messages.ts'
import {
  accepted,
  ALICE,
  CIPHERTEXT,
  compose,
  linkOf,
  open,
  openClaimable,
  row,
  type Scene,
  scene
} from './claims-scene.ts'

function said({ bob }: Scene): readonly Timeline[] {
  return messagesOf(bob.rows, ALICE)
}

/** Bob has asked alice, with words. */
function asking(text = 'hello, it is bob', relayCount = 1): Scene {
  const all = scene(relayCount)
  open(all, {}, text)
  openClaimable(all)
  compose(all)
  return all
}

describe('what is said with a request', () => {
  it('is the first message of the conversation, under the name of the request', () => {
    const all = asking()
    const [message, ...others] = said(all)
    assert.deepEqual(others, [])
    assert.deepEqual(
      [message?.kind, message?.text, message?.number, message?.sentAtMs, message?.messageId],
      ['sent', 'hello, it is bob', 1, START_MS, row(all.bob)?.requestId]
    )
    assert.equal(
      all.bob.takeNotices('message-changed').filter(({ contactId }) => contactId === ALICE).length,
      1
    )
  })

  it('is nothing where nothing was said', () => {
    assert.deepEqual(said(asking('')), [])
  })

  it('waits, is at a relay, and is delivered once they accept, over restarts', () => {
    const all = scene()
    open(all, {}, 'hello')
    openClaimable(all)
    for (const relay of [all.rita, all.home]) {
      relay.script = () => 'silent'
    }
    compose(all)
    assert.equal(said(all)[0]?.state, 'queued')
    for (const relay of [all.rita, all.home]) {
      relay.script = () => undefined
    }
    all.bob.restart()
    all.bob.advance(60 * SECOND_MS)
    assert.equal(said(all)[0]?.state, 'on-relay')
    all.bob.restart()
    accepted(all)
    assert.equal(said(all)[0]?.state, 'delivered')
    const states = all.bob.takeNotices('message-state').map(({ state }) => state)
    assert.deepEqual(states, ['on-relay', 'delivered'])
    const progress = [{ device: FIRST, deliveredUpTo: 1, deliveredBeyond: [], readUpTo: 1 }]
    all.bob.receive(ALICE, content(2, { type: 'text', text: 'hello' }, { progress }))
    assert.equal(said(all)[0]?.state, 'read')
  })

  it('is above what is said while they have not answered', () => {
    const all = asking()
    all.bob.send(ALICE)
    assert.deepEqual(
      said(all).map(({ number }) => number),
      [1, 2]
    )
  })

  it('is told from what a contact of before was first sent, where a new link of theirs is followed', () => {
    const all = scene()
    const { bob, home, rita } = all
    home.script = ({ request }) => (request.type === 'deposit' ? 'silent' : undefined)
    bob.knows('alice', [home], { contact: { nextNumber: 1 } })
    bob.online()
    bob.send(ALICE)
    assert.equal(said(all)[0]?.number, 1)
    const contactId = contactIdOf('another link of alice')
    const [name, text] = ['', 'me again']
    const link = linkOf(all.relays)
    bob.give({ type: 'open-link', contactId, link, name, text, replaces: undefined })
    openClaimable(all)
    compose(all)
    bob.advance(SECOND_MS)
    assert.equal(bob.machine.linkProgress(ALICE), 'requested')
    assert.equal(said(all)[0]?.state, 'queued')
    const address = addressRecord('alice', [rita.address], { version: 2 })
    const profile = { name: 'alice' }
    bob.receive(
      ALICE,
      content(1, { type: 'accept', profile, address, deviceList: deviceList(1, 1) })
    )
    assert.equal(bob.machine.linkProgress(ALICE), 'accepted')
    assert.notEqual(said(all)[0]?.state, 'delivered')
  })

  it('is one message, however many claimables carry it', () => {
    const all = asking('hello', 2)
    all.bob.advance(3 * DAY_MS)
    openClaimable(all)
    all.bob.take('compose-request')
    all.bob.give({
      type: 'request-composed',
      contactId: ALICE,
      ciphertext: { ...CIPHERTEXT, bytes: bytesOf('the same again', 3_000) },
      addressVersion: 1,
      sentAtMs: START_MS + 3 * DAY_MS
    })
    assert.equal(said(all).length, 1)
    assert.equal(said(all)[0]?.sentAtMs, START_MS)
  })
})
