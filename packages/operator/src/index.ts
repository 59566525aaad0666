export {
  AUDIT_START,
  type AuditCheck,
  type AuditEntry,
  type AuditHead,
  auditLine,
  type AuditNote,
  type AuditProblem,
  checkAudit,
  formatAuditHead,
  type HashText,
  parseAuditHead,
  parseAuditLine
} from './audit-chain.ts'
export {
  type AddressRange,
  formatAddressRange,
  isAddressIn,
  parseAddressRange
} from './address-range.ts'
export { BLOCK_KINDS, type BlockKind, type BlockRow, Blocks, BLOCKS_MAX } from './blocks.ts'
export { BLOCK_DAYS, type BlockAnswer } from './calls/blocks.ts'
export { AUDIT_LIST_COUNT, type AuditVerifyAnswer } from './calls/audit.ts'
export { type Action, ActionBook, type ActionChange } from './anomaly/action-book.ts'
export { type ActionOption, WATCH_SENTENCES } from './anomaly/detectors.ts'
export type { WatchAnswer } from './calls/watch.ts'
export { SelfTuning, TUNED_OPTIONS, type TunedOption } from './watch/self-tuning.ts'
export { makeReport, type Report, reportHtml, reportText } from './report/report.ts'
export { AnomalyWatch, type Finding, type FindingChange } from './anomaly/anomaly-watch.ts'
export { type Alarm, AlarmBook, type AlarmChange } from './alarms/alarm-book.ts'
export { ALARM_RULES, type AlarmRule, alarmRules, ruleText } from './alarms/alarm-rules.ts'
export type { AlarmChannel, AlarmsAnswer } from './calls/alarms.ts'
export { jsonObject, objectOf, HISTORY_TEXT_MAX, SampleHistory } from './watch/sample-history.ts'
export {
  OVERLOAD_BOUNDS,
  OVERLOAD_CALM_MS,
  OVERLOAD_CALM_MS_MAX,
  OVERLOAD_STEPS,
  type OverloadChange,
  OverloadLadder,
  type OverloadSignal,
  type OverloadSignals
} from './watch/overload-ladder.ts'
export { overloadText } from './watch/overload-text.ts'
export {
  type Sample,
  SERIES,
  type SeriesName,
  SERIES_NAMES,
  type SeriesValues
} from './watch/series.ts'
export {
  backupName,
  type BackupPast,
  type BackupPlan,
  backupsToDelete,
  isTrialDue,
  type KeptBackup,
  nextBackupAtMs,
  parseBackupName
} from './backup/backup-schedule.ts'
export {
  type BackupAnswer,
  type BackupStatus,
  PATH_BYTES_MAX,
  type ProvenAnswer,
  RECIPIENT_BYTES_MAX,
  type WorkAnswer
} from './calls/backup.ts'
export type { CallRow } from './call-row.ts'
export { type CallAnswers, callName, type CallName, CALLS } from './calls.ts'
export type { ConfigShowAnswer, OptionAnswer, ReloadAnswer } from './calls/config.ts'
export {
  type ActivityAnswer,
  type ActivityCounts,
  type Refusal,
  REFUSALS
} from './calls/activity.ts'
export {
  type DiskForecast,
  HISTORY_SPANS,
  type HistoryAnswer,
  type HistorySpan,
  historyView
} from './watch/history-view.ts'
export type { LimitAnswer } from './calls/limits.ts'
export { LOG_LEVEL_MS, type LogLevelAnswer } from './calls/log.ts'
export type { StatusAnswer } from './calls/running.ts'
export {
  FAMILIES,
  type Family,
  type FamilyState,
  NOT_TESTED,
  REACH_CHECK_MS,
  type ReachAnswer,
  Reachability,
  type Said
} from './reach/reachability.ts'
export { parseTicketFigures, type TicketsAnswer } from './calls/tickets.ts'
export { TOKEN_DAYS, type TokenAnswer } from './calls/tokens.ts'
export { type ParamKind, type ParamRow, ParamValues } from './params.ts'
export { type Caller, mayCall, type Role, ROLES } from './roles.ts'
export { PRIVACY_LANGUAGES, type PrivacyFacts } from './privacy/privacy-facts.ts'
export { privacyHtml, privacyText } from './privacy/privacy-page.ts'
export { damaged } from './row-reader.ts'
export { type TokenRow, Tokens, TOKENS_MAX } from './tokens.ts'
export {
  isOperatorError,
  isOperatorErrorCode,
  OPERATOR_ERROR_CODES,
  OperatorError,
  type OperatorErrorCode
} from './operator-error.ts'
export { type DoctorAnswer, doctorAnswer } from './doctor/doctor-answer.ts'
export { type DoctorCheck, type DoctorLevel, type DoctorLine, examine } from './doctor/examine.ts'
export type {
  AddressFacts,
  DoctorFacts,
  PortFacts,
  ProcessFacts,
  ReachFacts
} from './doctor/facts.ts'
export { type Closing, CLOSING_DAYS, closingText, parseClosing } from './closing.ts'
export { INVITE_DAYS, type InviteAnswer } from './calls/invites.ts'
export { type InviteRow, Invites } from './invites.ts'
export { NOTICE_DAYS, type NoticeRow, Notices } from './notices.ts'
