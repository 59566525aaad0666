import assert from 'node:assert/strict'
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import type { ContactId } from '@sealpost/protocol'
import { ContactRowSchema, ContactState } from '@sealpost/protocol/home'
import { MINUTE_MS } from '../peer/cast.ts'
import type { TestPeer } from '../peer/test-peer.ts'
import { mailboxCount, ownRows, scene, tell } from './address-scene.ts'

/** The contact's standing on disk, which counts from the next start. */
function setStanding(alice: TestPeer, bob: ContactId, state: ContactState): void {
  const value = alice.rows.get({ table: 'contact', key: bob })
  assert.ok(value !== undefined)
  const row = { ...fromBinary(ContactRowSchema, value), state }
  const changed = toBinary(ContactRowSchema, row)
  alice.rows.apply({ type: 'write', table: 'contact', key: bob, value: changed })
  alice.restart()
}

describe('the mailboxes of somebody who is blocked', () => {
  it('are destroyed at every relay, and those of older seeds too', () => {
    const { alice, bob, relays } = scene()
    alice.give({ type: 'relays-changed', relays: [relays.rosa.address] })
    tell(alice)
    setStanding(alice, bob, ContactState.BLOCKED)
    for (const relay of [relays.rita, relays.rosa]) {
      assert.equal(mailboxCount(alice, relay), 0)
      assert.equal(relay.count('destroy'), 4)
    }
    assert.equal(alice.machine.ownAddress(bob), undefined)
  })

  it('are destroyed at a relay that was away once it is back, also by a later start', () => {
    const { alice, bob, relays } = scene()
    alice.down(relays.rita)
    setStanding(alice, bob, ContactState.BLOCKED)
    alice.restart()
    assert.equal(ownRows(alice, bob).old.length, 1)
    relays.rita.isUp = true
    alice.advance(10 * MINUTE_MS)
    assert.equal(mailboxCount(alice, relays.rita), 0)
    assert.equal(relays.rita.count('destroy'), 4)
    assert.equal(ownRows(alice, bob).old.length, 0)
  })

  it('are asked to be destroyed until the relay has answered', () => {
    const { alice, bob, relays } = scene()
    let refused = 0
    relays.rita.script = ({ request }) =>
      request.type === 'destroy' && refused++ < 6
        ? { type: 'refused', reason: 'busy', retryAfterMs: 1_000 }
        : undefined
    setStanding(alice, bob, ContactState.BLOCKED)
    assert.equal(mailboxCount(alice, relays.rita), 4)
    alice.advance(5 * MINUTE_MS)
    assert.equal(mailboxCount(alice, relays.rita), 0)
  })

  it('are not made anew while relays, epochs and bundles change', () => {
    const { alice, bob, relays } = scene()
    setStanding(alice, bob, ContactState.BLOCKED)
    alice.give({ type: 'relays-changed', relays: [relays.rosa.address] })
    alice.advance(30 * 24 * 60 * MINUTE_MS)
    assert.equal(mailboxCount(alice, relays.rosa), 0)
    assert.deepEqual(tell(alice), [])
    assert.equal(ownRows(alice, bob).present.version, 1, 'the next address must count on from it')
  })
})
