import {
  AUDIT_LIST_COUNT,
  type AuditHead,
  parseAuditHead,
  type ParamValues
} from '@sealpost/operator'
import { UsageError } from '@sealpost/protocol'
import type { AuditBook } from '../books/audit-book.ts'
import type { CallHandlers } from './operator-server.ts'

/** What was changed, and whether that is still what was written down. */
export function auditCalls(book: AuditBook): Pick<CallHandlers, 'audit list' | 'audit verify'> {
  return {
    'audit list': async (params) => ({
      entries: await book.list(params.optionalInteger('count') ?? AUDIT_LIST_COUNT)
    }),
    'audit verify': (params) => book.verify(givenHead(params))
  }
}

/** The head that was said with `audit verify`. @throws UsageError `SEALPOST_USAGE` */
export function givenHead(params: ParamValues): AuditHead | undefined {
  const text = params.optionalText('head')
  const head = text === undefined ? undefined : parseAuditHead(text)
  if (text !== undefined && head === undefined) {
    throw new UsageError('SEALPOST_USAGE', '--head is NUMBER:HASH, as audit verify shows it.')
  }
  return head
}
