/** What a person reads of each answer. */
import type { AnswerTexts } from './texts/answer-text.ts'
import { CONFIG_TEXTS } from './texts/config-texts.ts'
import { INVITE_TEXTS } from './texts/invite-texts.ts'
import { NOTICE_TEXTS } from './texts/notice-texts.ts'
import { LIMITS_TEXTS } from './texts/limits-texts.ts'
import { LOG_TEXTS } from './texts/log-texts.ts'
import { AUDIT_TEXTS } from './texts/audit-texts.ts'
import { ACTIVITY_TEXTS } from './texts/activity-texts.ts'
import { ALARM_TEXTS } from './texts/alarms-texts.ts'
import { BLOCK_TEXTS } from './texts/block-texts.ts'
import { DASHBOARD_TEXTS } from './texts/dashboard-texts.ts'
import { CLOSING_TEXTS } from './texts/closing-texts.ts'
import { BACKUP_TEXTS } from './texts/backup-texts.ts'
import { RUNNING_TEXTS } from './texts/running-texts.ts'
import { REPORT_TEXTS } from './texts/report-texts.ts'
import { WATCH_TEXTS } from './texts/watch-texts.ts'
import { TICKET_TEXTS } from './texts/ticket-texts.ts'
import { TOKEN_TEXTS } from './texts/token-texts.ts'

export const ANSWER_TEXTS: AnswerTexts = {
  ...RUNNING_TEXTS,
  ...CLOSING_TEXTS,
  ...CONFIG_TEXTS,
  ...LOG_TEXTS,
  ...INVITE_TEXTS,
  ...NOTICE_TEXTS,
  ...LIMITS_TEXTS,
  ...DASHBOARD_TEXTS,
  ...BLOCK_TEXTS,
  ...TOKEN_TEXTS,
  ...AUDIT_TEXTS,
  ...ALARM_TEXTS,
  ...WATCH_TEXTS,
  ...REPORT_TEXTS,
  ...TICKET_TEXTS,
  ...BACKUP_TEXTS,
  ...ACTIVITY_TEXTS
}
