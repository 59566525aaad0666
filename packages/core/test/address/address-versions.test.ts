import assert from 'node:assert/strict'
import { type AddressRecord, EPOCH_MS, equalBytes } from '@sealpost/protocol'
import { MINUTE_MS, SECOND_MS, START_MS, deviceList, content } from '../peer/cast.ts'
import type { TestPeer } from '../peer/test-peer.ts'
import {
  DAY_MS,
  mailboxCount,
  makeBundle,
  ownRows,
  receipt,
  recordOf,
  scene,
  tell,
  WEEK_MS
} from './address-scene.ts'

function isSameSeed(a: AddressRecord, b: AddressRecord): boolean {
  return a.phaseMs === b.phaseMs && equalBytes(a.seed, b.seed)
}

/** Lets weeks pass, with what the client is asked for; bob receipts if he is there. */
function pass(alice: TestPeer, weeks: number, isBobThere: boolean): void {
  for (let day = 0; day < weeks * 7; day++) {
    // Connections need not be kept alive all day long.
    alice.nowMs += DAY_MS - MINUTE_MS
    alice.advance(MINUTE_MS)
    makeBundle(alice)
    if (tell(alice).length > 0 && isBobThere) {
      const [bob] = alice.machine.contacts()
      assert.ok(bob !== undefined)
      receipt(alice, bob.contactId)
    }
  }
}

describe('a new version of an address', () => {
  it('with a new seed is made when the relays change, and sent once one of them has its mailboxes', () => {
    const { alice, bob, relays } = scene()
    const before = recordOf(alice, bob)
    relays.rosa.isUp = false
    relays.ruth.script = ({ request }) => (request.type === 'register' ? 'silent' : undefined)
    alice.give({ type: 'relays-changed', relays: [relays.rosa.address, relays.ruth.address] })
    assert.deepEqual(tell(alice), [], 'nobody is told of mailboxes that are not there')
    relays.ruth.script = () => undefined
    alice.advance(2 * MINUTE_MS)
    assert.deepEqual(tell(alice), [2])
    const after = recordOf(alice, bob)
    assert.equal(isSameSeed(before, after), false)
    assert.deepEqual(
      after.relays.map(({ nodeKey }) => nodeKey),
      [relays.rosa.nodeKey, relays.ruth.nodeKey]
    )
  })

  it('is asked for again, after half a minute, until it is in the outbox', () => {
    const { alice, relays } = scene()
    alice.give({ type: 'relays-changed', relays: [relays.rosa.address] })
    assert.equal(alice.take('compose-address').length, 1)
    alice.advance(29 * SECOND_MS)
    assert.equal(alice.take('compose-address').length, 0)
    alice.advance(2 * SECOND_MS)
    assert.deepEqual(tell(alice), [2])
    alice.advance(5 * MINUTE_MS)
    assert.deepEqual(tell(alice), [])
  })

  it('is asked for after a restart, where a crash came before it was in the outbox', () => {
    const { alice, relays } = scene()
    alice.give({ type: 'relays-changed', relays: [relays.rosa.address] })
    alice.restart()
    assert.deepEqual(tell(alice), [2])
    alice.restart()
    assert.deepEqual(tell(alice), [])
  })

  it('is told to one contact after another', () => {
    const { alice, relays } = scene()
    for (const name of ['carol', 'dave', 'erin']) {
      alice.meet(name)
    }
    for (const { contactId } of alice.machine.contacts()) {
      const body = {
        type: 'accept' as const,
        profile: { name: 'alice' },
        address: recordOf(alice, contactId),
        deviceList: deviceList(1, 1)
      }
      alice.submit(contactId, content(alice.machine.contact(contactId)?.nextNumber ?? 0, body))
    }
    alice.give({ type: 'relays-changed', relays: [relays.rosa.address] })
    assert.equal(alice.wanted.filter(({ type }) => type === 'compose-address').length, 1)
    assert.deepEqual(tell(alice), [2, 2, 2, 2])
  })

  it('with another bundle keeps the seed', () => {
    const { alice, bob } = scene()
    receipt(alice, bob)
    const before = recordOf(alice, bob)
    alice.advance(28 * DAY_MS - MINUTE_MS)
    assert.equal(makeBundle(alice), undefined)
    alice.advance(6 * 3_600_000)
    const bundle = makeBundle(alice)
    assert.equal(bundle?.signedPrekeyId, before.bundle.signedPrekeyId + 1)
    assert.deepEqual(tell(alice), [2])
    const after = recordOf(alice, bob)
    assert.equal(after.bundle.signedPrekeyId, bundle?.signedPrekeyId)
    assert.equal(after.phaseMs, before.phaseMs)
    assert.equal(ownRows(alice, bob).old.length, 0)
  })

  it('with a new seed is made after 12 weeks', () => {
    const { alice, bob } = scene()
    receipt(alice, bob)
    const { phaseMs } = recordOf(alice, bob)
    pass(alice, 11, true)
    assert.equal(recordOf(alice, bob).phaseMs, phaseMs)
    pass(alice, 2, true)
    assert.notEqual(recordOf(alice, bob).phaseMs, phaseMs)
  })

  it('waits where it is only for age and the contact does not have the last one yet', () => {
    const { alice, bob } = scene()
    const { phaseMs } = recordOf(alice, bob)
    pass(alice, 30, false)
    assert.equal(recordOf(alice, bob).phaseMs, phaseMs)
    assert.equal(ownRows(alice, bob).present.toldVersion, 1)
    receipt(alice, bob)
    const versions = tell(alice)
    assert.equal(versions.length, 1, 'one version says all that has changed')
    assert.notEqual(recordOf(alice, bob).phaseMs, phaseMs)
  })

  it('with a new seed is made when the contact removed a device', () => {
    const { alice, bob } = scene()
    const list = (version: number, ...devices: readonly number[]): void => {
      const body = {
        type: 'address-update' as const,
        address: undefined,
        deviceList: deviceList(version, ...devices)
      }
      alice.receive(bob, content(version, body))
    }
    const { phaseMs } = recordOf(alice, bob)
    list(2, 1, 2)
    assert.equal(recordOf(alice, bob).phaseMs, phaseMs, 'an added one changes nothing')
    list(3, 1)
    assert.notEqual(recordOf(alice, bob).phaseMs, phaseMs)
    assert.deepEqual(tell(alice), [2])
    receipt(alice, bob)
    alice.advance(MINUTE_MS)
    assert.equal(ownRows(alice, bob).old.length, 0, 'what the removed device knew is gone at once')
  })

  it('with a new seed is made where somebody else registered its mailboxes first', () => {
    const { alice, bob, relays } = scene()
    const { rosa } = relays
    let taken = 0
    rosa.script = ({ request }) => {
      if (request.type !== 'register' || taken++ > 0) {
        return undefined
      }
      return { type: 'registered', outcomes: request.registrations.map(() => 'denied') }
    }
    alice.give({ type: 'relays-changed', relays: [rosa.address] })
    assert.equal(recordOf(alice, bob).version, 3)
    alice.advance(2 * MINUTE_MS)
    assert.equal(mailboxCount(alice, rosa), 4)
    assert.deepEqual(tell(alice), [3])
  })

  it('is not made over and over for a relay that denies every registration', () => {
    const { alice, bob, relays } = scene()
    relays.rosa.script = ({ request }) =>
      request.type === 'register'
        ? { type: 'registered', outcomes: request.registrations.map(() => 'denied') }
        : undefined
    alice.give({ type: 'relays-changed', relays: [relays.rosa.address] })
    alice.advance(DAY_MS)
    const { version } = recordOf(alice, bob)
    assert.ok(version > 5 && version < 20, String(version))
    assert.equal(ownRows(alice, bob).old.length, 1, 'what nobody was told of is not kept')
  })
})

