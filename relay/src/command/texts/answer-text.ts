import type { CallAnswers, CallName } from '@sealpost/operator'

/** What a person reads of each answer; it ends with a line's end. `nowMs` is milliseconds since 1970. */
export type AnswerTexts = {
  readonly [Name in CallName]: (answer: CallAnswers[Name], nowMs: number) => string
}
