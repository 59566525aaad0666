/**
 * What the account's devices know of a contact, told to each other and joined: of what a person decides the later decision counts,
 * of addresses and device lists the higher version, and who was accepted stays that, unless blocked.
 *
 * ```
 *   word --of nobody known--> contact, as it says              --"declined"--> who waits, or whose link failed, is forgotten
 *        --older------------> addresses, lists
 *        --newer------------> and names, standing, choices: as if it were decided here, but nothing is told back
 * ```
 */
import {
  type ContactId,
  contactIds,
  type ContactState,
  type DeviceNumber,
  type IdentityKey
} from '@sealpost/protocol'
import { isLaterTimer } from '../conversation/timers.ts'
import type { OwnAddresses } from '../address/own-addresses.ts'
import { NumberSet } from '../delivery/numbers.ts'
import type { ProgressTable } from '../delivery/progress.ts'
import type { ContactDevices } from '../peer/contact-devices.ts'
import { blankContact, type Contact, type Contacts } from '../peer/contacts.ts'
import type { FirstContact } from '../peer/first-contact.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { OwnAccount } from '../peer/own-account.ts'
import { contactWord, pendingRequestOf, toldStanding } from './contact-words.ts'

/** Addresses in one word, so that a contact with many devices fits an envelope with all else. */
const CONTACT_ADDRESSES_TOLD_MAX = 10

export interface ContactStatesParts {
  readonly kernel: PeerKernel
  readonly account: OwnAccount
  readonly contacts: Contacts
  readonly devices: ContactDevices
  readonly progress: ProgressTable
  readonly ownAddresses: OwnAddresses
  readonly firstContact: FirstContact
  /** What happens within is not told back, and was not decided here. */
  readonly taking: (work: () => void) => void
}

export class ContactStates {
  readonly #parts: ContactStatesParts

  constructor(parts: ContactStatesParts) {
    this.#parts = parts
  }

  /**
   * A contact, as this device has it; undefined where there is nobody to tell of.
   *
   * @param isWhole whether to tell what is held of their messages: to a device that gets the messages too.
   */
  word(contactId: ContactId, isWhole: boolean): ContactState | undefined {
    const { contacts, devices, progress } = this.#parts
    const contact = contacts.get(contactId)
    const standing = contact && toldStanding(contact.standing)
    if (contact === undefined || standing === undefined || contact.identityKey === '') {
      return undefined
    }
    const numbers = contacts.devices(contact)
    const addresses = numbers.flatMap((device) => {
      const record = devices.address(contactId, device)?.record
      return record === undefined ? [] : [record]
    })
    const held = numbers.flatMap((device) => {
      const word = progress.word(contactId, device)
      return word === undefined
        ? []
        : [{ device, upTo: word.deliveredUpTo, beyond: word.deliveredBeyond }]
    })
    const before = contact.replaces && contacts.get(contact.replaces)?.identityKey
    return contactWord(contact, {
      standing,
      // The newest devices are those that are most likely to be in use.
      addresses: addresses.slice(-CONTACT_ADDRESSES_TOLD_MAX),
      held: isWhole && contact.standing !== 'self' ? held : [],
      replaces: before === '' ? undefined : before
    })
  }

  /** Takes what another own device knows of a contact; the signature of the list in it was checked. */
  take(given: ContactState): void {
    const { account, taking } = this.#parts
    if (given.identityKey === account.now.identityKey) {
      this.#takeSiblings(given)
      return
    }
    taking(() => {
      if (given.standing === 'declined') {
        this.#takeDeclined(given)
      } else {
        this.#takeContact(given)
      }
    })
  }

