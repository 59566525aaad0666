import assert from 'node:assert/strict'
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { CLAIMABLE_BYTES, concatBytes, hexToBytes, linkIds, utf8ToBytes } from '@sealpost/protocol'
import fc from 'fast-check'
import { CLAIMABLE_FIELDS_BYTES_MAX, openClaimable, sealClaimable } from '../src/index.ts'
import { flippedBit } from './flipped-bit.ts'
import { seededRandom } from './seeded-random.ts'

const random = seededRandom('claimable')
const claimableKey = random.bytes(32)
const linkId = linkIds.fromBytes(random.bytes(32))
const aad = concatBytes(utf8ToBytes('sealpost/1/claimable'), linkIds.toBytes(linkId))

describe('the seal of a claimable', () => {
  it('has one size and opens to the fields', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: CLAIMABLE_FIELDS_BYTES_MAX }), (fields) => {
        const sealed = sealClaimable({ claimableKey, linkId, fields }, random)
        assert.equal(sealed.length, CLAIMABLE_BYTES)
        assert.deepEqual(openClaimable({ claimableKey, linkId, sealed }), fields)
      }),
      { numRuns: 40 }
    )
  })

  it('has room for so many bytes of fields and not for one more', () => {
    assert.equal(CLAIMABLE_FIELDS_BYTES_MAX, 4_054)
    const fields = random.bytes(CLAIMABLE_FIELDS_BYTES_MAX)
    const sealed = sealClaimable({ claimableKey, linkId, fields }, random)
    assert.deepEqual(openClaimable({ claimableKey, linkId, sealed }), fields)
    const longer = random.bytes(CLAIMABLE_FIELDS_BYTES_MAX + 1)
    assert.throws(() => sealClaimable({ claimableKey, linkId, fields: longer }, random), {
      name: 'UsageError',
      code: 'SEALPOST_USAGE'
    })
  })

  it('stands byte for byte as the protocol says', () => {
    const sealed = sealClaimable({ claimableKey, linkId, fields: hexToBytes('c0ffee') }, random)
    const padded = xchacha20poly1305(claimableKey, sealed.subarray(0, 24), aad).decrypt(
      sealed.subarray(24)
    )
    const expected = new Uint8Array(CLAIMABLE_BYTES - 40)
    expected.set(hexToBytes('0003c0ffee'))
    assert.deepEqual(padded, expected)
  })

  it('opens nothing with another key or for another link', () => {
    const sealed = sealClaimable({ claimableKey, linkId, fields: random.bytes(9) }, random)
    const otherLink = linkIds.fromBytes(random.bytes(32))
    const otherKey = random.bytes(32)
    assert.equal(openClaimable({ claimableKey: otherKey, linkId, sealed }), undefined)
    assert.equal(openClaimable({ claimableKey, linkId: otherLink, sealed }), undefined)
  })

  it('opens nothing with a byte changed, of another length or padded wrongly, and never throws', () => {
    const sealed = sealClaimable({ claimableKey, linkId, fields: random.bytes(9) }, random)
    for (let at = 0; at < sealed.length; at += 61) {
      const changed = flippedBit(sealed, at)
      assert.equal(openClaimable({ claimableKey, linkId, sealed: changed }), undefined)
    }
    for (const length of [0, 1, 24, 40, 41, 4_095, 4_097, 70_000]) {
      const other = new Uint8Array(length)
      assert.equal(openClaimable({ claimableKey, linkId, sealed: other }), undefined)
    }
    for (const head of ['000009', '0fd7', 'ffff']) {
      const padded = new Uint8Array(CLAIMABLE_BYTES - 40)
      padded.set(hexToBytes(head))
      const nonce = random.bytes(24)
      const bytes = xchacha20poly1305(claimableKey, nonce, aad).encrypt(padded)
      const forged = concatBytes(nonce, bytes)
      assert.equal(openClaimable({ claimableKey, linkId, sealed: forged }), undefined, head)
    }
  })
})
