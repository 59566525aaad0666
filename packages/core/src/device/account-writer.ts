/**
 * From records to the rows of a device that joins an account: one that is restored from a backup, or linked. The counterpart of
 * `recorded-rows.ts`.
 *
 * ```
 *   contacts, links --> messages, as many as there are --> end
 *   (kept)              rows at once                       rows of contacts and of what is held
 * ```
 * What is held is what the records say and what the messages show: whichever was written down later, nothing that is here is
 * taken a second time, and nothing that is not here is thought to be. A new device numbers its own messages from 1, so that the
 * numbers of its siblings' stay theirs: first what it sends on for a device that is lost, with what that called it beside it.
 */
import { toBinary } from '@bufbuild/protobuf'
import {
  type ContactId,
  contactIds,
  type ContactState,
  type DeviceNumber,
  type HistoryMessage,
  type IdentityKey,
  type LinkState,
  type Standing
} from '@sealpost/protocol'
import { InvitationRowSchema } from '@sealpost/protocol/home'
import { OwnAddress } from '../address/own-address.ts'
import { TheirAddress } from '../address/their-address.ts'
import { rowOfLinkState } from '../link/link-states.ts'
import { blankContact, rowOfContact } from '../peer/contacts.ts'
import { devicesOf, type KnownDevices } from '../peer/device-lists.ts'
import { deviceKey } from '../peer/keys.ts'
import type { Random } from '../random.ts'
import type { Mutation, TableName, Write } from '../tables.ts'
import { pendingRequestOf } from './contact-words.ts'
import { rowsOfHistory } from './history-rows.ts'
import { JoinedProgress } from './joined-progress.ts'

/** Numbers and places are told apart in keys by 48 bits. */
const KEY_NUMBER_MAX = 2 ** 48 - 1

export interface AccountWriterOptions {
  readonly random: Random
  /** The device that joins. */
  readonly device: DeviceNumber
  /**
   * Whether no other device of the account lives: what only another could finish, a link of somebody's that was being opened,
   * has failed then.
   */
  readonly isOnly: boolean
  /** All that the account has now. */
  readonly devices: readonly DeviceNumber[]
  readonly nowMs: number
  /** Devices of the account that are lost: what they wrote and nobody receipted, this one sends on. */
  readonly isLost: (device: DeviceNumber) => boolean
}

/** Somebody whose rows wait for the end. */
interface Joined {
  readonly contactId: ContactId
  readonly contact: ContactState
  readonly progress: JoinedProgress
  /** Where our own last message stands. */
  lastOrderMs: number
  /** Our messages that are sent on, so far. */
  sentCount: number
}

export class AccountWriter {
  readonly #random: Random
  readonly #device: DeviceNumber
  readonly #isOnly: boolean
  readonly #devices: readonly DeviceNumber[]
  readonly #nowMs: number
  readonly #taken: string[] = []
  readonly #isLost: (device: DeviceNumber) => boolean
  readonly #joined = new Map<IdentityKey, Joined>()

  constructor({ random, device, isOnly, devices, nowMs, isLost }: AccountWriterOptions) {
    this.#random = random
    this.#device = device
    this.#isOnly = isOnly
    this.#devices = devices
    this.#nowMs = nowMs
    this.#isLost = isLost
  }

  /** The words that other own devices are owed from the start: of links that are this one's to serve. */
  get owed(): readonly string[] {
    return this.#taken.map((id) => `link ${id}`)
  }

  get contactCount(): number {
    return this.#joined.size
  }

