import type { Closing } from '@sealpost/operator'
import type { AnswerTexts } from './answer-text.ts'
import { dayText, sinceText } from './text-parts.ts'

export const CLOSING_TEXTS: Pick<AnswerTexts, 'decommission'> = {
  decommission: ({ closing }, nowMs) =>
    closing === undefined
      ? 'The relay goes on, and makes new mailboxes again. Who has moved meanwhile does not come back by themselves.\n'
      : `The relay ${closingText(closing, nowMs)}. Its people are told, and move to their other relays; who has no other one has to name one. To take it back: decommission --undo\n`
}

/** Until when it goes on, to be read behind its name. */
export function closingText({ closesAtMs, isEnding }: Closing, nowMs: number): string {
  const end = isEnding ? ', and ends' : ''
  return closesAtMs > nowMs
    ? `closes on ${dayText(closesAtMs)}, in ${sinceText(closesAtMs - nowMs)}: makes no new mailboxes; then takes no deposits${end}`
    : `was closed on ${dayText(closesAtMs)}: only delivers and takes acks`
}
