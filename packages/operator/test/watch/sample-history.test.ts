import assert from 'node:assert/strict'
import { SampleHistory, SERIES_NAMES } from '@sealpost/operator'
import fc from 'fast-check'
import { RESOLUTIONS } from '../../src/watch/sample-history.ts'

const START_MS = 1_767_225_600_000

function filled(sampleCount: number, stepMs = 10_000): SampleHistory {
  const history = new SampleHistory()
  for (let at = 0; at < sampleCount; at++) {
    history.add({ atMs: START_MS + at * stepMs, values: { connections: at, 'commit-ms': at % 7 } })
  }
  return history
}

describe('the history of samples', () => {
  it('folds a rate to its mean, a wait to its longest, a stock to its last', () => {
    const history = new SampleHistory()
    for (const value of [4, 1, 1]) {
      const values = { 'deposits-per-second': value, 'commit-ms': value, mailboxes: value }
      history.add({ atMs: START_MS + value, values })
    }
    assert.deepEqual(history.points('deposits-per-second', 'hours'), [{ atMs: START_MS, value: 2 }])
    assert.deepEqual(history.points('commit-ms', 'hours'), [{ atMs: START_MS, value: 4 }])
    assert.deepEqual(history.points('mailboxes', 'hours'), [{ atMs: START_MS, value: 1 }])
    assert.equal(history.latest('mailboxes'), 1)
    assert.equal(history.latest('acks-per-second'), undefined)
  })

  it('keeps as many points as it says, and not one more', () => {
    for (const resolution of ['fine', 'minutes', 'hours'] as const) {
      const { stepMs, countMax } = RESOLUTIONS[resolution]
      assert.equal(filled(countMax, stepMs).points('connections', resolution).length, countMax)
      const more = filled(countMax + 1, stepMs).points('connections', resolution)
      assert.equal(more.length, countMax)
      assert.equal(more[0]?.value, 1)
    }
  })

  it('begins where it is asked to', () => {
    const points = filled(100).points('connections', 'fine', START_MS + 500_000)
    assert.equal(points[0]?.value, 50)
    assert.equal(points.length, 50)
  })

  it('forgets what lies in the future once the clock is right', () => {
    const history = filled(10)
    history.add({ atMs: START_MS + 15_000, values: { connections: 1 } })
    assert.deepEqual(
      history.points('connections', 'fine').map(({ value }) => value),
      [0, 1]
    )
  })

  it('is the same after a restart, but for the finest', () => {
    const history = filled(2_000)
    const text = history.toText()
    const restored = SampleHistory.parse(text)
    for (const resolution of ['minutes', 'hours'] as const) {
      for (const name of ['connections', 'commit-ms', 'mailboxes'] as const) {
        assert.deepEqual(restored?.points(name, resolution), history.points(name, resolution))
      }
    }
    assert.deepEqual(restored?.points('connections', 'fine'), [])
    assert.equal(restored?.toText(), text)
  })

  it('is no larger than a file of it may be, when everything is measured for weeks', () => {
    const history = new SampleHistory()
    const { stepMs, countMax } = RESOLUTIONS.hours
    for (let at = 0; at < countMax * 12; at++) {
      const values = SERIES_NAMES.map((name) => [name, (1 / 3) * 1e9] as const)
      history.add({
        atMs: START_MS + (at * stepMs) / 12,
        values: Object.fromEntries(values)
      })
    }
    const text = history.toText()
    assert.ok(text.length < 1024 * 1024, String(text.length))
    assert.ok(SampleHistory.parse(text))
  })

  const hostile: readonly string[] = [
    '',
    '[]',
    '{"format":2,"levels":{}}',
    '{"format":1,"levels":{}}',
    '{"format":1,"levels":{"minutes":{"slots":"2,1","columns":{}},"hours":{"slots":"","columns":{}}}}',
    '{"format":1,"levels":{"minutes":{"slots":"1.5","columns":{}},"hours":{"slots":"","columns":{}}}}',
    '{"format":1,"levels":{"minutes":{"slots":"1,,2","columns":{}},"hours":{"slots":"","columns":{}}}}',
    '{"format":1,"levels":{"minutes":{"slots":"1","columns":{"connections":"1,2"}},"hours":{"slots":"","columns":{}}}}',
    '{"format":1,"levels":{"minutes":{"slots":"1","columns":{"connections":"x"}},"hours":{"slots":"","columns":{}}}}',
    `{"format":1,"levels":{"minutes":{"slots":"${Array.from({ length: 577 }, (_, at) => at).join(',')}","columns":{}},"hours":{"slots":"","columns":{}}}}`
  ]
  for (const text of hostile) {
    it(`is not read from ${text.slice(0, 90) || 'nothing'}`, () => {
      assert.equal(SampleHistory.parse(text), undefined)
    })
  }

  it('is read or not, whatever was done to its file', () => {
    const text = filled(300).toText()
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(text.length), fc.string(), (from, to, other) => {
        const damaged = text.slice(0, from) + other + text.slice(to)
        const read = SampleHistory.parse(damaged)
        for (const { value } of read?.points('connections', 'minutes') ?? []) {
          assert.ok(Number.isFinite(value))
        }
      })
    )
  })
})
