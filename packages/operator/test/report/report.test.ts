import assert from 'node:assert/strict'
import {
  type Alarm,
  makeReport,
  type Report,
  reportHtml,
  reportText,
  SampleHistory,
  type SeriesValues
} from '@sealpost/operator'

const HOUR_MS = 3_600_000
const END_MS = Date.UTC(2026, 0, 12)
const CALM: SeriesValues = {
  'deposits-per-second': 5,
  'deliveries-per-second': 5,
  'acks-per-second': 5,
  'refused-per-second': 0.01,
  'busy-per-second': 0,
  connections: 100,
  'commit-ms': 12,
  'loop-lag-ms': 5,
  'resident-bytes': 2e8,
  'disk-used-share': 0.2,
  'disk-free-bytes': 4e10,
  'reachable-share': 1
}
const ALARM: Alarm = {
  id: 1,
  name: 'commit-slow',
  isUrgent: false,
  sentence: '',
  test: '',
  value: 1,
  raisedAtMs: END_MS - 2 * HOUR_MS,
  resolvedAtMs: undefined,
  answeredAtMs: undefined,
  escalatedAtMs: undefined
}

function weekOf(values: SeriesValues, alarms: readonly Alarm[] = []): Report {
  const history = new SampleHistory()
  for (let atMs = END_MS - 168 * HOUR_MS; atMs < END_MS; atMs += HOUR_MS / 4) {
    history.add({ atMs, values: { ...CALM, ...values } })
  }
  const limits = { connectionsMax: 4_096, memoryBytes: 2e9 }
  return makeReport({ history, alarms, limits, atMs: END_MS, span: 'week', date: '2026-01-12' })
}

describe('the report of a relay', () => {
  const known: readonly (readonly [name: string, values: SeriesValues])[] = [
    ['disk', { 'disk-used-share': 0.9 }],
    ['disk speed', { 'commit-ms': 400 }],
    ['processor', { 'loop-lag-ms': 300 }],
    ['memory', { 'resident-bytes': 1.8e9 }],
    ['connections', { connections: 4_000 }],
    ['limits', { 'refused-per-second': 3 }],
    ['overload', { 'busy-per-second': 1 }],
    ['acks', { 'acks-per-second': 1 }],
    ['reachability', { 'reachable-share': 0.5 }]
  ]
  for (const [name, values] of known) {
    it(`names ${name} where that limits it, with what to do`, () => {
      const { limits } = weekOf(values)
      assert.equal(limits[0]?.name, name)
      assert.ok(reportText(weekOf(values)).includes(limits[0].advice))
    })
  }

  it('names the three that are nearest to their bound, the nearest first', () => {
    const { limits } = weekOf({
      'disk-used-share': 0.85,
      connections: 8_000,
      'commit-ms': 700,
      'loop-lag-ms': 150
    })
    assert.deepEqual(
      limits.map(({ name }) => name),
      ['disk speed', 'connections', 'disk']
    )
  })

  it('names nothing where nothing limits', () => {
    const text = reportText(weekOf({}))
    assert.match(text, /Nothing limits it\./)
    assert.match(text, /No alarm was raised\./)
    assert.match(text, /envelopes taken in, about: 3024000/)
  })

  it('counts the alarms of its time, and no others', () => {
    const old = { ...ALARM, id: 2, name: 'loop-late', raisedAtMs: END_MS - 169 * HOUR_MS }
    assert.deepEqual(weekOf({}, [ALARM, { ...ALARM, id: 3 }, old]).alarms, ['commit-slow, 2 times'])
  })

  it('is a page that runs and fetches nothing, whatever a rule is called', () => {
    const html = reportHtml({ ...weekOf({}), alarms: ['<script>alert("x")</script> & more'] })
    assert.ok(html.includes('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; more'))
    assert.doesNotMatch(html, /<script|<style|<link|<img|style=|src=|href=/)
    assert.match(html, /content="default-src 'none'"/)
  })
})