describe('an older seed', () => {
  it('is served at its relays until the contact has the new one, and for 8 weeks more', () => {
    const { alice, bob, relays } = scene()
    alice.give({ type: 'relays-changed', relays: [relays.rosa.address] })
    tell(alice)
    pass(alice, 10, false)
    assert.equal(mailboxCount(alice, relays.rita), 4)
    assert.equal(mailboxCount(alice, relays.rosa), 4)
    receipt(alice, bob)
    pass(alice, 7, true)
    assert.equal(mailboxCount(alice, relays.rita), 4)
    pass(alice, 2, true)
    assert.equal(mailboxCount(alice, relays.rita), 0)
    alice.advance(2 * MINUTE_MS)
    assert.equal(alice.isConnected(relays.rita), false, 'nothing is left to fetch there')
  })

  it('is fetched from over restarts', () => {
    const { alice, relays } = scene()
    alice.give({ type: 'relays-changed', relays: [relays.rosa.address] })
    tell(alice)
    const before = relays.rita.all('subscribe').length
    alice.restart()
    assert.equal(relays.rita.all('subscribe').slice(before)[0]?.subscriptions.length, 4)
    assert.ok(alice.machine.isServed(relays.rita.nodeKey))
  })

  it('waits for every device of the contact', () => {
    const { alice, bob, relays } = scene()
    const body = {
      type: 'address-update' as const,
      address: undefined,
      deviceList: deviceList(2, 1, 2)
    }
    alice.receive(bob, content(2, body))
    alice.give({ type: 'relays-changed', relays: [relays.rosa.address] })
    tell(alice)
    receipt(alice, bob)
    pass(alice, 9, true)
    assert.equal(mailboxCount(alice, relays.rita), 4)
  })

  it('is destroyed at a relay that was away at its end, once that is back', () => {
    const { alice, bob, relays } = scene()
    alice.give({ type: 'relays-changed', relays: [relays.rosa.address] })
    tell(alice)
    receipt(alice, bob)
    alice.advance(7 * WEEK_MS)
    alice.down(relays.rita)
    alice.advance(2 * WEEK_MS)
    assert.equal(ownRows(alice, bob).old.length, 1)
    relays.rita.isUp = true
    alice.advance(10 * MINUTE_MS)
    assert.equal(relays.rita.mailboxes.size, 0)
    assert.equal(ownRows(alice, bob).old.length, 0)
  })

  it('is given up at a relay that is dead, once the contact has the new one, not before', () => {
    const { alice, bob, relays } = scene()
    alice.give({ type: 'relays-changed', relays: [relays.rosa.address] })
    tell(alice)
    alice.down(relays.rita)
    alice.advance(6 * WEEK_MS)
    assert.equal(ownRows(alice, bob).old.length, 1)
    receipt(alice, bob)
    alice.advance(DAY_MS)
    assert.equal(ownRows(alice, bob).old.length, 0)
  })

  for (const { title, minutes, left } of [
    { title: 'is kept for a relay that was away for just under 4 weeks', minutes: -60, left: 1 },
    { title: 'is given up at a relay that was away for 4 weeks', minutes: 60, left: 0 }
  ]) {
    it(`${title}, when the contact has the new one`, () => {
      const { alice, bob, relays } = scene()
      alice.give({ type: 'relays-changed', relays: [relays.rosa.address] })
      tell(alice)
      alice.down(relays.rita)
      alice.advance(4 * WEEK_MS + minutes * MINUTE_MS)
      receipt(alice, bob)
      assert.equal(ownRows(alice, bob).old.length, left)
      assert.ok(relays.rita.mailboxes.size > 0)
    })
  }

  it('whom the contact never heard of is destroyed at once', () => {
    const { alice, bob, relays } = scene()
    relays.rosa.script = ({ request }) => (request.type === 'register' ? 'silent' : undefined)
    alice.give({ type: 'relays-changed', relays: [relays.rosa.address] })
    alice.give({ type: 'relays-changed', relays: [relays.ruth.address] })
    assert.deepEqual(tell(alice), [3])
    relays.rosa.script = () => undefined
    alice.advance(5 * MINUTE_MS)
    assert.equal(mailboxCount(alice, relays.rosa), 0)
    assert.equal(ownRows(alice, bob).old.length, 1, 'the one that bob knows')
  })
})

