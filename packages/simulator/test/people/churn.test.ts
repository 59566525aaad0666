import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type Churn, drawChurn } from '../../src/people/churn.ts'
import type { ChurnModel } from '../../src/scenario/scenario.ts'

const HOUR_US = 3_600_000_000
const DAY_US = 24 * HOUR_US
const FLAT = Array.from({ length: 24 }, () => 1)
/** All weight between eight and sixteen. */
const OFFICE = FLAT.map((_, hour) => (hour >= 8 && hour < 16 ? 1 : 0))

interface Session {
  readonly fromUs: number
  readonly toUs: number
}

/** Sessions that begin within the run and end in it or after it. */
function sessions(churn: Churn, client: number, endUs: number): readonly Session[] {
  const all: Session[] = []
  let fromUs = churn.isOnline(client) ? 0 : undefined
  for (let atUs = churn.nextChangeUs(client); ; atUs = churn.nextChangeUs(client)) {
    if (fromUs !== undefined) {
      all.push({ fromUs, toUs: atUs })
      fromUs = undefined
    } else {
      fromUs = atUs
    }
    if (atUs > endUs) {
      return all
    }
  }
}

function weibull(hours: readonly number[], parts: object = {}): ChurnModel {
  return {
    type: 'weibull',
    shape: 0.59,
    meanSessionUs: HOUR_US / 2,
    sessionsPerDay: 12,
    hours,
    ...parts
  }
}

function drawn(model: ChurnModel, count: number, hoursFromUtc = 0, seed = 3): Churn {
  return drawChurn({ model, count, hoursFromUtc: () => hoursFromUtc, seed })
}

describe('when clients are online', () => {
  it('has as many sessions, as long, as was asked for', () => {
    const churn = drawn(weibull(FLAT), 400)
    const all = Array.from({ length: 400 }, (_, client) =>
      sessions(churn, client, 20 * DAY_US)
    ).flat()
    const whole = all.filter(({ fromUs }) => fromUs > 0)
    const mean = whole.reduce((sum, { fromUs, toUs }) => sum + toUs - fromUs, 0) / whole.length
    assert.ok(Math.abs(mean / (HOUR_US / 2) - 1) < 0.03, String(mean))
    assert.ok(Math.abs(all.length / (400 * 20) / 12 - 1) < 0.03, String(all.length))
    // Of a Weibull distribution of shape 0.59: 0.6931^(1/0.59) / Γ(1 + 1/0.59).
    const lengths = whole.map(({ fromUs, toUs }) => toUs - fromUs).sort((a, b) => a - b)
    const median = (lengths[lengths.length >> 1] ?? 0) / (HOUR_US / 2)
    assert.ok(Math.abs(median - 0.3493) < 0.02, String(median))
  })

  it('begins in the middle of things', () => {
    const churn = drawn(weibull(FLAT), 4000)
    const online = Array.from({ length: 4000 }, (_, client) => churn.isOnline(client)).filter(
      Boolean
    )
    assert.ok(Math.abs(online.length / 4000 - 0.25) < 0.03, String(online.length))
    assert.equal(churn.onlineShare, 0.25)
  })

  it('follows the hours of the own day, and has as many sessions as with none', () => {
    const parts = { meanSessionUs: HOUR_US / 12, sessionsPerDay: 6 }
    const zone = 5.5
    const churn = drawn(weibull(OFFICE, parts), 300, zone)
    const all = Array.from({ length: 300 }, (_, client) =>
      sessions(churn, client, 20 * DAY_US)
    ).flat()
    for (const { fromUs } of all.filter((session) => session.fromUs > 0)) {
      const local = (fromUs / HOUR_US + zone) % 24
      assert.ok(local >= 8 && local <= 16, String(local))
    }
    assert.ok(Math.abs(all.length / (300 * 20) / 6 - 1) < 0.06, String(all.length))
  })

  it('comes and goes by turns, later each time, and the same whoever else is there', () => {
    const models = fc.oneof(
      fc.constant(weibull(FLAT)),
      fc.constant(weibull(OFFICE)),
      fc
        .array(fc.tuple(fc.nat(3), fc.nat(1000), fc.integer({ min: 1, max: 500 })))
        .map((all): ChurnModel => ({
          type: 'trace',
          sessions: all.map(([client, fromUs, forUs]) => ({ client, fromUs, toUs: fromUs + forUs }))
        })),
      fc.record({
        type: fc.constant('flash-crowd' as const),
        atUs: fc.nat(1000),
        forUs: fc.integer({ min: 1, max: 1000 }),
        withinUs: fc.nat(1000)
      })
    )
    fc.assert(
      fc.property(models, fc.nat(), (model, seed) => {
        const few = drawn(model, 4, 2, seed)
        const many = drawn(model, 900, 2, seed)
        for (let client = 0; client < 4; client++) {
          let lastUs = 0
          for (let change = 0; change < 20; change++) {
            const isOnline = few.isOnline(client)
            assert.equal(many.isOnline(client), isOnline)
            const atUs = few.nextChangeUs(client)
            assert.equal(many.nextChangeUs(client), atUs)
            assert.ok(atUs > lastUs)
            if (atUs === Infinity) {
              break
            }
            assert.ok(Number.isSafeInteger(atUs))
            assert.equal(few.isOnline(client), !isOnline)
            lastUs = atUs
          }
        }
      })
    )
  })

  it('is as a trace says, sessions that touch being one', () => {
    const churn = drawn(
      {
        type: 'trace',
        sessions: [
          { client: 1, fromUs: 50, toUs: 60 },
          { client: 0, fromUs: 0, toUs: 10 },
          { client: 1, fromUs: 20, toUs: 30 },
          { client: 1, fromUs: 30, toUs: 40 }
        ]
      },
      3
    )
    assert.ok(churn.isOnline(0))
    assert.deepEqual([churn.nextChangeUs(0), churn.nextChangeUs(0)], [10, Infinity])
    assert.ok(!churn.isOnline(1))
    const changes = [1, 2, 3, 4, 5].map(() => churn.nextChangeUs(1))
    assert.deepEqual(changes, [20, 40, 50, 60, Infinity])
    assert.equal(churn.nextChangeUs(2), Infinity)
  })

  it('is always, or once with everybody else', () => {
    const always = drawn({ type: 'always-on' }, 1)
    assert.ok(always.isOnline(0))
    assert.equal(always.nextChangeUs(0), Infinity)
    const crowd = drawn({ type: 'flash-crowd', atUs: 1000, forUs: 500, withinUs: 100 }, 200)
    const comes = Array.from({ length: 200 }, (_, client) => crowd.nextChangeUs(client))
    assert.ok(Math.min(...comes) > 1000 && Math.max(...comes) <= 1100)
    assert.ok(new Set(comes).size > 50)
    assert.deepEqual([crowd.nextChangeUs(0), crowd.nextChangeUs(0)], [1500, Infinity])
  })
})
