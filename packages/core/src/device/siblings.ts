/**
 * The account's own devices, all equal: one list, which whoever adds or removes a device signs, and a contact of standing `self` for
 * those of them that are not this one.
 *
 * ```
 *   a list from another own device --says less--> nothing          --says all that ours does--> ours
 *                                  --neither: joined--> signed by the client --> ours, told to contacts and siblings
 *   ours names others ----> the contact `self`, with mailboxes of its own
 *   ours names not us ----> removed: nothing leaves this device any more
 *   another copy of this home subscribes, or ours gives our number to another device --> superseded: the same
 * ```
 */
import {
  type AddressRecord,
  contactIds,
  type ContactId,
  type Content,
  decodeDeviceList,
  type DeviceList,
  type DeviceNumber,
  encodeDeviceList,
  equalBytes,
  type SignedDeviceList
} from '@sealpost/protocol'
import { LeavingDeviceSchema } from '@sealpost/protocol/home'
import { create } from '@bufbuild/protobuf'
import { addressRecord } from '../address/address-record.ts'
import type { Bundles } from '../address/bundles.ts'
import type { OwnAddresses } from '../address/own-addresses.ts'
import type { OwnMailbox } from '../address/own-mailboxes.ts'
import type { Outbox } from '../delivery/outbox.ts'
import type { ContactDevices } from '../peer/contact-devices.ts'
import { blankContact, type Contact, type Contacts } from '../peer/contacts.ts'
import { readDeviceList } from '../peer/device-lists.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { OwnAccount } from '../peer/own-account.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import type { DevicesState } from './devices-row.ts'
import { isSameList, joinLists } from './own-list.ts'

/** A device that was removed is told so for as long as relays keep what was sent to it. */
const LEAVING_MS = 14 * 24 * 3_600_000
/** Clocks of two own devices differ by so much at most, as relays set them right. */
const CLOCKS_MS = 60_000
/** A signature that was asked for and did not come is asked for again after so long. */
const ASK_AGAIN_MS = 30_000
const SIGN_TIMER = 'sign device list'

export interface SiblingsParts {
  readonly kernel: PeerKernel
  readonly book: RelayBook
  readonly account: OwnAccount
  readonly contacts: Contacts
  readonly devices: ContactDevices
  readonly outbox: Outbox
  readonly ownAddresses: OwnAddresses
  readonly bundles: Pick<Bundles, 'at'>
  readonly state: DevicesState
  /** The account has these devices, from now on or since the start. */
  readonly onListChanged: (devices: readonly DeviceNumber[]) => void
  /** Nothing may leave this device any more. */
  readonly onStopped: () => void
}

/** Why nothing leaves this device any more. */
export type StopReason = 'removed' | 'superseded'

export class Siblings {
  readonly #parts: SiblingsParts
  /** The account's list, which is asked for with each message, as it was last read. */
  #read: { readonly body: Uint8Array; readonly list: DeviceList } | undefined

  constructor(parts: SiblingsParts) {
    this.#parts = parts
  }

  /** Goes on where the home was left: call it once all else is restored. */
  resume(): void {
    this.#ensureSelf()
    this.#tellList()
    const { contacts, kernel, state } = this.#parts
    for (const { device, untilMs } of state.row.leaving) {
      this.#armLeaving(device as DeviceNumber, untilMs)
    }
    if (contacts.self()?.twinList !== undefined) {
      kernel.setTimer(SIGN_TIMER, 0, () => {
        this.#askForSignature()
      })
    }
  }

  get list(): DeviceList {
    const { body } = this.#parts.account.now.deviceList
    if (this.#read?.body !== body) {
      this.#read = { body, list: decodeDeviceList(body) }
    }
    return this.#read.list
  }

  /** Whether the list gives the number of an address to another device than the one that is reached by it. */
  isTaken({ device, registrationId }: AddressRecord): boolean {
    return this.list.devices.some((listed) => {
      return listed.number === device && listed.registrationId !== registrationId
    })
  }

  /** Why nothing leaves this device any more; undefined where all is well. */
  get stopped(): StopReason | undefined {
    const { account, state } = this.#parts
    const { device, registrationId } = account.now
    const { devices, removed } = this.list
    if (removed.includes(device)) {
      return 'removed'
    }
    // Another device drew the same number, and was added before: this one is none of the account's until it draws another.
    const isTaken = devices.some(
      (listed) => listed.number === device && listed.registrationId !== registrationId
    )
    return state.row.isSuperseded || isTaken ? 'superseded' : undefined
  }

