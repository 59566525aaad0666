import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { PAIRS, enginesOf } from './engine-pairs.ts'
import { helpedEngine } from './helped-engine.ts'
import { converse, inTurns } from './random-conversation.ts'

const RUNS_PER_PAIR = 15
const STEPS = 40
const RUNS_WITH_HELPERS = 5
/** An epoch of the post-quantum ratchet takes about 43.5. */
const ROUND_TRIPS = 100

describe('both engines over a bad network', function () {
  this.timeout(60_000)
  const seed = process.env['SEALPOST_SEED'] ?? randomBytes(6).toString('hex')

  for (const pair of PAIRS) {
    it(`lets ${pair[0]} start and ${pair[1]} answer, seed ${seed}`, async () => {
      const counts = { encrypted: 0, decrypted: 0, refused: 0, unequal: 0 }
      let read = 0
      for (let run = 0; run < RUNS_PER_PAIR; run++) {
        const runSeed = `${seed} ${pair.join()} ${String(run)}`
        try {
          const tally = await converse(runSeed, enginesOf(pair, runSeed, counts), STEPS)
          read += tally.read
        } catch (error) {
          throw new Error(`SEALPOST_SEED=${seed}, run ${String(run)}`, { cause: error })
        }
      }
      assert.ok(read > RUNS_PER_PAIR * 10, String(read))
      if (pair.some((name) => name === 'libsignal')) {
        assert.ok(counts.encrypted > 100 && counts.decrypted > 50, JSON.stringify(counts))
      }
    })
  }

  for (const pair of PAIRS.slice(0, 3)) {
    it(`lets ${pair.join(' and ')} talk where noble has every helper, seed ${seed}`, async () => {
      const counts = { encrypted: 0, decrypted: 0, refused: 0, unequal: 0 }
      let read = 0
      for (let run = 0; run < RUNS_WITH_HELPERS; run++) {
        const runSeed = `${seed} ${pair.join()} helped ${String(run)}`
        try {
          const engines = enginesOf(pair, runSeed, counts, helpedEngine)
          read += (await converse(runSeed, engines, STEPS)).read
        } catch (error) {
          throw new Error(`SEALPOST_SEED=${seed}, run ${String(run)}`, { cause: error })
        }
      }
      assert.ok(read > RUNS_WITH_HELPERS * 10, String(read))
    })

    it(`takes ${pair.join(' and ')} through two epochs where noble has every helper`, async () => {
      const counts = { encrypted: 0, decrypted: 0, refused: 0, unequal: 0 }
      const runSeed = `${seed} ${pair.join()} epochs`
      await inTurns(enginesOf(pair, runSeed, counts, helpedEngine), ROUND_TRIPS)
    })
  }
})
