import type { AnswerTexts } from './answer-text.ts'
import { dayText, lines } from './text-parts.ts'

export const TOKEN_TEXTS: Pick<AnswerTexts, 'token add' | 'token list' | 'token remove'> = {
  'token add': ({ name, role, token, expiresAtMs }) =>
    `${lines([
      ['name', name],
      ['role', role],
      ['until', dayText(expiresAtMs)],
      ['token', token]
    ])}It is shown this once; the relay keeps only its hash.\n`,
  'token list': ({ tokens }) =>
    tokens.length === 0
      ? 'Nobody has a token.\n'
      : lines(
          tokens.map(({ name, role, expiresAtMs }) => [
            name,
            `${role}, until ${dayText(expiresAtMs)}`
          ])
        ),
  'token remove': ({ name }) => `The token of ${name} is worth nothing any more.\n`
}
