/**
 * The links that this home opened: a guest's way to a contact. Each state is on disk before the next step, and a crash
 * repeats the step.
 *
 * ```
 *   claiming --claimable, trusted--> claimed --mailboxes registered, request encrypted--> ready --stored once--> requested
 *      |  ^  \                          ^                                                               |
 *      |  |   `--none left--> taken,    `--1 day, 3 for a public address: claimed at another relay,--------+
 *      +--+       untrusted, blocked                 at all of them again       accepted <--their accept--+
 *     next relay                                                                taken <----"link used"----+
 *                                                                               expired <--30 days--------+
 * ```
 * An accept that comes after the end still counts. Whoever is a contact already is asked again in that conversation, under number
 * 0: it tells them our address, and has them tell theirs.
 */
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  concatBytes,
  type ContactId,
  decodeInvitation,
  equalBytes,
  type Invitation,
  type MailboxAnswer,
  type NodeKey,
  nodeKeys,
  relayMultihash,
  type RequestId
} from '@sealpost/protocol'
import { type ClaimedLinkRow, ClaimedLinkRowSchema, ClaimState } from '@sealpost/protocol/home'
import { linkSecrets } from '../address/seeds.ts'
import { sha256 } from '../derive.ts'
import type { CiphertextOfType } from '../peer/effects.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import type { RelaySession } from '../peer/relay-session.ts'
import type { Row } from '../tables.ts'
import { backoffMs } from '../time/backoff.ts'
import {
  type Claim,
  type ClaimEnd,
  claimOf,
  type ClaimProgress,
  newClaimRow,
  type OpenedLink,
  relaysOf,
  type RequestDraft,
  unasked
} from './claim.ts'
import type { Link } from './link.ts'
import { RequestDeposits } from './request-deposits.ts'

const DAY_MS = 24 * 3_600_000
/** A request that nobody answers is given up after so long. */
const REQUEST_LIFETIME_MS = 30 * DAY_MS
/** An inviter who says nothing may have lost what the claimable named: another one is claimed. */
const SILENCE_MS: number = DAY_MS
/** People look at requests when they like. */
const PUBLIC_SILENCE_MS: number = 3 * DAY_MS
const HASH_BYTES = 16
const RETRY = { firstMs: 2_000, maxMs: 600_000 }
/** What the client was asked for, and did not give, is asked for again after so long. */
const ASK_AGAIN_MS = 30_000

const ENDS: ReadonlyMap<ClaimState, ClaimEnd> = new Map([
  [ClaimState.TAKEN, 'taken'],
  [ClaimState.EXPIRED, 'expired'],
  [ClaimState.UNTRUSTED, 'untrusted'],
  [ClaimState.BLOCKED, 'blocked']
])

export interface ClaimsEvents {
  /** The inviter is known: the contact needs mailboxes, then the request can be composed. */
  readonly onClaimed: (contactId: ContactId, invitation: Invitation) => void
  /** Whether the contact has mailboxes at some relay, for the answer to a request. */
  readonly isRegistered: (contactId: ContactId) => boolean
  readonly onRequested: (contactId: ContactId, requestId: RequestId) => void
  readonly onEnded: (contactId: ContactId, end: ClaimEnd) => void
}

export class Claims {
  readonly #kernel: PeerKernel
  readonly #book: RelayBook
  readonly #events: ClaimsEvents
  readonly #deposits: RequestDeposits
  readonly #claims = new Map<ContactId, Claim>()
  readonly #ends = new Map<ContactId, ClaimEnd>()

