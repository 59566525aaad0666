/** Who owns what in the relay's tests: ids, tokens and requests made from small numbers. */
import { sha256 } from '@sealpost/core'
import {
  type Envelope,
  type EnvelopeId,
  envelopeIds,
  type Lifetime,
  type LinkId,
  linkIds,
  type MailboxId,
  mailboxIds,
  type MailboxKind,
  type MailboxRegistration,
  type MailboxRequest
} from '@sealpost/protocol'

function bytes(label: string, number: number, length: number): Uint8Array {
  const text = `${label} ${String(number)}`
  return sha256(Uint8Array.from(text, (character) => character.charCodeAt(0))).slice(0, length)
}

/** A mailbox with all its secrets. */
export interface TestMailbox {
  readonly id: MailboxId
  readonly depositToken: Uint8Array
  readonly fetchToken: Uint8Array
  readonly registration: MailboxRegistration
}

export function testMailbox(
  number: number,
  kind: MailboxKind = 'contact',
  isQuiet = false
): TestMailbox {
  const id = mailboxIds.fromBytes(bytes('mailbox', number, 32))
  const depositToken = bytes('deposit token', number, 32)
  const fetchToken = bytes('fetch token', number, 32)
  return {
    id,
    depositToken,
    fetchToken,
    registration: {
      type: 'mailbox',
      mailboxId: id,
      depositHash: sha256(depositToken),
      fetchHash: sha256(fetchToken),
      kind,
      isQuiet
    }
  }
}

export function envelopeId(number: number): EnvelopeId {
  return envelopeIds.fromBytes(bytes('envelope', number, 16))
}

export function recallToken(number: number): Uint8Array {
  return bytes('recall token', number, 32)
}

export function testEnvelope(number: number, size = 2_048, lifetime: Lifetime = 2): Envelope {
  const sealed = new Uint8Array(size)
  sealed.set(bytes('sealed', number, 32))
  return {
    envelopeId: envelopeId(number),
    recallHash: sha256(recallToken(number)),
    lifetime,
    sealed
  }
}

export function register(...mailboxes: readonly TestMailbox[]): MailboxRequest {
  return {
    type: 'register',
    registrations: mailboxes.map(({ registration }) => registration),
    work: undefined
  }
}

export function deposit(
  mailbox: TestMailbox,
  envelope: Envelope,
  changes: Partial<Extract<MailboxRequest, { readonly type: 'deposit' }>> = {}
): MailboxRequest {
  return {
    type: 'deposit',
    mailboxId: mailbox.id,
    depositToken: mailbox.depositToken,
    envelope,
    isLive: false,
    work: undefined,
    ...changes
  }
}

/** An instance of a client. */
export function instance(number: number): Uint8Array {
  return bytes('instance', number, 16)
}

export function subscribe(mailboxes: readonly TestMailbox[], instanceNumber = 1): MailboxRequest {
  return {
    type: 'subscribe',
    instance: instance(instanceNumber),
    subscriptions: mailboxes.map(({ id, fetchToken }) => ({ mailboxId: id, fetchToken }))
  }
}

export function ack(mailbox: TestMailbox, ...numbers: readonly number[]): MailboxRequest {
  return { type: 'ack', mailboxId: mailbox.id, envelopeIds: numbers.map(envelopeId) }
}

export function recall(mailbox: TestMailbox, number: number): MailboxRequest {
  return {
    type: 'recall',
    mailboxId: mailbox.id,
    envelopeId: envelopeId(number),
    recallToken: recallToken(number)
  }
}

export function destroy(mailbox: TestMailbox): MailboxRequest {
  return { type: 'destroy', mailboxId: mailbox.id, fetchToken: mailbox.fetchToken }
}

/** A link with all its secrets. */
export interface TestLink {
  readonly id: LinkId
  readonly claimToken: Uint8Array
  readonly ownerToken: Uint8Array
}

export function testLink(number: number): TestLink {
  return {
    id: linkIds.fromBytes(bytes('link', number, 32)),
    claimToken: bytes('claim token', number, 32),
    ownerToken: bytes('owner token', number, 32)
  }
}

export function claimId(number: number): Uint8Array {
  return bytes('claim id', number, 32)
}
