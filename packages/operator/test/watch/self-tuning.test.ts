import assert from 'node:assert/strict'
import { SelfTuning, TUNED_OPTIONS, type TunedOption } from '@sealpost/operator'
import fc from 'fast-check'

const CONFIGURED: Readonly<Record<TunedOption, number>> = {
  'deposits-per-second': 20,
  'pending-reads-max': 4_096
}
const configured = (option: TunedOption): number => CONFIGURED[option]
const SLOW = { commitMs: 310, lagMs: 0 }
const QUICK = { commitMs: 10, lagMs: 5 }

describe('the relay tunes itself', () => {
  it('takes less at once where it is slow, and says why', () => {
    const tuning = new SelfTuning()
    const [change] = tuning.look(SLOW, configured, [], 10_000)
    assert.deepEqual(change, {
      option: 'deposits-per-second',
      from: 20,
      to: 14,
      why: 'commits took 310 ms, more than 200',
      atMs: 10_000
    })
    assert.equal(tuning.overrides.get('pending-reads-max'), 2_867)
    assert.deepEqual(tuning.look(SLOW, configured, [], 30_000), [], 'not twice in 30 s')
    assert.equal(tuning.look(SLOW, configured, [], 40_000).length, 2)
  })

  it('takes more little by little where it is quick, up to what is configured', () => {
    const tuning = new SelfTuning()
    tuning.look({ commitMs: undefined, lagMs: 151 }, configured, [], 0)
    assert.equal(tuning.overrides.get('deposits-per-second'), 14)
    const values: (number | undefined)[] = []
    for (let atMs = 10_000; atMs <= 500_000; atMs += 10_000) {
      const changes = tuning.look(QUICK, configured, [], atMs)
      values.push(
        ...changes.filter(({ option }) => option === 'deposits-per-second').map(({ to }) => to)
      )
    }
    assert.deepEqual(values, [15, 16, 17, 18, 19, 20])
    assert.equal(tuning.overrides.size, 0)
  })

  it('is back under a step of load that halves: slow, then quick, within 30 s of the step', () => {
    const tuning = new SelfTuning()
    // What the machine bears: commits take as long as there is more than ten a second.
    const commitMs = (): number => 25 * (tuning.overrides.get('deposits-per-second') ?? 20)
    let slowUntilMs = 0
    for (let atMs = 0; atMs <= 300_000; atMs += 10_000) {
      slowUntilMs = commitMs() > 250 ? atMs : slowUntilMs
      tuning.look({ commitMs: commitMs(), lagMs: 0 }, configured, [], atMs)
    }
    assert.ok(slowUntilMs <= 30_000, String(slowUntilMs))
  })

  it('leaves alone what is pinned', () => {
    const tuning = new SelfTuning()
    tuning.look(SLOW, configured, [], 0)
    tuning.look(SLOW, configured, ['deposits-per-second'], 30_000)
    assert.deepEqual([...tuning.overrides.keys()], ['pending-reads-max'])
    assert.deepEqual(new SelfTuning().look(SLOW, configured, TUNED_OPTIONS, 0), [])
  })

  it('stays between a tenth and all of what is configured, whatever is measured', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1_000), fc.nat(1_000))), (measured) => {
        const tuning = new SelfTuning()
        for (const [at, [commitMs, lagMs]] of measured.entries()) {
          tuning.look({ commitMs, lagMs }, configured, [], at * 30_000)
          for (const option of TUNED_OPTIONS) {
            const value = tuning.overrides.get(option) ?? configured(option)
            assert.ok(value >= Math.floor(configured(option) / 10) && value <= configured(option))
          }
        }
        assert.ok(tuning.changes.length <= 50)
      })
    )
  })
})
