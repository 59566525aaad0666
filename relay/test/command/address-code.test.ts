import assert from 'node:assert/strict'
import decodeQR from 'qr/decode.js'
import { addressCode } from '../../src/command/address-code.ts'

const ADDRESS =
  '/dns4/relay.example/tcp/443/tls/ws/p2p/12D3KooWBc5VwCjBdZwzh5D7FsVGXHyxFWCMHhH8EXsUhnFSKiRj'
/** Points of a picture for each module: enough for a decoder to find them. */
const SCALE = 4

/** Draws what a terminal would, and reads it as a camera would. */
function scan(text: string): string {
  const rows = text
    .trimEnd()
    .split('\n')
    .map((row) => row.replaceAll(/\p{Cc}\[[0-9;]*m/gu, ''))
  const width = (rows[0] ?? '').length * SCALE
  const height = rows.length * 2 * SCALE
  const data = new Uint8Array(width * height * 4).fill(0xff)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const module = Math.floor(y / SCALE)
      const letter = rows[Math.floor(module / 2)]?.[Math.floor(x / SCALE)] ?? '█'
      if (!(module % 2 === 0 ? '▀█' : '▄█').includes(letter)) {
        data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3)
      }
    }
  }
  return decodeQR({ width, height, data })
}

describe('the QR code of a relay’s address', () => {
  it('reads as the address', () => {
    assert.equal(scan(addressCode(ADDRESS, 80) ?? ''), ADDRESS)
  })

  it('fits in a terminal of the usual width, and is not drawn where it does not fit', () => {
    const width = (addressCode(ADDRESS, 80) ?? '').split('\n')[0]?.match(/[ ▀▄█]/gu)?.length ?? 0
    assert.notEqual(addressCode(ADDRESS, width), undefined)
    assert.equal(addressCode(ADDRESS, width - 1), undefined)
  })
})