  /** Whether a device was removed, and is still being told so. */
  isLeaving(contactId: ContactId, device: DeviceNumber): boolean {
    const { contacts, state } = this.#parts
    const isSelf = contacts.get(contactId)?.standing === 'self'
    return isSelf && state.row.leaving.some((leaving) => leaving.device === device)
  }

  /**
   * Whether a device that was removed says what it sent before: contacts have that, and the copy was on its way. When that was is the
   * device's own word, so nothing but a copy is taken of it, and nothing once relays hold no more of that time.
   */
  isLate(contactId: ContactId, device: DeviceNumber, { body, sentAtMs }: Content): boolean {
    const { book, contacts, kernel, state } = this.#parts
    const leaving = state.row.leaving.find((one) => one.device === device)
    if (leaving === undefined || contacts.get(contactId)?.standing !== 'self') {
      return false
    }
    const removedAtMs = leaving.untilMs - LEAVING_MS + book.networkTimeMs() - kernel.atMs
    return body.type === 'sent-copy' && sentAtMs <= removedAtMs + CLOCKS_MS
  }

  /** Somebody else subscribed to what was a mailbox of this home, if it was one: another copy of it. */
  superseded(mailbox: Pick<OwnMailbox, 'contactId' | 'seedId'> | undefined): void {
    const { contacts, kernel, state, onStopped } = this.#parts
    if (mailbox === undefined) {
      return
    }
    const { contactId, seedId } = mailbox
    // Ids of one contact's seeds sort by their age.
    if (contactId === contacts.self()?.contactId && seedId > state.row.sharedSeed) {
      state.row.sharedSeed = seedId
      state.save()
    }
    if (!state.row.isSuperseded) {
      state.row.isSuperseded = true
      state.save()
      kernel.notify({ type: 'superseded' })
      onStopped()
    }
  }

  /**
   * How other own devices reach the copy of this home that goes on: what both copies know. Either may have changed its seeds and prekeys
   * since there were two. Undefined where there are no other devices, or another is known by this one's number.
   */
  formerAddress(): AddressRecord | undefined {
    const { account, book, bundles, contacts, ownAddresses, state } = this.#parts
    const selfId = contacts.self()?.contactId
    const { device, registrationId } = account.now
    const isOurs = this.list.devices.some(
      (listed) => listed.number === device && listed.registrationId === registrationId
    )
    if (selfId === undefined || !isOurs) {
      return undefined
    }
    const seed = ownAddresses.seed(state.row.sharedSeed)
    if (seed === undefined) {
      return ownAddresses.record(selfId)
    }
    const bundle = bundles.at(seed.madeAtMs)
    return addressRecord(seed, seed.firstVersion, { ...account.now, bundle }, book.networkTimeMs())
  }

  /** Takes the list that another own device sent, whose signature was checked. */
  take(given: SignedDeviceList): void {
    const { contacts } = this.#parts
    const own = this.list
    const list = readDeviceList(given)
    if (list === undefined) {
      return
    }
    const joined = joinLists(own, list)
    const isTwin =
      list.version === own.version &&
      !equalBytes(given.body, this.#parts.account.now.deviceList.body)
    if (isSameList(joined, list) && list.version > own.version) {
      this.#set(given)
      return
    }
    const isStale = isSameList(joined, own) && list.version <= own.version
    const self = contacts.self()
    if (self !== undefined && (!isStale || (isTwin && !isSameList(own, list)))) {
      contacts.put({ ...self, twinList: given })
      this.#askForSignature()
    }
  }

  /**
   * A list that this device signed: takes it, unless it says less than another that came meanwhile.
   *
   * @param isGrant whether it only names one device more, of which contacts hear from that device.
   * @returns whether it was taken.
   */
  signed(given: SignedDeviceList, isGrant: boolean): boolean {
    const { contacts, ownAddresses } = this.#parts
    const list = readDeviceList(given)
    const own = this.list
    const isNext =
      list !== undefined && isSameList(joinLists(own, list), list) && list.version > own.version
    if (isNext) {
      this.#set(given)
      const selfId = contacts.self()?.contactId
      ownAddresses.listChanged((contactId) => !isGrant || contactId === selfId)
    }
    return isNext
  }

  #askForSignature(): void {
    const { contacts, kernel } = this.#parts
    const other = contacts.self()?.twinList
    const list = other === undefined ? undefined : readDeviceList(other)
    if (list === undefined) {
      return
    }
    const joined = joinLists(this.list, list)
    const body = encodeDeviceList({ ...joined, version: joined.version + 1 })
    kernel.emit({ type: 'sign-device-list', body })
    kernel.setTimer(SIGN_TIMER, ASK_AGAIN_MS, () => {
      this.#askForSignature()
    })
  }

