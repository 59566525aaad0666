import type { DeskCallName, DeskCalls } from './desk-calls.ts'
import { forget, token } from './session.ts'

/** A desk that does not answer within is not there; looking alone takes longer. */
const ANSWER_MS = 15_000
const LOOK_MS = 40_000

/** Why a call was not answered; `unreachable` where nobody answered at all. */
export class CallFailed extends Error {
  readonly code: string

  constructor(code: string) {
    super(code)
    this.code = code
  }
}

type Reply<Answer> = { readonly answer: Answer } | { readonly error: { readonly code: string } }

/**
 * Asks the desk.
 *
 * @throws CallFailed
 */
export async function call<Name extends DeskCallName>(
  name: Name,
  given: DeskCalls[Name]['given']
): Promise<DeskCalls[Name]['answer']> {
  const reply = await reach<DeskCalls[Name]['answer']>(name, given)
  if ('answer' in reply) {
    return reply.answer
  }
  if (reply.error.code === 'unauthorized') {
    forget()
  }
  throw new CallFailed(reply.error.code)
}

async function reach<Answer>(name: DeskCallName, given: object): Promise<Reply<Answer>> {
  try {
    const response = await fetch(`/api/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token.value ?? ''}` },
      body: JSON.stringify(given),
      signal: AbortSignal.timeout(name === 'look' ? LOOK_MS : ANSWER_MS)
    })
    return (await response.json()) as Reply<Answer>
  } catch {
    throw new CallFailed('unreachable')
  }
}
