import { NOTICE_DAYS } from '@sealpost/operator'
import type { NoticeBook } from '../books/notice-book.ts'
import type { CallHandlers } from './operator-server.ts'

const DAY_MS = 86_400_000

/** What the operator says to the people of the relay. */
export function noticeCalls(
  book: NoticeBook
): Pick<CallHandlers, 'notices add' | 'notices list' | 'notices remove'> {
  return {
    'notices add': (params, caller) => {
      const language = params.text('language')
      const lifeMs = (params.optionalInteger('days') ?? NOTICE_DAYS) * DAY_MS
      return book.add({ text: params.text('text'), language, lifeMs }, caller)
    },
    'notices list': () => ({ notices: book.rows }),
    'notices remove': async (params) => {
      const id = params.text('id')
      await book.remove(id)
      return { id }
    }
  }
}
