/**
 * People who ask through a public address: each waits, without a word to them, until this person has answered.
 *
 * ```
 *   request --unknown--> pending --accept--> accepted: mailboxes, and the word of it
 *              |            |
 *              |            +--decline, or pushed out by 512 others--> forgotten; the same request is not shown again for a month
 *              +--blocked, declined--> nothing
 * ```
 * While they wait nothing is sent to them, their relays are not dialled, and they have no mailbox here.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { type ContactId, contactIds, type RequestId } from '@sealpost/protocol'
import { DeclinedRequestRowSchema } from '@sealpost/protocol/home'
import type { Row } from '../tables.ts'
import type { ContactDevices } from './contact-devices.ts'
import { blankContact, type Contact, type Contacts, type PendingRequest } from './contacts.ts'
import type { PeerNotice, ReceivedRequest } from './effects.ts'
import type { PeerKernel } from './kernel.ts'

/** Requests that wait: more than a person ever answers, a few kilobytes each. */
const PENDING_MAX = 512
/** Declined requests that are remembered, the newest. */
const DECLINED_MAX = 1_024
/** As long as a guest goes on asking. */
const DECLINED_KEPT_MS: number = 30 * 24 * 3_600_000
/** Notices of requests in an hour: a public address may be anywhere. */
const NOTICES_PER_HOUR = 20
const HOUR_MS = 3_600_000

/** What of a request is kept. */
export function requestOf(received: ReceivedRequest, receivedAtMs: number): PendingRequest {
  const { content, device, invitationId, request } = received
  return {
    requestId: request.requestId,
    text: request.text,
    sentAtMs: content.sentAtMs,
    receivedAtMs,
    device,
    number: content.number,
    messageId: content.messageId,
    invitationId
  }
}

export interface RequestsParts {
  readonly kernel: PeerKernel
  readonly contacts: Contacts
  readonly devices: ContactDevices
  /** Erases all that there is of somebody. */
  readonly forget: (contact: Contact) => void
}

export class Requests {
  readonly #parts: RequestsParts
  /** When each was declined, oldest first. */
  readonly #declined = new Map<RequestId, number>()
  // In steady time.
  #hourAtMs = 0
  #noticeCount = 0

  constructor(parts: RequestsParts) {
    this.#parts = parts
  }

  restore(rows: readonly Row[]): void {
    const read = rows.map(({ key, value }) => {
      return { key: key as RequestId, atMs: fromBinary(DeclinedRequestRowSchema, value).atMs }
    })
    for (const { key, atMs } of read.sort((a, b) => a.atMs - b.atMs)) {
      this.#declined.set(key, atMs)
    }
  }

  /** Whether a request was declined; who asks anew has another id. */
  isDeclined(requestId: RequestId): boolean {
    const atMs = this.#declined.get(requestId)
    return atMs !== undefined && Math.abs(this.#parts.kernel.atMs - atMs) < DECLINED_KEPT_MS
  }

  /** Somebody asks, or asks again: what is sound about it was looked at. */
  ask(known: Contact | undefined, received: ReceivedRequest): void {
    const { contacts, devices, kernel } = this.#parts
    const { identityKey, device, request } = received
    if (known === undefined) {
      this.makeRoom()
    }
    const contactId = known?.contactId ?? contactIds.fromBytes(kernel.random.bytes(16))
    const contact = known ?? {
      ...blankContact(contactId, kernel.atMs, 'pending'),
      identityKey,
      name: contacts.freeName(request.profile.name)
    }
    contacts.put({
      ...contact,
      profileName: request.profile.name,
      linkDevice: device,
      request: requestOf(received, contact.request?.receivedAtMs ?? kernel.atMs)
    })
    devices.take(contactId, request.deviceList)
    devices.setAddress(contactId, request.address, true)
    if (contact.request?.requestId !== request.requestId) {
      this.#tell({ type: 'request', contactId })
    }
  }

  /** Another own device told of somebody who waits. */
  waits(contactId: ContactId): void {
    this.#tell({ type: 'request', contactId })
  }

  /** Forgets who asked; the same request is dropped from now on. */
  decline(contactId: ContactId): void {
    const { contacts, forget, kernel } = this.#parts
    const contact = contacts.get(contactId)
    if (contact?.standing !== 'pending') {
      return
    }
    if (contact.request !== undefined && contact.request.requestId !== ('' as RequestId)) {
      this.#remember(contact.request.requestId)
    }
    forget(contact)
    kernel.notify({ type: 'contact-changed', contactId })
  }

  #remember(requestId: RequestId): void {
    const { kernel } = this.#parts
    const { atMs } = kernel
    this.#declined.delete(requestId)
    this.#declined.set(requestId, atMs)
    const row = create(DeclinedRequestRowSchema, { atMs })
    kernel.write('declined-request', requestId, toBinary(DeclinedRequestRowSchema, row))
    for (const known of [...this.#declined.keys()]) {
      if (this.#declined.size > DECLINED_MAX || !this.isDeclined(known)) {
        this.#declined.delete(known)
        kernel.erase('declined-request', known)
      }
    }
  }

  /** The oldest that waits gives way. */
  makeRoom(): void {
    const { contacts, forget } = this.#parts
    const pending = contacts.all().filter(({ standing }) => standing === 'pending')
    const [oldest] = pending.sort((a, b) => a.createdAtMs - b.createdAtMs)
    if (pending.length >= PENDING_MAX && oldest !== undefined) {
      forget(oldest)
      this.#tell({ type: 'request-dropped', name: oldest.name })
    }
  }

  /** Tells of it, unless that would be one of too many: then, once an hour, that there are many. */
  #tell(notice: PeerNotice): void {
    const { kernel } = this.#parts
    if (this.#noticeCount === 0 || kernel.steadyMs - this.#hourAtMs >= HOUR_MS) {
      this.#hourAtMs = kernel.steadyMs
      this.#noticeCount = 0
    }
    this.#noticeCount += 1
    if (this.#noticeCount <= NOTICES_PER_HOUR) {
      kernel.notify(notice)
    } else if (this.#noticeCount === NOTICES_PER_HOUR + 1) {
      kernel.notify({ type: 'many-requests' })
    }
  }
}
