/**
 * When a device makes the backups that it makes by itself, and which older ones they replace.
 *
 * ```
 *   due --made and proven--> the oldest beyond `keep` go; due again `everyMs` after it was begun
 *    ^         `--failed--> due again after 15 minutes; nothing goes
 *    `-- the time has come, or the last one lies in the future: a clock was wrong
 * ```
 */
import type { BackupSchedule } from './backup-row.ts'

/** Between two tries, of which the first failed: a disk may be plugged in again. */
const RETRY_MS = 900_000

/** When the next backup is to be made; `nowMs` or before where it is due. */
export function backupDueAtMs(
  { everyMs, lastAtMs, failure }: BackupSchedule,
  nowMs: number
): number {
  const dueAtMs = lastAtMs === 0 || lastAtMs > nowMs ? 0 : lastAtMs + everyMs
  const isRetried = failure !== undefined && failure.atMs <= nowMs
  return isRetried ? Math.max(dueAtMs, failure.atMs + Math.min(RETRY_MS, everyMs)) : dueAtMs
}

/** Whether somebody should be told that there is no recent backup: half a time more has passed than there should be between two. */
export function isBackupOverdue({ everyMs, lastAtMs }: BackupSchedule, nowMs: number): boolean {
  return lastAtMs === 0 || nowMs - lastAtMs > everyMs + everyMs / 2
}

/** A backup in its place, which is why it was proven. */
export interface KeptBackup {
  readonly fileName: string
  /** When it was begun. */
  readonly madeAtMs: number
}

/**
 * What goes once a backup was proven: the oldest, until `keep` are left.
 *
 * @param files all backups of this device in the folder, in any order. @param newest the name of the one that was just proven:
 * it stays, whatever clocks say. @param keep at least 1
 */
export function backupsToPrune(
  files: readonly KeptBackup[],
  { newest, keep }: { readonly newest: string; readonly keep: number }
): readonly string[] {
  return files
    .filter(({ fileName }) => fileName !== newest)
    .sort((a, b) => b.madeAtMs - a.madeAtMs || (a.fileName < b.fileName ? -1 : 1))
    .slice(Math.max(0, keep - 1))
    .map(({ fileName }) => fileName)
}
