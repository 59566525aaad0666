import assert from 'node:assert/strict'
import fc from 'fast-check'
import { LineSplitter } from '../../src/socket/line-splitter.ts'
import { LINE_BYTES_MAX } from '../../src/socket/socket-words.ts'

describe('a line splitter', () => {
  it('gives the lines that were written, however they are cut', () => {
    const line = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\n'))
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(50)), (lines, cuts) => {
        const bytes = new TextEncoder().encode(lines.map((text) => `${text}\n`).join(''))
        const splitter = new LineSplitter()
        const got: string[] = []
        let at = 0
        for (const cut of cuts) {
          got.push(...splitter.push(bytes.subarray(at, at + cut)))
          at += cut
        }
        got.push(...splitter.push(bytes.subarray(at)))
        assert.deepEqual(got, lines)
      })
    )
  })

  it('takes a line of the longest length, and none longer', () => {
    const longest = new Uint8Array(LINE_BYTES_MAX).fill(0x61)
    const splitter = new LineSplitter()
    assert.deepEqual(splitter.push(longest), [])
    assert.equal(splitter.push(Uint8Array.of(0x0a))[0]?.length, LINE_BYTES_MAX)
    splitter.push(longest)
    assert.throws(() => splitter.push(Uint8Array.of(0x61)), { code: 'SEALPOST_FRAME_TOO_LARGE' })
  })
})
