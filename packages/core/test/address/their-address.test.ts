import assert from 'node:assert/strict'
import { EPOCH_MS, type NodeKey } from '@sealpost/protocol'
import { mailboxSecrets, SeedChain } from '../../src/address/seeds.ts'
import { TheirAddress } from '../../src/address/their-address.ts'
import { addressRecord, bytesOf, contactId, EPOCH, relayAddress, START_MS } from '../peer/cast.ts'

const RITA = relayAddress('rita')
const ROSA = relayAddress('rosa')
const BOB = contactId('bob')
/** In the middle of the epoch `EPOCH`. */
const NOW_MS = (EPOCH + 0.5) * EPOCH_MS
const SEED = bytesOf('deposit seed bob', 32)

function addressSince(seedEpoch: number, relays = [RITA]): TheirAddress {
  return new TheirAddress(BOB, addressRecord('bob', relays, { seedEpoch }))
}

/** Denies what is tried until nothing is left; gives what was tried. */
function denyAll(address: TheirAddress, relay: NodeKey = RITA.nodeKey, nowMs = NOW_MS): number[] {
  const tried: number[] = []
  for (let i = 0; i < 100; i++) {
    const mailbox = address.mailbox(relay, nowMs)
    if (mailbox === undefined) {
      return tried
    }
    tried.push(mailbox.epoch - EPOCH)
    address.denied(relay, mailbox.epoch)
  }
  return tried
}

