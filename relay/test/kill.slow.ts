import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { killRounds } from './kill-rounds.ts'
import { temporaryDirectory } from './temporary-directory.ts'

describe('a relay that is killed fifty times', function () {
  this.timeout(600_000)
  const seed = Number(process.env['SEALPOST_SEED'] ?? randomInt(2 ** 32))

  it(`has kept all of 10,000 envelopes, and brings back none that was acked (seed ${String(seed)})`, async () => {
    await using directory = await temporaryDirectory()
    const options = { data: directory.path, seed, depositCount: 10_000, perRound: 200 }
    const { roundCount, storedCount, ackedCount } = await killRounds(options)
    assert.ok(storedCount >= 10_000)
    assert.ok(roundCount >= 25, `${String(roundCount)} rounds`)
    assert.ok(ackedCount > 5_000, `${String(ackedCount)} acked`)
  })
})
