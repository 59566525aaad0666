/**
 * The devices of contacts: which may speak for them, how each is reached, and what happens when one comes or leaves.
 *
 * ```
 *   content --sender listed, or by the list it brings--> taken        a newer list --> devices added, devices removed
 *           --neither--> refused                                                      |                 `--> forgotten
 *                                                                                     `--> routes, once their addresses come
 * ```
 */
import type {
  AddressRecord,
  ContactId,
  Content,
  DeviceNumber,
  SignedDeviceList
} from '@sealpost/protocol'
import { TheirAddress } from '../address/their-address.ts'
import type { Inbox } from '../delivery/inbox.ts'
import type { Outbox } from '../delivery/outbox.ts'
import type { ProgressTable } from '../delivery/progress.ts'
import type { Repairs } from '../delivery/repairs.ts'
import { type Contact, type Contacts, isMute } from './contacts.ts'
import { registrationOf, withList } from './device-lists.ts'
import type { PeerKernel } from './kernel.ts'
import { contactOfKey, deviceKey, deviceOfKey } from './keys.ts'
import { writeNotice } from './conversation-notice.ts'
import type { Row } from '../tables.ts'

/** So long after somebody may be written to again, they are owed what was read meanwhile. */
const UNMUTED_MS = 1_000

export interface ContactDevicesParts {
  readonly kernel: PeerKernel
  readonly contacts: Contacts
  readonly progress: ProgressTable
  readonly inbox: Inbox
  readonly outbox: Outbox
  readonly repairs: Repairs
  /**
   * A contact has other devices than a moment ago. Those added hold nothing yet of what was said before, and are not reached
   * until they sent their addresses; those removed are to be forgotten.
   */
  readonly onDevicesChanged: (
    contactId: ContactId,
    added: readonly DeviceNumber[],
    removed: readonly DeviceNumber[]
  ) => void
  /** A device can be reached in another way than a moment ago; `isFirst` where there was none. */
  readonly onAddress: (contactId: ContactId, device: DeviceNumber, isFirst: boolean) => void
  /** Whether an own device that was removed says what it sent before. */
  readonly isLate: (contactId: ContactId, device: DeviceNumber, content: Content) => boolean
  /** The account's own list came from another of its devices. */
  readonly onOwnList: (list: SignedDeviceList) => void
}

export class ContactDevices {
  readonly #parts: ContactDevicesParts
  /** How those are reached whom nothing is sent to. */
  readonly #muted = new Map<ContactId, Map<DeviceNumber, TheirAddress>>()

  constructor(parts: ContactDevicesParts) {
    this.#parts = parts
  }

  /**
   * Whether a device may say this in a contact's name: it is listed, or brings a list that names it, is no older than the one that
   * is known, and whose signature was checked. Nobody speaks for who is blocked.
   */
  isAllowed(contactId: ContactId, device: DeviceNumber, content: Content): boolean {
    const { contacts } = this.#parts
    const contact = contacts.get(contactId)
    if (contact === undefined || isMute(contact)) {
      return false
    }
    const list = deviceListIn(content)
    const isOwn = contact.standing === 'self'
    const joined = isOwn ? { ...contact, twinList: list ?? contact.twinList } : undefined
    const known = joined ?? (list === undefined ? contact : withList(contact, list))
    return contacts.devices(known).includes(device) || this.isLate(contactId, device, content)
  }

  /** Whether an own device may say this though it was removed. Nothing else that it brings counts. */
  isLate(contactId: ContactId, device: DeviceNumber, content: Content): boolean {
    return this.#parts.isLate(contactId, device, content)
  }

  /** Takes the list that a content of an allowed device brings, if any. */
  takeFrom(contactId: ContactId, content: Content): void {
    const list = deviceListIn(content)
    if (list !== undefined) {
      this.take(contactId, list)
    }
  }

  /** Takes a list whose signature was checked; an older one changes nothing. */
  take(contactId: ContactId, list: SignedDeviceList): void {
    const { contacts, onDevicesChanged, onOwnList } = this.#parts
    const contact = contacts.get(contactId)
    if (contact?.standing === 'self') {
      onOwnList(list)
      return
    }
    const changed = contact === undefined ? undefined : withList(contact, list)
    if (contact === undefined || changed === undefined || changed === contact) {
      return
    }
    const before = contacts.devices(contact)
    const after = contacts.devices(changed)
    const added = after.filter((device) => !before.includes(device))
    const removed = before.filter((device) => !after.includes(device))
    contacts.change(contactId, { deviceList: changed.deviceList, twinList: changed.twinList })
    // What a list says that comes first is how it was before, and no change.
    if (contact.deviceList !== undefined) {
      this.#tell(contact, 'device-added', added)
      this.#tell(contact, 'device-removed', removed)
    }
    if (added.length > 0 || removed.length > 0) {
      onDevicesChanged(contactId, added, removed)
    }
  }

  /**
   * Takes a device's address.
   *
   * @param isFresh whether it came with a request, and so replaces whatever was known; otherwise the higher version counts, or that of
   * the device which the list names, where another spoke under its number.
   */
  setAddress(contactId: ContactId, record: AddressRecord, isFresh: boolean): void {
    const { contacts, kernel } = this.#parts
    const known = this.address(contactId, record.device)
    const isNext =
      isFresh || known === undefined || this.#isOfAnother(contactId, known.record, record)
    if (!isNext && known.record.version >= record.version) {
      return
    }
    const address = known?.renewed(record, kernel.atMs) ?? new TheirAddress(contactId, record)
    kernel.write('their-address', deviceKey(contactId, record.device), address.encode())
    const contact = contacts.get(contactId)
    if (contact !== undefined) {
      this.#open(contact, record.device, address)
      this.#parts.onAddress(contactId, record.device, known === undefined)
    }
  }

