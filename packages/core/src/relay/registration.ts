/**
 * Registering: a mailbox or a link becomes known to the relay. Repeating it with equal values changes nothing.
 *
 * ```
 *   register -> work too little -> needs-work
 *      |
 *      +-> reading: each one's row, and what a destroyed predecessor left -> something new, no invite -> needs-invite
 *                                                                         -> each: equal        -> done
 *                                                                                 other values, blocked -> denied
 *                                                                                 new, no room -> busy
 *                                                                                 new          -> written, done
 * ```
 */
import {
  equalBytes,
  hexToBytes,
  type LinkRegistration,
  type MailboxRegistration,
  type MailboxRequest,
  type Outcome,
  type Registration as Wanted,
  REGISTRATIONS_MAX
} from '@sealpost/protocol'
import { sha256 } from '../derive.ts'
import type { RecordsInput } from '../machine.ts'
import type { RowKey } from '../tables.ts'
import type { Admission } from './admission.ts'
import type { Connection } from './connections.ts'
import { mayBegin } from './invites.ts'
import { encodeLink, parseLink } from './link-rows.ts'
import { Mailbox } from './mailbox.ts'
import type { Refusals, Request } from './refusals.ts'
import type { RelayState, Waiting } from './relay-state.ts'
import { type Corrupt, idleKey, parseDoomed, PRESENT } from './rows.ts'
import type { WorkAdmission } from './work-admission.ts'

const WEEK_MS = 604_800_000
const ID_BYTES = 32

type RegisterRequest = Extract<MailboxRequest, { readonly type: 'register' }>

class PendingRegister implements Waiting {
  readonly #registration: Registration
  readonly request: Request
  readonly body: RegisterRequest

  constructor(registration: Registration, request: Request, body: RegisterRequest) {
    this.#registration = registration
    this.request = request
    this.body = body
  }

  resume(records: RecordsInput): void {
    this.#registration.onRecords(this, records)
  }
}

/** Registers. */
export class Registration {
  readonly #state: RelayState
  readonly #admission: Admission
  readonly #work: WorkAdmission
  readonly #refusals: Refusals

  constructor(parts: {
    readonly state: RelayState
    readonly admission: Admission
    readonly work: WorkAdmission
    readonly refusals: Refusals
  }) {
    this.#state = parts.state
    this.#admission = parts.admission
    this.#work = parts.work
    this.#refusals = parts.refusals
  }

  /** `register` came. */
  onRequest(request: Request, body: RegisterRequest): void {
    const refusal =
      body.registrations.length > REGISTRATIONS_MAX
        ? ({ type: 'refused', reason: 'too-large' } as const)
        : this.#work.refusalFor(body.work, 'register', () => registerSubject(body.registrations))
    if (refusal !== undefined) {
      this.#refusals.refuse(request, refusal)
      return
    }
    const keys: RowKey[] = []
    for (const wanted of body.registrations) {
      // Two for each, so that a registration's place says where its rows are.
      if (wanted.type === 'mailbox') {
        keys.push({ table: 'mailbox', key: wanted.mailboxId })
        keys.push({ table: 'doomed-mailbox', key: `m${wanted.mailboxId}` })
      } else {
        keys.push({ table: 'link', key: wanted.linkId })
        keys.push({ table: 'doomed-mailbox', key: `l${wanted.linkId}` })
      }
    }
    this.#state.read(new PendingRegister(this, request, body), keys)
  }

