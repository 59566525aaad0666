/** What a home keeps of a link that it opened. */
import { create } from '@bufbuild/protobuf'
import {
  type ContactId,
  decodeInvitation,
  type Invitation,
  type NodeKey,
  type RelayAddress,
  type RequestId,
  requestIds
} from '@sealpost/protocol'
import { type ClaimedLinkRow, ClaimedLinkRowSchema, ClaimState } from '@sealpost/protocol/home'
import type { PeerKernel } from '../peer/kernel.ts'
import { decodeLink, type Link } from './link.ts'

export type ClaimEnd = 'taken' | 'expired' | 'untrusted' | 'blocked'
/** How far a guest's link has come: `composed` once there is a session to write in. */
export type ClaimProgress = 'claiming' | 'composed' | 'requested' | { readonly end: ClaimEnd }

/** A link of somebody, as the person opened it. */
export interface OpenedLink {
  readonly link: Uint8Array
  readonly name: string
  /** What the person says with the request, up to 1,000 bytes. */
  readonly text: string
  /** Whose conversation goes on with whom the link leads to. */
  readonly replaces: ContactId | undefined
}

/** What a request is composed of. */
export interface RequestDraft {
  readonly invitation: Invitation
  readonly requestId: RequestId
  /** 0 where it goes to a contact that knows us. */
  readonly number: number
  /** Whether it was composed before, for another claimable. */
  readonly isAgain: boolean
  readonly text: string
}

/** A link that is followed, on the connections that there are. */
export interface Claim {
  readonly contactId: ContactId
  readonly row: ClaimedLinkRow
  readonly link: Link
  /** A claim is under way, or its claimable is being opened. */
  isClaiming: boolean
  /** Relays that were asked through, and are asked once more whether they have another claimable by now. */
  readonly again: Set<NodeKey>
  /** Relays that know nothing of the link, and those that gave no answer, since the last wait. */
  readonly deniedAt: Set<NodeKey>
  readonly triedAt: Set<NodeKey>
  failures: number
}

/** The row of a link that was just opened. */
export function newClaimRow({ random, atMs }: PeerKernel, opened: OpenedLink): ClaimedLinkRow {
  return create(ClaimedLinkRowSchema, {
    link: opened.link,
    claimId: random.bytes(32),
    state: ClaimState.CLAIMING,
    openedAtMs: atMs,
    requestId: requestIds.fromBytes(random.bytes(16)),
    name: opened.name,
    text: opened.text,
    replaces: opened.replaces ?? '',
    requestNumber: 1
  })
}

export function claimOf(contactId: ContactId, row: ClaimedLinkRow): Claim {
  return {
    contactId,
    row,
    link: decodeLink(row.link),
    isClaiming: false,
    again: new Set(),
    deniedAt: new Set(),
    triedAt: new Set(),
    failures: 0
  }
}

/** Where requests for it go: the relays that the inviter named last. */
export function relaysOf({ row, link }: Claim): readonly RelayAddress[] {
  return row.invitation.length === 0 ? link.relays : decodeInvitation(row.invitation).relays
}

/** Relays of the link that may give a claimable of which nothing was made yet. */
export function unasked({ again, row, link }: Claim): readonly RelayAddress[] {
  const isAsked = (relay: NodeKey): boolean => row.askedThrough.includes(relay) && !again.has(relay)
  return link.relays.filter(({ nodeKey }) => !row.refusedAt.includes(nodeKey) && !isAsked(nodeKey))
}
