/** The people this home knows, and those who wait to become known. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type ContactId,
  decodeDeviceList,
  decodeSignedDeviceList,
  type DeviceNumber,
  encodeSignedDeviceList,
  type IdentityKey,
  parseDeviceNumber,
  type SignedDeviceList
} from '@sealpost/protocol'
import { ContactRowSchema, ContactState } from '@sealpost/protocol/home'
import type { Row } from '../tables.ts'
import type { PeerKernel } from './kernel.ts'

export type ContactStanding = 'requested' | 'accepted' | 'refused' | 'failed'

const STATES: Readonly<Record<ContactStanding, ContactState>> = {
  requested: ContactState.REQUESTED,
  accepted: ContactState.ACCEPTED,
  refused: ContactState.REFUSED,
  failed: ContactState.FAILED
}

export interface Contact {
  readonly contactId: ContactId
  readonly identityKey: IdentityKey
  readonly name: string
  readonly profileName: string
  readonly standing: ContactStanding
  readonly createdAtMs: number
  readonly deviceList: SignedDeviceList | undefined
  readonly nextNumber: number
  readonly lastOrderMs: number
  /** Whether the word that they were accepted, or came too late, is still to be composed. */
  readonly owesAnswer: boolean
}

/** Reads a contact's row. */
export function contactOfRow({ key, value }: Row): Contact {
  const row = fromBinary(ContactRowSchema, value)
  const standing = (Object.keys(STATES) as ContactStanding[]).find(
    (name) => STATES[name] === row.state
  )
  return {
    contactId: key as ContactId,
    identityKey: row.identityKey as IdentityKey,
    name: row.name,
    profileName: row.profileName,
    standing: standing ?? 'failed',
    createdAtMs: row.createdAtMs,
    deviceList: row.deviceList.length === 0 ? undefined : decodeSignedDeviceList(row.deviceList),
    nextNumber: row.nextNumber,
    lastOrderMs: row.lastOrderMs,
    owesAnswer: row.owesAnswer
  }
}

/** The devices that a contact's list names; its first device where there is no list yet. */
export function devicesOf(contact: Contact): readonly DeviceNumber[] {
  const numbers =
    contact.deviceList === undefined
      ? [1]
      : decodeDeviceList(contact.deviceList.body).devices.map(({ number }) => number)
  return numbers.map(parseDeviceNumber).filter((device) => device !== undefined)
}

export class Contacts {
  readonly #kernel: PeerKernel
  readonly #contacts = new Map<ContactId, Contact>()
  readonly #byIdentity = new Map<IdentityKey, ContactId>()

  constructor(kernel: PeerKernel) {
    this.#kernel = kernel
  }

  restore(rows: readonly Row[]): void {
    for (const row of rows) {
      this.#remember(contactOfRow(row))
    }
  }

  get(contactId: ContactId): Contact | undefined {
    return this.#contacts.get(contactId)
  }

  /** The contact of an identity, in whatever standing. */
  byIdentity(identityKey: IdentityKey): Contact | undefined {
    const contactId = this.#byIdentity.get(identityKey)
    return contactId === undefined ? undefined : this.#contacts.get(contactId)
  }

  all(): readonly Contact[] {
    return [...this.#contacts.values()]
  }

  /** A name that no other contact has: the one asked for, or with a number behind it. */
  freeName(wanted: string, except?: ContactId): string {
    const names = new Set(
      [...this.#contacts.values()]
        .filter(({ contactId }) => contactId !== except)
        .map(({ name }) => name)
    )
    const base = wanted === '' ? 'unnamed' : wanted
    let name = base
    for (let count = 2; names.has(name); count++) {
      name = `${base} ${String(count)}`
    }
    return name
  }

  /** Sets a contact and writes its row. */
  put(contact: Contact): void {
    this.#remember(contact)
    const row = create(ContactRowSchema, {
      identityKey: contact.identityKey,
      name: contact.name,
      profileName: contact.profileName,
      state: STATES[contact.standing],
      createdAtMs: contact.createdAtMs,
      deviceList:
        contact.deviceList === undefined
          ? new Uint8Array(0)
          : encodeSignedDeviceList(contact.deviceList),
      nextNumber: contact.nextNumber,
      lastOrderMs: contact.lastOrderMs,
      owesAnswer: contact.owesAnswer
    })
    this.#kernel.write('contact', contact.contactId, toBinary(ContactRowSchema, row))
  }

  remove(contactId: ContactId): void {
    const contact = this.#contacts.get(contactId)
    if (contact !== undefined) {
      this.#contacts.delete(contactId)
      this.#byIdentity.delete(contact.identityKey)
      this.#kernel.erase('contact', contactId)
    }
  }

  #remember(contact: Contact): void {
    const before = this.#contacts.get(contact.contactId)
    if (before !== undefined && before.identityKey !== contact.identityKey) {
      this.#byIdentity.delete(before.identityKey)
    }
    this.#contacts.set(contact.contactId, contact)
    if (contact.identityKey !== '') {
      this.#byIdentity.set(contact.identityKey, contact.contactId)
    }
  }
}
