/**
 * Links: what their owners do with them. Claiming is `link-claims.ts`.
 *
 * ```
 *   registered -> put: claimables, each free --claimed--> claimed (kept for the same claim id) --expired, too many--> gone
 *                      fallbacks, handed out again and again -----------------expired, too many--------------------> gone
 *   nobody put for 26 weeks -> erased
 * ```
 */
import {
  bytesToHex,
  CLAIMABLE_BYTES,
  CLAIMABLES_MAX,
  equalSecrets,
  type LinkId,
  linkIds,
  type MailboxRequest,
  type Refusal
} from '@sealpost/protocol'
import { sha256 } from '../derive.ts'
import type { RecordsInput } from '../machine.ts'
import type { Erasure } from './erasure.ts'
import {
  type ClaimableEntry,
  claimableKey,
  encodeClaimable,
  encodeLink,
  type LinkRow,
  parseLink
} from './link-rows.ts'
import type { Refusals, Request } from './refusals.ts'
import type { RelayState, Waiting } from './relay-state.ts'
import { idleKey, linkExpiryKey, PRESENT } from './rows.ts'

const HOUR_MS = 3_600_000
const WEEK_MS = 604_800_000
/** A claimable lives no longer than a fallback is for, a week of grace included. */
const CLAIMABLE_TTL_MAX_MS: number = 27 * WEEK_MS
/** Fallbacks of one link: the one in use and some before it, for those who got one of these. */
const FALLBACKS_MAX = 4
/** Claimed ones kept for repeated claims, the newest: four times what an owner puts at once. */
export const CLAIMED_KEPT_MAX: number = 4 * CLAIMABLES_MAX

type OwnerRequest = Extract<
  MailboxRequest,
  { readonly type: 'put-claimables' | 'count-claimables' }
>
type PutRequest = Extract<MailboxRequest, { readonly type: 'put-claimables' }>

class PendingOwner implements Waiting {
  readonly #links: Links
  readonly request: Request
  readonly body: OwnerRequest

  constructor(links: Links, request: Request, body: OwnerRequest) {
    this.#links = links
    this.request = request
    this.body = body
  }

  resume(records: RecordsInput): void {
    this.#links.onRecords(this, records)
  }
}

/** Keeps links and their claimables. */
export class Links {
  readonly #state: RelayState
  readonly #refusals: Refusals
  readonly #erasure: Erasure

  constructor(state: RelayState, refusals: Refusals, erasure: Erasure) {
    this.#state = state
    this.#refusals = refusals
    this.#erasure = erasure
  }

  // ---- the owner's verbs

  /** `put-claimables` or `count-claimables` came. */
  onRequest(request: Request, body: OwnerRequest): void {
    const refusal = body.type === 'put-claimables' ? this.#refusalOfPut(body) : undefined
    if (refusal !== undefined) {
      this.#refusals.refuse(request, refusal)
      return
    }
    this.#state.read(new PendingOwner(this, request, body), [{ table: 'link', key: body.linkId }])
  }

