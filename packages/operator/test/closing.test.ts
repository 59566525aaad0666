import assert from 'node:assert/strict'
import { type Closing, closingText, parseClosing } from '@sealpost/operator'

const closing: Closing = { beganAtMs: 1_000, closesAtMs: 5_000, isEnding: true }

describe('the end of a relay', () => {
  it('is read as it was written', () => {
    for (const isEnding of [true, false]) {
      const written = { ...closing, isEnding }
      assert.deepEqual(parseClosing('closing.json', closingText(written)), written)
    }
  })

  it('is refused where its file was changed into none', () => {
    const text = closingText(closing)
    for (const wrong of ['', '[]', text.replace('ends', 'begins'), text.replace('5000', '-1')]) {
      assert.throws(() => parseClosing('closing.json', wrong), { code: 'SEALPOST_STORE_CORRUPT' })
    }
  })
})
