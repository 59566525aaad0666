import { CLOSING_DAYS } from '@sealpost/operator'
import { UsageError } from '@sealpost/protocol'
import type { ClosingBook } from '../books/closing-book.ts'
import type { CallHandlers } from './operator-server.ts'

const DAY_MS = 86_400_000

/** The end of a relay for good. */
export function closingCalls(book: ClosingBook): Pick<CallHandlers, 'decommission'> {
  return {
    decommission: async (params) => {
      const days = params.optionalInteger('days')
      if (!params.has('undo')) {
        return { closing: await book.begin((days ?? CLOSING_DAYS) * DAY_MS, params.has('end')) }
      }
      if (days !== undefined || params.has('end')) {
        throw new UsageError('SEALPOST_USAGE', '--undo goes with neither --days nor --end.')
      }
      await book.undo()
      return { closing: undefined }
    }
  }
}
