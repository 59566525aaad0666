import assert from 'node:assert/strict'
import { placeNodes } from '../../src/people/placement.ts'
import { parseScenario } from '../../src/scenario/parse-scenario.ts'

function scenario(clients: number, relays: number): Parameters<typeof placeNodes>[0] {
  const text = `sealpost-sim: 1\nclients: { count: ${clients} }\nrelays: { count: ${relays} }`
  const [variant] = parseScenario({ name: 'x', text }).variants
  assert.ok(variant !== undefined)
  return variant.scenario
}

describe('where nodes are', () => {
  it('is as the shares say, however few they are', () => {
    for (const seed of [1, 2, 3]) {
      const { relayRegions } = placeNodes(scenario(10, 10), seed)
      // EU-W 0.5, NA 0.3, SE-ASIA 0.2
      const counts = [2, 0, 8].map((region) => relayRegions.filter((one) => one === region).length)
      for (const [at, expected] of [5, 3, 2].entries()) {
        assert.ok(Math.abs((counts[at] ?? 0) - expected) <= 1, String(counts))
      }
    }
    const { clientRegions } = placeNodes(scenario(10_000, 5), 1)
    const home = clientRegions.filter((one) => one === 2).length
    assert.ok(Math.abs(home - 3500) < 20, String(home))
  })

  it('stays where one more comes, and differs by seed', () => {
    const few = placeNodes(scenario(500, 5), 4)
    const many = placeNodes(scenario(5000, 50), 4)
    assert.deepEqual(few.clientRegions, many.clientRegions.slice(0, 500))
    assert.deepEqual(few.relayRegions, many.relayRegions.slice(0, 5))
    assert.notDeepEqual(few.clientRegions, placeNodes(scenario(500, 5), 5).clientRegions)
  })

  it('gives NATs as the shares say', () => {
    const placement = placeNodes(scenario(10, 5), 1)
    const nats = Array.from({ length: 5000 }, (_, client) => placement.natOf(client))
    for (const [nat, share] of [
      ['public', 0.1],
      ['easy', 0.6],
      ['hard', 0.3]
    ] as const) {
      assert.ok(Math.abs(nats.filter((one) => one === nat).length / 5000 - share) < 0.03)
    }
  })
})
