/**
 * The links that this home opened: a guest's way to a contact. Each state is on disk before the next step, and a crash
 * repeats the step.
 *
 * ```
 *   claiming --claimable, trusted--> claimed --mailboxes registered, request encrypted--> ready --stored once--> requested
 *      |  ^  \                          |                                                               |
 *      |  |   `--none left--> taken,    `--a contact already--> known           accepted <--their accept--+
 *      +--+                  untrusted                                          taken <----"link used"----+
 *     next relay                                                                expired <--30 days--------+
 * ```
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type ContactId,
  decodeInvitation,
  envelopeIds,
  type Invitation,
  type MailboxAnswer,
  type NodeKey,
  type RelayAddress,
  relayMultihash,
  type RequestId,
  requestIds
} from '@sealpost/protocol'
import {
  type ClaimedLinkRow,
  ClaimedLinkRowSchema,
  ClaimState,
  ReplicaSchema,
  ReplicaState
} from '@sealpost/protocol/home'
import { linkSecrets, mailboxSecrets, replicaSecrets } from '../address/seeds.ts'
import { sha256 } from '../derive.ts'
import type { CiphertextOfType } from '../peer/effects.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import type { RelaySession } from '../peer/relay-session.ts'
import type { Row } from '../tables.ts'
import { backoffMs } from '../time/backoff.ts'
import { decodeLink, type Link } from './link.ts'

/** A request that nobody answers is given up after so long. */
const REQUEST_LIFETIME_MS = 30 * 24 * 3_600_000
const RETRY = { firstMs: 2_000, maxMs: 600_000 }

export type ClaimEnd = 'taken' | 'expired' | 'untrusted' | 'known'
/** How far a guest's link has come: `composed` once there is a session to write in. */
export type ClaimProgress = 'claiming' | 'composed' | 'requested' | { readonly end: ClaimEnd }

const ENDS: ReadonlyMap<ClaimState, ClaimEnd> = new Map([
  [ClaimState.TAKEN, 'taken'],
  [ClaimState.EXPIRED, 'expired'],
  [ClaimState.UNTRUSTED, 'untrusted'],
  [ClaimState.KNOWN, 'known']
])

export interface ClaimsEvents {
  /** The inviter is known: the contact needs mailboxes, then the request can be composed. */
  readonly onClaimed: (contactId: ContactId, invitation: Invitation) => void
  readonly onRequested: (contactId: ContactId) => void
  readonly onEnded: (contactId: ContactId, end: ClaimEnd) => void
}

interface Claim {
  readonly contactId: ContactId
  readonly row: ClaimedLinkRow
  readonly link: Link
  isClaiming: boolean
  isComposing: boolean
  readonly inFlight: Set<NodeKey>
  failures: number
}

export class Claims {
  readonly #kernel: PeerKernel
  readonly #book: RelayBook
  readonly #events: ClaimsEvents
  readonly #claims = new Map<ContactId, Claim>()
  readonly #ends = new Map<ContactId, ClaimEnd>()

  constructor(kernel: PeerKernel, book: RelayBook, events: ClaimsEvents) {
    this.#kernel = kernel
    this.#book = book
    this.#events = events
  }

  restore(rows: readonly Row[]): void {
    for (const { key, value } of rows) {
      const row = fromBinary(ClaimedLinkRowSchema, value)
      this.#add(key as ContactId, row)
    }
  }

