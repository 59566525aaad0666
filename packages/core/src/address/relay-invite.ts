import {
  type NodeKey,
  type RelayAddress,
  type RelayInvite,
  relayMultihash
} from '@sealpost/protocol'
import { derive } from '../derive.ts'

const CLAIMANT_BYTES = 16

/**
 * What is shown to a relay that takes people by invitation; undefined where the account was given none for it.
 *
 * @param ownerSecret the account's, so that its devices count once.
 */
export function inviteFor(
  relays: readonly RelayAddress[],
  ownerSecret: Uint8Array,
  relay: NodeKey
): RelayInvite | undefined {
  const token = relays.find(({ nodeKey }) => nodeKey === relay)?.invite
  if (token === undefined) {
    return undefined
  }
  const claimant = derive(ownerSecret, relayMultihash(relay), 'claimant', token)
  return { token, claimant: claimant.slice(0, CLAIMANT_BYTES) }
}