  constructor(kernel: PeerKernel, book: RelayBook, events: ClaimsEvents) {
    this.#kernel = kernel
    this.#book = book
    this.#events = events
    this.#deposits = new RequestDeposits(kernel, book, {
      onStored: (contactId) => {
        const claim = this.#claims.get(contactId)
        if (claim !== undefined) {
          if (claim.row.state === ClaimState.READY) {
            claim.row.state = ClaimState.REQUESTED
          }
          claim.failures = 0
          this.#save(claim)
          this.#events.onRequested(contactId, claim.row.requestId as RequestId)
        }
      },
      onFailed: (contactId) => {
        const claim = this.#claims.get(contactId)
        if (claim !== undefined) {
          this.#later(claim)
        }
      },
      again: (contactId) => {
        const claim = this.#claims.get(contactId)
        if (claim !== undefined) {
          this.#step(claim)
        }
      }
    })
  }

  restore(rows: readonly Row[]): void {
    for (const { key, value } of rows) {
      const row = fromBinary(ClaimedLinkRowSchema, value)
      const end = ENDS.get(row.state)
      if (end !== undefined) {
        this.#ends.set(key as ContactId, end)
      } else if (row.state !== ClaimState.MERGED) {
        this.#add(key as ContactId, row)
      }
    }
  }

  open(contactId: ContactId, opened: OpenedLink): void {
    const row = newClaimRow(this.#kernel, opened)
    const claim = this.#add(contactId, row)
    this.#save(claim)
    this.#step(claim)
  }

  /** The contact that waits for an answer to this very link. */
  find(linkBytes: Uint8Array): ContactId | undefined {
    return [...this.#claims.values()].find(({ row }) => equalBytes(row.link, linkBytes))?.contactId
  }

  /** Whose conversation goes on with a contact, once they accept. */
  replaces(contactId: ContactId): ContactId | undefined {
    const replaces = this.#claims.get(contactId)?.row.replaces ?? ''
    return replaces === '' ? undefined : (replaces as ContactId)
  }

  /** Whether a link is followed to somebody who is a contact already. */
  isRenewal(contactId: ContactId): boolean {
    return this.#claims.get(contactId)?.row.requestNumber === 0
  }

  /** What the person wants to say to a contact beside the request, which has no room for it. */
  textFor(contactId: ContactId): string {
    return this.isRenewal(contactId) ? (this.#claims.get(contactId)?.row.text ?? '') : ''
  }

  /** Whether something is to be said to whoever a link leads to. */
  hasText(contactId: ContactId): boolean {
    return (this.#claims.get(contactId)?.row.text ?? '') !== ''
  }

  /** That was queued, as a message of its own. */
  textSent(contactId: ContactId): void {
    const claim = this.#claims.get(contactId)
    if (claim !== undefined) {
      claim.row.text = ''
      this.#save(claim)
    }
  }

  /**
   * A link turns out to be of somebody whom we know: it is followed in that conversation.
   *
   * @param isAccepted whether they know us too; otherwise they were asked already, and it is the same request again.
   */
  move(from: ContactId, to: ContactId, isAccepted: boolean): void {
    const claim = this.#claims.get(from)
    if (claim === undefined) {
      return
    }
    const before = this.#claims.get(to)
    const { row } = claim
    this.abandon(from)
    if (before !== undefined) {
      row.requestId = before.row.requestId
      this.#stop(before)
    }
    row.requestNumber = isAccepted ? 0 : (before?.row.requestNumber ?? 1)
    this.#ends.delete(to)
    const moved = this.#add(to, row)
    this.#save(moved)
  }

  /** Forgets a link that somebody opened. */
  abandon(contactId: ContactId): void {
    const claim = this.#claims.get(contactId)
    if (claim !== undefined) {
      this.#stop(claim)
    }
    this.#ends.delete(contactId)
    this.#kernel.erase('claimed-link', contactId)
  }

  /** Undefined where no link led to the contact, or it was answered. */
  progress(contactId: ContactId): ClaimProgress | undefined {
    const end = this.#ends.get(contactId)
    if (end !== undefined) {
      return { end }
    }
    const row = this.#claims.get(contactId)?.row
    switch (row?.state) {
      case undefined:
        return undefined
      case ClaimState.CLAIMED:
        // With another claimable, while the first request is on its way.
        return row.ciphertext.length > 0 ? 'requested' : 'claiming'
      case ClaimState.READY:
        return 'composed'
      case ClaimState.REQUESTED:
        return 'requested'
      default:
        return 'claiming'
    }
  }

  /** What a request is composed of; undefined once there is nothing to compose. */
  invitation(contactId: ContactId): RequestDraft | undefined {
    const row = this.#claims.get(contactId)?.row
    return row?.state !== ClaimState.CLAIMED
      ? undefined
      : {
          invitation: decodeInvitation(row.invitation),
          requestId: row.requestId as RequestId,
          number: row.requestNumber,
          isAgain: row.requestedAtMs !== 0,
          text: row.requestNumber === 0 ? '' : row.text
        }
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

  /**
   * A claimable was opened, which is of no use where `invitation` is undefined or its time is over: the next relay has its turn.
   *
   * @returns whether it is of use.
   */
  opened(
    contactId: ContactId,
    relay: NodeKey,
    invitation: Invitation | undefined
  ): invitation is Invitation {
    const claim = this.#claims.get(contactId)
    const state = claim?.row.state
    const isAnother = state === ClaimState.REQUESTED && claim?.isClaiming === true
    if (claim === undefined || (state !== ClaimState.CLAIMING && !isAnother)) {
      return false
    }
    this.#kernel.cancelTimer(`claim opens ${contactId}`)
    claim.isClaiming = false
    if (invitation === undefined || invitation.expiresAtMs < this.#book.networkTimeMs()) {
      this.#refused(claim, relay, 'untrusted')
      return false
    }
    return true
  }

  /** Who made the link is blocked here: that is its end. */
  blocked(contactId: ContactId): void {
    const claim = this.#claims.get(contactId)
    if (claim !== undefined) {
      this.#end(claim, ClaimState.BLOCKED, 'blocked')
    }
  }

  /** A claimable is taken: its request is composed next. */
  take(contactId: ContactId, relay: NodeKey, invitation: Invitation, bytes: Uint8Array): void {
    const claim = this.#claims.get(contactId)
    if (claim === undefined) {
      return
    }
    const { row } = claim
    const isFirst = row.state === ClaimState.CLAIMING
    const hash = sha256(concatBytes(nodeKeys.toBytes(relay), bytes)).subarray(0, HASH_BYTES)
    row.askedThrough = [...row.askedThrough.filter((asked) => asked !== relay), relay]
    claim.again.delete(relay)
    if (!isFirst && row.askedWith.some((known) => equalBytes(known, hash))) {
      // Whoever made it says nothing still.
      this.#save(claim)
      this.#step(claim)
      return
    }
    claim.again.clear()
    row.state = ClaimState.CLAIMED
    row.claimedAt = relay
    row.askedWith = [...row.askedWith, hash]
    row.invitation = bytes
    this.#save(claim)
    for (const address of invitation.relays) {
      this.#book.want(address, `claim ${contactId}`)
    }
    if (isFirst) {
      this.#events.onClaimed(contactId, invitation)
    }
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
    claim.row.replicas = []
    claim.row.askedAtMs = this.#kernel.atMs
    claim.row.requestedAtMs ||= this.#kernel.atMs
    this.#save(claim)
    this.#kernel.cancelTimer(`claim composes ${contactId}`)
    this.#armAlarm(claim)
    this.#armSilence(claim)
    this.#step(claim)
  }

  /** The inviter answered, with an accept or with the word that the link was used. @returns which request, if it is still known */
  answered(contactId: ContactId, answer: 'accepted' | 'link-used'): RequestId | undefined {
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
    return claim?.row.requestId as RequestId | undefined
  }

  ready(session: RelaySession): void {
    for (const claim of this.#claims.values()) {
      if (relaysOf(claim).some(({ nodeKey }) => nodeKey === session.nodeKey)) {
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
    const claim = claimOf(contactId, row)
    this.#claims.set(contactId, claim)
    for (const relay of relaysOf(claim)) {
      this.#book.want(relay, `claim ${contactId}`)
    }
    this.#armAlarm(claim)
    this.#armAging(claim)
    this.#armSilence(claim)
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

  #silenceMs({ link }: Claim): number {
    return link.kind === 'public' ? PUBLIC_SILENCE_MS : SILENCE_MS
  }

  /** Looks at the request when its inviter has said nothing for long. */
  #armSilence(claim: Claim): void {
    if (claim.row.askedAtMs !== 0) {
      const atMs = claim.row.askedAtMs + this.#silenceMs(claim)
      this.#kernel.setAlarm(`claim silent ${claim.contactId}`, atMs, () => {
        this.#step(claim)
      })
    }
  }

  /** Whether it is time for a claimable of another relay. */
  #isSilent(claim: Claim): boolean {
    return this.#kernel.atMs - claim.row.askedAtMs >= this.#silenceMs(claim)
  }

  #step(claim: Claim): void {
    const { row } = claim
    if (this.#claims.get(claim.contactId) !== claim) {
      return
    }
    if (row.state === ClaimState.CLAIMING) {
      this.#claimSomewhere(claim)
    } else if (row.state === ClaimState.READY || row.state === ClaimState.REQUESTED) {
      if (this.#deposits.renew(row)) {
        this.#save(claim)
      }
      for (const { nodeKey } of relaysOf(claim)) {
        this.#deposits.depositAt(claim.contactId, row, nodeKey)
      }
      if (row.state === ClaimState.REQUESTED && (claim.again.size > 0 || this.#isSilent(claim))) {
        this.#claimSomewhere(claim)
      }
    }
  }

  /** Claims at the first relay that may have something; the others have their turn if it has not. */
  #claimSomewhere(claim: Claim): void {
    const { row, deniedAt, triedAt } = claim
    if (claim.isClaiming) {
      return
    }
    const isFirst = row.state === ClaimState.CLAIMING
    if (!isFirst && unasked(claim).length === 0 && this.#isSilent(claim)) {
      // Another device of theirs may serve the link by now, and have replaced what the relays gave before.
      row.askedThrough.forEach((nodeKey) => claim.again.add(nodeKey as NodeKey))
      row.askedAtMs = this.#kernel.atMs
      this.#save(claim)
      this.#armSilence(claim)
    }
    const left = unasked(claim)
    if (isFirst && row.refusedAt.length > 0 && left.every(({ nodeKey }) => deniedAt.has(nodeKey))) {
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
    claim.again.delete(relay)
    this.#step(claim)
  }

  #open(claim: Claim, relay: NodeKey, blob: Uint8Array): void {
    const { contactId } = claim
    this.#kernel.emit({ type: 'open-claimable', contactId, relay, blob })
    this.#kernel.setTimer(`claim opens ${contactId}`, ASK_AGAIN_MS, () => {
      claim.isClaiming = false
      claim.again.clear()
      this.#step(claim)
    })
  }

  /** Nothing to be had at this relay: the next one, or the end. */
  #refused(claim: Claim, relay: NodeKey, why: 'taken' | 'untrusted'): void {
    const { row, link } = claim
    row.refusedAt = [...row.refusedAt, relay]
    this.#save(claim)
    const isFirst = row.state === ClaimState.CLAIMING
    if (isFirst && link.relays.every(({ nodeKey }) => row.refusedAt.includes(nodeKey))) {
      this.#end(claim, why === 'taken' ? ClaimState.TAKEN : ClaimState.UNTRUSTED, why)
    } else {
      this.#step(claim)
    }
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
    this.#kernel.cancelAlarm(`claim silent ${contactId}`)
    this.#deposits.stop(contactId)
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
