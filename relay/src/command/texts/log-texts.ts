import type { AnswerTexts } from './answer-text.ts'
import { sinceText } from './text-parts.ts'

export const LOG_TEXTS: Pick<AnswerTexts, 'log-level'> = {
  'log-level': ({ level, configured, untilMs }, nowMs) =>
    untilMs === undefined
      ? `The relay logs ${level} and what is more urgent, as configured.\n`
      : `The relay logs ${level} and what is more urgent for ${sinceText(untilMs - nowMs)}, then ${configured} again.\n`
}
