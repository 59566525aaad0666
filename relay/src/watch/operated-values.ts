/** What the watch goes by beside what the relay does: its certificate, backups, reports, and what its neighbours see of it. */
import type { BackupStatus, ReachAnswer, SeriesValues, TicketsAnswer } from '@sealpost/operator'
import type { RelayOverview } from '../compose.ts'

const HOUR_MS = 3_600_000

/** What stands beside the relay, as it is now. */
export interface Operated {
  readonly certificate: RelayOverview['certificate']
  readonly backup: BackupStatus
  readonly tickets: Pick<TicketsAnswer, 'reportedAtMs' | 'waitsSinceMs' | 'months'>
  readonly reach: ReachAnswer
  /** Of the kinds of addresses, how many others reach; undefined where nobody said. */
  readonly reachableShare: number | undefined
  /** When the process began. */
  readonly startedAtMs: number
}

/**
 * Milliseconds since the last backup; where a schedule has made none yet, since the process began. undefined where there is neither
 * a schedule nor a backup.
 */
export function backupAgeMs(
  { backup: { newestAtMs, nextAtMs }, startedAtMs }: Pick<Operated, 'backup' | 'startedAtMs'>,
  nowMs: number
): number | undefined {
  const sinceMs = newestAtMs ?? (nextAtMs === undefined ? undefined : startedAtMs)
  return sinceMs === undefined ? undefined : Math.max(0, nowMs - sinceMs)
}

/** As series have it; what there is not is left out. */
export function operatedValues(operated: Operated, nowMs: number): SeriesValues {
  const { backup, certificate, reach, reachableShare, tickets } = operated
  // Who makes one by hand has promised nobody the next.
  const ageMs = backup.nextAtMs === undefined ? undefined : backupAgeMs(operated, nowMs)
  const { clockOffsetMs } = reach
  return {
    ...(certificate && { 'certificate-days': (certificate.expiresAtMs - nowMs) / (24 * HOUR_MS) }),
    ...(ageMs === undefined ? {} : { 'backup-hours': ageMs / HOUR_MS }),
    ...(tickets.reportedAtMs === undefined
      ? {}
      : { 'reports-waiting-hours': waitingHours(tickets.waitsSinceMs, nowMs) }),
    ...(reachableShare === undefined ? {} : { 'reachable-share': reachableShare }),
    ...(clockOffsetMs === undefined ? {} : { 'clock-skew-ms': Math.abs(clockOffsetMs) })
  }
}

function waitingHours(sinceMs: number | undefined, nowMs: number): number {
  return sinceMs === undefined ? 0 : Math.max(0, nowMs - sinceMs) / HOUR_MS
}
