/** Sentences in the status line. */
import type { ChatState } from './chat-state.ts'

const NOTICE_MS = 8_000

/** Says something in the status line, for a while or until something else is said. */
export function withNotice(state: ChatState, sentence: string, isLasting = false): ChatState {
  const untilMs = isLasting ? undefined : state.nowMs + NOTICE_MS
  return { ...state, notice: { sentence, untilMs } }
}
