import { type AuditVerifyAnswer, isOperatorError, type ParamValues } from '@sealpost/operator'
import { verifyAudit } from '../books/audit-book.ts'
import { callRelay } from '../operator/call-relay.ts'
import { givenHead } from '../operator/audit-calls.ts'
import { AUDIT_TEXTS } from './texts/audit-texts.ts'

/**
 * Tells whether the audit log is what was written.
 *
 * @returns the exit code: 1 where it is not.
 * @throws StorageError, UsageError
 */
export async function runAuditVerify(
  data: string,
  params: ParamValues,
  isJson: boolean
): Promise<number> {
  const answer = await auditVerify(data, params)
  process.stdout.write(
    isJson ? `${JSON.stringify(answer)}\n` : AUDIT_TEXTS['audit verify'](answer, 0)
  )
  return answer.problem === undefined ? 0 : 1
}

/** Asks the relay that runs, since that remembers where the log ends, else reads the files. */
async function auditVerify(data: string, params: ParamValues): Promise<AuditVerifyAnswer> {
  try {
    return await callRelay(data, 'audit verify', params)
  } catch (error) {
    if (isOperatorError(error) && error.code === 'SEALPOST_NOT_RUNNING') {
      return verifyAudit(data, givenHead(params))
    }
    throw error
  }
}