describe('the search for a contact’s mailbox', () => {
  it('begins with the present epoch, under the secrets of its seed', () => {
    const address = addressSince(EPOCH - 3)
    const seed = new SeedChain(SEED, EPOCH - 3).at(EPOCH) ?? SEED
    const expected = { epoch: EPOCH, secrets: mailboxSecrets(seed, RITA.nodeKey) }
    assert.deepEqual(address.mailbox(RITA.nodeKey, NOW_MS), expected)
    assert.deepEqual(address.mailbox(RITA.nodeKey, NOW_MS), expected)
  })

  it('goes to the next epoch, then backwards to the first of the record', () => {
    assert.deepEqual(denyAll(addressSince(EPOCH - 3)), [0, 1, -1, -2, -3])
    assert.deepEqual(denyAll(addressSince(EPOCH)), [0, 1])
  })

  it('goes 26 epochs back and no further', () => {
    const tried = denyAll(addressSince(EPOCH - 100))
    assert.equal(tried.length, 28)
    assert.deepEqual(tried.slice(0, 3), [0, 1, -1])
    assert.equal(tried.at(-1), -26)
  })

  it('goes no further back than the last epoch that this relay accepted', () => {
    const address = addressSince(EPOCH - 10, [RITA, ROSA])
    address.accepted(RITA.nodeKey, EPOCH - 2)
    assert.deepEqual(denyAll(address), [0, 1, -1, -2])
    assert.deepEqual(denyAll(address, ROSA.nodeKey).at(-1), -10)
  })

  it('has led nowhere once every relay denied all there was to try, until one takes something', () => {
    const address = addressSince(EPOCH, [RITA, ROSA])
    denyAll(address)
    assert.equal(address.isNowhere, false)
    denyAll(address, ROSA.nodeKey)
    assert.equal(address.isNowhere, true)
    address.searchAgain(RITA.nodeKey)
    address.mailbox(RITA.nodeKey, NOW_MS)
    assert.equal(address.isNowhere, true, 'while it is tried again')
    address.accepted(RITA.nodeKey, EPOCH)
    assert.equal(address.isNowhere, false)
    denyAll(address)
    assert.equal(address.isNowhere, true)
    const moved = address.renewed(addressRecord('bob', [ROSA], { seedEpoch: EPOCH }), 0)
    assert.equal(moved.isNowhere, false)
  })

  it('stays where it was accepted until the epoch turns', () => {
    const address = addressSince(EPOCH - 5)
    for (let i = 0; i < 3; i++) {
      address.denied(RITA.nodeKey, address.mailbox(RITA.nodeKey, NOW_MS)?.epoch ?? 0)
    }
    const found = address.mailbox(RITA.nodeKey, NOW_MS)
    assert.equal(found?.epoch, EPOCH - 2)
    address.accepted(RITA.nodeKey, EPOCH - 2)
    const lastMs = (EPOCH + 1) * EPOCH_MS - 1
    assert.equal(address.mailbox(RITA.nodeKey, lastMs)?.epoch, EPOCH - 2)
    assert.equal(address.mailbox(RITA.nodeKey, lastMs + 1)?.epoch, EPOCH + 1)
  })

  it('leads nowhere once all were denied, until it is begun anew', () => {
    const address = addressSince(EPOCH - 1)
    denyAll(address)
    assert.equal(address.mailbox(RITA.nodeKey, NOW_MS), undefined)
    address.searchAgain(RITA.nodeKey)
    assert.equal(address.mailbox(RITA.nodeKey, NOW_MS)?.epoch, EPOCH)
  })

  it('takes no step for a denial of an epoch that it has left', () => {
    const address = addressSince(EPOCH - 5)
    address.mailbox(RITA.nodeKey, NOW_MS)
    for (let late = 0; late < 16; late++) {
      address.denied(RITA.nodeKey, EPOCH)
    }
    assert.equal(address.mailbox(RITA.nodeKey, NOW_MS)?.epoch, EPOCH + 1)
    address.denied(RITA.nodeKey, EPOCH - 4)
    assert.equal(address.mailbox(RITA.nodeKey, NOW_MS)?.epoch, EPOCH + 1)
  })

  it('takes no step for a denial by a relay that was not asked', () => {
    const address = addressSince(EPOCH - 5)
    address.denied(ROSA.nodeKey, EPOCH)
    assert.equal(address.mailbox(ROSA.nodeKey, NOW_MS)?.epoch, EPOCH)
  })

  it('searches at each relay by itself', () => {
    const address = addressSince(EPOCH - 2, [RITA, ROSA])
    denyAll(address)
    assert.equal(address.mailbox(ROSA.nodeKey, NOW_MS)?.epoch, EPOCH)
  })

  it('begins with the oldest seed where the clock is before it', () => {
    const address = addressSince(EPOCH + 4)
    assert.deepEqual(denyAll(address), [4, 5])
  })

  it('leads nowhere for a record from absurdly long ago', () => {
    assert.equal(addressSince(0).mailbox(RITA.nodeKey, NOW_MS), undefined)
  })

  it('goes on under the phase of the address', () => {
    const phaseMs = EPOCH_MS - 1
    const address = new TheirAddress(BOB, addressRecord('bob', [RITA], { phaseMs }))
    assert.equal(address.mailbox(RITA.nodeKey, EPOCH * EPOCH_MS)?.epoch, EPOCH)
    assert.equal(address.mailbox(RITA.nodeKey, EPOCH * EPOCH_MS + 1)?.epoch, EPOCH + 1)
  })
})

describe('what is kept of a contact’s address', () => {
  it('is what no relay has left behind', () => {
    const address = addressSince(EPOCH - 5, [RITA, ROSA])
    assert.ok(address.accepted(RITA.nodeKey, EPOCH))
    assert.equal(address.record.seedEpoch, EPOCH - 5)
    assert.ok(address.accepted(ROSA.nodeKey, EPOCH - 1))
    assert.equal(address.record.seedEpoch, EPOCH - 1)
    assert.deepEqual(address.record.seed, new SeedChain(SEED, EPOCH - 5).at(EPOCH - 1))
    assert.deepEqual(denyAll(address, ROSA.nodeKey), [0, 1, -1])
  })

  it('is written once for each new epoch that was accepted', () => {
    const address = addressSince(EPOCH - 1)
    assert.ok(address.accepted(RITA.nodeKey, EPOCH))
    assert.ok(!address.accepted(RITA.nodeKey, EPOCH))
    assert.ok(address.isAccepted(RITA.nodeKey, EPOCH))
    assert.ok(!address.isAccepted(RITA.nodeKey, EPOCH + 1))
    assert.ok(address.accepted(RITA.nodeKey, EPOCH + 1))
  })

  it('comes back from its row as it was', () => {
    const address = addressSince(EPOCH - 9, [RITA, ROSA])
    address.accepted(RITA.nodeKey, EPOCH - 2)
    address.accepted(ROSA.nodeKey, EPOCH)
    const restored = TheirAddress.restore(BOB, address.encode())
    assert.deepEqual(restored.record, address.record)
    assert.deepEqual(denyAll(restored), denyAll(address))
    assert.deepEqual(denyAll(restored, ROSA.nodeKey), denyAll(address, ROSA.nodeKey))
    assert.deepEqual(restored.encode(), address.encode())
  })

  it('can be written at the last epoch that a record can say', () => {
    const address = addressSince(0xffff_ffff)
    assert.equal(address.mailbox(RITA.nodeKey, START_MS)?.epoch, 0xffff_ffff)
    address.denied(RITA.nodeKey, 0xffff_ffff)
    assert.equal(address.mailbox(RITA.nodeKey, START_MS), undefined)
    assert.ok(address.accepted(RITA.nodeKey, 0xffff_ffff))
    assert.ok(address.encode().length > 0)
  })
})

