import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import {
  parseScenario,
  runScenario,
  type RunResult,
  type Scenario,
  type TextOutcome
} from 'sealpost-sim'
import { runFullStack } from '../src/index.ts'

/**
 * With this one all that is written comes within the five seconds, and no two who write to each other do so within most of a second:
 * what several texts have one receipt for depends on the moment that each comes.
 */
const SEEDS = { topology: 3, workload: 3, faults: 3 }

function scenarioOf(more = ''): Scenario {
  const text = `sealpost-sim: 1
duration: 5s
fidelity: full-stack
clients: {count: 8}
relays: {count: 2, replicas: 2}
churn: {model: always-on}
workload: {messagesPerDay: 25000, contacts: 2, messagesPerConversation: 1}
${more}`
  const [variant] = parseScenario({ name: 'small.yaml', text }).variants
  assert.ok(variant)
  return variant.scenario
}

function value({ values }: RunResult, name: string): number {
  const found = values.get(name)
  assert.ok(found !== undefined, name)
  return found
}

/** Gathers which texts came, each by who wrote it to whom, and when by plan. */
function deliveries(): { readonly texts: Set<string>; text(outcome: TextOutcome): void } {
  const texts = new Set<string>()
  return {
    texts,
    text: ({ from, plannedUs, to, wholeUs }) => {
      if (wholeUs !== undefined) {
        texts.add(`${String(from)} to ${String(to)} at ${String(plannedUs)}`)
      }
    }
  }
}

function leftFolders(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('sealpost-full-stack-'))
}

describe('a scenario over real nodes', function () {
  this.timeout(60_000)

  it('delivers the texts of virtual time in as many bytes, as late as its network has it', async () => {
    const scenario = scenarioOf()
    const planned = deliveries()
    const simulated = runScenario({ ...scenario, fidelity: 'wire' }, SEEDS, planned)
    const before = leftFolders()
    const delivered = deliveries()
    const real = await runFullStack(scenario, SEEDS, delivered)
    assert.equal(planned.texts.size, 9)
    assert.deepEqual(delivered.texts, planned.texts)
    assert.equal(value(real, 'duplicates'), 0)
    assert.equal(value(real, 'messagesMissing'), 0)
    const bytes = value(real, 'bytesPerClientDay') / value(simulated, 'bytesPerClientDay')
    assert.ok(Math.abs(bytes - 1) < 0.02, `${String(bytes)} times the bytes`)
    // Nothing is faster than the way there: no machine can be so fast, or so slow, that this fails.
    assert.ok(value(real, 'networkLatencyP50Ms') > value(simulated, 'networkLatencyP50Ms') / 2)
    assert.equal(real.traceHash, undefined)
    assert.deepEqual(
      leftFolders().filter((name) => !before.includes(name)),
      []
    )
  })

  it('refuses what it cannot let happen to real nodes', async () => {
    const scenario = scenarioOf(
      'faults: [{at: 1s, for: 1s, action: disk-full, nodes: {kind: relay}}]\n'
    )
    await assert.rejects(runFullStack(scenario, SEEDS), {
      code: 'SEALPOST_CONFIG_INVALID',
      message: /disk-full/
    })
  })

  it('refuses paths from client to client, links and proofs of work, which it has none of', async () => {
    const { clients, relays, workload, ...scenario } = scenarioOf()
    const asked = [
      [{ clients: { ...clients, isDirect: true }, relays, workload }, /clients\.direct/],
      [{ clients, relays: { ...relays, workBits: 16 }, workload }, /relays\.workBits/],
      [{ clients, relays, workload: { ...workload, newContactsPerDay: 1 } }, /newContactsPerDay/],
      [{ clients, relays, workload: { ...workload, publicAddressShare: 1 } }, /publicAddressShare/]
    ] as const
    for (const [more, message] of asked) {
      const run = runFullStack({ ...scenario, ...more }, SEEDS)
      await assert.rejects(run, { code: 'SEALPOST_CONFIG_INVALID', message })
    }
  })
})
