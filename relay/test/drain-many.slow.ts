import assert from 'node:assert/strict'
import { drainMany } from './drain-many.ts'
import { temporaryDirectory } from './temporary-directory.ts'

describe('a relay that stops while 500 clients deposit', function () {
  this.timeout(300_000)

  it('has ended within 30 s, and kept whatever it answered for', async () => {
    await using directory = await temporaryDirectory()
    const { storedCount, tookMs } = await drainMany({
      data: directory.path,
      clientCount: 500,
      depositCount: 20_000
    })
    console.log(`      ${storedCount} stored, ended in ${(tookMs / 1_000).toFixed(1)} s`)
    assert.ok(tookMs < 30_000)
  })
})
