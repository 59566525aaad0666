import assert from 'node:assert/strict'
import { historyView } from '../../src/watch/history-view.ts'
import { SampleHistory } from '../../src/watch/sample-history.ts'

const START_MS = Date.UTC(2026, 10, 23)
const HOUR_MS = 3_600_000

/** Seven hours in which deposits swing, commits have one peak, and the disk loses 1,000 bytes an hour. */
function sevenHours(): SampleHistory {
  const history = new SampleHistory()
  for (let atMs = 0; atMs < 7 * HOUR_MS; atMs += 10_000) {
    const values = {
      'deposits-per-second': atMs % 20_000 === 0 ? 10 : 20,
      'commit-ms': atMs === 6.5 * HOUR_MS ? 90 : 1,
      'disk-free-bytes': 10_000 - atMs / 3_600
    }
    history.add({ atMs: START_MS + atMs, values })
  }
  return history
}

describe('what a chart shows', () => {
  const endMs = START_MS + 7 * HOUR_MS

  it('has the last hour by half minutes, each series folded as it is', () => {
    const { fromMs, toMs, series } = historyView(sevenHours(), 'hour', endMs)
    assert.deepEqual([fromMs, toMs], [endMs - HOUR_MS, endMs])
    assert.deepEqual(
      series.map(({ name, points }) => [name, points.length]),
      [
        ['deposits-per-second', 120],
        ['commit-ms', 120],
        ['disk-free-bytes', 120]
      ]
    )
    const [deposits, commits] = series
    const values = new Set(deposits?.points.map(({ value }) => value))
    assert.ok([...values].every((value) => value > 12 && value < 18))
    assert.equal(commits?.points.filter(({ value }) => value === 90).length, 1)
  })

  it('has the last day by five minutes, and the weeks by four hours', () => {
    const day = historyView(sevenHours(), 'day', endMs).series
    assert.equal(day[0]?.points.length, 84)
    assert.equal(Math.max(...(day[1]?.points ?? []).map(({ value }) => value)), 90)
    assert.equal(historyView(sevenHours(), 'weeks', endMs).series[0]?.points.length, 2)
  })

  it('has what is left of the hour where the relay was started again', () => {
    const kept = SampleHistory.parse(sevenHours().toText())
    assert.ok(kept)
    assert.equal(historyView(kept, 'hour', endMs).series[0]?.points.length, 12)
    kept.add({ atMs: endMs + 10_000, values: { 'deposits-per-second': 3 } })
    const { points = [] } = historyView(kept, 'hour', endMs + 10_000).series[0] ?? {}
    assert.deepEqual(points.at(-1), { atMs: endMs, value: 3 })
    assert.equal(points.length, 12)
  })

  it('says where the disk goes once enough is known', () => {
    assert.equal(historyView(new SampleHistory(), 'hour', endMs).disk, undefined)
    const { disk } = historyView(sevenHours(), 'hour', endMs)
    assert.ok(Math.abs((disk?.freePerHour ?? 0) + 1_000) < 10, String(disk?.freePerHour))
    assert.ok(Math.abs((disk?.hoursUntilFull ?? 0) - 3) < 0.2, String(disk?.hoursUntilFull))
  })
})