describe('a bundle', () => {
  it('is asked for again until it is made', () => {
    const { alice } = scene()
    alice.advance(29 * DAY_MS)
    alice.take('make-bundle')
    alice.advance(61 * SECOND_MS)
    assert.equal(alice.take('make-bundle').length, 1)
  })

  it('is asked for once until then, however often clocks are looked at', () => {
    const { alice, relays } = scene()
    alice.advance(28 * DAY_MS)
    assert.equal(alice.take('make-bundle').length, 1)
    for (let count = 0; count < 3; count++) {
      alice.cut(relays.rita.nodeKey)
      alice.advance(10 * SECOND_MS)
      assert.ok(alice.isConnected(relays.rita))
    }
    assert.equal(alice.take('make-bundle').length, 0)
  })

  it('that was replaced is kept for 219 days, then erased with what was seen of its use', () => {
    const { alice } = scene()
    const rows = [
      { table: 'signed-prekey', key: '00000001' },
      { table: 'kyber-prekey', key: '00000001' },
      { table: 'kyber-prekey-use', key: '00000001.00000001.abcd' }
    ] as const
    for (const row of rows) {
      alice.rows.apply({ type: 'write', ...row, value: Uint8Array.of(1) })
    }
    alice.rows.apply({
      type: 'write',
      table: 'kyber-prekey-use',
      key: '00000002.00000002.abcd',
      value: Uint8Array.of(1)
    })
    alice.advance(28 * DAY_MS)
    makeBundle(alice)
    const replacedAtMs = alice.nowMs
    pass(alice, 31, true)
    assert.ok(alice.nowMs - replacedAtMs < 219 * DAY_MS)
    assert.ok(rows.every((row) => alice.rows.get(row) !== undefined))
    pass(alice, 1, true)
    assert.deepEqual(
      rows.map((row) => alice.rows.get(row)),
      [undefined, undefined, undefined]
    )
    assert.equal(alice.rows.count('kyber-prekey-use'), 1)
  })

  it('is not made, nor erased, for a clock that no relay confirms', () => {
    const { alice, relays } = scene()
    alice.down(relays.rita)
    alice.setClock(START_MS + 52 * EPOCH_MS)
    alice.advance(DAY_MS)
    assert.equal(alice.take('make-bundle').length, 0)
  })
})
