/**
 * When a relay backs itself up, which backups it keeps, and when it tries whether the newest can be restored.
 *
 * ```
 *   start --1 min--> due? --backup--> older ones deleted --trial due?--> restored into a place of its own, and removed
 *                     ^                                                                   |
 *                     +-------- after the interval; after a failure within the hour <-----+
 * ```
 */

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** A relay that has just started has other things to do. */
const SETTLE_MS = MINUTE_MS
/** After a failure, or the interval where that is shorter. */
const RETRY_MS = HOUR_MS

/** What an operator wants. */
export interface BackupPlan {
  readonly intervalMs: number
  /** Backups that are kept however old they are; at least 1. */
  readonly keepCount: number
  /** How long further ones are kept. */
  readonly keepMs: number
  /** Between two trials. */
  readonly trialIntervalMs: number
}

/** What is known of earlier ones; `AtMs` since 1970. */
export interface BackupPast {
  readonly startedAtMs: number
  /** When the newest that is there was made. */
  readonly madeAtMs: number | undefined
  /** When making one last failed, if that is later. */
  readonly failedAtMs: number | undefined
  /** When a trial last ended well. */
  readonly provenAtMs: number | undefined
}

/** When the next backup is due, at the earliest now. A clock that was set back puts none off by more than the interval. */
export function nextBackupAtMs(plan: BackupPlan, past: BackupPast, nowMs: number): number {
  const { intervalMs } = plan
  const { madeAtMs = -Infinity, failedAtMs = -Infinity, startedAtMs } = past
  const regularMs = madeAtMs > nowMs ? nowMs + intervalMs : madeAtMs + intervalMs
  const retryMs = failedAtMs > nowMs ? nowMs : failedAtMs + Math.min(RETRY_MS, intervalMs)
  const settledMs = startedAtMs > nowMs ? nowMs : startedAtMs + SETTLE_MS
  return Math.max(nowMs, regularMs, retryMs, settledMs)
}

/** Whether the newest backup is to be tried. */
export function isTrialDue(plan: BackupPlan, { provenAtMs }: BackupPast, nowMs: number): boolean {
  return (
    provenAtMs === undefined || provenAtMs > nowMs || nowMs - provenAtMs >= plan.trialIntervalMs
  )
}

/** A backup that lies in the directory of backups. */
export interface KeptBackup {
  readonly name: string
  readonly madeAtMs: number
}

/**
 * Those to be deleted: neither among the newest, nor young enough. The newest one that was proven to be restorable stays
 * whatever its age.
 *
 * @param provenName of the newest that was restored in a trial; undefined for none.
 */
export function backupsToDelete(
  { keepCount, keepMs }: BackupPlan,
  backups: readonly KeptBackup[],
  provenName: string | undefined,
  nowMs: number
): readonly string[] {
  return [...backups]
    .sort((a, b) => b.madeAtMs - a.madeAtMs)
    .slice(Math.max(1, keepCount))
    .filter(({ name, madeAtMs }) => nowMs - madeAtMs > keepMs && name !== provenName)
    .map(({ name }) => name)
}

const NAME = /^sealpost-relay-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.backup(?:\.age)?$/

/** What a backup is called where nobody says: to the second, in UTC. */
export function backupName(madeAtMs: number, isEncrypted: boolean): string {
  const time = new Date(madeAtMs).toISOString().replace(/[-:]|\.\d+/g, '')
  return `sealpost-relay-${time}.backup${isEncrypted ? '.age' : ''}`
}

/** @returns undefined for a file that was not given its name by `backupName`: it is nobody's to delete. */
export function parseBackupName(name: string): KeptBackup | undefined {
  const [, ...parts] = NAME.exec(name) ?? []
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number)
  const madeAtMs = Date.UTC(year, month - 1, day, hour, minute, second)
  return parts.length > 0 && backupName(madeAtMs, name.endsWith('.age')) === name
    ? { name, madeAtMs }
    : undefined
}
