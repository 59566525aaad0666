import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { parseScenario, runScenario, type RunResult, type Scenario } from 'sealpost-sim'
import { runFullStack } from '../src/index.ts'

/** With this one, everybody writes within three seconds of the five, and then thinks. */
const SEEDS = { topology: 12, workload: 12, faults: 12 }

function scenarioOf(more = ''): Scenario {
  const text = `sealpost-sim: 1
duration: 5s
fidelity: full-stack
clients: {count: 6}
relays: {count: 2, replicas: 2}
churn: {model: always-on}
workload: {messagesPerDay: 20000, contacts: 2, messagesPerConversation: 4, gap: 200ms}
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

function leftFolders(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('sealpost-full-stack-'))
}

describe('a scenario over real nodes', function () {
  this.timeout(60_000)

  it('delivers what it delivers in virtual time, as late as its network has it', async () => {
    const scenario = scenarioOf()
    const simulated = runScenario({ ...scenario, fidelity: 'object' }, SEEDS)
    const before = leftFolders()
    const real = await runFullStack(scenario, SEEDS)
    assert.ok(value(simulated, 'messagesWritten') > 10)
    for (const name of ['messagesWritten', 'messagesReceived', 'duplicates', 'deliveryRatio']) {
      assert.equal(value(real, name), value(simulated, name), name)
    }
    assert.equal(value(real, 'messagesMissing'), 0)
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
})
