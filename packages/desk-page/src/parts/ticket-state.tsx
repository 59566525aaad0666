import type { JSX } from 'preact'
import type { TicketView } from '../desk-calls.ts'
import { spanText, t } from '../locales/locale.ts'
import { isOpen, isOverdue, waitsSince } from '../tickets.ts'

export function stateText({ state, version }: Pick<TicketView, 'state' | 'version'>): string {
  return state === 'solved' && version !== undefined
    ? t('state.solved-in', { version })
    : t(`state.${state}`)
}

const MINUTE_MS = 60_000

function waitsText(ms: number): string {
  return ms < MINUTE_MS ? t('waits.now') : t('waits', { span: spanText(ms) })
}

/** How a report stands, and how long somebody waits. */
export function TicketState({
  ticket,
  nowMs
}: {
  readonly ticket: TicketView
  readonly nowMs: number
}): JSX.Element {
  const sinceMs = waitsSince(ticket)
  return (
    <span class="standing">
      <span class={`mark ${isOpen(ticket) ? 'open' : ticket.state === 'solved' ? 'solved' : ''}`}>
        {stateText(ticket)}
      </span>
      {sinceMs === undefined ? undefined : (
        <span class={isOverdue(ticket, nowMs) ? 'mark ill' : 'mark wary'}>
          {waitsText(nowMs - sinceMs)}
        </span>
      )}
    </span>
  )
}
