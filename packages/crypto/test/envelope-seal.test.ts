import assert from 'node:assert/strict'
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import {
  SIZE_CLASSES,
  concatBytes,
  envelopeIds,
  hexToBytes,
  mailboxIds,
  parseDeviceNumber,
  utf8ToBytes
} from '@sealpost/protocol'
import type { DeviceNumber, Envelope, Lifetime } from '@sealpost/protocol'
import fc from 'fast-check'
import { ciphertextRoom, openEnvelope, sealEnvelope, sizeClassOf } from '../src/index.ts'
import type { EnvelopeType } from '../src/index.ts'
import { flippedBit } from './flipped-bit.ts'
import { seededRandom } from './seeded-random.ts'

const random = seededRandom('envelope')
const sealKey = random.bytes(32)
const mailboxId = mailboxIds.fromBytes(random.bytes(32))
const envelopeId = envelopeIds.fromBytes(random.bytes(16))
const recallHash = random.bytes(32)
const TYPES: readonly EnvelopeType[] = [2, 3, 7, 8, 9, 10, 11]

const fields = {
  sealKey,
  mailboxId,
  envelopeId,
  recallHash,
  lifetime: 2 as Lifetime,
  type: 2 as EnvelopeType,
  member: 0,
  senderDevice: device(1),
  ciphertext: utf8ToBytes('a ciphertext')
}

describe('the seal of an envelope', () => {
  it('opens what it sealed, in whatever type, member, device and size class', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TYPES),
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.integer({ min: 1, max: 127 }),
        fc.uint8Array({ maxLength: 9_000 }),
        fc.constantFrom<Lifetime>(0, 1, 2, 3),
        (type, member, number, ciphertext, lifetime) => {
          const content = { type, member, senderDevice: device(number), ciphertext }
          const sealed = sealEnvelope({ ...fields, ...content, lifetime }, random)
          assert.equal(sealed.length, sizeClassOf(ciphertext.length))
          assert.deepEqual(opened({ sealed, lifetime }), content)
        }
      ),
      { numRuns: 60 }
    )
  })

  it('has exactly one of the size classes, at the room of each and one past it', () => {
    const rooms = SIZE_CLASSES.map(ciphertextRoom)
    assert.deepEqual(rooms, [2_000, 8_144, 32_720])
    for (const [index, room] of rooms.entries()) {
      assert.equal(sizeClassOf(room), SIZE_CLASSES[index])
      const sealed = sealEnvelope({ ...fields, ciphertext: new Uint8Array(room) }, random)
      assert.equal(sealed.length, SIZE_CLASSES[index])
      assert.equal(opened({ sealed })?.ciphertext.length, room)
    }
    assert.equal(sizeClassOf(0), 2_048)
    assert.equal(sizeClassOf(2_001), 8_192)
    assert.equal(sizeClassOf(8_145), 32_768)
  })

  it('refuses a ciphertext that no size class has room for', () => {
    const tooLong = { name: 'UsageError', code: 'SEALPOST_TEXT_TOO_LONG' }
    assert.throws(() => sizeClassOf(32_721), tooLong)
    const ciphertext = new Uint8Array(32_721)
    assert.throws(() => sealEnvelope({ ...fields, ciphertext }, random), tooLong)
  })

  it('takes a larger size class than needed, and no smaller or other one', () => {
    const sealed = sealEnvelope({ ...fields, sizeClass: 32_768 }, random)
    assert.equal(sealed.length, 32_768)
    assert.deepEqual(opened({ sealed })?.ciphertext, fields.ciphertext)
    const ciphertext = new Uint8Array(3_000)
    for (const sizeClass of [2_048, 4_096, 0, 65_536]) {
      assert.throws(
        () => sealEnvelope({ ...fields, ciphertext, sizeClass }, random),
        { name: 'UsageError', code: 'SEALPOST_USAGE' },
        String(sizeClass)
      )
    }
  })

  it('refuses to seal what no envelope can say', () => {
    const changes = [
      { member: -1 },
      { member: 0x1_0000_0000 },
      { member: 0.5 },
      { recallHash: new Uint8Array(31) },
      { recallHash: new Uint8Array(33) }
    ]
    for (const change of changes) {
      assert.throws(() => sealEnvelope({ ...fields, ...change }, random), {
        name: 'UsageError',
        code: 'SEALPOST_USAGE'
      })
    }
  })

  it('stands byte for byte as the protocol says', () => {
    const ciphertext = hexToBytes('c0ffee')
    const content = { type: 7, member: 0x01020304, senderDevice: device(127), ciphertext } as const
    const sealed = sealEnvelope({ ...fields, ...content }, random)
    const aad = concatBytes(
      utf8ToBytes('sealpost/1/envelope'),
      mailboxIds.toBytes(mailboxId),
      envelopeIds.toBytes(envelopeId),
      recallHash,
      Uint8Array.of(2)
    )
    const inner = xchacha20poly1305(sealKey, sealed.subarray(0, 24), aad).decrypt(
      sealed.subarray(24)
    )
    const expected = new Uint8Array(2_048 - 24 - 16)
    expected.set(hexToBytes('07010203047f0003c0ffee'))
    assert.deepEqual(inner, expected)
  })

  it('shares no bytes with another seal of the same ciphertext', () => {
    const one = sealEnvelope(fields, random)
    const two = sealEnvelope(fields, random)
    assert.notDeepEqual(one.subarray(0, 24), two.subarray(0, 24))
    assert.notDeepEqual(one.subarray(24), two.subarray(24))
  })
})