  #takeContact(given: ContactState): void {
    const { contacts, devices, firstContact, kernel } = this.#parts
    const known = contacts.byIdentity(given.identityKey)
    const contact = known ?? this.#make(given)
    const { contactId } = contact
    if (known !== undefined && given.changedAtMs > known.changedAtMs) {
      this.#decide(known, given)
    }
    const { timer } = given
    if (known !== undefined && timer !== undefined && isLaterTimer(timer, known.timer)) {
      contacts.change(contactId, { timer, isTimerUntold: true })
    }
    contacts.joinShelf(contactId, given.shelf ?? {})
    if (given.deviceList !== undefined) {
      devices.take(contactId, given.deviceList)
    }
    const listed = contacts.devices(contacts.get(contactId) ?? contact)
    for (const address of given.addresses.filter(({ device }) => listed.includes(device))) {
      devices.setAddress(contactId, address, false)
    }
    this.#replace(contactId, given)
    this.#reach(contactId)
    const request = pendingRequestOf(given)
    if (request !== undefined && contacts.get(contactId)?.standing === 'accepted') {
      firstContact.heardRequest(contactId, request)
    }
    if (known === undefined && contact.standing === 'pending') {
      firstContact.requests.waits(contactId)
    }
    kernel.notify({ type: 'contact-changed', contactId })
  }

  /** Somebody of whom nothing was known here. */
  #make(given: ContactState): Contact {
    const { contacts, firstContact, kernel, progress } = this.#parts
    const standing = given.standing === 'declined' ? 'failed' : given.standing
    const before = given.standingBefore === 'declined' ? 'failed' : given.standingBefore
    if (standing === 'pending') {
      firstContact.requests.makeRoom()
    }
    const contactId = contactIds.fromBytes(kernel.random.bytes(16))
    const contact: Contact = {
      ...blankContact(contactId, given.createdAtMs, standing),
      identityKey: given.identityKey,
      name: contacts.freeName(given.name),
      profileName: given.profileName,
      linkDevice: given.addresses[0]?.device ?? (1 as DeviceNumber),
      verifiedAtMs: given.verifiedAtMs,
      direct: given.direct,
      request: pendingRequestOf(given),
      standingBefore: standing === 'blocked' ? before : undefined,
      identityChange: given.isIdentityChanged ? 'held' : 'none',
      changedAtMs: given.changedAtMs,
      ...(given.timer === undefined ? {} : { timer: given.timer }),
      ...(given.shelf === undefined ? {} : { shelf: given.shelf })
    }
    contacts.put(contact)
    for (const { device, upTo, beyond } of given.held) {
      const ranges = beyond.map((range) => ({ ...range, orderMs: 0 }))
      progress.hold(contactId, device, new NumberSet(upTo, ranges))
    }
    return contact
  }

  /** A later decision about somebody who is here. */
  #decide({ contactId }: Contact, given: ContactState): void {
    const { contacts } = this.#parts
    this.#settle(contactId, given)
    const { profileName, verifiedAtMs, direct, changedAtMs } = given
    const contact = contacts.get(contactId)
    const isSeen = contact?.identityChange === 'held' && !given.isIdentityChanged
    contacts.change(contactId, {
      name: contacts.freeName(given.name, contactId),
      profileName,
      verifiedAtMs,
      direct,
      changedAtMs,
      request: pendingRequestOf(given) ?? contact?.request,
      ...(isSeen ? { identityChange: 'none' } : {})
    })
  }

  /** Has them stand as the other device says, by the way on which they would have come there here. */
  #settle(contactId: ContactId, given: ContactState): void {
    const { contacts, firstContact } = this.#parts
    const standing = given.standing === 'declined' ? 'failed' : given.standing
    if (standing === 'blocked') {
      firstContact.standings.block(contactId)
      return
    }
    firstContact.standings.unblock(contactId)
    const { changedAtMs = 0, standing: now } = contacts.get(contactId) ?? {}
    // Of somebody who was only written to so far it is a guess that they were accepted.
    const isFact = (now === 'accepted' && changedAtMs > 0) || now === 'replaced'
    if (now === 'pending' && standing === 'accepted') {
      firstContact.acceptedElsewhere(contactId)
    } else if (now !== standing && !isFact) {
      const request = standing === 'pending' ? pendingRequestOf(given) : undefined
      contacts.change(contactId, { standing, request })
    }
  }

  /** Their conversation goes on from that of another identity. */
  #replace(contactId: ContactId, given: ContactState): void {
    const { contacts, firstContact } = this.#parts
    const contact = contacts.get(contactId)
    const before = given.replaces === undefined ? undefined : contacts.byIdentity(given.replaces)
    const isNews =
      contact !== undefined &&
      contact.replaces === undefined &&
      contact.changedAtMs <= given.changedAtMs
    if (before !== undefined && isNews && firstContact.standings.mayReplace(before.contactId)) {
      firstContact.standings.replace(contactId, before.contactId)
      const after = contacts.get(contactId)
      const seen = after?.identityChange === 'held' ? 'none' : (after?.identityChange ?? 'none')
      contacts.change(contactId, { identityChange: given.isIdentityChanged ? 'held' : seen })
    }
  }

  /** Who was accepted meanwhile stays that: they were told. */
  #takeDeclined({ identityKey, changedAtMs }: ContactState): void {
    const { contacts, firstContact } = this.#parts
    const contact = contacts.byIdentity(identityKey)
    if (contact !== undefined && contact.changedAtMs <= changedAtMs) {
      firstContact.partings.heard(contact.contactId)
    }
  }

  /** How other own devices are reached, as one that knows them says. It may know some that are not heard of here yet. */
  #takeSiblings({ addresses, deviceList }: ContactState): void {
    const { contacts, devices, taking } = this.#parts
    const selfId = contacts.self()?.contactId
    if (selfId === undefined) {
      return
    }
    if (deviceList !== undefined) {
      devices.take(selfId, deviceList)
    }
    const self = contacts.get(selfId)
    const listed = self === undefined ? [] : contacts.devices(self)
    taking(() => {
      for (const address of addresses.filter(({ device }) => listed.includes(device))) {
        devices.setAddress(selfId, address, false)
      }
    })
  }

  /** Whoever may write to us needs an address; whoever may not must not have one. */
  #reach(contactId: ContactId): void {
    const { contacts, ownAddresses } = this.#parts
    const contact = contacts.get(contactId)
    if (contact?.standing === 'accepted' && !ownAddresses.has(contactId)) {
      ownAddresses.create(contactId)
    } else if (contact?.standing === 'blocked' && ownAddresses.has(contactId)) {
      ownAddresses.destroy(contactId)
    }
  }

  /**
   * The contact of an identity, made where there is none: another own device knows them. Where nothing else is known yet, they are
   * somebody accepted whom nobody can write to.
   */
  contactFor(identityKey: IdentityKey): Contact | undefined {
    const { account, contacts, kernel, taking } = this.#parts
    const known = contacts.byIdentity(identityKey)
    if (known !== undefined || identityKey === account.now.identityKey) {
      return known?.standing === 'self' ? undefined : known
    }
    const contactId = contactIds.fromBytes(kernel.random.bytes(16))
    taking(() => {
      const name = contacts.freeName('')
      contacts.put({ ...blankContact(contactId, kernel.atMs, 'accepted'), identityKey, name })
    })
    return contacts.get(contactId)
  }
}
