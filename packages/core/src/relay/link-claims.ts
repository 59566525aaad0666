/**
 * Claiming: one claimable to one claim id, the same again to the same claim id until it expires.
 *
 * ```
 *   claim -> work too little -> needs-work
 *     |
 *     +-> reading: link, claim row -> unknown, wrong token -> denied
 *              ^                   -> nothing left         -> taken
 *              |                   -> choice -> reading: link, claim row, the chosen one -> still the choice -> written, claimed
 *              +------------------------------------------------- somebody else got it --+
 * ```
 */
import { bytesToHex, equalSecrets, type LinkId, type MailboxRequest } from '@sealpost/protocol'
import { sha256 } from '../derive.ts'
import type { RecordsInput } from '../machine.ts'
import type { RowKey } from '../tables.ts'
import { BUSY_RETRY_MS } from './admission.ts'
import {
  type ClaimableEntry,
  claimableKey,
  encodeClaim,
  type LinkRow,
  parseClaim,
  parseClaimable,
  parseLink
} from './link-rows.ts'
import { isFree, type Links, newest } from './links.ts'
import type { Refusals, Request } from './refusals.ts'
import type { RelayState, Waiting } from './relay-state.ts'
import type { WorkAdmission } from './work-admission.ts'

/** Claims of fallbacks that are remembered for one link. Beyond, who claims again may get another one. */
const FALLBACK_CLAIMS_MAX = 1_024
/** Choices that may be lost to others before a claim is told to come again. */
const CHOICES_MAX = 16

type ClaimRequest = Extract<MailboxRequest, { readonly type: 'claim' }>

class PendingClaim implements Waiting {
  readonly #claims: LinkClaims
  readonly request: Request
  readonly body: ClaimRequest
  readonly claimHash: Uint8Array
  readonly claimKey: string
  /** The claimable that is being read. */
  choice: number | undefined
  choiceCount = 0

  constructor(claims: LinkClaims, request: Request, body: ClaimRequest) {
    this.#claims = claims
    this.request = request
    this.body = body
    this.claimHash = sha256(body.claimId)
    this.claimKey = body.linkId + bytesToHex(this.claimHash)
  }

  resume(records: RecordsInput): void {
    this.#claims.onRecords(this, records)
  }
}

/** Hands out claimables. */
export class LinkClaims {
  readonly #state: RelayState
  readonly #work: WorkAdmission
  readonly #refusals: Refusals
  readonly #links: Links

  constructor(parts: {
    readonly state: RelayState
    readonly work: WorkAdmission
    readonly refusals: Refusals
    readonly links: Links
  }) {
    this.#state = parts.state
    this.#work = parts.work
    this.#refusals = parts.refusals
    this.#links = parts.links
  }

  /** `claim` came. */
  onRequest(request: Request, body: ClaimRequest): void {
    const pending = new PendingClaim(this, request, body)
    const refusal = this.#work.refusalFor(body.work, 'claim', () => pending.claimHash)
    if (refusal !== undefined) {
      this.#refusals.refuse(request, refusal)
      return
    }
    this.#read(pending)
  }

  #read(pending: PendingClaim): void {
    const { linkId } = pending.body
    const keys: RowKey[] = [
      { table: 'link', key: linkId },
      { table: 'claim', key: pending.claimKey }
    ]
    if (pending.choice !== undefined) {
      keys.push({ table: 'claimable', key: claimableKey(linkId, pending.choice) })
    }
    this.#state.read(pending, keys)
  }

  /** Rows have come, with or without the one that was chosen on earlier ones. */
  onRecords(pending: PendingClaim, records: RecordsInput): void {
    const { request, body } = pending
    const [linkValue, claimValue, blobValue] = records.values
    const link = linkValue === undefined ? undefined : parseLink(linkValue)
    if (link === 'corrupt') {
      this.#state.reportCorrupt('link')
      this.#refusals.refuse(request, { type: 'refused', reason: 'internal' })
      return
    }
    if (link === undefined || !equalSecrets(link.claimHash, sha256(body.claimToken))) {
      this.#refusals.deny(request)
      return
    }
    const entry = this.#choose(link, claimValue)
    if (entry === undefined) {
      this.#state.answer(request.connection, request.number, { type: 'taken' })
    } else if (entry.ordinal === pending.choice) {
      const blob = blobValue === undefined ? 'corrupt' : parseClaimable(blobValue)
      const isRepeat = claimValue !== undefined && parseClaim(claimValue) === entry.ordinal
      if (blob === 'corrupt') {
        this.#drop(pending, link, entry)
        return
      }
      if (!isRepeat) {
        this.#handOut(pending, link, entry)
      }
      this.#state.answer(request.connection, request.number, { type: 'claimed', blob })
    } else if (pending.choiceCount >= CHOICES_MAX) {
      this.#refusals.refuse(request, {
        type: 'refused',
        reason: 'busy',
        retryAfterMs: BUSY_RETRY_MS
      })
    } else {
      pending.choice = entry.ordinal
      pending.choiceCount += 1
      this.#read(pending)
    }
  }

  /** What this claim id got before, else the oldest free one, else the newest fallback. */
  #choose(link: LinkRow, claimValue: Uint8Array | undefined): ClaimableEntry | undefined {
    const { nowMs } = this.#state
    const entries = link.entries.filter(({ expiresAtMs }) => expiresAtMs > nowMs)
    const claimed = claimValue === undefined ? undefined : parseClaim(claimValue)
    return (
      entries.find(({ ordinal }) => ordinal === claimed) ??
      entries.find(isFree) ??
      entries.findLast(({ isFallback }) => isFallback)
    )
  }

  /** A claimable cannot be read: nobody can have it any more, and the next claim gets another. */
  #drop(pending: PendingClaim, link: LinkRow, entry: ClaimableEntry): void {
    this.#state.reportCorrupt('claimable')
    const entries = link.entries.filter(({ ordinal }) => ordinal !== entry.ordinal)
    this.#links.update(pending.body.linkId, link, { ...link, entries })
    this.#refusals.refuse(pending.request, { type: 'refused', reason: 'internal' })
  }

  #handOut(pending: PendingClaim, link: LinkRow, entry: ClaimableEntry): void {
    const { linkId } = pending.body
    if (entry.isFallback) {
      this.#countFallback(linkId, link, entry, pending)
    } else {
      this.#take(linkId, link, entry, pending)
    }
  }

  #take(linkId: LinkId, link: LinkRow, entry: ClaimableEntry, pending: PendingClaim): void {
    const { claimHash, claimKey } = pending
    const entries = link.entries.map((other) =>
      other.ordinal === entry.ordinal ? { ...other, claimHash } : other
    )
    this.#state.write('claim', claimKey, encodeClaim(entry.ordinal))
    this.#links.update(linkId, link, {
      ...link,
      claimedCount: link.claimedCount + 1,
      entries: newest(entries)
    })
  }

  #countFallback(
    linkId: LinkId,
    link: LinkRow,
    entry: ClaimableEntry,
    pending: PendingClaim
  ): void {
    if (link.fallbackClaimedCount < FALLBACK_CLAIMS_MAX) {
      this.#state.write('claim', pending.claimKey, encodeClaim(entry.ordinal))
    }
    const fallbackClaimedCount = link.fallbackClaimedCount + 1
    this.#links.update(linkId, link, { ...link, fallbackClaimedCount })
  }
}
