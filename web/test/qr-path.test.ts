import assert from 'node:assert/strict'
import { encodeQR } from 'qr'
import { decodeQR } from 'qr/decode.js'
import { qrPath } from '../src/state/qr-path.ts'

/** Draws the path as a picture of so many pixels a module. */
function picture(path: string, size: number, scale: number): Uint8Array {
  const width = size * scale
  const data = new Uint8Array(width * width * 4).fill(255)
  for (const [, x = '0', y = '0', run = '0'] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let at = 0; at < Number(run) * scale * scale; at++) {
      const left = Number(x) * scale + (at % (Number(run) * scale))
      const top = Number(y) * scale + Math.floor(at / (Number(run) * scale))
      data.fill(0, (top * width + left) * 4, (top * width + left) * 4 + 3)
    }
  }
  return data
}

describe('a QR code as a path', () => {
  it('is one rectangle for each run of dark modules', () => {
    assert.equal(qrPath([[true, true, false, true], [], [false]]), 'M0 0h2v1h-2zM3 0h1v1h-1z')
  })

  it('is read again by a camera', () => {
    const text = `https://a.example/#/i/${'AQAT-_82'.repeat(25)}`
    const rows = encodeQR(text, 'raw', { ecc: 'low', border: 3 })
    const [size, scale] = [rows.length, 4]
    const data = picture(qrPath(rows), size, scale)
    assert.equal(decodeQR({ width: size * scale, height: size * scale, data }), text)
  })
})
