import { TOKEN_DAYS, type TokenAnswer, type TokenRow, ROLES } from '@sealpost/operator'
import type { TokenBook } from '../books/token-book.ts'
import type { CallHandlers } from './operator-server.ts'

const DAY_MS = 86_400_000

/** Who may ask on the loopback port. */
export function tokenCalls(
  book: TokenBook,
  onRemoved: (name: string) => void
): Pick<CallHandlers, 'token add' | 'token list' | 'token remove'> {
  return {
    'token add': async (params) => {
      const role = ROLES.find((known) => known === params.text('role')) ?? 'support'
      const lifeMs = (params.optionalInteger('days') ?? TOKEN_DAYS) * DAY_MS
      const { row, token } = await book.add(params.text('name'), role, lifeMs)
      return { ...answerOf(row), token }
    },
    'token list': () => ({ tokens: book.rows.map(answerOf) }),
    'token remove': async (params) => {
      const name = params.text('name')
      await book.remove(name)
      onRemoved(name)
      return { name }
    }
  }
}

function answerOf({ name, role, createdAtMs, expiresAtMs }: TokenRow): TokenAnswer {
  return { name, role, createdAtMs, expiresAtMs }
}
