import assert from 'node:assert/strict'
import {
  REQUEST_SEALED_BYTES,
  envelopeIds,
  mailboxIds,
  nodeKeys,
  parseDeviceNumber,
  relayMultihash,
  utf8ToBytes
} from '@sealpost/protocol'
import type { Envelope, Lifetime } from '@sealpost/protocol'
import {
  REQUEST_CIPHERTEXT_BYTES_MAX,
  X_WING_PUBLIC_KEY_BYTES,
  makeRequestKey,
  openRequest,
  sealRequest
} from '../src/index.ts'
import { flippedBit } from './flipped-bit.ts'
import { seededRandom } from './seeded-random.ts'

const random = seededRandom('request')
const { publicKey, secretKey } = makeRequestKey(random)
const relay = relayMultihash(nodeKeys.fromBytes(random.bytes(32)))
const mailboxId = mailboxIds.fromBytes(random.bytes(32))
const binding = {
  envelopeId: envelopeIds.fromBytes(random.bytes(16)),
  recallHash: random.bytes(32),
  lifetime: 3 as Lifetime
}
const senderDevice = parseDeviceNumber(4)
assert.ok(senderDevice !== undefined)
const content = { type: 3, member: 0, senderDevice, ciphertext: utf8ToBytes('a request') } as const
const fields = { publicKey, relay, mailboxId, ...binding, ...content }

describe('the seal of a request', () => {
  const sealed = sealRequest(fields, random)

  it('makes keys of the right size', () => {
    assert.equal(publicKey.length, X_WING_PUBLIC_KEY_BYTES)
    assert.equal(secretKey.length, 32)
  })

  it('has one size, whatever is in it, and opens to what was sealed', () => {
    assert.equal(REQUEST_CIPHERTEXT_BYTES_MAX, 7_048)
    for (const length of [0, 1, 3_000, REQUEST_CIPHERTEXT_BYTES_MAX]) {
      const ciphertext = random.bytes(length)
      const bytes = sealRequest({ ...fields, ciphertext }, random)
      assert.equal(bytes.length, REQUEST_SEALED_BYTES)
      assert.deepEqual(opened({ sealed: bytes }), { ...content, ciphertext })
    }
  })

  it('refuses a ciphertext that has no room', () => {
    const ciphertext = new Uint8Array(REQUEST_CIPHERTEXT_BYTES_MAX + 1)
    assert.throws(() => sealRequest({ ...fields, ciphertext }, random), {
      name: 'UsageError',
      code: 'SEALPOST_TEXT_TOO_LONG'
    })
  })

  it('refuses a request key that is none', () => {
    const notNormalised = publicKey.slice().fill(255, 0, 1_152)
    for (const key of [new Uint8Array(0), publicKey.subarray(1), notNormalised]) {
      assert.throws(() => sealRequest({ ...fields, publicKey: key }, random), {
        name: 'CryptoError',
        code: 'SEALPOST_BUNDLE_INVALID'
      })
    }
  })

  it('refuses a relay named by anything but its multihash', () => {
    assert.throws(() => sealRequest({ ...fields, relay: relay.subarray(6) }, random), {
      name: 'UsageError',
      code: 'SEALPOST_USAGE'
    })
  })

  it('opens nothing with another key, at another relay or in another box', () => {
    const envelope = { ...binding, sealed }
    const otherRelay = relayMultihash(nodeKeys.fromBytes(random.bytes(32)))
    const otherBox = mailboxIds.fromBytes(random.bytes(32))
    const whole = { secretKey, relay, mailboxId, envelope }
    assert.deepEqual(openRequest(whole), content)
    assert.equal(openRequest({ ...whole, secretKey: random.bytes(32) }), undefined)
    assert.equal(openRequest({ ...whole, relay: otherRelay }), undefined)
    assert.equal(openRequest({ ...whole, mailboxId: otherBox }), undefined)
  })

  it("opens nothing under another envelope's id, recall hash or lifetime", () => {
    assert.equal(opened({ sealed, envelopeId: envelopeIds.fromBytes(random.bytes(16)) }), undefined)
    assert.equal(opened({ sealed, recallHash: random.bytes(32) }), undefined)
    assert.equal(opened({ sealed, recallHash: new Uint8Array(0) }), undefined)
    assert.equal(opened({ sealed, lifetime: 2 }), undefined)
    assert.equal(opened({ sealed, lifetime: 9 as Lifetime }), undefined)
  })

  it('opens nothing with a byte changed or of another length, and never throws', () => {
    for (let at = 0; at < sealed.length; at += 409) {
      assert.equal(opened({ sealed: flippedBit(sealed, at) }), undefined, String(at))
    }
    for (const length of [0, 1, 1_119, 1_120, 1_136, 8_191, 8_193, 70_000]) {
      assert.equal(opened({ sealed: new Uint8Array(length) }), undefined, String(length))
    }
    assert.equal(opened({ sealed: new Uint8Array(REQUEST_SEALED_BYTES) }), undefined)
    assert.equal(opened({ sealed: new Uint8Array(REQUEST_SEALED_BYTES).fill(255) }), undefined)
  })
})

function opened(
  change: Partial<Envelope> & Pick<Envelope, 'sealed'>
): ReturnType<typeof openRequest> {
  return openRequest({ secretKey, relay, mailboxId, envelope: { ...binding, ...change } })
}
