/** What was said about a report, as either side shows it. */
import { parseTicketWord, type TicketState, type TicketWord } from '@sealpost/protocol'
import type { Message } from './views.ts'

export interface ReportWord {
  readonly isOwn: boolean
  readonly type: TicketWord['type']
  /** Empty for what was withdrawn, and mostly for a state. */
  readonly text: string
  /** What the reporter's app had to say about itself. */
  readonly lines: readonly string[]
  readonly state: TicketState | undefined
  readonly version: string | undefined
  readonly withinHours: number | undefined
  /** When it was in this home. */
  readonly atMs: number
}

/** What a text says about the report of that number; undefined for any other. */
function wordOf(
  { text, kind, storedAtMs }: Pick<Message, 'text' | 'kind' | 'storedAtMs'>,
  number: string
): ReportWord | undefined {
  const word = parseTicketWord(text)
  if (word?.number !== number) {
    return undefined
  }
  const isState = word.type === 'state'
  return {
    isOwn: kind === 'sent',
    type: word.type,
    text: word.type === 'withdraw' ? '' : word.text,
    lines: word.type === 'open' ? word.lines : [],
    state: isState ? word.state : undefined,
    version: isState ? word.version : undefined,
    withinHours: isState ? word.withinHours : undefined,
    atMs: storedAtMs
  }
}

/** Oldest first; of a report that came in two parts, only the whole is shown. */
export function wordsOf(
  messages: readonly Pick<Message, 'text' | 'kind' | 'storedAtMs'>[],
  number: string
): readonly ReportWord[] {
  const words = messages.flatMap((message) => wordOf(message, number) ?? [])
  const whole = words.findLastIndex(({ type }) => type === 'open')
  return words.filter(({ type }, at) => type !== 'open' || at === whole)
}
