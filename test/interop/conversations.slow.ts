import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { PAIRS, enginesOf } from './engine-pairs.ts'
import { converse, inTurns } from './random-conversation.ts'

const RUNS_PER_PAIR = 500
const STEPS = 60
/** An epoch of the post-quantum ratchet takes about 43.5 round trips: 20 of them. */
const LONG_ROUND_TRIPS = 900

describe('both engines over a bad network for long (slow)', function () {
  this.timeout(3_600_000)
  const seed = process.env['SEALPOST_SEED'] ?? randomBytes(6).toString('hex')

  for (const pair of PAIRS) {
    it(`lets ${pair[0]} start and ${pair[1]} answer 500 times, seed ${seed}`, async () => {
      const counts = { encrypted: 0, decrypted: 0, refused: 0, unequal: 0 }
      for (let run = 0; run < RUNS_PER_PAIR; run++) {
        const runSeed = `${seed} ${pair.join()} ${String(run)}`
        try {
          await converse(runSeed, enginesOf(pair, runSeed, counts), STEPS)
        } catch (error) {
          throw new Error(`SEALPOST_SEED=${seed}, run ${String(run)}`, { cause: error })
        }
      }
      if (pair.some((name) => name === 'libsignal')) {
        assert.ok(counts.encrypted > 10_000 && counts.decrypted > 5_000, JSON.stringify(counts))
      }
    })

    it(`goes through 20 epochs where ${pair[0]} starts and ${pair[1]} answers`, async () => {
      const counts = { encrypted: 0, decrypted: 0, refused: 0, unequal: 0 }
      await inTurns(enginesOf(pair, `${seed} ${pair.join()}`, counts), LONG_ROUND_TRIPS)
    })
  }
})
