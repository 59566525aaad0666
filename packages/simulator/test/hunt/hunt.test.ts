import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { drawPlan, SHORT } from '../../src/hunt/draw-plan.ts'
import type { HuntPlan } from '../../src/hunt/plan.ts'
import { playPlan } from '../../src/hunt/play-plan.ts'
import { findsNothing } from './finds-nothing.ts'

const REGRESSIONS = new URL('regressions/', import.meta.url)
const SEEDS = 200
const CHUNK = 40

describe('the hunt', () => {
  for (let first = 1; first <= SEEDS; first += CHUNK) {
    const last = first + CHUNK - 1
    it(`finds nothing in what seeds ${String(first)} to ${String(last)} draw`, async () => {
      await findsNothing(first, last, 'short')
    }).timeout(120_000)
  }

  it('plays a plan the same each time, and another otherwise', () => {
    const [one, other] = [drawPlan(11, SHORT), drawPlan(12, SHORT)]
    assert.equal(playPlan(one).traceHash, playPlan(one).traceHash)
    assert.notEqual(playPlan(one).traceHash, playPlan(other).traceHash)
  })

  it('plays a plan the same whether frames are encoded or handed over', () => {
    const plan = drawPlan(3, SHORT)
    const [object, wire] = [false, true].map((isWire) => playPlan({ ...plan, isWire }).traceHash)
    assert.equal(object, wire)
  })

  for (const name of readdirSync(REGRESSIONS)) {
    it(`finds no more what it once found: ${name.replace('.json', '').replaceAll('-', ' ')}`, () => {
      const plan = JSON.parse(readFileSync(new URL(name, REGRESSIONS), 'utf8')) as HuntPlan
      assert.deepEqual(playPlan(plan).breaches, [])
    })
  }
})
