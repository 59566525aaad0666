import assert from 'node:assert/strict'
import { runScenario } from '../../src/run/run-scenario.ts'
import { parseScenario, type ScenarioFile } from '../../src/scenario/parse-scenario.ts'
import type { ChurnModel, Scenario } from '../../src/scenario/scenario.ts'
import { SHIPPED_SCENARIOS } from '../../src/scenario/shipped-scenarios.ts'

const TINY_US = 600_000_000

function parsed({ name, text }: (typeof SHIPPED_SCENARIOS)[number], settings = {}): ScenarioFile {
  return parseScenario({ name, text, settings: new Map(Object.entries(settings)) })
}

/** The same in ten minutes: everything happens so much sooner. */
function hurried(scenario: Scenario): Scenario {
  const { churn, durationUs, faults } = scenario
  const scaled = (us: number): number => Math.max(1, Math.round((us * TINY_US) / durationUs))
  return {
    ...scenario,
    durationUs: TINY_US,
    churn: hurriedChurn(churn, scaled),
    faults: faults.map((fault) => {
      return { ...fault, atUs: scaled(fault.atUs), forUs: scaled(fault.forUs) }
    })
  }
}

function hurriedChurn(churn: ChurnModel, scaled: (us: number) => number): ChurnModel {
  if (churn.type !== 'flash-crowd') {
    return churn
  }
  const { atUs, forUs, withinUs } = churn
  return { ...churn, atUs: scaled(atUs), forUs: scaled(forUs), withinUs: scaled(withinUs) }
}

describe('the scenarios that are shipped', () => {
  it('are fourteen, each with a question, with expectations, and over five seeds at least', () => {
    assert.equal(SHIPPED_SCENARIOS.length, 14)
    for (const shipped of SHIPPED_SCENARIOS) {
      const { seeds, variants } = parsed(shipped)
      assert.ok(seeds.count >= 5, shipped.name)
      for (const { scenario } of variants) {
        assert.match(scenario.question, /^[A-Z].+[?]$/, shipped.name)
        assert.ok(scenario.expect.size > 0, shipped.name)
        assert.equal(scenario.name, shipped.name)
      }
    }
  })

  for (const shipped of SHIPPED_SCENARIOS) {
    it(`have every value that they expect something of: ${shipped.name}`, () => {
      const small = { 'clients.count': '5', 'workload.messagesPerDay': '2000' }
      const [variant] = parsed(shipped, small).variants
      assert.ok(variant)
      const seeds = { topology: 1, workload: 1, faults: 1 }
      const { values } = runScenario(hurried(variant.scenario), seeds)
      assert.equal(values.get('duplicates'), 0)
      for (const name of variant.scenario.expect.keys()) {
        assert.ok(values.has(name), name)
      }
    })
  }
})
