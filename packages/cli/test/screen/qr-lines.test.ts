import assert from 'node:assert/strict'
import decodeQR from 'qr/decode.js'
import { qrLines } from '../../src/screen/qr-lines.ts'

const LINK = `sealpost:i/${'AQAW5jKUf5vEkXHk5eqajYX'.repeat(15)}`
/** Points of a picture for each module: enough for a decoder to find them. */
const SCALE = 4

/** Draws what a terminal would, and reads it as a camera would. */
function scan(text: string): string {
  const rows = text.replaceAll(/(?!\n)\p{Cc}\[[0-9;]*m/gu, '').split('\n')
  const width = (rows[0] ?? '').length
  const height = rows.length * 2
  const data = new Uint8Array(width * SCALE * height * SCALE * 4).fill(0xff)
  for (let y = 0; y < height * SCALE; y++) {
    for (let x = 0; x < width * SCALE; x++) {
      const module = Math.floor(y / SCALE)
      const letter = rows[Math.floor(module / 2)]?.[Math.floor(x / SCALE)] ?? ' '
      if ((module % 2 === 0 ? '▀█' : '▄█').includes(letter)) {
        data.fill(0, (y * width * SCALE + x) * 4, (y * width * SCALE + x) * 4 + 3)
      }
    }
  }
  return decodeQR({ width: width * SCALE, height: height * SCALE, data })
}

describe('a QR code in a terminal', () => {
  it('reads as the link', () => {
    assert.equal(scan(qrLines(LINK, 200) ?? ''), LINK)
  })

  it('is not drawn where it does not fit, or where there is no terminal', () => {
    const width = (qrLines(LINK, 200) ?? '').split('\n')[1]?.match(/[ ▀▄█]/gu)?.length ?? 0
    assert.notEqual(qrLines(LINK, width), undefined)
    assert.equal(qrLines(LINK, width - 1), undefined)
    assert.equal(qrLines(LINK, undefined), undefined)
  })
})
