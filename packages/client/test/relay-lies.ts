/** Relays that do not do as they say. */
import type { MailboxAnswer, MailboxRequest } from '@sealpost/protocol'

export type RelayLie =
  /** Says `stored` to every deposit and stores none. */
  | 'stores-nothing'
  /** Knows no mailbox that anybody asks for. */
  | 'denies'
  /** Says `acked` and delivers the same again at the next chance. */
  | 'drops-acks'
  | 'delivers-twice'
  /** Takes everything and delivers nothing. */
  | 'withholds'

/** What a relay answers without doing anything; undefined for what it does honestly. */
export function lieTo(
  lie: RelayLie | undefined,
  request: MailboxRequest
): MailboxAnswer | undefined {
  switch (request.type) {
    case 'deposit':
      if (lie === 'stores-nothing') {
        return { type: 'deposited', outcome: 'stored' }
      }
      return lie === 'denies' ? { type: 'refused', reason: 'denied' } : undefined
    case 'subscribe':
      return lie === 'denies'
        ? { type: 'subscribed', outcomes: request.subscriptions.map(() => 'denied') }
        : undefined
    case 'register':
      return lie === 'denies'
        ? { type: 'registered', outcomes: request.registrations.map(() => 'denied') }
        : undefined
    case 'ack':
      return lie === 'drops-acks' ? { type: 'acked' } : undefined
    default:
      return undefined
  }
}
