import assert from 'node:assert/strict'
import { backupDueAtMs, backupsToPrune, isBackupOverdue } from '@sealpost/core'
import * as fc from 'fast-check'
import { readBackupState, writeBackupState } from '../../src/device/backup-row.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const NOW_MS = 1_000 * DAY_MS

function schedule(lastAtMs: number, failedAtMs?: number): Parameters<typeof backupDueAtMs>[0] {
  const code = 'SEALPOST_STORE_FULL' as const
  const failure = failedAtMs === undefined ? undefined : { atMs: failedAtMs, code }
  return { folder: '/backups', everyMs: DAY_MS, keep: 7, lastAtMs, failure }
}

describe('a backup that a device makes by itself', () => {
  const cases: readonly (readonly [string, number, number | undefined, number, boolean])[] = [
    ['before there was one', 0, undefined, 0, true],
    ['a day after the last', NOW_MS - DAY_MS, undefined, NOW_MS, false],
    ['not an hour after it', NOW_MS - 3_600_000, undefined, NOW_MS - 3_600_000 + DAY_MS, false],
    ['long after it', NOW_MS - 3 * DAY_MS, undefined, NOW_MS - 2 * DAY_MS, true],
    ['after the last lay in the future', NOW_MS + 1, undefined, 0, false],
    ['a while after a try that failed', 0, NOW_MS - MINUTE_MS, NOW_MS + 14 * MINUTE_MS, true],
    ['at once after a try in the future', 0, NOW_MS + 1, 0, true],
    [
      'not sooner because a try failed',
      NOW_MS - MINUTE_MS,
      NOW_MS,
      NOW_MS - MINUTE_MS + DAY_MS,
      false
    ]
  ]
  for (const [when, lastAtMs, failedAtMs, dueAtMs, isOverdue] of cases) {
    it(`is due ${when}`, () => {
      assert.equal(backupDueAtMs(schedule(lastAtMs, failedAtMs), NOW_MS), dueAtMs)
      assert.equal(isBackupOverdue(schedule(lastAtMs, failedAtMs), NOW_MS), isOverdue)
    })
  }

  it('is overdue half a time late, and not before', () => {
    const lastAtMs = NOW_MS - DAY_MS - DAY_MS / 2
    assert.equal(isBackupOverdue(schedule(lastAtMs), NOW_MS), false)
    assert.equal(isBackupOverdue(schedule(lastAtMs - 1), NOW_MS), true)
  })

  it('replaces the oldest, and never more than are too many', () => {
    const file = (madeAtMs: number): { fileName: string; madeAtMs: number } => {
      return { fileName: `${String(madeAtMs)}.backup`, madeAtMs }
    }
    const files = [3, 1, 4, 2].map(file)
    const pruned = (keep: number, newest = '4.backup'): readonly string[] =>
      backupsToPrune(files, { newest, keep })
    assert.deepEqual(pruned(4), [])
    assert.deepEqual(pruned(3), ['1.backup'])
    assert.deepEqual(pruned(1), ['3.backup', '2.backup', '1.backup'])
    assert.deepEqual(pruned(2, '1.backup'), ['3.backup', '2.backup'], 'a clock that went back')
  })

  it('stays, whatever else is there', () => {
    const FILES = fc.uniqueArray(
      fc.record({ fileName: fc.string(), madeAtMs: fc.integer({ min: 0, max: 9 }) }),
      { selector: ({ fileName }) => fileName, minLength: 1 }
    )
    fc.assert(
      fc.property(FILES, fc.integer({ min: 1, max: 12 }), (files, keep) => {
        const newest = files[0]?.fileName ?? ''
        const pruned = backupsToPrune(files, { newest, keep })
        assert.ok(!pruned.includes(newest))
        assert.equal(files.length - pruned.length, Math.min(files.length, keep))
      })
    )
  })

  it('is remembered with its last try', () => {
    for (const known of [schedule(0), schedule(NOW_MS, NOW_MS + 1)]) {
      const state = { phrase: 'AAAA', last: undefined, schedule: known }
      assert.deepEqual(readBackupState(writeBackupState(state).value), state)
    }
    const none = { phrase: undefined, last: undefined, schedule: undefined }
    assert.deepEqual(readBackupState(writeBackupState(none).value), none)
    assert.deepEqual(readBackupState(undefined), none)
  })
})
