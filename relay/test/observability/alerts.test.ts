/** The alert rules, tried by Prometheus's own program. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { temporaryDirectory } from '../temporary-directory.ts'
import { readAlerts, RULES } from './rules.ts'

/** Of the Debian package `prometheus`; another one can be named. */
const PROMTOOL = process.env['PROMTOOL'] ?? 'promtool'
const GIB = 1024 ** 3
const AT = '8h'

type Series = Readonly<Record<string, string>>

/** A relay that is well, by the minute, for eight hours. */
const CALM: Series = {
  up: '1x500',
  sealpost_relay_store_disk_free_bytes: `${String(100 * GIB)}x500`,
  sealpost_relay_store_reserve_bytes: `${String(GIB)}x500`,
  sealpost_relay_overload_state: '0x500',
  sealpost_relay_store_reopens_total: '0x500',
  'sealpost_relay_deposits_total{result="stored"}': '0+600x500',
  'sealpost_relay_deposits_total{result="busy"}': '0+1x500',
  'sealpost_relay_store_commit_seconds_bucket{le="0.25"}': '0+600x500',
  'sealpost_relay_store_commit_seconds_bucket{le="0.5"}': '0+600x500',
  'sealpost_relay_store_commit_seconds_bucket{le="+Inf"}': '0+600x500',
  nodejs_eventloop_lag_p99_seconds: '0.02x500',
  process_resident_memory_bytes: '200000000x500',
  'sealpost_relay_connections_refused_total{reason="range"}': '0+10x500',
  'sealpost_relay_ratelimited_total{kind="deposit"}': '0+10x500',
  'sealpost_relay_quota_refused_total{kind="deposit"}': '0+10x500',
  'sealpost_relay_config_reload_total{result="refused"}': '0x500',
  sealpost_relay_oldest_unacked_seconds: '60x500',
  sealpost_relay_cert_expiry_seconds: '1300000x500',
  'sealpost_relay_reachable{family="ip4"}': '1x500',
  sealpost_relay_backup_age_seconds: '3600x500',
  sealpost_relay_backup_verified: '1x500',
  sealpost_relay_uptime_seconds: '100000x500',
  sealpost_relay_reports_overdue: '0x500',
  sealpost_relay_clock_skew_seconds: '-0.4x500'
}

/** What of it is otherwise where each alert is raised; undefined is a series that there is not. */
const TROUBLES: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = {
  RelayDown: { up: '1x400 0x100' },
  DiskFullIn24h: {
    sealpost_relay_store_disk_free_bytes: `${String(100 * GIB)}-${String(GIB / 8)}x500`
  },
  DiskReserve: { sealpost_relay_store_disk_free_bytes: `${String(GIB)}x500` },
  StoreNotWritable: { sealpost_relay_overload_state: undefined },
  StoreReopened: { sealpost_relay_store_reopens_total: '0x475 1x20' },
  DepositErrors: { 'sealpost_relay_deposits_total{result="busy"}': '0+7x500' },
  CommitP99: { 'sealpost_relay_store_commit_seconds_bucket{le="0.25"}': '0+590x500' },
  EventLoopLagP99: { nodejs_eventloop_lag_p99_seconds: '0.6x500' },
  MemorySlope: { process_resident_memory_bytes: '200000000+500000x500' },
  OverloadState: { sealpost_relay_overload_state: '1x500' },
  RefusedSpike: {
    'sealpost_relay_connections_refused_total{reason="range"}': '0+10x440 4400+1000x60'
  },
  OldestUnacked: { sealpost_relay_oldest_unacked_seconds: '60000+60x500' },
  CertExpires14d: { sealpost_relay_cert_expiry_seconds: '1200000x500' },
  ConfigRefused: { 'sealpost_relay_config_reload_total{result="refused"}': '0x475 1x20' },
  Unreachable: { 'sealpost_relay_reachable{family="ip4"}': '1x470 0x30' },
  BackupOlderThan26h: { sealpost_relay_backup_age_seconds: '93700x500' },
  BackupUnverified: { sealpost_relay_backup_verified: '0x500' },
  ReportWaiting24h: { sealpost_relay_reports_overdue: '1x500' },
  ClockSkew: { sealpost_relay_clock_skew_seconds: '-2.5x500' }
}

function inputOf(
  instance: string,
  series: Readonly<Record<string, string | undefined>>
): readonly object[] {
  return Object.entries(series).flatMap(([name, values]) => {
    const all = `instance="${instance}",job="sealpost-relay"`
    const written = name.endsWith('}') ? `${name.slice(0, -1)},${all}}` : `${name}{${all}}`
    return values === undefined ? [] : [{ series: written, values }]
  })
}

/** What promtool is to try: beside a relay that is well, one in each trouble, of which exactly that is told. */
function testFile(): string {
  const alerts = readAlerts()
  const troubles = Object.entries(TROUBLES)
  const alert_rule_test = alerts.map(({ alert, annotations, labels: { severity }, expr }) => {
    const isSummed = expr.includes('sum by (instance')
    const [, result] = (!isSummed && /result="(\w+)"/.exec(expr)) || []
    const exp_labels = {
      instance: alert,
      severity,
      ...(isSummed ? {} : { job: 'sealpost-relay' }),
      ...(result === undefined ? {} : { result }),
      ...(expr.includes('_reachable') ? { family: 'ip4' } : {})
    }
    const told = { exp_labels, exp_annotations: annotations }
    return { eval_time: AT, alertname: alert, exp_alerts: [told] }
  })
  const input_series = [
    ...inputOf('well', CALM),
    ...troubles.flatMap(([name, changed]) => inputOf(name, { ...CALM, ...changed }))
  ]
  const test = { interval: '1m', input_series, alert_rule_test }
  return stringify({ rule_files: [RULES], evaluation_interval: '1m', tests: [test] })
}

describe('the alerts for Prometheus', () => {
  it('are each tried', () => {
    assert.deepEqual(
      Object.keys(TROUBLES),
      readAlerts().map(({ alert }) => alert)
    )
  })

  it('tell of what is wrong, of nothing else, and of nothing where all is well', async () => {
    await using directory = await temporaryDirectory()
    const file = join(directory.path, 'tests.yaml')
    await writeFile(file, testFile())
    const words = ['test', 'rules', file]
    const { error, status, stdout, stderr } = spawnSync(PROMTOOL, words, { encoding: 'utf8' })
    if (error !== undefined) {
      console.log(
        'NOT TESTED: there is no promtool here (Debian: prometheus; or PROMTOOL names one)'
      )
      return
    }
    assert.equal(status, 0, `${stdout}${stderr}`)
  }).timeout(60_000)
})
