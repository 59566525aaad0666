import assert from 'node:assert/strict'
import { ManualClock } from '@sealpost/host/testing'
import type { BackupStatus, ReachAnswer } from '@sealpost/operator'
import { METRIC_PREFIX } from '../../src/metrics/metric-rows.ts'
import { RelayMetrics } from '../../src/metrics/relay-metrics.ts'
import { TicketFiguresKept } from '../../src/operator/ticket-calls.ts'
import { type Operated, operatedValues } from '../../src/watch/operated-values.ts'
import { operatedAs } from './operated.ts'
import { parseMetrics, valueOf } from './metrics-text.ts'

const HOUR_MS = 3_600_000
const NOW_MS = new ManualClock().wallMs()
const BACKUP = operatedAs().backup

function countsOf(count: number, waitsSinceMs?: number): string {
  const byCategory = { problem: count, complaint: 0, abuse: 1, wish: 0, other: 0 }
  const month = { month: '2026-11', count: count + 1, openCount: 2, byCategory, byCause: [] }
  return JSON.stringify({ overdueCount: 1, waitsSinceMs, months: [month] })
}

/** Figures of ours, by their names; those that there are not are left out. */
async function figures(
  changed: Partial<Operated>,
  tickets = new TicketFiguresKept(new ManualClock())
): Promise<(series: string) => number | undefined> {
  const metrics = new RelayMetrics(new ManualClock(), '1.2.3')
  metrics.showOperated({ operated: () => operatedAs(changed), tickets: () => tickets })
  const families = parseMetrics(await metrics.text())
  return (series) => valueOf(families, `${METRIC_PREFIX}${series}`)
}

describe('the figures of what stands beside a relay', () => {
  const scheduled: BackupStatus = { ...BACKUP, nextAtMs: NOW_MS + HOUR_MS }
  const proven = { atMs: NOW_MS, name: 'a', madeAtMs: NOW_MS, envelopeCount: 0, mailboxCount: 0 }

  it('are none where there is nothing', async () => {
    const of = await figures({})
    for (const name of ['backup_age_seconds', 'backup_verified', 'reports_open']) {
      assert.equal(of(name), undefined, name)
    }
    assert.equal(of('reachable{family="ip4"}'), undefined)
    assert.equal(of('clock_skew_seconds'), undefined)
    assert.deepEqual(operatedValues(operatedAs(), NOW_MS), {})
  })

  it('count the age of a backup from the start, until a schedule has made one', async () => {
    const startedAtMs = NOW_MS - 3 * HOUR_MS
    const none = await figures({ backup: scheduled, startedAtMs })
    assert.equal(none('backup_age_seconds'), 10_800)
    assert.equal(none('backup_verified'), 0)
    const made = { ...scheduled, newestAtMs: NOW_MS - HOUR_MS, proven }
    const one = await figures({ backup: made, startedAtMs })
    assert.equal(one('backup_age_seconds'), 3_600)
    assert.equal(one('backup_verified'), 1)
    const failure = { atMs: NOW_MS, code: 'SEALPOST_NO_ROOM' }
    assert.equal((await figures({ backup: { ...made, failure } }))('backup_verified'), 0)
    assert.deepEqual(operatedValues(operatedAs({ backup: made }), NOW_MS), { 'backup-hours': 1 })
    const byHand = { ...BACKUP, newestAtMs: NOW_MS - HOUR_MS }
    assert.equal((await figures({ backup: byHand }))('backup_age_seconds'), 3_600)
    assert.deepEqual(operatedValues(operatedAs({ backup: byHand }), NOW_MS), {})
  })

  it('count reports as the desk does, and never less than before', async () => {
    const tickets = new TicketFiguresKept(new ManualClock())
    tickets.take(countsOf(4, NOW_MS - 30 * HOUR_MS))
    const first = await figures({}, tickets)
    assert.equal(first('reports_open'), 2)
    assert.equal(first('reports_overdue'), 1)
    assert.equal(first('reports_total{category="problem"}'), 4)
    assert.deepEqual(operatedValues(operatedAs({ tickets: tickets.answer }), NOW_MS), {
      'reports-waiting-hours': 30
    })
    tickets.take(countsOf(1))
    assert.equal((await figures({}, tickets))('reports_total{category="problem"}'), 4)
    tickets.take(countsOf(3))
    const last = await figures({}, tickets)
    assert.equal(last('reports_total{category="problem"}'), 6)
    assert.equal(last('reports_total{category="abuse"}'), 1)
    assert.deepEqual(operatedValues(operatedAs({ tickets: tickets.answer }), NOW_MS), {
      'reports-waiting-hours': 0
    })
  })

  it('say what others see: reached until two failures, and the clock', async () => {
    const reach: ReachAnswer = {
      neighbourCount: 2,
      answeredCount: 2,
      checkedAtMs: NOW_MS,
      clockOffsetMs: -2_500,
      families: [
        { family: 'ip4', state: 'doubtful' },
        { family: 'ip6', state: 'unreached' },
        { family: 'dns', state: 'unknown' }
      ]
    }
    const of = await figures({ reach })
    assert.equal(of('reachable{family="ip4"}'), 1)
    assert.equal(of('reachable{family="ip6"}'), 0)
    assert.equal(of('reachable{family="dns"}'), undefined)
    assert.equal(of('clock_skew_seconds'), -2.5)
    assert.deepEqual(operatedValues(operatedAs({ reach, reachableShare: 0.5 }), NOW_MS), {
      'reachable-share': 0.5,
      'clock-skew-ms': 2_500
    })
  })

  it('have the days of the certificate', () => {
    const certificate = { expiresAtMs: NOW_MS + 240 * HOUR_MS, isNextRefused: false }
    assert.deepEqual(operatedValues(operatedAs({ certificate }), NOW_MS), {
      'certificate-days': 10
    })
  })
})
