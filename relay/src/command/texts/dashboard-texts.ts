import type { AnswerTexts } from './answer-text.ts'
import { timeText } from './text-parts.ts'

export const DASHBOARD_TEXTS: Pick<AnswerTexts, 'dashboard'> = {
  dashboard: ({ url, expiresAtMs }) =>
    `${url}\n\nIt opens the dashboard once, until ${timeText(expiresAtMs)}, in a browser of this machine.\n`
}
