import assert from 'node:assert/strict'
import { renumberedDevices } from '@sealpost/core'
import { type MailboxId, transferIds } from '@sealpost/protocol'
import { makeBundle, tell } from '../address/address-scene.ts'
import {
  addressRecord,
  bytesOf,
  DAY_MS,
  device,
  identity,
  MINUTE_MS,
  relayAddress
} from '../peer/cast.ts'
import { saysOf, type Siblings, siblings, tells } from './siblings-scene.ts'

/** The mailboxes at the relay of a contact, or of the other own devices. */
function mailboxes({ alice, rita }: Siblings, contactId: string): readonly MailboxId[] {
  return [...rita.mailboxes].filter((id) => {
    return alice.machine.mailbox(rita.nodeKey, id)?.contactId === contactId
  })
}

/** Another copy subscribes to these. */
function supersede({ alice, rita }: Siblings, ids: readonly MailboxId[]): void {
  for (const mailboxId of ids) {
    alice.push(rita, { type: 'superseded', mailboxId })
  }
}

describe('the copy that goes on', () => {
  it('is reached by the newest seed that both copies serve, and by the prekeys of that time', () => {
    const scene = siblings()
    const { alice, rita, self } = scene
    tell(alice)
    const shared = alice.machine.ownAddress(self)
    assert.ok(shared !== undefined)
    alice.advance(29 * DAY_MS)
    assert.ok(makeBundle(alice) !== undefined)
    const known = mailboxes(scene, self)
    // What is made from here on the other copy does not know.
    alice.give({ type: 'relays-changed', relays: [rita.address] })
    const now = alice.machine.ownAddress(self)
    assert.notDeepEqual(now?.phaseMs, shared.phaseMs)
    supersede(scene, known)
    assert.equal(alice.machine.stopped, 'superseded')
    for (const time of ['at once', 'after a restart']) {
      const former = alice.machine.formerAddress()
      assert.equal(former?.phaseMs, shared.phaseMs, time)
      assert.equal(former.version, shared.version, 'any that it tells itself is later')
      assert.deepEqual(former.bundle, shared.bundle)
      alice.restart()
    }
  })

  it('is reached by a newer seed where that is known to both', () => {
    const scene = siblings()
    const { alice, rita, self } = scene
    tell(alice)
    const before = mailboxes(scene, self)
    alice.give({ type: 'relays-changed', relays: [rita.address] })
    const now = alice.machine.ownAddress(self)
    const all = mailboxes(scene, self)
    const after = all.filter((id) => !before.includes(id))
    assert.ok(before.length > 0 && after.length > 0)
    supersede(scene, [...after, ...before])
    assert.equal(alice.machine.formerAddress()?.phaseMs, now?.phaseMs)
  })

  it('is reached as this one was where nothing is known of it', () => {
    const scene = siblings()
    const { alice, self } = scene
    const bob = alice.meet('bob')
    supersede(scene, mailboxes(scene, bob))
    assert.equal(alice.machine.stopped, 'superseded')
    assert.deepEqual(alice.machine.formerAddress(), alice.machine.ownAddress(self))
  })

  it('is told how others are reached, and all are asked for their history', () => {
    const scene = siblings()
    const { alice, self } = scene
    const moved = addressRecord('alice 3', [relayAddress('rosa')], { device: device(3) })
    saysOf(scene, { identityKey: identity('alice'), addresses: [moved] })
    const asked = transferIds.fromBytes(bytesOf('asked', 16))
    alice.rows.apply(renumberedDevices(undefined, { given: new Map(), asked }, self))
    alice.restart()
    const [first, second] = tells(scene)
    assert.ok(first?.type === 'contact-state' && second?.type === 'history-request')
    assert.deepEqual(first.contact.identityKey, identity('alice'))
    assert.deepEqual(first.contact.addresses, [moved])
    assert.equal(second.transferId, asked)
  })

  it('serves seeds of own devices as long as relays keep mailboxes, for a copy that was put away', () => {
    const scene = siblings()
    const { alice, rita, self } = scene
    tell(alice)
    const shared = mailboxes(scene, self).map(
      (id) => alice.machine.mailbox(rita.nodeKey, id)?.seedId
    )
    alice.give({ type: 'relays-changed', relays: [rita.address] })
    tell(alice)
    const deliveredUpTo = (alice.machine.contact(self)?.nextNumber ?? 1) - 1
    for (const from of [2, 3]) {
      alice.told(self, { deliveredUpTo }, device(from))
    }
    const isServed = (): boolean => {
      return mailboxes(scene, self).some((id) => {
        return shared.includes(alice.machine.mailbox(rita.nodeKey, id)?.seedId)
      })
    }
    const pass = (weeks: number): void => {
      for (let day = 0; day < weeks * 7; day++) {
        alice.nowMs += DAY_MS - MINUTE_MS
        alice.advance(MINUTE_MS)
      }
    }
    pass(25)
    assert.ok(isServed())
    pass(3)
    assert.ok(!isServed())
  })
})
