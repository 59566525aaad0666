import type { AnswerTexts } from './answer-text.ts'

export const REPORT_TEXTS: Pick<AnswerTexts, 'report'> = { report: ({ text }) => text }
