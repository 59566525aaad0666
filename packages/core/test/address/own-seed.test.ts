import assert from 'node:assert/strict'
import { OwnSeed } from '../../src/address/own-seed.ts'
import { SeedChain } from '../../src/address/seeds.ts'
import { bytesOf, contactId, relayAddress } from '../peer/cast.ts'

const FROM = 2_870

/** A seed for bob at rita, whose mailboxes of so many epochs from the first on were filled in. */
function filled(count: number, fromEpoch = FROM): OwnSeed {
  const chain = new SeedChain(bytesOf('seed', 32), FROM)
  const parts = { contactId: contactId('bob'), firstVersion: 1, chain, phaseMs: 0, madeAtMs: 0 }
  const seed = OwnSeed.make(parts, [relayAddress('rita')])
  for (const served of seed.relays) {
    served.fromEpoch = fromEpoch
    for (let step = 0; step < count; step++) {
      seed.fill(served, FROM + step)
    }
  }
  return seed
}

/** The epochs that come back from its row. */
function restored(seed: OwnSeed): readonly number[] {
  const { relays } = OwnSeed.restore(contactId('bob'), seed.row())
  return relays.flatMap(({ noted }) => [...noted])
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

describe('the row of a seed', () => {
  it('names every epoch whose mailbox was filled in, up to 128', () => {
    assert.deepEqual(restored(filled(4)), range(FROM, FROM + 3))
    assert.deepEqual(restored(filled(128)), range(FROM, FROM + 127))
  })

  it('forgets the first of 129', () => {
    assert.deepEqual(restored(filled(129)), range(FROM + 1, FROM + 128))
  })

  it('forgets epochs whose mailboxes are destroyed before any other', () => {
    assert.deepEqual(restored(filled(138, FROM + 10)), range(FROM + 10, FROM + 137))
  })

  it('is to be written for an epoch that it does not name yet, and for no other', () => {
    const seed = OwnSeed.restore(contactId('bob'), filled(4).row())
    const [served] = seed.relays
    assert.ok(served !== undefined)
    seed.fill(served, FROM + 3)
    assert.equal(seed.isUnsaved, false)
    seed.fill(served, FROM + 4)
    assert.equal(seed.isUnsaved, true)
  })
})
