import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type Point, POINTS_MAX, rateBetween, roundUp, withPoint } from '../src/history.ts'

describe('what a page has seen', () => {
  it('is as much as a chart shows, the latest last', () => {
    let points: readonly Point[] = []
    for (let atMs = 0; atMs < POINTS_MAX + 5; atMs += 1) {
      points = withPoint(points, { atMs, value: atMs })
    }
    assert.equal(points.length, POINTS_MAX)
    assert.deepEqual(points[0], { atMs: 5, value: 5 })
    assert.deepEqual(points.at(-1), { atMs: POINTS_MAX + 4, value: POINTS_MAX + 4 })
  })

  it('begins anew where time runs backwards', () => {
    const points = withPoint([{ atMs: 10, value: 1 }], { atMs: 5, value: 2 })
    assert.deepEqual(points, [{ atMs: 5, value: 2 }])
  })

  it('has no rate between what cannot be compared', () => {
    const point = (atMs: number, value: number): Point => ({ atMs, value })
    assert.equal(rateBetween(point(0, 10), point(2_000, 30)), 10)
    assert.equal(rateBetween(undefined, point(2_000, 30)), undefined)
    assert.equal(rateBetween(point(2_000, 10), point(2_000, 30)), undefined)
    assert.equal(rateBetween(point(0, 31), point(2_000, 30)), undefined)
  })

  it('fits below a round number', () => {
    for (const [value, top] of [
      [0, 1],
      [0.3, 0.5],
      [1, 1],
      [1.1, 2],
      [45, 50],
      [51, 100],
      [2_000, 2_000]
    ] as const) {
      assert.ok(Math.abs(roundUp(value) - top) < 1e-9, String(value))
    }
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e15, noNaN: true }), (value) => {
        const top = roundUp(value)
        assert.ok(top >= value * (1 - 1e-8) && top <= value * 10.1)
      })
    )
  })
})
