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
 * An accept that comes after the end still counts.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type ContactId,
  decodeInvitation,
  envelopeIds,
  type Invitation,
  LIFETIMES_MS,
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

const DAY_MS = 24 * 3_600_000
/** A request that nobody answers is given up after so long. */
const REQUEST_LIFETIME_MS = 30 * DAY_MS
/** A request lives two weeks at a relay, and is deposited again before that is over. */
const REQUEST_AGING_MS: number = 0.75 * (LIFETIMES_MS[2] ?? 0)
const RETRY = { firstMs: 2_000, maxMs: 600_000 }
/** What the client was asked for, and did not give, is asked for again after so long. */
const ASK_AGAIN_MS = 30_000

export type ClaimEnd = 'taken' | 'expired' | 'untrusted' | 'known'
/** How far a guest's link has come: `composed` once there is a session to write in. */
export type ClaimProgress = 'claiming' | 'composed' | 'requested' | { readonly end: ClaimEnd }

const ENDS: ReadonlyMap<ClaimState, ClaimEnd> = new Map([
  [ClaimState.TAKEN, 'taken'],
  [ClaimState.EXPIRED, 'expired'],
  [ClaimState.UNTRUSTED, 'untrusted'],
  [ClaimState.BLOCKED, 'known']
])

export interface ClaimsEvents {
  /** The inviter is known: the contact needs mailboxes, then the request can be composed. */
  readonly onClaimed: (contactId: ContactId, invitation: Invitation) => void
  /** Whether the contact has mailboxes at some relay, for the answer to a request. */
  readonly isRegistered: (contactId: ContactId) => boolean
  readonly onRequested: (contactId: ContactId) => void
  readonly onEnded: (contactId: ContactId, end: ClaimEnd) => void
}

