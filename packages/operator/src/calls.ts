/** Every call, from the files of `calls/`, each of which has one area's rows and what they answer. */
import { ACTIVITY_CALLS, type ActivityAnswers } from './calls/activity.ts'
import { BLOCK_CALLS, type BlockAnswers } from './calls/blocks.ts'
import { CLOSING_CALLS, type ClosingAnswers } from './calls/closing.ts'
import { CONFIG_CALLS, type ConfigAnswers } from './calls/config.ts'
import { INVITE_CALLS, type InviteAnswers } from './calls/invites.ts'
import { NOTICES_CALLS, type NoticesAnswers } from './calls/notices.ts'
import { LIMITS_CALLS, type LimitsAnswers } from './calls/limits.ts'
import { LOG_CALLS, type LogAnswers } from './calls/log.ts'
import { ALARM_CALLS, type AlarmAnswers } from './calls/alarms.ts'
import { DASHBOARD_CALLS, type DashboardAnswers } from './calls/dashboard.ts'
import { AUDIT_CALLS, type AuditAnswers } from './calls/audit.ts'
import { BACKUP_CALLS, type BackupAnswers } from './calls/backup.ts'
import { RUNNING_CALLS, type RunningAnswers } from './calls/running.ts'
import { TICKET_CALLS, type TicketAnswers } from './calls/tickets.ts'
import { TOKEN_CALLS, type TokenAnswers } from './calls/tokens.ts'
import { REPORT_CALLS, type ReportAnswers } from './calls/report.ts'
import { WATCH_CALLS, type WatchAnswers } from './calls/watch.ts'
import type { CallRow } from './call-row.ts'

/** What each call answers, as JSON. */
export type CallAnswers = RunningAnswers &
  ClosingAnswers &
  InviteAnswers &
  NoticesAnswers &
  ConfigAnswers &
  LogAnswers &
  LimitsAnswers &
  AuditAnswers &
  BlockAnswers &
  DashboardAnswers &
  TokenAnswers &
  AlarmAnswers &
  WatchAnswers &
  ReportAnswers &
  TicketAnswers &
  BackupAnswers &
  ActivityAnswers

export type CallName = keyof CallAnswers

/** Every call, by its name: lower-case words, with spaces where a command has several. */
export const CALLS: Readonly<Record<CallName, CallRow>> = {
  ...RUNNING_CALLS,
  ...CLOSING_CALLS,
  ...INVITE_CALLS,
  ...NOTICES_CALLS,
  ...CONFIG_CALLS,
  ...LOG_CALLS,
  ...LIMITS_CALLS,
  ...DASHBOARD_CALLS,
  ...TOKEN_CALLS,
  ...BLOCK_CALLS,
  ...AUDIT_CALLS,
  ...ALARM_CALLS,
  ...WATCH_CALLS,
  ...REPORT_CALLS,
  ...TICKET_CALLS,
  ...BACKUP_CALLS,
  ...ACTIVITY_CALLS
}

/** @returns undefined for what is no call. */
export function callName(written: string): CallName | undefined {
  return Object.hasOwn(CALLS, written) ? (written as CallName) : undefined
}
