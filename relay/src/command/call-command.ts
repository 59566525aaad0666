import type { CallAnswers, CallName, ParamValues } from '@sealpost/operator'
import { callRelay } from '../operator/call-relay.ts'
import { SYSTEM_CLOCK } from '../world/system-clock.ts'
import { ANSWER_TEXTS } from './answer-texts.ts'

/** Asks the relay that runs on the data directory `data`, and tells what it answers. @throws as `callRelay` */
export async function runCall(
  name: CallName,
  params: ParamValues,
  data: string,
  isJson: boolean
): Promise<number> {
  tellAnswer(name, await callRelay(data, name, params), isJson)
  return 0
}

/** Writes an answer on standard output, for a program or for a person. */
export function tellAnswer<Name extends CallName>(
  name: Name,
  answer: CallAnswers[Name],
  isJson: boolean
): void {
  const text = ANSWER_TEXTS[name](answer, SYSTEM_CLOCK.wallMs())
  process.stdout.write(isJson ? `${JSON.stringify(answer)}\n` : text)
}
