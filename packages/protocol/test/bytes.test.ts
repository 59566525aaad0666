import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  base58ToBytes,
  base64urlToBytes,
  bigEndian,
  bytesToBase58,
  bytesToBase64url,
  bytesToHex,
  bytesToUtf8,
  concatBytes,
  equalBytes,
  equalSecrets,
  fromBigEndian,
  hexToBytes,
  utf8ToBytes
} from '@sealpost/protocol'

const anyBytes = fc.uint8Array({ maxLength: 100 })

describe('bytes and text', () => {
  it('are the same in hex as in Node', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        assert.equal(bytesToHex(bytes), Buffer.from(bytes).toString('hex'))
        assert.deepEqual(hexToBytes(bytesToHex(bytes)), bytes)
      })
    )
  })

  it('become hex however many they are', () => {
    for (const length of [4_095, 4_096, 4_097, 300_000]) {
      const bytes = new Uint8Array(length).fill(0xab)
      assert.equal(bytesToHex(bytes), 'ab'.repeat(length))
    }
  })

  it('are not read from what is no lower-case hex', () => {
    for (const text of ['a', 'AB', '0g', 'g0', '0x', ' 0', '0/', '0:', '0`', 'é0', '0é']) {
      assert.throws(() => hexToBytes(text), RangeError, text)
    }
    assert.deepEqual(hexToBytes(''), new Uint8Array(0))
    assert.deepEqual(hexToBytes('09af'), Uint8Array.of(0x09, 0xaf))
  })

  it('are the same in base64url as in Node', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        assert.equal(bytesToBase64url(bytes), Buffer.from(bytes).toString('base64url'))
        assert.deepEqual(base64urlToBytes(bytesToBase64url(bytes)), bytes)
      })
    )
    for (const text of ['AB', 'AAB', 'a', 'a+b', 'ab==', 'a b', 'abcde', '\n']) {
      assert.equal(base64urlToBytes(text), undefined, text)
    }
  })

  it('come back from base58', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        assert.deepEqual(base58ToBytes(bytesToBase58(bytes)), bytes)
      })
    )
    assert.equal(bytesToBase58(utf8ToBytes('Hello World!')), '2NEpo7TZRRrLZSi2U')
    for (const text of ['0', 'O', 'I', 'l', 'a b', '-']) {
      assert.equal(base58ToBytes(text), undefined, text)
    }
  })

  it('come back from UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        assert.equal(bytesToUtf8(utf8ToBytes(text)), text)
      })
    )
  })
})

describe('concatBytes', () => {
  it('puts one array after another, in a new one', () => {
    const one = Uint8Array.of(1)
    const all = concatBytes(one, new Uint8Array(0), Uint8Array.of(2, 3))
    assert.deepEqual(all, Uint8Array.of(1, 2, 3))
    one[0] = 9
    assert.deepEqual(all, Uint8Array.of(1, 2, 3))
  })
})

describe('equalBytes and equalSecrets', () => {
  it('agree on what is the same', () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, (a, b) => {
        const isSame = Buffer.compare(a, b) === 0
        assert.equal(equalBytes(a, b), isSame)
        assert.equal(equalSecrets(a, b), isSame)
        assert.ok(equalSecrets(a, a.slice()))
      })
    )
    assert.ok(!equalSecrets(Uint8Array.of(1, 2), Uint8Array.of(1, 3)))
    assert.ok(!equalSecrets(Uint8Array.of(1), Uint8Array.of(1, 0)))
  })
})

describe('bigEndian', () => {
  it('writes the most significant byte first', () => {
    assert.deepEqual(bigEndian(0x0102, 2), Uint8Array.of(1, 2))
    assert.deepEqual(bigEndian(1, 8), Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1))
  })

  it('comes back up to the largest safe integer', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        assert.equal(fromBigEndian(bigEndian(value, 8)), value)
      })
    )
    assert.equal(fromBigEndian(bigEndian(Number.MAX_SAFE_INTEGER, 8)), Number.MAX_SAFE_INTEGER)
    assert.equal(fromBigEndian(new Uint8Array(0)), 0)
  })
})
