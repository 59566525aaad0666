import assert from 'node:assert/strict'
import {
  backupName,
  type BackupPast,
  type BackupPlan,
  backupsToDelete,
  isTrialDue,
  type KeptBackup,
  nextBackupAtMs,
  parseBackupName
} from '@sealpost/operator'
import fc from 'fast-check'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const NOW_MS = Date.UTC(2026, 10, 23, 12)
const PLAN: BackupPlan = {
  intervalMs: DAY_MS,
  keepCount: 3,
  keepMs: 10 * DAY_MS,
  trialIntervalMs: 7 * DAY_MS
}
const PAST: BackupPast = {
  startedAtMs: NOW_MS - 30 * DAY_MS,
  madeAtMs: undefined,
  failedAtMs: undefined,
  provenAtMs: undefined
}

function dueIn(past: Partial<BackupPast>, plan: Partial<BackupPlan> = {}): number {
  return nextBackupAtMs({ ...PLAN, ...plan }, { ...PAST, ...past }, NOW_MS) - NOW_MS
}

function kept(...ages: readonly number[]): readonly KeptBackup[] {
  return ages.map((days) => ({ name: String(days), madeAtMs: NOW_MS - days * DAY_MS }))
}

describe('nextBackupAtMs', () => {
  const cases: readonly (readonly [string, Partial<BackupPast>, number])[] = [
    ['now, where there is none', {}, 0],
    ['a minute after the start', { startedAtMs: NOW_MS }, 60_000],
    ['an interval after the last', { madeAtMs: NOW_MS - 5 * HOUR_MS }, 19 * HOUR_MS],
    ['now, where it is overdue', { madeAtMs: NOW_MS - 5 * DAY_MS }, 0],
    ['an hour after a failure', { failedAtMs: NOW_MS - 60_000 }, HOUR_MS - 60_000],
    [
      'not before the interval is over, whatever failed',
      { madeAtMs: NOW_MS - HOUR_MS, failedAtMs: NOW_MS - HOUR_MS },
      23 * HOUR_MS
    ],
    [
      'an interval from now, where the clock was set back',
      { madeAtMs: NOW_MS + 9 * DAY_MS },
      DAY_MS
    ],
    ['now, where it failed in the future', { failedAtMs: NOW_MS + DAY_MS }, 0],
    ['now, where it started in the future', { startedAtMs: NOW_MS + DAY_MS }, 0]
  ]
  for (const [title, past, expected] of cases) {
    it(`is ${title}`, () => {
      assert.equal(dueIn(past), expected)
    })
  }

  it('tries again after the interval where that is shorter than an hour', () => {
    assert.equal(dueIn({ failedAtMs: NOW_MS }, { intervalMs: 60_000 }), 60_000)
  })

  it('is never before now, and never further away than the interval or the hour', () => {
    const time = fc.option(fc.integer({ min: -400, max: 400 }), { nil: undefined })
    fc.assert(
      fc.property(time, time, fc.integer({ min: -400, max: 0 }), (made, failed, started) => {
        const at = (days: number | undefined): number | undefined =>
          days === undefined ? undefined : NOW_MS + days * DAY_MS
        const ms = dueIn({
          madeAtMs: at(made),
          failedAtMs: at(failed),
          startedAtMs: at(started) ?? 0
        })
        assert.ok(ms >= 0 && ms <= DAY_MS, String(ms))
      })
    )
  })
})

describe('isTrialDue', () => {
  for (const [age, expected] of [
    [undefined, true],
    [7 * DAY_MS - 1, false],
    [7 * DAY_MS, true],
    [-1, true]
  ] as const) {
    it(`is ${String(expected)} where the last was ${String(age)} ms ago`, () => {
      const provenAtMs = age === undefined ? undefined : NOW_MS - age
      assert.equal(isTrialDue(PLAN, { ...PAST, provenAtMs }, NOW_MS), expected)
    })
  }
})

describe('backupsToDelete', () => {
  it('keeps the newest, and those that are young enough', () => {
    assert.deepEqual(
      backupsToDelete(PLAN, kept(12, 1, 2, 9, 10, 10.01, 11), undefined, NOW_MS).toSorted(),
      ['10.01', '11', '12']
    )
  })

  it('keeps so many however old they are', () => {
    assert.deepEqual(backupsToDelete(PLAN, kept(100, 200, 300, 400), undefined, NOW_MS), ['400'])
  })

  it('keeps the one that was proven, and the newest in any case', () => {
    assert.deepEqual(backupsToDelete(PLAN, kept(1, 2, 3, 400), '400', NOW_MS), [])
    const none = { ...PLAN, keepCount: 0, keepMs: 0 }
    assert.deepEqual(backupsToDelete(none, kept(1, 2), undefined, NOW_MS), ['2'])
  })

  it('deletes none that were made in the future', () => {
    const none = { ...PLAN, keepCount: 1, keepMs: 0 }
    assert.deepEqual(backupsToDelete(none, kept(-5, -4), undefined, NOW_MS), [])
  })
})

describe('backupName', () => {
  it('is read back, to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), fc.boolean(), (second, isSealed) => {
        const name = backupName(second * 1_000 + 999, isSealed)
        assert.deepEqual(parseBackupName(name), { name, madeAtMs: second * 1_000 })
      })
    )
    assert.equal(backupName(NOW_MS, true), 'sealpost-relay-20261123T120000Z.backup.age')
  })

  it('takes no other file for a backup, which could be deleted', () => {
    for (const name of [
      '',
      'node.key',
      'sealpost-relay-20261123T120000Z.backup.old',
      'sealpost-relay-20261123T120000Z.backup.age.draft',
      'my-sealpost-relay-20261123T120000Z.backup',
      'sealpost-relay-20261399T120000Z.backup',
      'sealpost-relay-20260230T120000Z.backup'
    ]) {
      assert.equal(parseBackupName(name), undefined, name)
    }
  })
})
