import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { killRounds } from './kill-rounds.ts'
import { temporaryDirectory } from './temporary-directory.ts'

describe('a relay that is killed', function () {
  this.timeout(60_000)
  const seed = Number(process.env['SEALPOST_SEED'] ?? randomInt(2 ** 32))

  it(`has kept what it answered for, and brings back nothing that was acked (seed ${String(seed)})`, async () => {
    await using directory = await temporaryDirectory()
    const options = { data: directory.path, seed, depositCount: 600, perRound: 150 }
    const { storedCount, ackedCount } = await killRounds(options)
    assert.ok(storedCount >= 600)
    assert.ok(ackedCount > 100, `${String(ackedCount)} acked`)
  })
})
