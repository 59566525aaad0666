import assert from 'node:assert/strict'
import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { hkdfSha256, hmacSha256 } from '../src/hmac-sha256.ts'

const KEY = fc.uint8Array({ maxLength: 64 })
const MESSAGE = fc.uint8Array({ maxLength: 200 })

describe('HMAC and HKDF with SHA-256', () => {
  it("is the library's HMAC of all parts", () => {
    fc.assert(
      fc.property(KEY, fc.array(MESSAGE, { maxLength: 4 }), (key, parts) => {
        assert.deepEqual(hmacSha256(key, ...parts), hmac(sha256, key, concatBytes(...parts)))
      })
    )
  })

  it("is the library's HKDF, with a salt and without, for any length", () => {
    const salt = fc.option(KEY, { nil: undefined })
    fc.assert(
      fc.property(salt, MESSAGE, MESSAGE, fc.nat({ max: 300 }), (salted, input, info, length) => {
        const output = hkdfSha256(salted, input, info, length)
        assert.deepEqual(output, hkdf(sha256, input, salted, info, length))
      })
    )
  })

  it('gives arrays that later calls leave alone', () => {
    const key = new Uint8Array(32).fill(7)
    const first = hmacSha256(key, key)
    const copy = first.slice()
    hkdfSha256(key, first, key, 96)
    assert.deepEqual(first, copy)
  })
})
