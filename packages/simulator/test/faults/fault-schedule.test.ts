import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type FaultMoment, scheduleFaults, sybilRelays } from '../../src/faults/fault-schedule.ts'
import { placeNodes } from '../../src/people/placement.ts'
import { parseScenario } from '../../src/scenario/parse-scenario.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'

const HOUR_US = 3_600_000_000

function scenario(faults: string, clients = 100): Scenario {
  const text = `sealpost-sim: 1\nclients: { count: ${clients} }\nrelays: { count: 10 }\nfaults: [${faults}]`
  const [variant] = parseScenario({ name: 'x', text }).variants
  assert.ok(variant !== undefined)
  return variant.scenario
}

function schedule(faults: string, seed = 1, clients = 100): readonly FaultMoment[] {
  const made = scenario(faults, clients)
  return scheduleFaults(made, placeNodes(made, 1), seed)
}

function nodesOf(moment: FaultMoment | undefined): readonly number[] {
  assert.ok(moment?.effect.kind === 'nodes')
  return moment.effect.nodes
}

describe('what goes wrong', () => {
  it('begins and ends in order, and what ends comes first', () => {
    const moments = schedule(`
      { at: 3h, for: 2h, action: crash, nodes: {} },
      { at: 1h, for: 2h, action: disk-full, nodes: {} },
      { at: 23h, for: 2h, action: away, nodes: {} }`)
    assert.deepEqual(
      moments.map(({ atUs, id, isBegin }) => [atUs / HOUR_US, id, isBegin]),
      [
        [1, 1, true],
        [3, 1, false],
        [3, 0, true],
        [5, 0, false],
        [23, 2, true]
      ]
    )
  })

  it('is at the nodes that it names, relays before clients', () => {
    const [ids] = schedule('{ at: 1h, action: crash, nodes: { ids: [7, 2, 7] } }')
    assert.deepEqual(nodesOf(ids), [2, 7])
    const [clients] = schedule('{ at: 1h, action: away, nodes: { ids: [0, 99] } }')
    assert.deepEqual(nodesOf(clients), [10, 109])
    const [any] = schedule('{ at: 1h, action: clock, offset: 1h, nodes: {} }')
    assert.equal(nodesOf(any).length, 110)
  })

  it('is at those of a region, and at a share of them', () => {
    const made = scenario('{ at: 1h, action: crash, nodes: { regions: [EU-W], share: 0.4 } }')
    const placement = placeNodes(made, 1)
    const home = [...placement.relayRegions.keys()].filter(
      (relay) => made.network.rtt.regions[placement.relayRegions[relay] ?? 0] === 'EU-W'
    )
    const [moment] = scheduleFaults(made, placement, 1)
    const nodes = nodesOf(moment)
    assert.equal(nodes.length, Math.round(0.4 * home.length))
    assert.ok(nodes.every((node) => home.includes(node)))
  })

  it('is at others where another seed draws, and at nearly the same where one more client is', () => {
    const fault = '{ at: 1h, action: away, nodes: { share: 0.2 } }'
    const [one] = schedule(fault, 1)
    assert.deepEqual(one, schedule(fault, 1)[0])
    assert.notDeepEqual(nodesOf(one), nodesOf(schedule(fault, 2)[0]))
    const more = nodesOf(schedule(fault, 1, 101)[0])
    assert.ok(nodesOf(one).filter((node) => !more.includes(node)).length <= 1)
  })

  it('parts one side from everybody else where no other side is named', () => {
    const [moment] = schedule('{ at: 1h, action: partition, from: { kind: relay, count: 3 } }')
    assert.ok(moment?.effect.kind === 'network' && moment.effect.fault.type === 'partition')
    const { from, to, isOneWay } = moment.effect.fault
    assert.equal(from.length, 3)
    assert.deepEqual(
      [...from, ...to].sort((a, b) => a - b),
      Array.from({ length: 110 }, (_, at) => at)
    )
    assert.ok(!isOneWay)
  })

  it('keeps clients of a region from relays', () => {
    const [moment] = schedule(
      '{ at: 1h, action: censor, clients: { regions: [NA] }, relays: { share: 0.5 } }'
    )
    assert.ok(moment?.effect.kind === 'network' && moment.effect.fault.type === 'partition')
    assert.ok(moment.effect.fault.from.every((node) => node >= 10))
    assert.ok(moment.effect.fault.to.every((node) => node < 10))
    assert.equal(moment.effect.fault.to.length, 5)
  })

  it('throttles what it does not block, and censors dials alone, or paths between clients', () => {
    const clients = 'clients: { regions: [NA] }'
    const [slow, dials, direct] = schedule(`
      { at: 1h, action: censor, ${clients}, relays: {}, throttleMbit: 0.5 },
      { at: 2h, action: censor, ${clients}, relays: {}, traffic: dials },
      { at: 3h, action: censor, ${clients}, traffic: direct }`).map(({ effect }) => {
      assert.ok(effect.kind === 'network')
      return effect.fault
    })
    assert.ok(slow?.type === 'throttle' && slow.bitsPerSecond === 500_000)
    assert.ok(dials?.type === 'partition' && dials.isOfDials === true && dials.to.length === 10)
    assert.ok(direct?.type === 'partition' && direct.isOfDials === false)
    assert.deepEqual(direct.from, dials.from)
    assert.deepEqual([direct.to.length, Math.min(...direct.to)], [100, 10])
  })

  it('is at the same relays of one operator each time, and elsewhere at the others', () => {
    const faults = `{ at: 1h, action: crash, nodes: { sybil: true } },
      { at: 2h, action: disk-full, nodes: { sybil: true } },
      { at: 3h, action: crash, nodes: { sybil: false } }`
    const text = `sealpost-sim: 1\nclients: { count: 10 }\nrelays: { count: 10, sybilShare: 0.3 }\nfaults: [${faults}]`
    const [variant] = parseScenario({ name: 'x', text }).variants
    assert.ok(variant !== undefined)
    const moments = scheduleFaults(variant.scenario, placeNodes(variant.scenario, 1), 1)
    const [one = [], two, others = []] = moments.map(nodesOf)
    assert.equal(one.length, 3)
    assert.deepEqual(one, two)
    assert.deepEqual(
      [...one, ...others].sort((a, b) => a - b),
      [...Array(10).keys()]
    )
    assert.deepEqual(new Set(one), sybilRelays(variant.scenario, 1))
    assert.notDeepEqual(new Set(one), sybilRelays(variant.scenario, 2))
  })

  it('draws how many there are where it is to: any number, or half of all', () => {
    const seeds = Array.from({ length: 200 }, (_, seed) => seed)
    const counts = (draw: string): readonly number[] =>
      seeds.map((seed) => {
        const [moment] = schedule(`{ at: 1h, action: crash, nodes: { draw: ${draw} } }`, seed)
        return nodesOf(moment).length
      })
    const numbers = counts('number')
    assert.deepEqual([Math.min(...numbers), Math.max(...numbers)], [1, 9])
    const ones = numbers.filter((count) => count === 1).length
    assert.ok(ones > 8 && ones < 40, String(ones))
    const coins = counts('each')
    const mean = coins.reduce((sum, count) => sum + count, 0) / coins.length
    assert.ok(mean > 4.6 && mean < 5.4, String(mean))
    // A number is as often the least as the most; coins fall near half.
    assert.ok(coins.filter((count) => count === 1).length < 10)
  })

  it('takes as many as its share, at least one of any share, and never more than there are', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(200),
        fc.nat(),
        (share, count, seed) => {
          const all = `{ at: 1h, action: crash, nodes: { kind: any, share: ${share.toFixed(6)} } },
          { at: 2h, action: crash, nodes: { kind: any, count: ${count} } }`
          const [shared, counted] = schedule(all, seed)
          const rounded = Number(share.toFixed(6))
          const expected = rounded === 0 ? 0 : Math.max(1, Math.round(rounded * 110))
          assert.equal(nodesOf(shared).length, expected)
          assert.equal(nodesOf(counted).length, Math.min(count, 110))
          assert.equal(new Set(nodesOf(counted)).size, nodesOf(counted).length)
        }
      ),
      { numRuns: 30 }
    )
  })
})
