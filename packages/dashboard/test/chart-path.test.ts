import assert from 'node:assert/strict'
import { chartPaths, chosenPoints } from '../src/chart-path.ts'
import { type Point, ratesOf, roundUpBytes } from '../src/history.ts'

const FRAME = { fromMs: 0, toMs: 100, top: 10, width: 200, height: 82 }

function pointsAt(...times: readonly number[]): readonly Point[] {
  return times.map((atMs) => ({ atMs, value: 5 }))
}

describe('a chart', () => {
  it('lays points by their time and value', () => {
    const points = [
      { atMs: 0, value: 0 },
      { atMs: 50, value: 10 },
      { atMs: 100, value: 5 }
    ]
    const { area, line } = chartPaths(points, FRAME)
    assert.equal(line, 'M0.0 82.0L100.0 2.0L200.0 42.0')
    assert.equal(area, `${line}L200.0 82L0.0 82Z`)
  })

  it('leaves a gap where nothing was measured', () => {
    const { line } = chartPaths(pointsAt(0, 10, 20, 60, 70), FRAME)
    assert.equal(line.split('M').length - 1, 2)
    assert.equal(chartPaths(pointsAt(0, 10, 20, 50), FRAME).line.split('M').length - 1, 1)
  })

  it('draws nothing out of its frame, and nothing of nothing', () => {
    assert.deepEqual(chartPaths([], FRAME), { line: '', area: '' })
    const { line } = chartPaths([{ atMs: -5, value: 99 }], FRAME)
    assert.equal(line, 'M0.0 2.0')
  })

  it('has few rows as a table, the last among them', () => {
    for (const count of [0, 1, 11, 12, 13, 120, 288]) {
      const points = pointsAt(...Array.from({ length: count }, (_, at) => at))
      const chosen = chosenPoints(points, 12)
      assert.ok(chosen.length <= 12 && (count === 0 || chosen.length > 5 || count < 6))
      assert.equal(chosen.at(-1), points.at(-1))
    }
  })

  it('has a round number of KiB, MiB or GiB at its upper edge', () => {
    const MIB = 1_024 ** 2
    const cases = [
      [0, 1],
      [700, 1_000],
      [1_001, 1_024],
      [1_025, 2_048],
      [30 * MIB, 50 * MIB],
      [69 * 1_024 * MIB, 100 * 1_024 * MIB]
    ] as const
    for (const [bytes, top] of cases) {
      assert.equal(roundUpBytes(bytes), top, String(bytes))
    }
  })

  it('makes rates of counts, over the last seconds of each', () => {
    const counts = [0, 10, 20, 20, 20, 20].map((value, at) => ({ atMs: at * 1_000, value }))
    assert.deepEqual(
      ratesOf(counts, 2_000).map(({ value }) => value),
      [10, 10, 5, 0, 0]
    )
    assert.deepEqual(
      ratesOf(
        [
          { atMs: 0, value: 9 },
          { atMs: 1_000, value: 1 }
        ],
        2_000
      ),
      []
    )
  })
})
