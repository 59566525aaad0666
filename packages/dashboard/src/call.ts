import type { CallAnswers, CallName } from '@sealpost/operator'
import { forget, token } from './session.ts'

/** A relay that does not answer within is not there. */
const ANSWER_MS = 5_000

/** Why a call was not answered; `unreachable` where nobody answered at all. */
export class CallFailed extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * Asks the relay.
 *
 * @throws CallFailed
 */
export async function call<Name extends CallName>(
  name: Name,
  params: Readonly<Record<string, string | number | boolean>> = {}
): Promise<CallAnswers[Name]> {
  const response = await reach(name, params)
  const reply = (await response.json()) as Reply<CallAnswers[Name]>
  if ('answer' in reply) {
    return reply.answer
  }
  if (reply.error.code === 'SEALPOST_TOKEN_INVALID') {
    forget()
  }
  throw new CallFailed(reply.error.code, reply.error.message)
}

type Reply<Answer> =
  | { readonly answer: Answer }
  | { readonly error: { readonly code: string; readonly message: string } }

async function reach(name: string, params: object): Promise<Response> {
  try {
    return await fetch(`/api/${encodeURIComponent(name)}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token.value ?? ''}` },
      body: JSON.stringify(params),
      signal: AbortSignal.timeout(ANSWER_MS)
    })
  } catch {
    throw new CallFailed('unreachable', 'The relay does not answer.')
  }
}
