/**
 * The rows of a home as records: what a backup file holds of them, and what one own device tells another. Never what belongs to
 * one device alone: sessions, private prekeys, its mailboxes, what is on its way.
 */
import { fromBinary } from '@bufbuild/protobuf'
import {
  type AddressRecord,
  CONTACT_ADDRESSES_MAX,
  type ContactId,
  type ContactState,
  decodeAddressRecord,
  DEVICES_MAX,
  type DeviceNumber,
  type Held,
  type HistoryMessage,
  type IdentityKey,
  type LinkState,
  PROGRESS_RANGES_MAX
} from '@sealpost/protocol'
import {
  InvitationRowSchema,
  ProgressRowSchema,
  TheirAddressRowSchema
} from '@sealpost/protocol/home'
import { linkStateOf } from '../link/link-states.ts'
import { type Contact, contactOfRow } from '../peer/contacts.ts'
import { devicesOf } from '../peer/device-lists.ts'
import { contactOfKey, deviceOfKey, orderOfMessageKey } from '../peer/keys.ts'
import type { StoredMessage } from '../peer/messages.ts'
import type { Row } from '../tables.ts'
import { contactWord, toldStanding } from './contact-words.ts'
import { noticeText } from './history-kinds.ts'

/** Ranges of one contact, over all its devices: a record has room for them beside twelve addresses. */
const CONTACT_RANGES_MAX = 1_024

/** A contact, and where the home has what was said with them. */
export interface RecordedContact {
  readonly contact: ContactState
  /** The contact's own, then those of links of theirs that led nowhere before. */
  readonly contactIds: readonly ContactId[]
  readonly devices: readonly DeviceNumber[]
}

/** Rows of whole tables. */
export interface ContactRows {
  readonly contacts: readonly Row[]
  readonly theirAddresses: readonly Row[]
  readonly progress: readonly Row[]
}

/** Everybody who is known by an identity, each identity once, in the order in which they came. */
export function recordContacts(rows: ContactRows): readonly RecordedContact[] {
  const byIdentity = new Map<IdentityKey, Contact[]>()
  const identities = new Map<ContactId, IdentityKey>()
  for (const row of rows.contacts) {
    const contact = contactOfRow(row)
    if (contact.identityKey !== '') {
      identities.set(contact.contactId, contact.identityKey)
    }
    if (contact.identityKey !== '' && isRecorded(contact)) {
      const same = byIdentity.get(contact.identityKey) ?? []
      byIdentity.set(contact.identityKey, [...same, contact])
    }
  }
  const addresses = byContact(rows.theirAddresses)
  const progress = byContact(rows.progress)
  return [...byIdentity.values()]
    .flatMap((same) => {
      const sorted = same.toSorted(byWeight)
      const [main] = sorted
      return main === undefined ? [] : [{ main, contactIds: sorted.map(idOf) }]
    })
    .sort((a, b) => a.main.createdAtMs - b.main.createdAtMs || order(a.main, b.main))
    .map(({ main, contactIds }) => ({
      contact: recordedContact(
        main,
        {
          addresses: addresses.get(main.contactId) ?? [],
          progress: progress.get(main.contactId) ?? []
        },
        main.replaces === undefined ? undefined : identities.get(main.replaces)
      ),
      contactIds,
      devices: devicesOf(main)
    }))
}

/** The links that this account made; `device` is this one, which serves those of which nothing else is said. */
export function recordLinks(
  invitations: readonly Row[],
  device: DeviceNumber
): readonly LinkState[] {
  return invitations.map(({ key, value }) => {
    return linkStateOf(key, fromBinary(InvitationRowSchema, value), device)
  })
}

/** A row of a conversation, once its outbox rows were laid over it. */
export function recordMessage(
  identityKey: IdentityKey,
  message: StoredMessage,
  isUnread: boolean
): HistoryMessage {
  const { kind, notice, device, number, messageId } = message
  const isNotice = kind === 'notice'
  return {
    identityKey,
    // A notice may be about no device at all.
    device: device === 0 ? (1 as DeviceNumber) : device,
    isOwn: kind === 'sent',
    number,
    lastNumber: kind === 'missing' ? number + message.missingCount - 1 : 0,
    messageId,
    kind: kind === 'sent' || kind === 'received' ? 'text' : kind,
    text: isNotice ? noticeText(notice, device, message.timerSeconds) : message.text,
    sentAtMs: message.sentAtMs,
    storedAtMs: message.storedAtMs,
    orderMs: orderOfMessageKey(message.key),
    onRelayAtMs: message.onRelayAtMs ?? 0,
    deliveredAtMs: message.deliveredAtMs ?? 0,
    readAtMs: message.readAtMs ?? 0,
    withdrawnAtMs: message.withdrawnAtMs ?? 0,
    isUnread,
    ...message.words
  }
}

function recordedContact(
  contact: Contact,
  rows: { readonly addresses: readonly Row[]; readonly progress: readonly Row[] },
  replaces: IdentityKey | undefined
): ContactState {
  return contactWord(contact, {
    // A conversation that went on elsewhere leads nowhere any more, and what was said in it is kept.
    standing: toldStanding(contact.standing) ?? 'failed',
    // The newest devices are those that are most likely to be in use.
    addresses: rows.addresses.map(addressOf).slice(-CONTACT_ADDRESSES_MAX),
    held: heldOf(rows.progress),
    replaces
  })
}

function addressOf({ value }: Row): AddressRecord {
  return decodeAddressRecord(fromBinary(TheirAddressRowSchema, value).record)
}

function heldOf(rows: readonly Row[]): readonly Held[] {
  let room = CONTACT_RANGES_MAX
  // Above stands what contacts say of messages that another own device sent.
  const theirs = rows.filter(({ key }) => deviceOfKey(key) <= DEVICES_MAX)
  return theirs.map(({ key, value }) => {
    const { deliveredUpTo, beyond } = fromBinary(ProgressRowSchema, value)
    // What is left out is sent again by whoever sent it, and known by what is restored of it.
    const told = beyond.slice(0, Math.min(PROGRESS_RANGES_MAX, room))
    room -= told.length
    return {
      device: deviceOfKey(key),
      upTo: deliveredUpTo,
      beyond: told.map(({ first, last }) => ({ first, last }))
    }
  })
}

function byContact(rows: readonly Row[]): ReadonlyMap<ContactId, readonly Row[]> {
  const grouped = new Map<ContactId, Row[]>()
  for (const row of rows) {
    const contactId = contactOfKey(row.key)
    const known = grouped.get(contactId)
    if (known === undefined) {
      grouped.set(contactId, [row])
    } else {
      known.push(row)
    }
  }
  return grouped
}

/** Whether somebody is a contact of the person, or was one whose messages are here. */
function isRecorded({ standing }: Contact): boolean {
  return standing !== 'refused' && standing !== 'self'
}

function idOf({ contactId }: Contact): ContactId {
  return contactId
}

/** Of two contacts of one identity, the one that leads somewhere first, else the later one. */
function byWeight(a: Contact, b: Contact): number {
  const isDead = ({ standing }: Contact): number =>
    standing === 'failed' || standing === 'replaced' ? 1 : 0
  return isDead(a) - isDead(b) || b.createdAtMs - a.createdAtMs || order(b, a)
}

function order(a: Contact, b: Contact): number {
  return a.contactId < b.contactId ? -1 : 1
}
