import assert from 'node:assert/strict'
import type { RunResult } from '../../src/metrics/run-result.ts'
import { runScenario } from '../../src/run/run-scenario.ts'
import { parseScenario } from '../../src/scenario/parse-scenario.ts'
import { METRIC_NAMES } from '../../src/scenario/known-names.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'

const SEEDS = { topology: 1, workload: 1, faults: 1 }

function scenarioOf(text: string): Scenario {
  const { variants } = parseScenario({ name: 'small.yaml', text })
  const [variant] = variants
  assert.ok(variant)
  return variant.scenario
}

/** What was played with nothing said otherwise: it is the same each time, as a test of its own says. */
let plain: RunResult | undefined

function play(more = ''): RunResult {
  return more === '' ? (plain ??= playAnew()) : playAnew(more)
}

/** A quarter of an hour of a dozen people who are always there and write a lot. */
function playAnew(more = '', seeds: typeof SEEDS = SEEDS): RunResult {
  const text = `sealpost-sim: 1
duration: 15m
clients: {count: 12}
relays: {count: 4}
churn: {model: always-on}
workload: {messagesPerDay: 2000, contacts: 4}
${more}`
  return runScenario(scenarioOf(text), seeds)
}

function value({ values }: RunResult, name: string): number {
  const found = values.get(name)
  assert.ok(found !== undefined, name)
  return found
}