  /** Takes a contact, before any message of theirs. @returns false where there is one of that identity already. */
  contact(contact: ContactState): boolean {
    if (this.#joined.has(contact.identityKey)) {
      return false
    }
    this.#joined.set(contact.identityKey, {
      contactId: contactIds.fromBytes(this.#random.bytes(16)),
      contact,
      progress: new JoinedProgress(contact.held),
      lastOrderMs: 0,
      sentCount: 0
    })
    return true
  }

  /**
   * The row of a link. One whose device is none of the account's any more is this one's to serve, with claimables made anew: the
   * private halves of those before are gone, so no relay is said to hold any.
   *
   * @param requestKey the public half of its request key; undefined for a link that is closed.
   */
  link(link: LinkState, requestKey: Uint8Array | undefined): Write {
    const row = rowOfLinkState(link, requestKey)
    const { servingDevice } = link
    if (this.#isOnly || !this.#devices.includes(servingDevice)) {
      this.#taken.push(link.id)
      row.servingDevice = this.#device
      row.changedAtMs = Math.max(this.#nowMs, link.changedAtMs + 1)
    }
    return write('invitation', link.id, toBinary(InvitationRowSchema, row))
  }

  /**
   * The rows of a message.
   *
   * @returns none for a notice that this version has no sentence for; undefined for a message that cannot be: of nobody who is
   * known, or with a number or place beyond all bounds.
   */
  message(message: HistoryMessage): readonly Mutation[] | undefined {
    const joined = this.#joined.get(message.identityKey)
    const { orderMs, number } = message
    if (joined === undefined || orderMs > KEY_NUMBER_MAX || number > KEY_NUMBER_MAX) {
      return undefined
    }
    if (message.isOwn) {
      joined.lastOrderMs = Math.max(joined.lastOrderMs, orderMs)
    } else if (message.kind !== 'notice') {
      joined.progress.take(message)
    }
    const isSentOn = this.#isSentOn(joined, message)
    joined.sentCount += isSentOn ? 1 : 0
    const sentAs = isSentOn ? joined.sentCount : 0
    if (message.isOwn && !isSentOn) {
      joined.progress.takeCopy(message)
    }
    return rowsOfHistory(joined.contactId, message, sentAs)
  }

  /** Nobody else would send it. What was said to somebody who was blocked was dropped then. */
  #isSentOn({ contact }: Joined, message: HistoryMessage): boolean {
    const { isOwn, kind, device, messageId, deliveredAtMs, withdrawnAtMs } = message
    const isWaiting = deliveredAtMs === 0 && withdrawnAtMs === 0 && contact.standing !== 'blocked'
    return isOwn && kind === 'text' && messageId !== undefined && isWaiting && this.#isLost(device)
  }

  #idOf(identityKey: IdentityKey | undefined): ContactId | undefined {
    return identityKey === undefined ? undefined : this.#joined.get(identityKey)?.contactId
  }

  /** What could only be written once all messages were seen. */
  end(): readonly Mutation[] {
    return [...this.#joined.values()].flatMap((joined) => [
      contactRow(joined, {
        isOnly: this.#isOnly,
        replaces: this.#idOf(joined.contact.replaces)
      }),
      // Blank: how they reach this device is made once it is online.
      write('own-address', joined.contactId, new OwnAddress(joined.contactId).encode()),
      ...joined.contact.addresses.map((record) => {
        const address = new TheirAddress(joined.contactId, record)
        return write('their-address', deviceKey(joined.contactId, record.device), address.encode())
      }),
      ...joined.progress.rows(joined.contactId, devicesOf(knownOf(joined)), joined.sentCount)
    ])
  }
}

function contactRow(
  joined: Joined,
  how: { readonly isOnly: boolean; readonly replaces: ContactId | undefined }
): Write {
  const { contactId, contact, lastOrderMs, sentCount } = joined
  const { standingBefore } = contact
  const standing = isDeclined(contact.standing) ? 'failed' : contact.standing
  const before = isDeclined(standingBefore) ? 'failed' : standingBefore
  const blank = blankContact(contactId, contact.createdAtMs, standing)
  const value = rowOfContact({
    ...blank,
    identityKey: contact.identityKey,
    name: contact.name,
    profileName: contact.profileName,
    standing: standing === 'requested' && how.isOnly ? 'failed' : standing,
    ...knownOf(joined),
    lastOrderMs,
    nextNumber: sentCount + 1,
    request: pendingRequestOf(contact),
    verifiedAtMs: contact.verifiedAtMs,
    replaces: how.replaces,
    identityChange: contact.isIdentityChanged ? 'held' : 'none',
    standingBefore: standing === 'blocked' ? before : undefined,
    direct: contact.direct,
    changedAtMs: contact.changedAtMs,
    ...(contact.timer === undefined ? {} : { timer: contact.timer }),
    ...(contact.shelf === undefined ? {} : { shelf: contact.shelf })
  })
  return write('contact', contactId, value)
}

/** What is known of a contact's devices. */
function knownOf({ contact }: Joined): KnownDevices {
  const { addresses, deviceList } = contact
  const linkDevice = addresses[0]?.device ?? (1 as DeviceNumber)
  return { deviceList, twinList: undefined, linkDevice }
}

/** Who was declined is forgotten: no backup says so. */
function isDeclined(standing: Standing | undefined): standing is 'declined' {
  return standing === 'declined'
}

function write(table: TableName, key: string, value: Uint8Array): Write {
  return { type: 'write', table, key, value }
}
