import assert from 'node:assert/strict'
import { labelOf, valueText } from '../../src/output/value-words.ts'

/** A narrow space that no line is broken at. */
function spaced(text: string): string {
  return text.replaceAll(' ', '\u202f')
}

describe('a value in words', () => {
  const texts: readonly (readonly [name: string, value: number, text: string])[] = [
    ['networkLatencyP50Ms', 83.44, '83.44 ms'],
    ['recoveryMs', 90_000, '1.5 min'],
    ['waitUs', 0, '0 s'],
    ['waitUs', 7_200_000_000, '2 h'],
    ['deliveryRatio', 1, '100 %'],
    ['deliveryRatio', 0.999_994, '99.999 %'],
    ['deliveryRatio', 0.5, '50 %'],
    ['linkedPairShare', 0.000_25, '0.025 %'],
    ['relayStoredBytesMax', 1_572_864, '1.5 MiB'],
    ['bytesPerClientDay', 2048, '2 KiB'],
    ['duplicates', 0, '0'],
    ['relayBytesPerSecondMax', 2048, '2 KiB/s'],
    ['senderEntropyByOneBits', 1.5, '1.5 bit'],
    ['messagesWritten', 4_123_456, '4 123 456'],
    ['relayFramesPerSecondMax', 12.345_67, '12.35'],
    ['tiny', 1.5e-9, '1.500e-9'],
    ['none', Number.NaN, 'none']
  ]
  for (const [name, value, text] of texts) {
    it(`is ${text} for ${String(value)} of ${name}`, () => {
      assert.equal(valueText(name, value), spaced(text))
    })
  }

  it('has a label, known or made of its name', () => {
    assert.equal(labelOf('deliveryRatio'), 'messages that came, of those that were due')
    assert.equal(labelOf('prekeysClaimed'), 'prekeys claimed')
    assert.equal(labelOf('recoveryP95Ms'), 'recovery p95')
    assert.equal(labelOf('constructor'), 'constructor')
    assert.equal(labelOf('constructorByOne'), 'constructor by one')
    const told = 'entropy of the sender of a delivery: a tenth of the relays together'
    assert.equal(labelOf('senderEntropyBy10PercentBits'), told)
  })
})