  open(contactId: ContactId, linkBytes: Uint8Array, name: string): void {
    const row = create(ClaimedLinkRowSchema, {
      link: linkBytes,
      claimId: this.#kernel.random.bytes(32),
      state: ClaimState.CLAIMING,
      openedAtMs: this.#kernel.atMs,
      requestId: requestIds.fromBytes(this.#kernel.random.bytes(16)),
      name
    })
    this.#add(contactId, row)
    this.#save(contactId)
    this.#step(contactId)
  }

  /** Undefined where no link led to the contact, or it was answered. */
  progress(contactId: ContactId): ClaimProgress | undefined {
    const end = this.#ends.get(contactId)
    if (end !== undefined) {
      return { end }
    }
    switch (this.#claims.get(contactId)?.row.state) {
      case undefined:
        return undefined
      case ClaimState.READY:
        return 'composed'
      case ClaimState.REQUESTED:
        return 'requested'
      default:
        return 'claiming'
    }
  }

  /** What a request is composed of; undefined once there is nothing to compose. */
  invitation(
    contactId: ContactId
  ): { readonly invitation: Invitation; readonly requestId: RequestId } | undefined {
    const row = this.#claims.get(contactId)?.row
    return row === undefined || row.invitation.length === 0
      ? undefined
      : { invitation: decodeInvitation(row.invitation), requestId: row.requestId as RequestId }
  }

  /** The key that opens what a relay handed out for this claim. */
  claimableKey(
    contactId: ContactId,
    relay: NodeKey
  ): { readonly link: Link; readonly key: Uint8Array } | undefined {
    const claim = this.#claims.get(contactId)
    return claim === undefined
      ? undefined
      : { link: claim.link, key: linkSecrets(claim.link.linkSecret, relay).claimableKey }
  }

  /** A claimable was opened: `invitation` is undefined where it was not made by who made the link. */
  opened(
    contactId: ContactId,
    relay: NodeKey,
    invitation: Invitation | undefined,
    bytes: Uint8Array,
    isKnown: boolean
  ): void {
    const claim = this.#claims.get(contactId)
    if (claim?.row.state !== ClaimState.CLAIMING) {
      return
    }
    claim.isClaiming = false
    if (invitation === undefined || invitation.expiresAtMs < this.#book.networkTimeMs()) {
      this.#refused(claim, relay, 'untrusted')
      return
    }
    if (isKnown) {
      this.#end(claim, ClaimState.KNOWN, 'known')
      return
    }
    claim.row.state = ClaimState.CLAIMED
    claim.row.claimedAt = relay
    claim.row.invitation = bytes
    this.#save(contactId)
    for (const address of invitation.relays) {
      this.#book.want(address, `claim ${contactId}`)
    }
    this.#events.onClaimed(contactId, invitation)
    this.composeWhenReady(contactId, true)
  }

  /** Has the request composed, once the contact has mailboxes to answer to. */
  composeWhenReady(contactId: ContactId, isRegistered: boolean): void {
    const claim = this.#claims.get(contactId)
    if (claim?.row.state === ClaimState.CLAIMED && isRegistered && !claim.isComposing) {
      claim.isComposing = true
      this.#kernel.emit({ type: 'compose-request', contactId })
    }
  }

  composed(contactId: ContactId, ciphertext: CiphertextOfType): void {
    const claim = this.#claims.get(contactId)
    if (claim === undefined) {
      return
    }
    claim.row.state = ClaimState.READY
    claim.row.ciphertextType = ciphertext.type
    claim.row.ciphertext = ciphertext.bytes
    claim.row.replicaSeed = this.#kernel.random.bytes(32)
    claim.row.requestedAtMs = this.#kernel.atMs
    this.#save(contactId)
    this.#armExpiry(claim)
    this.#step(contactId)
  }

  /** The inviter answered, with an accept or with the word that the link was used. */
  answered(contactId: ContactId, answer: 'accepted' | 'link-used'): void {
    const claim = this.#claims.get(contactId)
    if (claim === undefined) {
      return
    }
    if (answer === 'link-used') {
      this.#end(claim, ClaimState.TAKEN, 'taken')
    } else {
      this.#forget(claim)
    }
  }

  ready(session: RelaySession): void {
    for (const claim of this.#claims.values()) {
      if (this.#relays(claim).some(({ nodeKey }) => nodeKey === session.nodeKey)) {
        this.#step(claim.contactId)
      }
    }
  }

  lost(): void {
    for (const claim of this.#claims.values()) {
      claim.isComposing = false
    }
  }

  #add(contactId: ContactId, row: ClaimedLinkRow): void {
    const claim: Claim = {
      contactId,
      row,
      link: decodeLink(row.link),
      isClaiming: false,
      isComposing: false,
      inFlight: new Set(),
      failures: 0
    }
    const end = ENDS.get(row.state)
    if (end !== undefined) {
      this.#ends.set(contactId, end)
      return
    }
    this.#claims.set(contactId, claim)
    for (const relay of this.#relays(claim)) {
      this.#book.want(relay, `claim ${contactId}`)
    }
    this.#armExpiry(claim)
  }

