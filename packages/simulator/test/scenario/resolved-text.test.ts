import assert from 'node:assert/strict'
import fc from 'fast-check'
import { parseScenario } from '../../src/scenario/parse-scenario.ts'
import { resolvedText } from '../../src/scenario/resolved-text.ts'
import { arbitraryScenario } from './arbitrary-scenario.ts'

describe('the text of a resolved scenario', () => {
  it('is read as the scenario that it was written of', () => {
    fc.assert(
      fc.property(arbitraryScenario, (scenario) => {
        const text = resolvedText(scenario)
        const { variants } = parseScenario({ name: 'resolved.json', text })
        assert.equal(variants.length, 1)
        assert.deepEqual(variants[0]?.scenario, scenario)
        assert.equal(resolvedText(variants[0]?.scenario ?? scenario), text)
      }),
      { numRuns: 60 }
    )
  })

  it('holds the seeds of its run', () => {
    const file = parseScenario({ name: 'x.yaml', text: 'sealpost-sim: 1' })
    const [variant] = file.variants
    assert.ok(variant !== undefined)
    const seeds = { topology: 1, workload: 2, faults: 3 }
    const text = resolvedText(variant.scenario, seeds)
    assert.deepEqual(parseScenario({ name: 'y.json', text }).seeds.fixed, seeds)
  })

  it('says a round-trip table in full, so that no later table changes an old run', () => {
    const [variant] = parseScenario({ name: 'x.yaml', text: 'sealpost-sim: 1' }).variants
    assert.ok(variant !== undefined)
    assert.match(resolvedText(variant.scenario), /"EU-E": 61\.3/)
  })

  it('is read where a trace makes it longer than any file by hand', () => {
    const sessions = Array.from({ length: 20_000 }, (_, at) => `[0, ${at + 1}s, ${at + 2}s]`)
    const churn = (some: readonly string[]): string =>
      `sealpost-sim: 1\nchurn: { model: trace, sessions: [${some.join(', ')}] }`
    const [short] = parseScenario({ name: 'x.yaml', text: churn(sessions.slice(0, 2)) }).variants
    assert.ok(short?.scenario.churn.type === 'trace')
    const all = Array.from({ length: 20_000 }, (_, at) => ({
      client: at % 7,
      fromUs: at,
      toUs: at + 1
    }))
    const long = { ...short.scenario, churn: { type: 'trace' as const, sessions: all } }
    const text = resolvedText(long)
    assert.ok(text.length > 1_000_000)
    assert.deepEqual(parseScenario({ name: 'y.json', text }).variants[0]?.scenario, long)
  })
})
