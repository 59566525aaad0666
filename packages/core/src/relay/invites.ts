/**
 * Who may begin at a relay that takes people by invitation: who has an invite of its operator that is not over, and not used by
 * as many others as it is for. Who has a mailbox here already needs none.
 *
 * ```
 *   register something new -> connection subscribes, or was let in before -> goes on
 *                             invite known: used by this claimant before  -> goes on
 *                                           uses left                     -> counted, goes on
 *                             else                                        -> needs-invite
 * ```
 */
import type { RelayInvite } from '@sealpost/protocol'
import type { Connection } from './connections.ts'
import { claimantHash, inviteHash } from './known-invites.ts'
import type { RelayState } from './relay-state.ts'

/** Whether something new may be registered on this connection; an invite that lets in is counted. */
export function mayBegin(
  state: RelayState,
  connection: Connection,
  invite: RelayInvite | undefined
): boolean {
  connection.isInvited ||=
    state.options.registration === 'work' ||
    connection.subscriptions.size > 0 ||
    (invite !== undefined && takes(state, invite))
  return connection.isInvited
}

function takes(state: RelayState, { token, claimant }: RelayInvite): boolean {
  const hash = inviteHash(token)
  const known = state.invites.get(hash)
  if (known === undefined || known.expiresAtMs <= state.nowMs) {
    return false
  }
  const whose = claimantHash(claimant)
  if (known.claimants.has(whose)) {
    return true
  }
  if (known.claimants.size >= known.usesMax) {
    return false
  }
  const claimants = new Set([...known.claimants, whose])
  state.invites = new Map([...state.invites, [hash, { ...known, claimants }]])
  state.emit({ type: 'invite-used', inviteHash: hash, claimantHash: whose })
  return true
}
