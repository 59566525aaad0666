/** A contact between its row and the word in which the account's devices, and its backups, tell of it. */
import {
  type AddressRecord,
  type AskedRequest,
  type ContactState,
  type DeviceNumber,
  type Held,
  type IdentityKey,
  isLinkName,
  type RequestId,
  type Standing
} from '@sealpost/protocol'
import type { Contact, ContactStanding, PendingRequest } from '../peer/contacts.ts'

/** How a contact's standing is told; undefined for who is no contact of the person. */
const TOLD: Readonly<Record<ContactStanding, Standing | undefined>> = {
  requested: 'requested',
  pending: 'pending',
  accepted: 'accepted',
  failed: 'failed',
  blocked: 'blocked',
  refused: undefined,
  replaced: undefined,
  // The account's own devices, told to each other.
  self: 'accepted'
}

/** What is said of a contact beside its row. */
export interface ContactFacts {
  readonly standing: Standing
  readonly addresses: readonly AddressRecord[]
  readonly held: readonly Held[]
  readonly replaces: IdentityKey | undefined
}

/** How a contact's standing is told to other own devices; undefined for who is no contact of the person. */
export function toldStanding(standing: ContactStanding): Standing | undefined {
  return TOLD[standing]
}

export function contactWord(contact: Contact, facts: ContactFacts): ContactState {
  const { request, standingBefore } = contact
  return {
    identityKey: contact.identityKey,
    name: contact.name,
    profileName: contact.profileName,
    standing: facts.standing,
    verifiedAtMs: contact.verifiedAtMs,
    direct: contact.direct,
    deviceList: contact.deviceList,
    addresses: facts.addresses,
    held: facts.held,
    changedAtMs: contact.changedAtMs,
    createdAtMs: contact.createdAtMs,
    requestText: request?.text ?? '',
    replaces: facts.replaces,
    isIdentityChanged: contact.identityChange === 'held',
    standingBefore: standingBefore === undefined ? undefined : TOLD[standingBefore],
    request: request === undefined ? undefined : askedRequest(request),
    ...(contact.timer.changedAtMs === 0 ? {} : { timer: contact.timer }),
    ...(Object.keys(contact.shelf).length === 0 ? {} : { shelf: contact.shelf })
  }
}

/** The word that who asked was declined. */
export function declinedWord(identityKey: IdentityKey, atMs: number): ContactState {
  return {
    identityKey,
    name: '',
    profileName: '',
    standing: 'declined',
    verifiedAtMs: 0,
    direct: 'default',
    deviceList: undefined,
    addresses: [],
    held: [],
    changedAtMs: atMs,
    createdAtMs: 0,
    requestText: '',
    replaces: undefined,
    isIdentityChanged: false,
    standingBefore: undefined,
    request: undefined
  }
}

/** Undefined where the row is of a time before requests had names: the text is all that is left. */
function askedRequest(request: PendingRequest): AskedRequest | undefined {
  const { device, invitationId, messageId, number, receivedAtMs, requestId, sentAtMs } = request
  return requestId === ('' as RequestId) || !isLinkName(invitationId)
    ? undefined
    : { requestId, device, number, messageId, sentAtMs, receivedAtMs, linkId: invitationId }
}

/** What somebody asked, as another own device or a backup tells it; undefined for who asked nothing. */
export function pendingRequestOf(state: ContactState): PendingRequest | undefined {
  const { addresses, createdAtMs, request, requestText: text, standing, standingBefore } = state
  if (request !== undefined) {
    const { linkId: invitationId, ...rest } = request
    return { ...rest, text, invitationId }
  }
  if (standing !== 'pending' && standingBefore !== 'pending') {
    return undefined
  }
  // Its message comes once more after they are accepted, under the number that nobody here knows.
  return {
    requestId: '' as RequestId,
    text,
    sentAtMs: createdAtMs,
    receivedAtMs: createdAtMs,
    device: addresses[0]?.device ?? (1 as DeviceNumber),
    number: 0,
    messageId: undefined,
    invitationId: ''
  }
}