describe('opening an envelope', () => {
  const sealed = sealEnvelope(fields, random)

  it('opens nothing with another key or for another mailbox', () => {
    const envelope = envelopeWith({ sealed })
    const otherMailbox = mailboxIds.fromBytes(random.bytes(32))
    assert.equal(openEnvelope({ sealKey: random.bytes(32), mailboxId, envelope }), undefined)
    assert.equal(openEnvelope({ sealKey, mailboxId: otherMailbox, envelope }), undefined)
  })

  it("opens nothing under another envelope's id, recall hash or lifetime", () => {
    assert.equal(opened({ sealed, envelopeId: envelopeIds.fromBytes(random.bytes(16)) }), undefined)
    assert.equal(opened({ sealed, recallHash: random.bytes(32) }), undefined)
    for (const lifetime of [0, 1, 3] as const) {
      assert.equal(opened({ sealed, lifetime }), undefined)
    }
  })

  it('opens nothing with any byte changed', () => {
    for (let at = 0; at < sealed.length; at += at < 64 ? 1 : 53) {
      assert.equal(opened({ sealed: flippedBit(sealed, at) }), undefined, String(at))
    }
    assert.equal(opened({ sealed: flippedBit(sealed, sealed.length - 1) }), undefined)
  })

  it('opens nothing of another length, and never throws', () => {
    for (const length of [0, 1, 23, 24, 39, 40, 41, 2_047, 2_049, 8_192, 32_768, 70_000]) {
      const bytes = new Uint8Array(length)
      bytes.set(sealed.subarray(0, length))
      assert.equal(opened({ sealed: bytes }), undefined, String(length))
    }
  })

  it('opens nothing with a recall hash or lifetime that no envelope has', () => {
    for (const length of [0, 31, 33]) {
      assert.equal(opened({ sealed, recallHash: new Uint8Array(length) }), undefined)
    }
    for (const lifetime of [4, 255, 258, -1]) {
      assert.equal(opened({ sealed, lifetime: lifetime as Lifetime }), undefined)
    }
  })

  it('drops what was well sealed around nonsense', () => {
    const heads = [
      ...[0, 1, 4, 5, 6, 12, 255].map((type) => Uint8Array.of(type, 0, 0, 0, 0, 1, 0, 0)),
      ...[0, 128, 255].map((number) => Uint8Array.of(2, 0, 0, 0, 0, number, 0, 0)),
      Uint8Array.of(2, 0, 0, 0, 0, 1, 0, 0, 1),
      Uint8Array.of(2, 0, 0, 0, 0, 1, 0, 1, 9, 9),
      Uint8Array.of(2, 0, 0, 0, 0, 1, 0x07, 0xd1),
      Uint8Array.of(2, 0, 0, 0, 0, 1, 255, 255)
    ]
    for (const head of heads) {
      assert.equal(opened({ sealed: sealedByHand(head) }), undefined, head.join())
    }
    const sound = Uint8Array.of(2, 0, 0, 0, 0, 1, 0x07, 0xd0)
    assert.equal(opened({ sealed: sealedByHand(sound) })?.ciphertext.length, 2_000)
  })
})

function opened(
  change: Partial<Envelope> & Pick<Envelope, 'sealed'>
): ReturnType<typeof openEnvelope> {
  return openEnvelope({ sealKey, mailboxId, envelope: envelopeWith(change) })
}

function envelopeWith(change: Partial<Envelope> & Pick<Envelope, 'sealed'>): Envelope {
  return { envelopeId, recallHash, lifetime: 2, ...change }
}

/** A seal of 2 KiB around `head` and zeros, whatever they say. */
function sealedByHand(head: Uint8Array): Uint8Array {
  const inner = new Uint8Array(2_008)
  inner.set(head)
  const aad = concatBytes(
    utf8ToBytes('sealpost/1/envelope'),
    mailboxIds.toBytes(mailboxId),
    envelopeIds.toBytes(envelopeId),
    recallHash,
    Uint8Array.of(2)
  )
  const nonce = random.bytes(24)
  return concatBytes(nonce, xchacha20poly1305(sealKey, nonce, aad).encrypt(inner))
}

function device(number: number): DeviceNumber {
  const parsed = parseDeviceNumber(number)
  assert.ok(parsed !== undefined)
  return parsed
}
