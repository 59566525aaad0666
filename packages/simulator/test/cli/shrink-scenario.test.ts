import assert from 'node:assert/strict'
import { shrinkScenario } from '../../src/cli/shrink-scenario.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'
import { sampleScenario } from '../output/sample-result.ts'

const FAULTS = Array.from({ length: 6 }, (_, hour) => {
  const nodes = `{kind: relay, count: ${String(hour + 1)}}`
  return `  - {at: ${String(hour * 20)}m, for: 5m, action: crash, nodes: ${nodes}}`
})

describe('a scenario that fails', () => {
  const scenario = sampleScenario(['relays: {count: 16}', 'faults:', ...FAULTS])

  function isAboutThree({ faults }: Scenario): boolean {
    return faults.some((fault) => fault.type === 'crash' && fault.nodes.count === 3)
  }

  it('is made as small as it still fails', async () => {
    const small = await shrinkScenario(
      scenario,
      async (candidate) => isAboutThree(candidate) && candidate.clients.count >= 20,
      1000
    )
    assert.equal(small.faults.length, 1)
    assert.ok(isAboutThree(small))
    assert.equal(small.clients.count, 25)
    assert.equal(small.relays.count, 3)
    // The fault begins after 40 minutes.
    assert.equal(small.durationUs, 50 * 60_000_000)
  })

  it('stays as it is where nothing smaller fails', async () => {
    assert.equal(await shrinkScenario(scenario, async () => false, 1000), scenario)
  })

  it('is run as often as is allowed, and no more once nobody waits', async () => {
    let runs = 0
    await shrinkScenario(scenario, async () => ++runs > 0, 3)
    assert.equal(runs, 3)
    runs = 0
    const failing = async (): Promise<boolean | undefined> => (++runs > 1 ? undefined : true)
    const small = await shrinkScenario(scenario, failing, 1000)
    assert.deepEqual([runs, small.faults.length], [2, 0])
  })
})
