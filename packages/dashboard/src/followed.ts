/** What is asked again and again, each at its own pace, for as long as somebody looks. */
import { type ReadonlySignal, signal } from '@preact/signals'
import type { CallAnswers, CallName } from '@sealpost/operator'
import { call } from './call.ts'
import { token } from './session.ts'

export interface Followed<Name extends CallName> {
  /** Undefined until it was seen, and for whoever has no role that sees it. */
  readonly answer: ReadonlySignal<CallAnswers[Name] | undefined>
  /** Asks now, and from then on again and again. */
  readonly follow: () => Promise<void>
  /** Asks once, now. */
  readonly look: () => Promise<void>
}

/** @param params what is asked for, as it is at the time of asking. */
export function followed<Name extends CallName>(
  name: Name,
  everyMs: number,
  params: () => Readonly<Record<string, string | number>> = () => ({})
): Followed<Name> {
  const answer = signal<CallAnswers[Name] | undefined>(undefined)
  let askedCount = 0
  const look = async (): Promise<void> => {
    askedCount += 1
    const number = askedCount
    // That the relay is gone is said by what looks at it every second.
    const found = await call(name, params()).catch(() => undefined)
    if (number === askedCount) {
      answer.value = found
    }
  }
  const follow = async (): Promise<void> => {
    if (token.value !== undefined && document.visibilityState === 'visible') {
      await look()
    }
    setTimeout(() => void follow(), everyMs)
  }
  return { answer, follow, look }
}
