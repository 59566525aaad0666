import assert from 'node:assert/strict'
import {
  type AddressRecord,
  contactIds,
  EPOCH_MS,
  EPOCH_SEARCH_MAX,
  nodeKeys,
  parseDeviceNumber
} from '@sealpost/protocol'
import { TheirAddress } from '../../src/address/their-address.ts'

const BOB = contactIds.fromBytes(new Uint8Array(16).fill(1))
const RITA = nodeKeys.fromBytes(new Uint8Array(32).fill(1))
const ROSA = nodeKeys.fromBytes(new Uint8Array(32).fill(2))
const DEVICE = parseDeviceNumber(1) ?? assert.fail()

function record(seedEpoch: number): AddressRecord {
  return {
    version: 1,
    device: DEVICE,
    registrationId: 1,
    relays: [RITA, ROSA].map((nodeKey) => ({ nodeKey, addresses: ['/ip4/192.0.2.1/tcp/1/ws'] })),
    seed: new Uint8Array(32).fill(9),
    seedEpoch,
    phaseMs: 0,
    bundle: {
      signedPrekeyId: 1,
      signedPrekey: new Uint8Array(33).fill(5),
      signedPrekeySignature: new Uint8Array(64),
      kyberPrekeyId: 1,
      kyberPrekey: new Uint8Array(1_569).fill(8),
      kyberPrekeySignature: new Uint8Array(64),
      oneTimePrekey: undefined
    }
  }
}

/** The epochs that are tried at rita's, each denied, until none is left. */
function epochsTried(address: TheirAddress, presentEpoch: number): readonly number[] {
  const tried: number[] = []
  for (let count = 0; count < 100; count++) {
    const mailbox = address.mailbox(RITA, presentEpoch * EPOCH_MS)
    if (mailbox === undefined) {
      return tried
    }
    tried.push(mailbox.epoch)
    address.denied(RITA, mailbox.epoch)
  }
  return assert.fail('the search does not end')
}

describe('the search for the epoch that a relay accepts', () => {
  it('tries the present one, the next, and then downwards to the first of the address', () => {
    assert.deepEqual(
      epochsTried(new TheirAddress(BOB, record(100)), 104),
      [104, 105, 103, 102, 101, 100]
    )
  })

  it('goes back to the last that was accepted and no further', () => {
    const address = new TheirAddress(BOB, record(100))
    assert.equal(address.accepted(RITA, 103), true)
    assert.equal(address.accepted(RITA, 103), false)
    assert.deepEqual(epochsTried(address, 105), [105, 106, 104, 103])
  })

  it('goes back by 26 epochs at most', () => {
    const tried = epochsTried(new TheirAddress(BOB, record(100)), 200)
    assert.equal(Math.min(...tried), 200 - EPOCH_SEARCH_MAX)
  })

  it('keeps what was found until the epoch turns, and begins anew then', () => {
    const address = new TheirAddress(BOB, record(100))
    address.denied(RITA, address.mailbox(RITA, 104 * EPOCH_MS)?.epoch ?? 0)
    assert.equal(address.mailbox(RITA, 104 * EPOCH_MS)?.epoch, 105)
    assert.equal(address.mailbox(RITA, 105 * EPOCH_MS - 1)?.epoch, 105)
    assert.equal(address.mailbox(RITA, 105 * EPOCH_MS)?.epoch, 105)
    assert.equal(address.mailbox(ROSA, 104 * EPOCH_MS)?.epoch, 104)
  })

  it('takes no notice of a denial that comes late', () => {
    const address = new TheirAddress(BOB, record(100))
    address.mailbox(RITA, 104 * EPOCH_MS)
    address.denied(RITA, 104)
    address.denied(RITA, 104)
    assert.equal(address.mailbox(RITA, 104 * EPOCH_MS)?.epoch, 105)
  })

  it('starts at the oldest seed it holds where a corrected clock lies before it', () => {
    const address = new TheirAddress(BOB, record(100))
    assert.equal(address.mailbox(RITA, 90 * EPOCH_MS)?.epoch, 100)
  })

  it('goes on after a restart, and has erased the seeds that no relay needs', () => {
    const address = new TheirAddress(BOB, record(100))
    address.accepted(RITA, 103)
    assert.equal(TheirAddress.restore(BOB, address.encode()).record.seedEpoch, 100)
    address.accepted(ROSA, 102)
    const restored = TheirAddress.restore(BOB, address.encode())
    assert.equal(restored.record.seedEpoch, 102)
    assert.deepEqual(
      restored.mailbox(RITA, 104 * EPOCH_MS)?.secrets,
      new TheirAddress(BOB, record(100)).mailbox(RITA, 104 * EPOCH_MS)?.secrets
    )
    assert.deepEqual(epochsTried(restored, 104), [104, 105, 103])
  })
})
