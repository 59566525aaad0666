/** What the owner of a link asks of a relay: the requests and the proofs of work that they need. */
import {
  type Claimable,
  linkIds,
  mailboxIds,
  type MailboxRequest,
  type NodeKey,
  type Registration,
  relayMultihash
} from '@sealpost/protocol'
import type { InvitationRow } from '@sealpost/protocol/home'
import {
  fetchToken,
  linkSecrets,
  mailboxSecrets,
  ownerToken,
  registerSubject
} from '../address/seeds.ts'
import { inviteFor } from '../address/relay-invite.ts'
import { sha256 } from '../derive.ts'
import type { Account } from '../peer/account.ts'
import type { WorkOrder } from '../peer/effects.ts'
import type { RelaySession } from '../peer/relay-session.ts'

/** Registers a link and its request box, with the work that the relay asks for. */
export function registerLink(
  row: InvitationRow,
  { ownerSecret, relays }: Pick<Account, 'ownerSecret' | 'relays'>,
  { info, nodeKey }: Pick<RelaySession, 'info' | 'nodeKey'>
): { readonly request: MailboxRequest; readonly work: WorkOrder | undefined } {
  const link = linkSecrets(row.linkSecret, nodeKey)
  const box = mailboxSecrets(row.boxSeed, nodeKey)
  const registrations: readonly Registration[] = [
    {
      type: 'link',
      linkId: link.linkId,
      claimHash: sha256(link.claimToken),
      ownerHash: sha256(ownerToken(ownerSecret, nodeKey, link.linkId))
    },
    {
      type: 'mailbox',
      mailboxId: box.mailboxId,
      depositHash: sha256(box.depositToken),
      fetchHash: sha256(fetchToken(ownerSecret, nodeKey, box.mailboxId)),
      kind: 'request',
      isQuiet: true
    }
  ]
  const invite = inviteFor(relays, ownerSecret, nodeKey)
  const request = { type: 'register', registrations, work: undefined, invite } as const
  if (info === undefined || info.workBits === 0) {
    return { request, work: undefined }
  }
  const subject = registerSubject([linkIds.toBytes(link.linkId), mailboxIds.toBytes(box.mailboxId)])
  const relay = relayMultihash(nodeKey)
  const target = { relay, challenge: info.challenge, verb: 'register', subject } as const
  return { request, work: { target, bits: info.workBits } }
}

/** Adds these to what the relay hands out, or, where `isAll`, puts them in place of everything. */
export function putClaimables(
  row: InvitationRow,
  ownerSecret: Uint8Array,
  relay: NodeKey,
  claimables: readonly Claimable[],
  isAll: boolean
): MailboxRequest {
  const { linkId } = linkSecrets(row.linkSecret, relay)
  const token = ownerToken(ownerSecret, relay, linkId)
  return { type: 'put-claimables', linkId, ownerToken: token, claimables, replaceAll: isAll }
}

/** Asks how many nobody has claimed yet. */
export function countClaimables(
  row: InvitationRow,
  ownerSecret: Uint8Array,
  relay: NodeKey
): MailboxRequest {
  const { linkId } = linkSecrets(row.linkSecret, relay)
  return { type: 'count-claimables', linkId, ownerToken: ownerToken(ownerSecret, relay, linkId) }
}