describe('a run of a scenario', () => {
  it('delivers everything once where nothing is wrong, and says how long it took', () => {
    const result = play()
    assert.ok(value(result, 'messagesWritten') > 20)
    assert.equal(value(result, 'deliveryRatio'), 1)
    assert.equal(value(result, 'duplicates'), 0)
    assert.ok(value(result, 'networkLatencyP50Ms') > 20)
    assert.ok(value(result, 'networkLatencyP99Ms') < 2_000)
    assert.equal(value(result, 'waitP99Ms'), 0)
    assert.equal(result.relayRows.length, 15 * 4)
    assert.equal(result.clientRows.length, 1)
  })

  it('has values under names that a scenario may expect something of', () => {
    for (const name of play().values.keys()) {
      assert.ok(METRIC_NAMES.includes(name), name)
    }
  })

  it('has each side of a dial work for its handshake', () => {
    const crash = 'faults: [{at: 1m, for: 10s, action: crash, nodes: {ids: [0, 1, 2, 3]}}]'
    const quick = 'costs: {relay-handshake: 0, client-handshake: 0}'
    const slow = 'costs: {relay-handshake: 2000000, client-handshake: 0}'
    const [none, some] = [quick, slow].map((costs) => playAnew(`${costs}\n${crash}`))
    assert.ok(none && some)
    // A dozen clients at each of four relays, three each: the last waits for eight before it.
    assert.ok(value(some, 'networkLatencyP99Ms') > value(none, 'networkLatencyP99Ms') + 2_000)
    assert.equal(value(some, 'deliveryRatio'), 1)
  })

  it('gives the same figures for the same seed, and others for another', () => {
    const first = play()
    const again = playAnew()
    const other = playAnew('', { ...SEEDS, workload: 2 })
    assert.equal(first.traceHash, again.traceHash)
    assert.deepEqual(first.values, again.values)
    assert.deepEqual(first.relayRows, again.relayRows)
    assert.notEqual(first.traceHash, other.traceHash)
  })

  it('goes through the same events whether frames are encoded or handed over', () => {
    assert.equal(play().traceHash, play('fidelity: wire').traceHash)
  })

  it('goes through the same events whether the browser’s engine encrypts or nothing does', () => {
    const few = `sealpost-sim: 1
duration: 5m
clients: {count: 4}
relays: {count: 3}
churn: {model: always-on}
workload: {messagesPerDay: 3000, contacts: 3}
faults:
  - {at: 1m, for: 1m, action: crash, nodes: {kind: client, share: 0.5}, losesUnsynced: true}
  - {at: 3m, for: 1m, action: bit-rot, nodes: {kind: relay, count: 2}, probability: 0.3}`
    const ways = ['object', 'wire', 'crypto'].map((fidelity) =>
      runScenario(scenarioOf(`${few}\nfidelity: ${fidelity}`), SEEDS)
    )
    const [object, wire, crypto] = ways
    assert.ok(object && wire && crypto)
    assert.ok(value(object, 'messagesReceived') > 10)
    assert.equal(wire.traceHash, object.traceHash)
    assert.equal(crypto.traceHash, object.traceHash)
    assert.deepEqual(crypto.values, object.values)
  })

  it('plays the heartbeats of quiet streams where it is told to', () => {
    const quiet = play('warmUp: 1m')
    const whole = play('warmUp: 1m\nnetwork: {heartbeats: simulated}')
    assert.ok(whole.eventCount > quiet.eventCount + 15 * 12 * 4)
    assert.equal(value(whole, 'messagesWritten'), value(quiet, 'messagesWritten'))
    assert.equal(value(whole, 'deliveryRatio'), 1)
  })

  it('counts nothing of its warm-up', () => {
    const whole = play()
    const part = play('warmUp: 10m')
    assert.equal(part.traceHash, whole.traceHash)
    assert.equal(part.relayRows.length, 5 * 4)
    assert.equal(part.relayRows[0]?.minute, 10)
    assert.ok(value(part, 'messagesWritten') < value(whole, 'messagesWritten'))
  })

  it('recovers from a partition of everybody, and from relays that crash and lose their disks', () => {
    const result = play(`faults:
  - {at: 2m, for: 4m, action: partition, from: {kind: client}, to: {kind: relay}}
  - {at: 7m, for: 1m, action: crash, nodes: {kind: relay, count: 2}, losesUnsynced: true}
  - {at: 9m, for: 1m, action: disk-lost, nodes: {kind: relay, ids: [0]}}
`)
    assert.equal(value(result, 'deliveryRatio'), 1)
    assert.equal(value(result, 'duplicates'), 0)
    assert.ok(value(result, 'networkLatencyP99Ms') > 30_000)
    const each = [0, 1, 2].map((fault) => value(result, `recoveryOfFault${String(fault)}Ms`))
    assert.ok((each[0] ?? 0) > 0)
    assert.equal(value(result, 'recoveryMs'), Math.max(...each))
    assert.equal(result.values.has('recoveryOfFault3Ms'), false)
    assert.ok(value(result, 'relayBytesPerSecondMax') > 0)
    assert.ok(result.relayRows.some(({ isUp }) => !isUp))
  })

  it('does not count as lost what waits for somebody who is away', () => {
    const result = play(`faults:
  - {at: 1m, for: 14m, action: away, nodes: {kind: client, count: 6}}
`)
    assert.equal(value(result, 'deliveryRatio'), 1)
    assert.ok(value(result, 'messagesReceived') < value(result, 'messagesWritten'))
  })

  it('lasts as long as it says, to the second', () => {
    const text = `sealpost-sim: 1
duration: 90s
clients: {count: 4}
relays: {count: 3}
churn: {model: always-on}
`
    const { clientRows } = runScenario(scenarioOf(text), SEEDS)
    const settled = runScenario(scenarioOf(text.replace('90s', '1s')), SEEDS)
    const onlineUs = [clientRows, settled.clientRows].map(([row]) => row?.onlineUs ?? 0)
    assert.equal((onlineUs[0] ?? 0) - (onlineUs[1] ?? 0), 89_000_000)
  })

  it('is not of what runs on the wall clock', () => {
    const scenario = scenarioOf('sealpost-sim: 1\nfidelity: full-stack\n')
    assert.throws(() => runScenario(scenario, SEEDS), { code: 'SEALPOST_CONFIG_INVALID' })
  })

  it('counts as shown twice only what is, and not what is encrypted anew for a later epoch', () => {
    const text = `sealpost-sim: 1
duration: 16d
clients: {count: 6}
relays: {count: 3}
churn: {model: always-on}
workload: {messagesPerDay: 10, contacts: 3}
faults:
  - {at: 1d, for: 13d, action: away, nodes: {share: 0.5}}
`
    const result = runScenario(scenarioOf(text), SEEDS)
    assert.equal(value(result, 'deliveryRatio'), 1)
    assert.equal(value(result, 'duplicates'), 0)
    assert.ok(value(result, 'waitP99Ms') > 8 * 86_400_000)
  })

  it('lets texts go from client to client where it is told to, and says how many did', () => {
    const text = `sealpost-sim: 1
duration: 10m
clients: {count: 6, direct: true, nat: {public: 0.5, easy: 0.3, hard: 0.2}}
relays: {count: 3}
churn: {model: always-on}
workload: {messagesPerDay: 2000, contacts: 3}
faults: [{at: 2m, for: 1m, action: away, nodes: {share: 0.5}}]
`
    const result = runScenario(scenarioOf(text), SEEDS)
    assert.equal(value(result, 'deliveryRatio'), 1)
    assert.equal(value(result, 'duplicates'), 0)
    assert.ok(value(result, 'directShare') > 0.2)
    assert.ok(value(result, 'directPaths') > 0)
    assert.ok(value(result, 'directPaths') <= value(result, 'directDials'))
    assert.ok(!play().values.has('directShare'))
  })

  it('stops where it is told to, with what there is by then', () => {
    let minutes = 0
    const scenario = scenarioOf(
      'sealpost-sim: 1\nduration: 1h\nclients: {count: 4}\nrelays: {count: 3}\n'
    )
    const result = runScenario(scenario, SEEDS, {
      progress: () => {
        minutes += 1
      },
      isStopped: () => minutes === 7
    })
    assert.equal(minutes, 7)
    assert.equal(result.relayRows.length, 7 * 3)
  })
})
