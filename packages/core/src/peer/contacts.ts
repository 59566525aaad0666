/** The people this home knows, and those who wait to become known. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type ContactId,
  decodeDeviceList,
  decodeSignedDeviceList,
  type DeviceList,
  type DeviceNumber,
  encodeSignedDeviceList,
  type IdentityKey,
  isSealpostError,
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
  const list = contact.deviceList === undefined ? undefined : readDeviceList(contact.deviceList)
  const numbers = list === undefined ? [1] : list.devices.map(({ number }) => number)
  return numbers.map(parseDeviceNumber).filter((device) => device !== undefined)
}

/** What a list says; undefined where whoever signed it signed something else. */
function readDeviceList({ body }: SignedDeviceList): DeviceList | undefined {
  try {
    return decodeDeviceList(body)
  } catch (error) {
    if (isSealpostError(error)) {
      return undefined
    }
    throw error
  }
}

/**
 * Of a list that is known and one that comes, the one that holds: the higher version.
 *
 * @returns undefined where it does not name `device`, which brought it: nobody could answer that device.
 */
export function listFor(
  device: DeviceNumber,
  known: SignedDeviceList | undefined,
  given: SignedDeviceList
): SignedDeviceList | undefined {
  const knownList = known === undefined ? undefined : readDeviceList(known)
  const givenList = readDeviceList(given)
  const isNewer = givenList !== undefined && givenList.version >= (knownList?.version ?? 0)
  const devices = (isNewer ? givenList : knownList)?.devices ?? []
  return devices.some(({ number }) => number === device) ? (isNewer ? given : known) : undefined
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

  /** Changes some of a contact, if it is there, and tells of it. */
  change(contactId: ContactId, change: Partial<Contact>): void {
    const contact = this.#contacts.get(contactId)
    if (contact !== undefined) {
      this.put({ ...contact, ...change })
      this.#kernel.notify({ type: 'contact-changed', contactId })
    }
  }

  remove(contactId: ContactId): void {
    const contact = this.#contacts.get(contactId)
    if (contact !== undefined) {
      this.#contacts.delete(contactId)
      if (this.#byIdentity.get(contact.identityKey) === contactId) {
        this.#byIdentity.delete(contact.identityKey)
      }
      this.#kernel.erase('contact', contactId)
    }
  }

  #remember(contact: Contact): void {
    const { contactId, identityKey } = contact
    const before = this.#contacts.get(contactId)
    if (before !== undefined && before.identityKey !== identityKey) {
      this.#byIdentity.delete(before.identityKey)
    }
    this.#contacts.set(contactId, contact)
    const other = this.byIdentity(identityKey)
    // Whoever's link failed may come again with another: the one that leads somewhere is the one that counts.
    if (identityKey !== '' && (other === undefined || isBefore(other, contact))) {
      this.#byIdentity.set(identityKey, contactId)
    }
  }
}

/** Which of two contacts of one identity counts: one that is alive, else the later one. */
function isBefore(a: Contact, b: Contact): boolean {
  const [isAliveA, isAliveB] = [isAlive(a), isAlive(b)]
  if (isAliveA !== isAliveB) {
    return isAliveB
  }
  return a.createdAtMs === b.createdAtMs ? a.contactId < b.contactId : a.createdAtMs < b.createdAtMs
}

function isAlive({ standing }: Contact): boolean {
  return standing === 'requested' || standing === 'accepted'
}
