import assert from 'node:assert/strict'
import type { RunResult } from '../../src/metrics/run-result.ts'
import { runScenario } from '../../src/run/run-scenario.ts'
import { parseScenario } from '../../src/scenario/parse-scenario.ts'

const SEEDS = { topology: 1, workload: 1, faults: 1 }

function play(more: string): RunResult {
  const text = `sealpost-sim: 1
duration: 20m
clients: {count: 8}
churn: {model: always-on}
${more}
`
  const [variant] = parseScenario({ name: 'small.yaml', text }).variants
  assert.ok(variant)
  return runScenario(variant.scenario, SEEDS)
}

function value({ values }: RunResult, name: string): number {
  const found = values.get(name)
  assert.ok(found !== undefined, name)
  return found
}

describe('people of a run who do not know each other', () => {
  const workload = '{messagesPerDay: 500, contacts: 2, newContactsPerDay: 150'
  const relays = 'relays: {count: 3, workBits: 16}'

  it('get to know each other by links, and write to each other from then on', () => {
    const result = play(`${relays}\nworkload: ${workload}}`)
    assert.ok(value(result, 'linksOpened') > 5)
    assert.equal(value(result, 'acquaintancesMade'), value(result, 'linksOpened'))
    assert.equal(value(result, 'fallbackPrekeyShare'), 0)
    assert.equal(value(result, 'deliveryRatio'), 1)
    // Three proofs of work and more, of a fifth of a second each.
    assert.ok(value(result, 'acquaintanceP50Ms') > 500)
    const wire = play(`fidelity: wire\n${relays}\nworkload: ${workload}}`)
    assert.equal(wire.traceHash, result.traceHash)
    const free = play(`relays: {count: 3}\nworkload: ${workload}}`)
    assert.ok(value(free, 'acquaintanceP50Ms') < value(result, 'acquaintanceP50Ms'))
  })

  it('are let in at public addresses all the same while somebody claims all prekeys and fills the boxes', () => {
    const attack =
      'faults: [{at: 1m, for: 15m, action: prekey-exhaustion, nodes: {share: 0.5}, attackers: 2, claimsPerMinute: 100, knocksPerMinute: 30}]'
    const result = play(`${relays}\nworkload: ${workload}, publicAddressShare: 1}\n${attack}`)
    assert.ok(value(result, 'acquaintancesMade') > 5)
    assert.ok(value(result, 'fallbackPrekeyShare') > 0)
    assert.ok(value(result, 'attackClaims') > value(result, 'attackPrekeys'))
    assert.ok(value(result, 'attackPrekeys') > 4 * 32)
    assert.ok(value(result, 'attackKnocksStored') > 100)
    // A proof takes an attacker 6.5 ms on average.
    assert.ok(value(result, 'attackWorkMs') > 6 * value(result, 'attackClaims'))
    assert.equal(value(result, 'deliveryRatio'), 1)
  })
})

describe('people of a run whose relays go for good', () => {
  it('lose less where they move to others', () => {
    const [stay, move] = [0, 1].map((share) =>
      play(`relays: {count: 6}
workload: {messagesPerDay: 1000, contacts: 3}
faults:
  - {at: 1m, action: crash, nodes: {ids: [0, 1, 2, 3]}}
  - {at: 2m, action: move, nodes: {share: ${String(share)}}, within: 1m}`)
    )
    assert.ok(stay && move)
    assert.ok(value(stay, 'deliveryRatio') < 0.95)
    assert.ok(value(move, 'messagesMissing') < value(stay, 'messagesMissing') / 2)
  })

  it('lose nothing where they move before', () => {
    const result = play(`relays: {count: 6}
workload: {messagesPerDay: 1000, contacts: 3}
faults: [{at: 1m, action: move, nodes: {share: 1}, leaves: all, within: 5m}]`)
    assert.equal(value(result, 'deliveryRatio'), 1)
    assert.equal(value(result, 'duplicates'), 0)
  })
})