  #refusalOfPut(body: PutRequest): Refusal | undefined {
    if (
      body.claimables.length > CLAIMABLES_MAX ||
      body.claimables.some(({ blob }) => blob.length !== CLAIMABLE_BYTES)
    ) {
      return { type: 'refused', reason: 'too-large' }
    }
    const { nowMs } = this.#state
    return body.claimables.some(({ expiresAtMs }) => expiresAtMs <= nowMs)
      ? { type: 'refused', reason: 'expired' }
      : undefined
  }

  /** The link's row has come. */
  onRecords(pending: PendingOwner, records: RecordsInput): void {
    const { request, body } = pending
    const [value] = records.values
    const link = value === undefined ? undefined : parseLink(value)
    if (link === 'corrupt') {
      this.#state.reportCorrupt('link')
      this.#refusals.refuse(request, { type: 'refused', reason: 'internal' })
      return
    }
    const ownerHash = sha256(body.ownerToken)
    if (link === undefined || !equalSecrets(link.ownerHash, ownerHash)) {
      this.#refusals.deny(request)
    } else if (body.type === 'put-claimables') {
      this.#put(request, body, link)
    } else {
      const { nowMs } = this.#state
      this.#state.answer(request.connection, request.number, {
        type: 'claimables-counted',
        left: link.entries.filter((entry) => isFree(entry) && entry.expiresAtMs > nowMs).length,
        claimed: link.claimedCount,
        fallbackClaimed: link.fallbackClaimedCount
      })
    }
  }

  #put(request: Request, body: PutRequest, before: LinkRow): void {
    const { nowMs } = this.#state
    let ordinal = before.nextOrdinal
    const added = body.claimables.map(({ expiresAtMs, isFallback }): ClaimableEntry => ({
      ordinal: ordinal++,
      expiresAtMs: Math.min(expiresAtMs, nowMs + CLAIMABLE_TTL_MAX_MS),
      isFallback,
      claimHash: undefined
    }))
    const kept = body.replaceAll ? [] : before.entries.filter((entry) => entry.expiresAtMs > nowMs)
    const entries = [...kept, ...added]
    if (entries.filter(isFree).length > CLAIMABLES_MAX) {
      this.#refusals.refuse(request, { type: 'refused', reason: 'quota-exceeded' })
      return
    }
    body.claimables.forEach(({ blob }, at) => {
      const key = claimableKey(body.linkId, before.nextOrdinal + at)
      this.#state.write('claimable', key, encodeClaimable(blob))
    })
    this.#renew(body.linkId, before)
    this.update(body.linkId, before, {
      ...before,
      nextOrdinal: ordinal,
      lastWeek: Math.max(before.lastWeek, Math.floor(nowMs / WEEK_MS)),
      claimedCount: body.replaceAll ? 0 : before.claimedCount,
      fallbackClaimedCount: body.replaceAll ? 0 : before.fallbackClaimedCount,
      entries: newest(entries)
    })
    this.#state.answer(request.connection, request.number, { type: 'claimables-stored' })
  }

  #renew(linkId: LinkId, before: LinkRow): void {
    const week = Math.floor(this.#state.nowMs / WEEK_MS)
    if (week > before.lastWeek) {
      this.#state.erase('idle-mailbox', idleKey(before.lastWeek, 'l', linkId))
      this.#state.write('idle-mailbox', idleKey(week, 'l', linkId), PRESENT)
    }
  }

  // ---- what follows from a change

  /** Writes a link as it is now, and erases what it lists no more. `after.expiryHour` is set here. */
  update(linkId: LinkId, before: LinkRow, after: LinkRow): void {
    const hours = after.entries.map(({ expiresAtMs }) => Math.floor(expiresAtMs / HOUR_MS) + 1)
    const expiryHour = hours.length === 0 ? 0 : Math.min(...hours)
    this.#eraseEntries(linkId, after)(before.entries)
    if (expiryHour !== before.expiryHour) {
      if (before.expiryHour !== 0) {
        this.#state.erase('expiry', linkExpiryKey(before.expiryHour, linkId))
      }
      if (expiryHour !== 0) {
        this.#state.write('expiry', linkExpiryKey(expiryHour, linkId), PRESENT)
      }
    }
    this.#state.write('link', linkId, encodeLink({ ...after, expiryHour }))
  }

  #eraseEntries(linkId: LinkId, after: LinkRow): (entries: readonly ClaimableEntry[]) => void {
    const kept = new Set(after.entries.map(({ ordinal }) => ordinal))
    return (entries) => {
      let hasClaims = false
      for (const { ordinal, claimHash, isFallback } of entries) {
        if (kept.has(ordinal)) {
          continue
        }
        this.#state.erase('claimable', claimableKey(linkId, ordinal))
        if (claimHash !== undefined) {
          this.#state.erase('claim', linkId + bytesToHex(claimHash))
        }
        hasClaims ||= isFallback
      }
      if (hasClaims) {
        this.#erasure.doom(`l${linkId}`, after.nextOrdinal)
      }
    }
  }

  /** Some claimable of a link has expired. The row is as of now, undefined where the link is no more. */
  expire(id: string, value: Uint8Array | undefined): void {
    const linkId = linkIds.fromHex(id)
    const link = value === undefined ? undefined : parseLink(value)
    if (link === 'corrupt') {
      this.#state.reportCorrupt('link')
      return
    }
    if (linkId === undefined || link === undefined) {
      return
    }
    const { nowMs } = this.#state
    const entries = link.entries.filter(({ expiresAtMs }) => expiresAtMs > nowMs)
    // The expiry row is erased already; 0 has it written again where something is left.
    this.update(linkId, { ...link, expiryHour: 0 }, { ...link, entries })
  }

  /** Nobody put claimables to a link since this week, or somebody did and this is an old row of its. */
  eraseIdle(id: string, week: number, value: Uint8Array | undefined): void {
    const linkId = linkIds.fromHex(id)
    const link = value === undefined ? undefined : parseLink(value)
    if (link === 'corrupt') {
      this.#state.reportCorrupt('link')
      return
    }
    if (linkId === undefined || link === undefined || link.lastWeek !== week) {
      return
    }
    this.#eraseEntries(linkId, { ...link, entries: [] })(link.entries)
    if (link.expiryHour !== 0) {
      this.#state.erase('expiry', linkExpiryKey(link.expiryHour, linkId))
    }
    this.#state.erase('link', linkId)
    this.#erasure.doom(`l${linkId}`, link.nextOrdinal)
    this.#state.totals.linkCount -= 1
    this.#state.isTotalsChanged = true
    this.#state.emit({ type: 'notify', event: 'erased', what: 'link', reason: 'idle' })
  }
}

/** Whether nobody has it and it is not for everybody. */
export function isFree(entry: ClaimableEntry): boolean {
  return !entry.isFallback && entry.claimHash === undefined
}

/** Drops the oldest fallbacks and claimed ones beyond what is kept. */
export function newest(entries: readonly ClaimableEntry[]): readonly ClaimableEntry[] {
  let fallbacks = entries.filter(({ isFallback }) => isFallback).length - FALLBACKS_MAX
  let claimed = entries.filter(({ claimHash }) => claimHash !== undefined).length - CLAIMED_KEPT_MAX
  return entries.filter((entry) => {
    if (entry.isFallback) {
      return fallbacks-- <= 0
    }
    return entry.claimHash === undefined || claimed-- <= 0
  })
}
