/** What a report is about to begin with: said by the screen on which somebody asked for it. */
import type { TicketCategory } from '@sealpost/protocol'

interface Beginning {
  readonly category: TicketCategory
  readonly text: string
}

let beginning: Beginning | undefined

export function leaveBeginning(of: Beginning): void {
  beginning = of
}

/** Once. */
export function takeBeginning(): Beginning | undefined {
  const taken = beginning
  beginning = undefined
  return taken
}

/** What was begun before stays, below it. */
export function begunWith<Draft extends Beginning>(draft: Draft, of: Beginning | undefined): Draft {
  if (of === undefined) {
    return draft
  }
  const text = [of.text, draft.text].filter((part) => part !== '').join('\n\n')
  return { ...draft, category: of.category, text }
}
