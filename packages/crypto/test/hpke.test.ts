import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { x25519 } from '@noble/curves/ed25519.js'
import { concatBytes, hexToBytes, utf8ToBytes } from '@sealpost/protocol'
import { hpkeOpen, hpkeSeal, keySchedule, labeledExpand, labeledExtract } from '../src/hpke.ts'
import type { Kem } from '../src/hpke.ts'
import { X_WING, X_WING_PUBLIC_KEY_BYTES, xWingPublicKey } from '../src/x-wing.ts'
import { flippedBit } from './flipped-bit.ts'
import { seededRandom } from './seeded-random.ts'

interface BaseVector {
  readonly kemId: number
  readonly info: string
  readonly skEm: string
  readonly pkEm: string
  readonly skRm: string
  readonly pkRm: string
  readonly enc: string
  readonly sharedSecret: string
  readonly key: string
  readonly baseNonce: string
  readonly plaintext: string
  readonly aad: string
  readonly ciphertext: string
}

interface XWingVector {
  readonly seed: string
  readonly eseed: string
  readonly ss: string
  readonly pkBegin: string
  readonly pkEnd: string
  readonly ctBegin: string
  readonly ctEnd: string
}

const RFC = vectors('hpke-base-x25519-chacha20poly1305') as BaseVector
const X_WING_VECTORS = vectors('x-wing') as readonly XWingVector[]

/** DHKEM(X25519, HKDF-SHA256) of RFC 9180 4.1, for the RFC's vectors: Sealpost itself never uses it. */
const DHKEM_X25519: Kem = {
  kemId: 0x20,
  encBytes: 32,
  encapsulate(publicKey, random) {
    const secretKey = random.bytes(32)
    const enc = x25519.getPublicKey(secretKey)
    const dh = x25519.getSharedSecret(secretKey, publicKey)
    return { enc, sharedSecret: extractAndExpand(dh, concatBytes(enc, publicKey)) }
  },
  decapsulate(enc, secretKey) {
    const dh = x25519.getSharedSecret(secretKey, enc)
    return extractAndExpand(dh, concatBytes(enc, x25519.getPublicKey(secretKey)))
  }
}

describe('HPKE with the KEM of the RFC', () => {
  const info = hexToBytes(RFC.info)
  const aad = hexToBytes(RFC.aad)

  it('derives the key and nonce of RFC 9180 A.2', () => {
    const { key, baseNonce } = keySchedule(DHKEM_X25519, hexToBytes(RFC.sharedSecret), info)
    assert.deepEqual(key, hexToBytes(RFC.key))
    assert.deepEqual(baseNonce, hexToBytes(RFC.baseNonce))
  })

  it('seals as RFC 9180 A.2 does', () => {
    const ephemeral = { bytes: () => hexToBytes(RFC.skEm) }
    const publicKey = hexToBytes(RFC.pkRm)
    const plaintext = hexToBytes(RFC.plaintext)
    const sealed = hpkeSeal(DHKEM_X25519, { publicKey, info, aad, plaintext }, ephemeral)
    assert.deepEqual(sealed.enc, hexToBytes(RFC.enc))
    assert.deepEqual(sealed.ciphertext, hexToBytes(RFC.ciphertext))
  })

  it('opens what RFC 9180 A.2 sealed', () => {
    const opened = hpkeOpen(DHKEM_X25519, {
      secretKey: hexToBytes(RFC.skRm),
      info,
      aad,
      enc: hexToBytes(RFC.enc),
      ciphertext: hexToBytes(RFC.ciphertext)
    })
    assert.deepEqual(opened, hexToBytes(RFC.plaintext))
  })
})

describe('X-Wing', () => {
  it('makes the keys, ciphertexts and secrets of the draft', () => {
    for (const vector of X_WING_VECTORS) {
      const publicKey = xWingPublicKey(hexToBytes(vector.seed))
      assert.equal(publicKey.length, X_WING_PUBLIC_KEY_BYTES)
      assertEnds(publicKey, vector.pkBegin, vector.pkEnd)
      const seed = { bytes: () => hexToBytes(vector.eseed) }
      const { enc, sharedSecret } = X_WING.encapsulate(publicKey, seed)
      assert.equal(enc.length, X_WING.encBytes)
      assertEnds(enc, vector.ctBegin, vector.ctEnd)
      assert.deepEqual(sharedSecret, hexToBytes(vector.ss))
      assert.deepEqual(X_WING.decapsulate(enc, hexToBytes(vector.seed)), hexToBytes(vector.ss))
    }
  })

  it('asks for exactly the randomness of the draft', () => {
    const asked: number[] = []
    const random = seededRandom('x-wing')
    const publicKey = xWingPublicKey(random.bytes(32))
    X_WING.encapsulate(publicKey, {
      bytes(count) {
        asked.push(count)
        return random.bytes(count)
      }
    })
    assert.deepEqual(asked, [64])
  })
})

describe('HPKE with X-Wing', () => {
  const random = seededRandom('hpke')
  const secretKey = random.bytes(32)
  const message = {
    publicKey: xWingPublicKey(secretKey),
    info: utf8ToBytes('info'),
    aad: utf8ToBytes('aad'),
    plaintext: utf8ToBytes('a request')
  }
  const sealed = hpkeSeal(X_WING, message, random)
  const whole = { ...sealed, secretKey, info: message.info, aad: message.aad }

  it('opens what it sealed', () => {
    assert.deepEqual(hpkeOpen(X_WING, whole), message.plaintext)
  })

  it('opens nothing with another key, info or associated data', () => {
    const changes = [
      { ...whole, secretKey: random.bytes(32) },
      { ...whole, info: utf8ToBytes('other') },
      { ...whole, aad: utf8ToBytes('other') }
    ]
    for (const changed of changes) {
      assert.equal(hpkeOpen(X_WING, changed), undefined)
    }
  })

  it('opens nothing that was changed or is of another length', () => {
    const { ciphertext, enc } = sealed
    for (let at = 0; at < enc.length; at += 113) {
      assert.equal(hpkeOpen(X_WING, { ...whole, enc: flippedBit(enc, at) }), undefined)
    }
    for (let at = 0; at < ciphertext.length; at++) {
      const changed = flippedBit(ciphertext, at)
      assert.equal(hpkeOpen(X_WING, { ...whole, ciphertext: changed }), undefined)
    }
    for (const length of [0, 1, 1_119, 1_121]) {
      assert.equal(hpkeOpen(X_WING, { ...whole, enc: new Uint8Array(length) }), undefined)
    }
    for (let length = 0; length < ciphertext.length; length++) {
      const cut = ciphertext.subarray(0, length)
      assert.equal(hpkeOpen(X_WING, { ...whole, ciphertext: cut }), undefined)
    }
  })
})

function vectors(name: string): unknown {
  const text = readFileSync(new URL(`vectors/${name}.json`, import.meta.url), 'utf8')
  return JSON.parse(text)
}

function assertEnds(bytes: Uint8Array, begin: string, end: string): void {
  assert.deepEqual(bytes.slice(0, begin.length / 2), hexToBytes(begin))
  assert.deepEqual(bytes.slice(-end.length / 2), hexToBytes(end))
}

function extractAndExpand(dh: Uint8Array, kemContext: Uint8Array): Uint8Array {
  const suiteId = concatBytes(utf8ToBytes('KEM'), Uint8Array.of(0, 0x20))
  const salt = new Uint8Array(0)
  const prk = labeledExtract({ suiteId, salt, label: 'eae_prk', ikm: dh })
  return labeledExpand({ suiteId, prk, label: 'shared_secret', info: kemContext, length: 32 })
}