  #armExpiry(claim: Claim): void {
    const { row, link } = claim
    const atMs =
      row.requestedAtMs === 0
        ? (link.expiresAtMs ?? row.openedAtMs + REQUEST_LIFETIME_MS)
        : row.requestedAtMs + REQUEST_LIFETIME_MS
    this.#kernel.setTimer(`claim ${claim.contactId}`, atMs, () => {
      this.#end(claim, ClaimState.EXPIRED, 'expired')
    })
  }

  #relays(claim: Claim): readonly RelayAddress[] {
    return claim.row.invitation.length === 0
      ? claim.link.relays
      : decodeInvitation(claim.row.invitation).relays
  }

  #step(contactId: ContactId): void {
    const claim = this.#claims.get(contactId)
    if (claim?.row.state === ClaimState.CLAIMING) {
      this.#claimSomewhere(claim)
    } else if (claim?.row.state === ClaimState.READY || claim?.row.state === ClaimState.REQUESTED) {
      for (const { nodeKey } of this.#relays(claim)) {
        this.#depositAt(claim, nodeKey)
      }
    }
  }

  #claimSomewhere(claim: Claim): void {
    const relay = claim.link.relays.find(
      ({ nodeKey }) =>
        !claim.row.refusedAt.includes(nodeKey) && this.#book.get(nodeKey)?.isReady === true
    )
    const session = relay === undefined ? undefined : this.#book.get(relay.nodeKey)
    if (claim.isClaiming || session?.info === undefined) {
      return
    }
    claim.isClaiming = true
    const { nodeKey, info } = session
    const { linkId, claimToken } = linkSecrets(claim.link.linkSecret, nodeKey)
    const { claimId } = claim.row
    const target = {
      relay: relayMultihash(nodeKey),
      challenge: info.challenge,
      verb: 'claim' as const,
      subject: sha256(claimId)
    }
    const work = info.workBits === 0 ? undefined : { target, bits: info.workBits }
    session.request(
      { type: 'claim', linkId, claimToken, claimId, work: undefined },
      (answer) => {
        this.#claimAnswered(claim, nodeKey, answer)
      },
      work
    )
  }

  #claimAnswered(claim: Claim, relay: NodeKey, answer: MailboxAnswer | undefined): void {
    if (answer?.type === 'claimed') {
      this.#kernel.emit({
        type: 'open-claimable',
        contactId: claim.contactId,
        relay,
        blob: answer.blob
      })
      return
    }
    claim.isClaiming = false
    const isGone =
      answer?.type === 'taken' || (answer?.type === 'refused' && answer.reason === 'denied')
    if (isGone) {
      this.#refused(claim, relay, 'taken')
    } else {
      this.#later(claim)
    }
  }

  /** Nothing to be had at this relay: the next one, or the end. */
  #refused(claim: Claim, relay: NodeKey, why: 'taken' | 'untrusted'): void {
    claim.row.refusedAt = [...claim.row.refusedAt, relay]
    this.#save(claim.contactId)
    if (claim.link.relays.every(({ nodeKey }) => claim.row.refusedAt.includes(nodeKey))) {
      this.#end(claim, why === 'taken' ? ClaimState.TAKEN : ClaimState.UNTRUSTED, why)
    } else {
      this.#step(claim.contactId)
    }
  }

  #depositAt(claim: Claim, relay: NodeKey): void {
    const session = this.#book.get(relay)
    const { row } = claim
    const isThere = row.replicas.some(
      ({ nodeKey, storeId }) => nodeKey === relay && storeId === session?.storeId
    )
    if (session?.info === undefined || !session.isReady || isThere || claim.inFlight.has(relay)) {
      return
    }
    const { info } = session
    const invitation = decodeInvitation(row.invitation)
    const box = mailboxSecrets(invitation.boxSeed, relay)
    const replica = replicaSecrets(row.replicaSeed, relay, box.mailboxId)
    claim.inFlight.add(relay)
    session.requestWith(
      (answer) => {
        claim.inFlight.delete(relay)
        this.#depositAnswered(claim, session, answer)
      },
      (number) => ({
        type: 'deposit-request',
        relay,
        number,
        boxId: box.mailboxId,
        boxToken: box.depositToken,
        requestKey: invitation.requestKey,
        envelopeId: envelopeIds.fromBytes(replica.envelopeId),
        recallHash: replica.recallHash,
        ciphertext: { type: row.ciphertextType === 3 ? 3 : 2, bytes: row.ciphertext },
        workBits: info.workBits,
        challenge: info.challenge
      })
    )
  }

  #depositAnswered(claim: Claim, session: RelaySession, answer: MailboxAnswer | undefined): void {
    const { storeId } = session
    if (
      answer?.type === 'deposited' &&
      storeId !== undefined &&
      this.#claims.get(claim.contactId) === claim
    ) {
      const replica = create(ReplicaSchema, {
        nodeKey: session.nodeKey,
        storeId,
        state: ReplicaState.STORED,
        atMs: this.#kernel.atMs
      })
      claim.row.replicas = [
        ...claim.row.replicas.filter(({ nodeKey }) => nodeKey !== session.nodeKey),
        replica
      ]
      claim.row.state = ClaimState.REQUESTED
      claim.failures = 0
      this.#save(claim.contactId)
      this.#events.onRequested(claim.contactId)
    } else {
      this.#later(claim)
    }
  }

  #later(claim: Claim): void {
    claim.failures += 1
    const waitMs = backoffMs(RETRY, claim.failures, this.#kernel.random)
    this.#kernel.setTimer(`claim again ${claim.contactId}`, this.#kernel.atMs + waitMs, () => {
      this.#step(claim.contactId)
    })
  }

  #end(claim: Claim, state: ClaimState, end: ClaimEnd): void {
    claim.row.state = state
    this.#save(claim.contactId)
    this.#stop(claim)
    this.#ends.set(claim.contactId, end)
    this.#events.onEnded(claim.contactId, end)
  }

  #forget(claim: Claim): void {
    this.#kernel.erase('claimed-link', claim.contactId)
    this.#stop(claim)
  }

  #stop(claim: Claim): void {
    this.#claims.delete(claim.contactId)
    this.#kernel.cancelTimer(`claim ${claim.contactId}`)
    this.#kernel.cancelTimer(`claim again ${claim.contactId}`)
    for (const { nodeKey } of this.#book.all()) {
      this.#book.unwant(nodeKey, `claim ${claim.contactId}`)
    }
  }

  #save(contactId: ContactId): void {
    const claim = this.#claims.get(contactId)
    if (claim !== undefined) {
      this.#kernel.write('claimed-link', contactId, toBinary(ClaimedLinkRowSchema, claim.row))
    }
  }
}