interface Claim {
  readonly contactId: ContactId
  readonly row: ClaimedLinkRow
  readonly link: Link
  /** A claim is under way, or its claimable is being opened. */
  isClaiming: boolean
  /** Relays that know nothing of the link, and those that gave no answer, since the last wait. */
  readonly deniedAt: Set<NodeKey>
  readonly triedAt: Set<NodeKey>
  /** Relays with a request under way. */
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
      const end = ENDS.get(row.state)
      if (end === undefined) {
        this.#add(key as ContactId, row)
      } else {
        this.#ends.set(key as ContactId, end)
      }
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
    const claim = this.#add(contactId, row)
    this.#save(claim)
    this.#step(claim)
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
    return row?.state !== ClaimState.CLAIMED
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
    this.#kernel.cancelTimer(`claim opens ${contactId}`)
    claim.isClaiming = false
    if (invitation === undefined || invitation.expiresAtMs < this.#book.networkTimeMs()) {
      this.#refused(claim, relay, 'untrusted')
      return
    }
    if (isKnown) {
      this.#end(claim, ClaimState.BLOCKED, 'known')
      return
    }
    claim.row.state = ClaimState.CLAIMED
    claim.row.claimedAt = relay
    claim.row.invitation = bytes
    this.#save(claim)
    for (const address of invitation.relays) {
      this.#book.want(address, `claim ${contactId}`)
    }
    this.#events.onClaimed(contactId, invitation)
    this.compose(contactId)
  }

  /** Has the request composed, once the contact has mailboxes to answer to. */
  compose(contactId: ContactId): void {
    const isClaimed = this.#claims.get(contactId)?.row.state === ClaimState.CLAIMED
    const name = `claim composes ${contactId}`
    if (isClaimed && this.#events.isRegistered(contactId) && !this.#kernel.hasTimer(name)) {
      this.#kernel.emit({ type: 'compose-request', contactId })
      this.#kernel.setTimer(name, ASK_AGAIN_MS, () => {
        this.compose(contactId)
      })
    }
  }

  composed(contactId: ContactId, ciphertext: CiphertextOfType): void {
    const claim = this.#claims.get(contactId)
    if (claim?.row.state !== ClaimState.CLAIMED) {
      return
    }
    claim.row.state = ClaimState.READY
    claim.row.ciphertextType = ciphertext.type
    claim.row.ciphertext = ciphertext.bytes
    claim.row.replicaSeed = this.#kernel.random.bytes(32)
    claim.row.requestedAtMs = this.#kernel.atMs
    this.#save(claim)
    this.#kernel.cancelTimer(`claim composes ${contactId}`)
    this.#armAlarm(claim)
    this.#step(claim)
  }

  /** The inviter answered, with an accept or with the word that the link was used. */
  answered(contactId: ContactId, answer: 'accepted' | 'link-used'): void {
    const claim = this.#claims.get(contactId)
    if (answer === 'accepted') {
      this.#ends.delete(contactId)
      this.#kernel.erase('claimed-link', contactId)
      if (claim !== undefined) {
        this.#stop(claim)
      }
    } else if (claim !== undefined) {
      this.#end(claim, ClaimState.TAKEN, 'taken')
    }
  }

  ready(session: RelaySession): void {
    for (const claim of this.#claims.values()) {
      if (this.#relays(claim).some(({ nodeKey }) => nodeKey === session.nodeKey)) {
        claim.triedAt.delete(session.nodeKey)
        claim.deniedAt.delete(session.nodeKey)
        this.#step(claim)
      }
    }
  }

  /** Network time may be another than a moment ago. */
  timeChanged(): void {
    for (const claim of this.#claims.values()) {
      this.#armAlarm(claim)
    }
  }

  #add(contactId: ContactId, row: ClaimedLinkRow): Claim {
    const claim: Claim = {
      contactId,
      row,
      link: decodeLink(row.link),
      isClaiming: false,
      deniedAt: new Set(),
      triedAt: new Set(),
      inFlight: new Set(),
      failures: 0
    }
    this.#claims.set(contactId, claim)
    for (const relay of this.#relays(claim)) {
      this.#book.want(relay, `claim ${contactId}`)
    }
    this.#armAlarm(claim)
    this.#armAging(claim)
    return claim
  }

  /** A link ends by network time, a request by our own clock, which it was begun by. */
  #leftMs({ row, link }: Claim): number {
    if (row.requestedAtMs !== 0) {
      return row.requestedAtMs + REQUEST_LIFETIME_MS - this.#kernel.atMs
    }
    return link.expiresAtMs === undefined
      ? row.openedAtMs + REQUEST_LIFETIME_MS - this.#kernel.atMs
      : link.expiresAtMs - this.#book.networkTimeMs()
  }

  #armAlarm(claim: Claim): void {
    const atMs = this.#kernel.atMs + Math.max(0, this.#leftMs(claim))
    this.#kernel.setAlarm(`claim ${claim.contactId}`, atMs, () => {
      if (this.#leftMs(claim) <= 0) {
        this.#end(claim, ClaimState.EXPIRED, 'expired')
      } else {
        this.#armAlarm(claim)
      }
    })
  }

  #armAging(claim: Claim): void {
    this.#kernel.setTimer(`claim ages ${claim.contactId}`, DAY_MS, () => {
      this.#armAging(claim)
      this.#step(claim)
    })
  }

  #relays({ row, link }: Claim): readonly RelayAddress[] {
    return row.invitation.length === 0 ? link.relays : decodeInvitation(row.invitation).relays
  }

  #step(claim: Claim): void {
    const { row } = claim
    if (this.#claims.get(claim.contactId) !== claim) {
      return
    }
    if (row.state === ClaimState.CLAIMING) {
      this.#claimSomewhere(claim)
    } else if (row.state === ClaimState.READY || row.state === ClaimState.REQUESTED) {
      const { atMs } = this.#kernel
      if (row.replicas.some((replica) => Math.abs(atMs - replica.atMs) > REQUEST_AGING_MS)) {
        row.replicaSeed = this.#kernel.random.bytes(32)
        row.replicas = []
        this.#save(claim)
      }
      for (const { nodeKey } of this.#relays(claim)) {
        this.#depositAt(claim, nodeKey)
      }
    }
  }

  /** Claims at the first relay that may have something; the others have their turn if it has not. */
  #claimSomewhere(claim: Claim): void {
    const { row, link, deniedAt, triedAt } = claim
    if (claim.isClaiming) {
      return
    }
    const left = link.relays.filter(({ nodeKey }) => !row.refusedAt.includes(nodeKey))
    if (row.refusedAt.length > 0 && left.every(({ nodeKey }) => deniedAt.has(nodeKey))) {
      // One relay knows the link and has nothing left, and no other knows it.
      this.#end(claim, ClaimState.TAKEN, 'taken')
      return
    }
    const ready = left
      .map(({ nodeKey }) => this.#book.get(nodeKey))
      .filter((session) => session?.isReady === true)
    const session = ready.find(
      (candidate) =>
        candidate !== undefined &&
        !deniedAt.has(candidate.nodeKey) &&
        !triedAt.has(candidate.nodeKey)
    )
    if (session?.info !== undefined) {
      this.#claimAt(claim, session)
    } else if (ready.length > 0) {
      this.#later(claim)
    }
  }

  #claimAt(claim: Claim, session: RelaySession): void {
    const { nodeKey, info } = session
    const { linkId, claimToken } = linkSecrets(claim.link.linkSecret, nodeKey)
    const { claimId } = claim.row
    const bits = info?.workBits ?? 0
    const target = {
      relay: relayMultihash(nodeKey),
      challenge: info?.challenge ?? new Uint8Array(16),
      verb: 'claim' as const,
      subject: sha256(claimId)
    }
    claim.isClaiming = true
    session.request(
      { type: 'claim', linkId, claimToken, claimId, work: undefined },
      (answer) => {
        if (this.#claims.get(claim.contactId) === claim) {
          this.#claimAnswered(claim, nodeKey, answer)
        }
      },
      bits === 0 ? undefined : { target, bits }
    )
  }

  #claimAnswered(claim: Claim, relay: NodeKey, answer: MailboxAnswer | undefined): void {
    if (answer?.type === 'claimed') {
      this.#open(claim, relay, answer.blob)
      return
    }
    claim.isClaiming = false
    if (answer?.type === 'taken') {
      this.#refused(claim, relay, 'taken')
      return
    }
    const isDenied = answer?.type === 'refused' && answer.reason === 'denied'
    // A relay that knows nothing of the link may have lost it, and be given it again.
    const places = isDenied ? claim.deniedAt : claim.triedAt
    places.add(relay)
    this.#step(claim)
  }

  #open(claim: Claim, relay: NodeKey, blob: Uint8Array): void {
    const { contactId } = claim
    this.#kernel.emit({ type: 'open-claimable', contactId, relay, blob })
    this.#kernel.setTimer(`claim opens ${contactId}`, ASK_AGAIN_MS, () => {
      claim.isClaiming = false
      this.#step(claim)
    })
  }

  /** Nothing to be had at this relay: the next one, or the end. */
  #refused(claim: Claim, relay: NodeKey, why: 'taken' | 'untrusted'): void {
    claim.row.refusedAt = [...claim.row.refusedAt, relay]
    this.#save(claim)
    if (claim.link.relays.every(({ nodeKey }) => claim.row.refusedAt.includes(nodeKey))) {
      this.#end(claim, why === 'taken' ? ClaimState.TAKEN : ClaimState.UNTRUSTED, why)
    } else {
      this.#step(claim)
    }
  }

  #depositAt(claim: Claim, relay: NodeKey): void {
    const session = this.#book.get(relay)
    const { row } = claim
    const isThere = row.replicas.some(
      ({ nodeKey, storeId }) => nodeKey === relay && storeId === session?.storeId
    )
    const again = (): void => {
      this.#step(claim)
    }
    if (
      session?.info === undefined ||
      !session.isReady ||
      isThere ||
      claim.inFlight.has(relay) ||
      !session.pace.take(`claim ${claim.contactId}`, again)
    ) {
      return
    }
    const { workBits, challenge } = session.info
    const invitation = decodeInvitation(row.invitation)
    const box = mailboxSecrets(invitation.boxSeed, relay)
    const { replicaSeed } = row
    const replica = replicaSecrets(replicaSeed, relay, box.mailboxId)
    claim.inFlight.add(relay)
    session.requestWith(
      (answer) => {
        claim.inFlight.delete(relay)
        if (this.#claims.get(claim.contactId) === claim && row.replicaSeed === replicaSeed) {
          this.#depositAnswered(claim, session, answer)
        }
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
        workBits,
        challenge
      }),
      workBits
    )
  }

  #depositAnswered(claim: Claim, session: RelaySession, answer: MailboxAnswer | undefined): void {
    const { storeId, nodeKey: relay } = session
    const isStored = answer?.type === 'deposited' && answer.outcome !== 'accepted'
    if (!isStored || storeId === undefined) {
      this.#later(claim)
      return
    }
    const { row } = claim
    const replica = create(ReplicaSchema, {
      nodeKey: relay,
      storeId,
      state: ReplicaState.STORED,
      atMs: this.#kernel.atMs
    })
    row.replicas = [...row.replicas.filter(({ nodeKey }) => nodeKey !== relay), replica]
    row.state = ClaimState.REQUESTED
    claim.failures = 0
    this.#save(claim)
    this.#events.onRequested(claim.contactId)
  }

  #later(claim: Claim): void {
    const name = `claim again ${claim.contactId}`
    if (this.#kernel.hasTimer(name)) {
      return
    }
    claim.failures += 1
    const waitMs = backoffMs(RETRY, claim.failures, this.#kernel.random)
    this.#kernel.setTimer(name, waitMs, () => {
      claim.triedAt.clear()
      claim.deniedAt.clear()
      this.#step(claim)
    })
  }

  #end(claim: Claim, state: ClaimState, end: ClaimEnd): void {
    claim.row.state = state
    this.#save(claim)
    this.#stop(claim)
    this.#ends.set(claim.contactId, end)
    this.#events.onEnded(claim.contactId, end)
  }

  #stop(claim: Claim): void {
    const { contactId } = claim
    this.#claims.delete(contactId)
    this.#kernel.cancelAlarm(`claim ${contactId}`)
    for (const name of ['again', 'ages', 'opens', 'composes']) {
      this.#kernel.cancelTimer(`claim ${name} ${contactId}`)
    }
    for (const { nodeKey } of this.#book.all()) {
      this.#book.unwant(nodeKey, `claim ${contactId}`)
    }
  }

  #save({ contactId, row }: Claim): void {
    this.#kernel.write('claimed-link', contactId, toBinary(ClaimedLinkRowSchema, row))
  }
}