describe('another record of the same device', () => {
  const RUTH = relayAddress('ruth')

  it('with the same seed at the same relays goes on where the last one was', () => {
    const address = addressSince(EPOCH - 5, [RITA, ROSA])
    address.accepted(RITA.nodeKey, EPOCH - 2)
    const seed = new SeedChain(SEED, EPOCH - 5).at(EPOCH - 1)?.slice() ?? SEED
    const bundle = { ...address.record.bundle, signedPrekeyId: 2 }
    const changes = { version: 2, seed, seedEpoch: EPOCH - 1, bundle }
    const renewed = address.renewed(addressRecord('bob', [ROSA, RITA], changes), NOW_MS)
    assert.ok(renewed.continues(address))
    assert.equal(renewed.record.version, 2)
    assert.equal(renewed.record.bundle.signedPrekeyId, 2)
    assert.deepEqual(denyAll(renewed), denyAll(address))
    assert.deepEqual(denyAll(renewed, ROSA.nodeKey), [0, 1, -1, -2, -3, -4, -5])
    const restored = TheirAddress.restore(BOB, renewed.encode())
    assert.deepEqual(restored.encode(), renewed.encode())
  })

  it('with a seed of before what is left begins nothing anew either', () => {
    const address = addressSince(EPOCH - 5)
    address.accepted(RITA.nodeKey, EPOCH - 1)
    const given = addressRecord('bob', [RITA], { version: 2, seedEpoch: EPOCH - 5 })
    assert.ok(address.renewed(given, NOW_MS).continues(address))
    assert.deepEqual(denyAll(address.renewed(given, NOW_MS)), [0, 1, -1])
  })

  it('with another seed, phase or relay begins anew', () => {
    const address = addressSince(EPOCH - 5)
    address.accepted(RITA.nodeKey, EPOCH)
    for (const other of [
      addressRecord('bob', [RITA], { seed: bytesOf('another seed', 32) }),
      addressRecord('bob', [RITA], { phaseMs: 1 }),
      addressRecord('bob', [RUTH]),
      addressRecord('bob', [RITA, RUTH]),
      addressRecord('bob', [RITA], { seedEpoch: EPOCH + 2_000 })
    ]) {
      const renewed = address.renewed(other, NOW_MS)
      assert.ok(!renewed.continues(address))
      assert.deepEqual(renewed.record, other)
    }
  })

  it('tells for 8 weeks where the device was before, under later records too', () => {
    const address = addressSince(EPOCH - 5)
    const moved = address.renewed(addressRecord('bob', [RUTH], { version: 2 }), NOW_MS)
    const later = moved.renewed(addressRecord('bob', [RUTH], { version: 3 }), NOW_MS + 1)
    assert.equal(address.former(NOW_MS), undefined)
    for (const known of [moved, later, TheirAddress.restore(BOB, later.encode())]) {
      const untilMs = NOW_MS + 8 * EPOCH_MS
      assert.deepEqual(known.former(NOW_MS)?.record, address.record)
      assert.deepEqual(known.former(untilMs - 1)?.record, address.record)
      assert.equal(known.former(untilMs), undefined)
      assert.equal(known.former(NOW_MS - 1), undefined, 'the clock was set back since')
    }
  })
})
