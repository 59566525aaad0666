import assert from 'node:assert/strict'
import { RTT_TABLES } from '../../src/network/rtt-tables.ts'

function rttMs(name: string, from: string, to: string): number {
  const table = RTT_TABLES.get(`builtin:${name}`)
  assert.ok(table !== undefined)
  const { regions, rttUs } = table
  return (rttUs[regions.indexOf(from) * regions.length + regions.indexOf(to)] ?? NaN) / 1000
}

describe('the tables of round trips', () => {
  it('have every pair, the same both ways, and say where they are from', () => {
    assert.equal(RTT_TABLES.size, 4)
    for (const { regions, rttUs, hoursFromUtc, source } of RTT_TABLES.values()) {
      assert.equal(rttUs.length, regions.length ** 2)
      assert.equal(hoursFromUtc.length, regions.length)
      assert.match(source, /licen[cs]e|terms|MIT|Apache/i)
      for (const from of regions.keys()) {
        for (const to of regions.keys()) {
          const there = rttUs[from * regions.length + to] ?? 0
          assert.ok(there > 0)
          assert.equal(there, rttUs[to * regions.length + from])
        }
      }
    }
  })

  it('hold what was measured', () => {
    assert.equal(rttMs('ripe-atlas-2025', 'EU-W', 'OCE'), 260.4)
    assert.equal(rttMs('ripe-atlas-2025', 'NA', 'NA'), 31)
    assert.equal(rttMs('ibm-cloud', 'London', 'Washington DC'), 75)
    assert.equal(rttMs('ibm-cloud', 'Tokyo', 'Sao Paulo'), 283.5)
  })

  it('are round trips, whatever their source made of its figures', () => {
    assert.equal(rttMs('simblock-2019', 'NORTH_AMERICA', 'EUROPE'), 124)
    assert.equal(rttMs('libp2p-test-plans', 'na_east', 'europe'), 140)
    assert.equal(rttMs('libp2p-test-plans', 'south_america', 'south_africa'), 195 + 190)
  })
})