  /** Whether the list gives the number to the device of the given address, and not to that of the known one. */
  #isOfAnother(contactId: ContactId, known: AddressRecord, given: AddressRecord): boolean {
    const contact = this.#parts.contacts.get(contactId)
    const listed = contact && registrationOf(contact, given.device)
    return given.registrationId === listed && known.registrationId !== listed
  }

  /** @param isLeaving whether a device that is not listed any more is still being told so. */
  restore(
    rows: readonly Row[],
    isLeaving: (contactId: ContactId, device: DeviceNumber) => boolean
  ): void {
    const { contacts, kernel } = this.#parts
    for (const { key, value } of rows) {
      const [contactId, device] = [contactOfKey(key), deviceOfKey(key)]
      const contact = contacts.get(contactId)
      const isListed = contact !== undefined && contacts.devices(contact).includes(device)
      if (contact !== undefined && (isListed || isLeaving(contactId, device))) {
        this.#restoreAddress(contact, device, value)
      } else {
        // It left, and a crash came before all of it was gone.
        kernel.setTimer(`forget ${key}`, 0, () => {
          this.forget(contactId, device)
        })
      }
    }
  }

  #restoreAddress(contact: Contact, device: DeviceNumber, value: Uint8Array): void {
    const { kernel, outbox } = this.#parts
    const { contactId } = contact
    this.#open(contact, device, TheirAddress.restore(contactId, value))
    if (isMute(contact)) {
      // A crash may have come before all that was on its way was gone.
      kernel.setTimer(`mute ${deviceKey(contactId, device)}`, 0, () => {
        if (this.#muted.has(contactId)) {
          outbox.forget(contactId, device, () => undefined)
        }
      })
    }
  }

  /** Nothing goes to a contact any more, and what was on its way is erased; how they are reached is kept. */
  mute(contactId: ContactId): void {
    const { contacts, inbox, kernel, outbox } = this.#parts
    const contact = contacts.get(contactId)
    const muted = this.#muted.get(contactId) ?? new Map<DeviceNumber, TheirAddress>()
    this.#muted.set(contactId, muted)
    for (const device of contact === undefined ? [] : contacts.devices(contact)) {
      const address = outbox.address(contactId, device)
      if (address !== undefined) {
        muted.set(device, address)
      }
      outbox.forget(contactId, device, () => undefined)
      inbox.forget(contactId, device)
    }
    kernel.cancelTimer(`receipt ${contactId}`)
  }

  /** They may be written to again. */
  unmute(contactId: ContactId): void {
    const { contacts, inbox } = this.#parts
    const contact = contacts.get(contactId)
    const muted = this.#muted.get(contactId) ?? []
    this.#muted.delete(contactId)
    for (const [device, address] of muted) {
      if (contact !== undefined) {
        this.#open(contact, device, address)
      }
    }
    // What was read meanwhile may be told now; most often the word that they may write again tells it.
    inbox.oweReceipt(contactId, UNMUTED_MS)
  }

  /** How a device is reached, also where nothing is sent to it. */
  address(contactId: ContactId, device: DeviceNumber): TheirAddress | undefined {
    const muted = this.#muted.get(contactId)?.get(device)
    return muted ?? this.#parts.outbox.address(contactId, device)
  }

  #open(contact: Contact, device: DeviceNumber, address: TheirAddress): void {
    const { contactId, nextNumber } = contact
    if (isMute(contact)) {
      const muted = this.#muted.get(contactId) ?? new Map<DeviceNumber, TheirAddress>()
      this.#muted.set(contactId, muted.set(device, address))
    } else {
      this.#parts.outbox.open(contactId, device, nextNumber - 1, address)
    }
  }

  /**
   * Forgets a device that left, and erases what was on its way to it. Its address goes last: where there is one of a device that is
   * not listed, a crash came between.
   */
  forget(contactId: ContactId, device: DeviceNumber): void {
    const { kernel, inbox, outbox, progress, repairs } = this.#parts
    repairs.forget(contactId, device)
    this.#muted.get(contactId)?.delete(device)
    progress.retire(contactId, device)
    inbox.forget(contactId, device)
    outbox.forget(contactId, device, () => {
      kernel.erase('their-address', deviceKey(contactId, device))
    })
  }

  #tell(
    contact: Contact,
    notice: 'device-added' | 'device-removed',
    devices: readonly DeviceNumber[]
  ): void {
    const { kernel, progress } = this.#parts
    const orderMs = Math.max(contact.lastOrderMs, progress.lastOrderMs(contact.contactId))
    for (const device of devices) {
      writeNotice(kernel, contact.contactId, orderMs, { notice, device })
    }
  }
}

/** The list of its sender's account that a content brings; its signature is the client's to check. */
export function deviceListIn({ body }: Content): SignedDeviceList | undefined {
  switch (body.type) {
    case 'request':
    case 'accept':
    case 'address-update':
      return body.deviceList
    default:
      return undefined
  }
}
