import { BLOCK_DAYS, BLOCK_KINDS, type BlockAnswer, type BlockRow } from '@sealpost/operator'
import { UsageError } from '@sealpost/protocol'
import type { BlockBook } from '../books/block-book.ts'
import type { CallHandlers } from './operator-server.ts'

const DAY_MS = 86_400_000

/** Whom the relay does not serve. */
export function blockCalls(book: BlockBook): Pick<CallHandlers, 'block' | 'unblock' | 'blocks'> {
  return {
    block: async (params, caller) => {
      const kind = BLOCK_KINDS.find((known) => known === params.text('kind'))
      if (kind === undefined) {
        throw new UsageError('SEALPOST_USAGE', `A block is of ${BLOCK_KINDS.join(', ')}.`)
      }
      const wanted = {
        kind,
        value: params.text('value'),
        reason: params.text('reason'),
        lifeMs: (params.optionalInteger('days') ?? BLOCK_DAYS) * DAY_MS
      }
      return answerOf(await book.block(wanted, caller))
    },
    unblock: async (params) => answerOf(await book.unblock(params.text('what'))),
    blocks: () => ({ blocks: book.rows.map(answerOf), leftForTokens: book.leftForTokens })
  }
}

function answerOf({ value, ...row }: BlockRow): BlockAnswer {
  return { ...row, range: row.kind === 'range' ? value : undefined }
}
