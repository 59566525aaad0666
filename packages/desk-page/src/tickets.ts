/** Which reports are shown, and in which order. */
import type { TicketView } from './desk-calls.ts'

/** A report that waits so long for a word is marked. */
const OVERDUE_MS = 86_400_000

export type Shown = 'open' | 'all'

export function isOpen({ state }: Pick<TicketView, 'state'>): boolean {
  return state === 'received' || state === 'looking'
}

/** Since when somebody waits for a word; undefined where nobody does. */
export function waitsSince({
  state,
  waitsSinceMs
}: Pick<TicketView, 'state' | 'waitsSinceMs'>): number | undefined {
  return waitsSinceMs === 0 || state === 'withdrawn' ? undefined : waitsSinceMs
}

export function isOverdue(
  ticket: Pick<TicketView, 'state' | 'waitsSinceMs'>,
  nowMs: number
): boolean {
  const sinceMs = waitsSince(ticket)
  return sinceMs !== undefined && nowMs - sinceMs >= OVERDUE_MS
}

/**
 * Those that wait first, the longest waiting at the top; then the newest.
 *
 * @param wanted a part of a number, a cause or a category; empty for all
 */
export function shownTickets(
  tickets: readonly TicketView[],
  shown: Shown,
  wanted: string
): readonly TicketView[] {
  const part = wanted.trim().toLowerCase()
  return tickets
    .filter((ticket) => (shown === 'all' || isOpen(ticket)) && says(ticket, part))
    .sort((a, b) => {
      const [first, second] = [waitsSince(a), waitsSince(b)]
      if (first !== undefined && second !== undefined) {
        return first - second
      }
      return first === second ? b.openedAtMs - a.openedAtMs : first === undefined ? 1 : -1
    })
}

function says({ number, category, tags }: TicketView, part: string): boolean {
  return [number, category, ...tags].some((word) => word.toLowerCase().includes(part))
}

const CAUSE = /^[a-z0-9][a-z0-9-]{0,31}$/
const CAUSES_MAX = 5

/** Whether a desk takes them: at most five words of small letters, digits and dashes, of 32 signs. */
export function areCauses(causes: readonly string[]): boolean {
  return causes.length <= CAUSES_MAX && causes.every((cause) => CAUSE.test(cause))
}

/** What somebody typed as causes: words, without what stands twice. */
export function causesOf(typed: string): readonly string[] {
  const words = typed.toLowerCase().split(/[\s,，、;#]+/)
  return [...new Set(words.filter((word) => word !== ''))]
}
