import assert from 'node:assert/strict'
import { isName, NAME_BYTES_MAX } from '@sealpost/protocol'

describe('isName', () => {
  it('takes what people are called', () => {
    for (const name of ['', 'alice', 'Zoë', '山田 太郎', 'محمد', 'O’Neil', '👩‍👩‍👧', 'a\u200db']) {
      assert.ok(isName(name), name)
    }
  })

  it('takes up to 64 bytes of UTF-8', () => {
    assert.ok(isName('a'.repeat(NAME_BYTES_MAX)))
    assert.ok(isName('ä'.repeat(NAME_BYTES_MAX / 2)))
    assert.ok(!isName('a'.repeat(NAME_BYTES_MAX + 1)))
    assert.ok(!isName(`${'ä'.repeat(NAME_BYTES_MAX / 2)}a`))
  })

  it('refuses control characters, line ends and what turns the direction of text', () => {
    const codes = [0x00, 0x07, 0x09, 0x0a, 0x0d, 0x1b, 0x1f, 0x7f, 0x80, 0x9f, 0x2028, 0x2029]
    for (const code of [...codes, 0x202a, 0x202e, 0x2066, 0x2069]) {
      assert.ok(!isName(`al${String.fromCodePoint(code)}ice`), code.toString(16))
    }
  })

  it('refuses half a character', () => {
    assert.ok(!isName('\ud83d'))
  })
})