  /** Another list is ours from now on. */
  #set(list: SignedDeviceList): void {
    const { account, contacts, kernel, onStopped } = this.#parts
    const wasStopped = this.stopped
    const known = contacts.self()
    const before = known === undefined ? [] : contacts.devices(known)
    account.setDeviceList(list)
    kernel.cancelTimer(SIGN_TIMER)
    if (known !== undefined) {
      contacts.put({ ...known, deviceList: list, twinList: undefined })
    }
    this.#ensureSelf()
    const self = contacts.self()
    const after = self === undefined ? [] : contacts.devices(self)
    if (self !== undefined) {
      this.#changed(self, before, after)
    }
    this.#tellList()
    kernel.notify({ type: 'devices-changed' })
    const { stopped } = this
    if (stopped !== wasStopped && stopped !== undefined) {
      kernel.notify({ type: stopped === 'removed' ? 'device-removed' : 'superseded' })
      onStopped()
    }
  }

  #tellList(): void {
    this.#parts.onListChanged(this.list.devices.map(({ number }) => number))
  }

  #changed(
    { contactId, nextNumber }: Contact,
    before: readonly DeviceNumber[],
    after: readonly DeviceNumber[]
  ): void {
    const { kernel, outbox, ownAddresses, state } = this.#parts
    const added = after.filter((number) => !before.includes(number))
    for (const device of added) {
      outbox.open(contactId, device, nextNumber - 1, undefined)
    }
    if (added.length > 0) {
      ownAddresses.contactChanged(contactId)
    }
    const removed = before.filter((number) => !after.includes(number))
    for (const device of removed) {
      const untilMs = kernel.atMs + LEAVING_MS
      state.row.leaving = [...state.row.leaving, create(LeavingDeviceSchema, { device, untilMs })]
      state.row.outgoing = state.row.outgoing.filter((outgoing) => outgoing.device !== device)
      state.row.names = state.row.names.filter((named) => named.device !== device)
      this.#armLeaving(device, untilMs)
    }
    if (removed.length > 0) {
      state.save()
      ownAddresses.deviceRemoved(contactId)
    }
  }

  #armLeaving(device: DeviceNumber, untilMs: number): void {
    const { contacts, devices, kernel, state } = this.#parts
    kernel.setAlarm(`leaving ${String(device)}`, untilMs, () => {
      const contactId = contacts.self()?.contactId
      state.row.leaving = state.row.leaving.filter((leaving) => leaving.device !== device)
      state.save()
      if (contactId !== undefined) {
        devices.forget(contactId, device)
      }
    })
  }

  /**
   * Another device may come that is to be able to reach this one.
   *
   * @param isGiven whether it is handed the address that there is now, by a backup or a link.
   */
  expect(isGiven: boolean): void {
    const { contacts, ownAddresses } = this.#parts
    this.#ensureSelf(true)
    const selfId = contacts.self()?.contactId
    if (selfId !== undefined && isGiven) {
      ownAddresses.given(selfId)
    }
  }

  /** The contact of the other devices, with mailboxes that they can reach; there is none before there was or may be another device. */
  #ensureSelf(isExpected = false): void {
    const { account, contacts, kernel, ownAddresses } = this.#parts
    const { device, deviceList, identityKey } = account.now
    const hasOthers = this.list.devices.some(({ number }) => number !== device)
    if ((!hasOthers && !isExpected) || this.stopped === 'removed') {
      return
    }
    const known = contacts.self()
    const contactId = known?.contactId ?? contactIds.fromBytes(kernel.random.bytes(16))
    if (known === undefined) {
      contacts.put({
        ...blankContact(contactId, kernel.atMs, 'self'),
        identityKey,
        deviceList,
        linkDevice: device
      })
    }
    if (!ownAddresses.has(contactId)) {
      ownAddresses.create(contactId)
    }
  }
}
