/**
 * Own relays whose operators give them up: the account leaves them by itself for its others, while they still deliver, so that
 * contacts hear in time where this device is reached.
 *
 * ```
 *   own --told that it closes--> another own one is ready: left, its mailboxes served out as of any relay that is left
 *                                none is: stays; the person has to name one
 * ```
 */
import type { RelayAddress } from '@sealpost/protocol'
import type { RelayBook } from './relay-book.ts'

/** @returns the same array where none of them closes, or no other one is ready. */
export function withoutClosing(
  relays: readonly RelayAddress[],
  book: RelayBook
): readonly RelayAddress[] {
  const kept = relays.filter(({ nodeKey }) => book.get(nodeKey)?.isClosing !== true)
  const isReachable = kept.some(({ nodeKey }) => book.get(nodeKey)?.isReady === true)
  return kept.length < relays.length && isReachable ? kept : relays
}
