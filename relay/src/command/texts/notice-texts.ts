import type { NoticeRow } from '@sealpost/operator'
import type { AnswerTexts } from './answer-text.ts'
import { dayText, lines } from './text-parts.ts'

export const NOTICE_TEXTS: Pick<AnswerTexts, 'notices add' | 'notices list' | 'notices remove'> = {
  'notices add': ({ id, text, language, endsAtMs }) =>
    `${lines([
      ['id', id],
      ['until', dayText(endsAtMs)],
      ...(language === '' ? [] : [['language', language] as const]),
      ['says', text]
    ])}Who is connected is told now, others when they come.\n`,
  'notices list': ({ notices }) =>
    notices.length === 0 ? 'There is no notice.\n' : notices.map(lineOf).join(''),
  'notices remove': ({ id }) => `${id} is not shown any more.\n`
}

function lineOf({ id, by, language, text, createdAtMs, endsAtMs }: NoticeRow): string {
  const words = language === '' ? text : `${text} (${language})`
  return `${id}  ${dayText(createdAtMs)} to ${dayText(endsAtMs)}, by ${by}: ${words}\n`
}
