import assert from 'node:assert/strict'
import { KINDS, refusalTimes, superiority } from './refusal-times.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const COUNT = 10_000
/** Chance alone gives 0.004 for so many (one standard deviation), and of ten comparisons none beyond four of them. */
const EFFECT_MAX = 0.0165

describe('denials of a relay, by what was wrong', () => {
  it(`take the same time, as far as ${String(COUNT)} of each kind tell`, async () => {
    await using directory = await temporaryDirectory()
    const times = await refusalTimes(directory.path, { countOfEach: COUNT, seed: 1 })
    for (const [at, first] of KINDS.entries()) {
      for (const second of KINDS.slice(at + 1)) {
        const effect = superiority(times[first], times[second]) - 0.5
        const told = `${first} beside ${second}: ${effect.toFixed(4)}`
        console.log(`      ${told}`)
        assert.ok(Math.abs(effect) < EFFECT_MAX, told)
      }
    }
  }).timeout(1_800_000)
})