  /** The rows have come. */
  onRecords(pending: PendingRegister, records: RecordsInput): void {
    const { request, body } = pending
    const isNew = body.registrations.some((_, at) => records.values[2 * at] === undefined)
    if (isNew && !mayBegin(this.#state, request.connection, body.invite)) {
      this.#refusals.refuse(request, { type: 'refused', reason: 'needs-invite' })
      return
    }
    const links = new Map<string, LinkRegistration>()
    const outcomes = body.registrations.map((wanted, at): Outcome => {
      const values = [records.values[2 * at], records.values[2 * at + 1]]
      return wanted.type === 'mailbox'
        ? this.#mailbox(request.connection, wanted, values)
        : this.#link(request.connection, wanted, values, links)
    })
    const answer = { type: 'registered', outcomes } as const
    if (!outcomes.includes('denied')) {
      this.#state.answer(request.connection, request.number, answer)
    } else if (outcomes.includes('done')) {
      this.#refusals.answerAsPartlyDenied(request, answer)
    } else {
      this.#refusals.answerAsDenied(request, answer)
    }
  }

  #mailbox(
    connection: Connection,
    wanted: MailboxRegistration,
    [value, doomedValue]: readonly (Uint8Array | undefined)[]
  ): Outcome {
    const known = this.#state.mailboxes.load(wanted.mailboxId, value)
    const doomed = doomedValue === undefined ? 0 : parseDoomed(doomedValue)
    if (known === 'corrupt' || doomed === 'corrupt') {
      this.#state.reportCorrupt(known === 'corrupt' ? 'mailbox' : 'doomed-mailbox')
      return 'busy'
    }
    if (this.#refusals.isBlocked(wanted.mailboxId)) {
      return 'denied'
    }
    const hashes = new Uint8Array(2 * ID_BYTES)
    hashes.set(wanted.depositHash)
    hashes.set(wanted.fetchHash, ID_BYTES)
    if (known !== undefined) {
      const isSame =
        known.row.kind === wanted.kind &&
        known.row.isQuiet === wanted.isQuiet &&
        equalBytes(known.row.hashes, hashes)
      return isSame ? 'done' : 'denied'
    }
    if (!this.#admission.takeRegistration(connection)) {
      return 'busy'
    }
    this.#add(wanted, hashes, doomed)
    return 'done'
  }

  /** @param first where it goes on: behind all that a predecessor of this id left and that is still being erased. */
  #add(wanted: MailboxRegistration, hashes: Uint8Array, first: number): void {
    const state = this.#state
    const week = Math.floor(state.nowMs / WEEK_MS)
    const mailbox = new Mailbox(wanted.mailboxId, {
      kind: wanted.kind,
      isQuiet: wanted.isQuiet,
      hashes,
      nextSequence: first,
      firstSequence: first,
      firstLive: first,
      firstTombstone: first,
      liveCount: 0,
      liveBytes: 0,
      tombstoneCount: 0,
      lastWeek: week
    })
    state.mailboxes.insert(mailbox)
    state.writeMailbox(mailbox)
    state.write('idle-mailbox', idleKey(week, 'm', mailbox.id), PRESENT)
    state.totals.mailboxCount += 1
    state.isTotalsChanged = true
  }

  /** @param links those of the same request, which the rows do not show yet. */
  #link(
    connection: Connection,
    wanted: LinkRegistration,
    [value, doomedValue]: readonly (Uint8Array | undefined)[],
    links: Map<string, LinkRegistration>
  ): Outcome {
    const known = links.get(wanted.linkId) ?? this.#knownLink(value)
    const doomed = doomedValue === undefined ? 0 : parseDoomed(doomedValue)
    if (known === 'corrupt' || doomed === 'corrupt') {
      this.#state.reportCorrupt(known === 'corrupt' ? 'link' : 'doomed-mailbox')
      return 'busy'
    }
    if (known !== undefined) {
      const isSame =
        equalBytes(known.claimHash, wanted.claimHash) &&
        equalBytes(known.ownerHash, wanted.ownerHash)
      return isSame ? 'done' : 'denied'
    }
    if (!this.#admission.takeRegistration(connection)) {
      return 'busy'
    }
    const state = this.#state
    const lastWeek = Math.floor(state.nowMs / WEEK_MS)
    links.set(wanted.linkId, wanted)
    state.write(
      'link',
      wanted.linkId,
      encodeLink({
        claimHash: wanted.claimHash,
        ownerHash: wanted.ownerHash,
        nextOrdinal: doomed,
        lastWeek,
        expiryHour: 0,
        claimedCount: 0,
        fallbackClaimedCount: 0,
        entries: []
      })
    )
    state.write('idle-mailbox', idleKey(lastWeek, 'l', wanted.linkId), PRESENT)
    state.totals.linkCount += 1
    state.isTotalsChanged = true
    return 'done'
  }

  #knownLink(
    value: Uint8Array | undefined
  ): { readonly claimHash: Uint8Array; readonly ownerHash: Uint8Array } | Corrupt | undefined {
    return value === undefined ? undefined : parseLink(value)
  }
}

/** What the work of a `register` is bound to: SHA-256 of the ids in order. */
function registerSubject(registrations: readonly Wanted[]): Uint8Array {
  const bytes = new Uint8Array(registrations.length * ID_BYTES)
  registrations.forEach((wanted, at) => {
    bytes.set(
      hexToBytes(wanted.type === 'mailbox' ? wanted.mailboxId : wanted.linkId),
      at * ID_BYTES
    )
  })
  return sha256(bytes)
}
