import assert from 'node:assert/strict'
import { TICKETS_OPEN_MAX } from '@sealpost/protocol'
import { deskFlood } from './desk-flood.ts'

describe('a desk to which one account sends a thousand reports', () => {
  it('takes five of them, and says no more than a day has words', async () => {
    const { takenCount, keptCount, saidCount } = await deskFlood(1_000)
    assert.deepEqual([takenCount, keptCount], [TICKETS_OPEN_MAX, TICKETS_OPEN_MAX])
    assert.ok(saidCount <= 41, String(saidCount))
  }).timeout(120_000)
})
