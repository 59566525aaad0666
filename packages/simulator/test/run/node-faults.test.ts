import assert from 'node:assert/strict'
import { runScenario } from '../../src/run/run-scenario.ts'
import { parseScenario } from '../../src/scenario/parse-scenario.ts'

/** A quarter of an hour of a dozen people, who are always there or all away for a while, with relays that are not as they should be. */
function play(faults: string, relays = 'relays: {count: 4}'): ReadonlyMap<string, number> {
  const text = `sealpost-sim: 1
duration: 15m
clients: {count: 12}
${relays}
churn: {model: always-on}
workload: {messagesPerDay: 2000, contacts: 4}
faults:
${faults}`
  const [variant] = parseScenario({ name: 'small.yaml', text }).variants
  assert.ok(variant)
  return runScenario(variant.scenario, { topology: 1, workload: 1, faults: 1 }).values
}

function byzantine(behaviour: string, nodes: string): ReadonlyMap<string, number> {
  return play(`  - {at: 0s, action: byzantine, nodes: ${nodes}, behaviour: ${behaviour}}\n`)
}

describe('what goes wrong at nodes', () => {
  it('loses what every relay says it has stored, and nothing where one of the three does not', () => {
    const all = byzantine('drop', '{}')
    assert.ok((all.get('messagesMissing') ?? 0) > 0)
    assert.equal(all.get('messagesReceived'), 0)
    const some = byzantine('drop', '{count: 2}')
    assert.equal(some.get('deliveryRatio'), 1)
    assert.ok((some.get('messagesReceived') ?? 0) > 0)
  })

  it('holds back the same mailboxes each time', () => {
    const all = byzantine('withhold', '{}')
    assert.equal(all.get('messagesReceived'), 0)
    assert.equal(byzantine('withhold', '{count: 2}').get('deliveryRatio'), 1)
  })

  it('shows nothing twice, whatever relays deliver again', () => {
    const values = byzantine('replay', '{}')
    assert.equal(values.get('deliveryRatio'), 1)
    assert.equal(values.get('duplicates'), 0)
  })

  it('takes longer where relays deliver late', () => {
    const values = byzantine('delay', '{}')
    assert.equal(values.get('deliveryRatio'), 1)
    assert.ok((values.get('networkLatencyP50Ms') ?? 0) > 10_000)
  })

  it('loses nothing of what one honest relay has, whatever the others say, and shows nothing twice', () => {
    for (const behaviour of ['lie', 'mute', 'refuse']) {
      const some = byzantine(behaviour, '{count: 2}')
      assert.equal(some.get('deliveryRatio'), 1, behaviour)
      assert.equal(some.get('duplicates'), 0, behaviour)
      assert.ok((some.get('messagesReceived') ?? 0) > 0, behaviour)
    }
    const all = byzantine('lie', '{}')
    assert.equal(all.get('messagesReceived'), 0)
    assert.ok((all.get('messagesMissing') ?? 0) > 0)
  })

  it('opens no mailbox of another relay, with rights of its own people or without', () => {
    const values = byzantine('enumerate', '{count: 2}')
    assert.ok((values.get('mailboxesTried') ?? 0) > 1_000)
    assert.equal(values.get('mailboxesOpened'), 0)
    assert.equal(values.get('deliveryRatio'), 1)
  })

  it('is at all relays of one operator, who knows what all of them know', () => {
    const relays = 'relays: {count: 4, sybilShare: 0.5}'
    const fault = '  - {at: 0s, action: byzantine, nodes: {sybil: true}, behaviour: drop}\n'
    const two = play(fault, relays)
    assert.equal(two.get('deliveryRatio'), 1)
    assert.equal(two.get('peopleSeenBySybilsShare'), 1)
    assert.ok((two.get('linkedBySybilsShare') ?? 0) > (two.get('linkedByOneShare') ?? 1))
    const all = play(fault, 'relays: {count: 4, sybilShare: 1}')
    assert.equal(all.get('messagesReceived'), 0)
  })

  it('keeps up streams where only dials are censored, and slows them where they are throttled', () => {
    const censored = (what: string): ReadonlyMap<string, number> =>
      play(`  - {at: 0s, action: censor, clients: {}, relays: {}, ${what}}\n`)
    const all = censored('traffic: all')
    assert.equal(all.get('messagesReceived'), 0)
    const dials = censored('traffic: dials')
    assert.equal(dials.get('deliveryRatio'), 1)
    assert.ok((dials.get('messagesReceived') ?? 0) > 0)
    const slow = censored('throttleMbit: 0.01')
    assert.ok((slow.get('messagesReceived') ?? 0) > 0)
    const [p50, slowP50] = [dials, slow].map((values) => values.get('networkLatencyP50Ms') ?? 0)
    // One deposit of 2 KiB takes 1.6 s each way at 10 kbit/s.
    assert.ok((slowP50 ?? 0) > 1_500 && (slowP50 ?? 0) > 5 * (p50 ?? 0), String(slowP50))
  })

  it('is over when it is over', () => {
    const values = play('  - {at: 0s, for: 1us, action: byzantine, nodes: {}, behaviour: drop}\n')
    assert.equal(values.get('deliveryRatio'), 1)
    assert.ok((values.get('messagesReceived') ?? 0) > 0)
  })

  it('stores nothing where there is no room, and tells who writes', () => {
    const away = '  - {at: 0s, action: away, for: 10m, nodes: {share: 0.5}}\n'
    const full = play(`${away}  - {at: 0s, action: disk-full, for: 12m, nodes: {}}\n`)
    assert.equal(full.get('deliveryRatio'), 1)
    assert.ok((full.get('refusals') ?? 0) > 0)
    assert.equal(play(away).get('refusals'), 0)
    const small = play(away, 'relays: {count: 4, storageMiB: 0.125}')
    assert.ok((small.get('refusals') ?? 0) > 0)
  })

  it('goes on where rows cannot be read, and loses nothing that another relay can read', () => {
    const fault = (
      nodes: string
    ): string => `  - {at: 0s, action: away, for: 10m, nodes: {share: 0.5}}
  - {at: 0s, action: bit-rot, probability: 1, nodes: ${nodes}}
`
    const all = play(fault('{}'))
    assert.ok(
      (all.get('messagesReceived') ?? 0) < (play(fault('{count: 0}')).get('messagesReceived') ?? 0)
    )
    assert.equal(play(fault('{count: 2}')).get('deliveryRatio'), 1)
  })
})
