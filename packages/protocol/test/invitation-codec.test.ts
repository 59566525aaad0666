import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  CLAIMABLE_BYTES,
  decodeInvitation,
  decodeSignedInvitation,
  encodeInvitation,
  encodeSignedInvitation
} from '@sealpost/protocol'
import type { DeviceNumber, Invitation } from '@sealpost/protocol'
import { invitation, signedInvitation } from './arbitrary-content.ts'
import { assertWithstandsHostileBytes } from './hostile-bytes.ts'
import { some } from './mallory-frames.ts'

const MALFORMED = { name: 'ProtocolError', code: 'SEALPOST_CONTENT_MALFORMED' }

const [alices] = fc.sample(
  invitation.filter(({ isFallback }) => !isFallback),
  { numRuns: 1, seed: 5 }
)
assert.ok(alices !== undefined)

function takes(fields: Partial<Invitation>): void {
  const given: Invitation = { ...alices, ...fields } as Invitation
  assert.deepEqual(decodeInvitation(encodeInvitation(given)), given)
}

function refuses(fields: Partial<Invitation>): void {
  assert.throws(() => encodeInvitation({ ...alices, ...fields } as Invitation), MALFORMED)
}

describe('an invitation', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(invitation, (given) => {
        assert.deepEqual(decodeInvitation(encodeInvitation(given)), given)
      })
    )
  })

  it('is read or refused as malformed, whatever its bytes', () => {
    assertWithstandsHostileBytes(
      { decode: decodeInvitation, encode: encodeInvitation, code: 'SEALPOST_CONTENT_MALFORMED' },
      invitation
    )
  })

  it('has a one-time prekey exactly when it is no fallback', () => {
    const { bundle } = alices
    const bare = { ...bundle, oneTimePrekey: undefined }
    takes({ isFallback: true, bundle: bare })
    refuses({ isFallback: true })
    refuses({ bundle: bare })
    refuses({ bundle: { ...bundle, oneTimePrekey: { id: 1, key: some(32) } } })
  })

  it('has keys of their lengths, and numbers that its fields can have', () => {
    takes({ expiresAtMs: Number.MAX_SAFE_INTEGER, registrationId: 16_380 })
    for (const length of [0, 1_215, 1_217]) {
      refuses({ requestKey: some(length) })
    }
    refuses({ boxSeed: some(31) })
    refuses({ boxSeed: some(33) })
    refuses({ expiresAtMs: -1 })
    refuses({ registrationId: 0 })
    refuses({ device: 128 as DeviceNumber })
    refuses({ relays: [] })
    refuses({ profile: { name: 'a'.repeat(65) } })
  })

  it('is not larger than a claimable', () => {
    const [relay] = alices.relays
    assert.ok(relay !== undefined)
    const longest = Array.from({ length: 3 }, () => `/dns4/${'a'.repeat(250)}`)
    takes({ relays: [{ ...relay, addresses: longest }] })
    const relays = ['00', '11', '22', '33'].map((digits) => ({
      nodeKey: digits.repeat(32) as typeof relay.nodeKey,
      addresses: longest
    }))
    refuses({ relays })
  })
})

describe('a signed invitation', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(signedInvitation, (given) => {
        assert.deepEqual(decodeSignedInvitation(encodeSignedInvitation(given)), given)
      })
    )
  })

  it('is read or refused as malformed, whatever its bytes', () => {
    assertWithstandsHostileBytes(
      {
        decode: decodeSignedInvitation,
        encode: encodeSignedInvitation,
        code: 'SEALPOST_CONTENT_MALFORMED'
      },
      signedInvitation
    )
  })

  it('fits a claimable and has a signature of 64 bytes', () => {
    const bytes = (bodyBytes: number, signatureBytes: number) => () =>
      encodeSignedInvitation({ body: some(bodyBytes), signature: some(signatureBytes) })
    // Two tags, a length of two bytes and one of one.
    const roomBytes = CLAIMABLE_BYTES - 5 - 64
    assert.equal(bytes(roomBytes, 64)().length, CLAIMABLE_BYTES)
    assert.throws(bytes(roomBytes + 1, 64), MALFORMED)
    assert.throws(bytes(10, 63), MALFORMED)
    assert.throws(bytes(10, 65), MALFORMED)
  })
})
