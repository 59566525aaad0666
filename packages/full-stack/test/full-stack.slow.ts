import assert from 'node:assert/strict'
import { compare, comparedScenario, type Compared } from './compared.ts'

const PEOPLE = 100
const COUNTED_S = 120
const SEEDS = { topology: 1, workload: 1, faults: 1 }
/** Bytes may differ by so much, and latencies. */
const BYTES_SHARE = 0.02
const LATENCY_SHARE = 0.1
/** Of its time the clock of the scenario stood still: beyond this what is measured is the machine. */
const BUSY_SHARE = 0.5

function isWithin(times: number, share: number): boolean {
  return Math.abs(times - 1) <= share
}

describe('a hundred people and five relays, simulated and real (slow: some minutes)', function () {
  this.timeout(900_000)
  let compared: Compared | undefined

  before(async () => {
    compared = await compare(comparedScenario(PEOPLE, COUNTED_S), SEEDS)
  })

  function found(): Compared {
    assert.ok(compared)
    return compared
  }

  /** Both figures, and whether the machine had the time for it. */
  function latencies(name: 'p50' | 'p95'): string {
    const { real, simulated } = found()
    const { values } = real
    const stood = values.get('stoodStillShare') ?? NaN
    const late = values.get('lateP95Ms') ?? NaN
    const both = `${name}: ${String(real[`${name}Ms`])} ms real, ${String(simulated[`${name}Ms`])} ms simulated`
    const busy =
      stood > BUSY_SHARE
        ? '. The machine was too busy for this comparison: run it while nothing else does'
        : ''
    return `${both}; 5 % of what was due was later than ${String(late)} ms, the clock stood still for ${String(stood)} of the time${busy}`
  }

  it('have the same texts delivered, each once', () => {
    const { real, simulated, strayTexts } = found()
    assert.ok(simulated.texts.size > PEOPLE)
    assert.deepEqual(strayTexts, [])
    for (const { values } of [simulated, real]) {
      assert.equal(values.get('duplicates'), 0)
      assert.equal(values.get('messagesMissing'), 0)
    }
  })

  it('send as many bytes, within 2 %', () => {
    const { bytes } = found()
    assert.ok(isWithin(bytes, BYTES_SHARE), `${String(bytes)} times the bytes`)
  })

  for (const name of ['p50', 'p95'] as const) {
    it(`take as long for a text, within 10 % at the ${name}`, () => {
      assert.ok(isWithin(found()[name], LATENCY_SHARE), latencies(name))
    })
  }
})
