/**
 * The rows of a home that becomes another device of its account: a copy of a home whose other copy goes on as the device that it was.
 * What was held stays held, what was said stays said; numbers, sessions and addresses begin anew.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type AddressRecord,
  type ContactId,
  type DeviceNumber,
  encodeSignedDeviceList,
  type SignedDeviceList,
  type TransferId
} from '@sealpost/protocol'
import {
  ContactRowSchema,
  ContactState,
  DevicesRowSchema,
  OutgoingHistorySchema,
  ProgressRowSchema
} from '@sealpost/protocol/home'
import { OwnAddress } from '../address/own-address.ts'
import { TheirAddress } from '../address/their-address.ts'
import { deviceKey } from '../peer/keys.ts'
import type { Mutation, PeerTable, Row, TableName } from '../tables.ts'
import { DEVICES_KEY } from './devices-row.ts'
import { sentOnRefill } from './joined-progress.ts'
import { contactWord, historyWord } from './sync.ts'

/** Tables that hold nothing but what belonged to the device it was. */
export const RENUMBERED_TABLES: readonly PeerTable[] = [
  'own-address',
  'destroyed-mailbox',
  'outbox',
  'receipt',
  'recall',
  'claimed-link'
]

/**
 * A contact's row: its numbers begin anew, after those of what is sent on, and the account's own devices are those of the list.
 */
export function renumberedContact(
  { key, value }: Row,
  deviceList: SignedDeviceList,
  sentCount: number
): Mutation {
  const row = fromBinary(ContactRowSchema, value)
  row.nextNumber = sentCount + 1
  row.anew = []
  row.owesAnswer = false
  if (row.state === ContactState.SELF) {
    row.deviceList = encodeSignedDeviceList(deviceList)
    row.twinDeviceList = new Uint8Array(0)
  }
  return write('contact', key, toBinary(ContactRowSchema, row))
}

/**
 * What is held of a device's messages; what it held of ours is another device's now.
 *
 * @param value undefined for a device of which nothing is held.
 * @param sentCount how many messages are sent on to it, under our numbers from 1.
 */
export function renumberedProgress(
  key: string,
  value: Uint8Array | undefined,
  sentCount: number
): Mutation {
  const known =
    value === undefined ? create(ProgressRowSchema) : fromBinary(ProgressRowSchema, value)
  const { deliveredUpTo, beyond, readUpTo, lastOrderMs, markedUpTo } = known
  const { lastCopyNumber, missing } = known
  const kept = { lastCopyNumber, missing }
  const held = { deliveredUpTo, beyond, readUpTo, lastOrderMs, markedUpTo, ...kept }
  const row = create(ProgressRowSchema, { ...held, revision: 1, receiptedRevision: 1 })
  if (sentCount > 0) {
    row.refill = sentOnRefill(sentCount)
  }
  return write('progress', key, toBinary(ProgressRowSchema, row))
}

/**
 * What is known of siblings, without what stopped this copy and what was under way. All are given what is here, and asked for what is
 * there: nobody knows since when the copy that goes on as the device that this one was differs, nor what this one told to whom. And all
 * are told how the others are reached: that copy may have missed it.
 *
 * @param selfId the contact of the account's other devices.
 */
export function renumberedDevices(
  value: Uint8Array | undefined,
  transferIds: {
    readonly given: ReadonlyMap<DeviceNumber, TransferId>
    readonly asked: TransferId
  },
  selfId: ContactId | undefined
): Mutation {
  const row = value === undefined ? create(DevicesRowSchema) : fromBinary(DevicesRowSchema, value)
  const { accountChangedAtMs, names } = row
  const outgoing = [...transferIds.given].map(([device, transferId]) => {
    return create(OutgoingHistorySchema, { transferId, device })
  })
  const others = selfId === undefined ? [] : [contactWord(selfId)]
  const owed = [...others, historyWord(transferIds.asked)]
  const kept = create(DevicesRowSchema, { accountChangedAtMs, names, outgoing, owed })
  return write('account', DEVICES_KEY, toBinary(DevicesRowSchema, kept))
}

/** How the copy that goes on is reached: as this one was. */
export function formerAddress(selfId: ContactId, record: AddressRecord): Mutation {
  const value = new TheirAddress(selfId, record).encode()
  return write('their-address', deviceKey(selfId, record.device), value)
}

/** A contact who cannot reach this device yet: they get an address when the home is opened, as of any device that joined. */
export function untoldAddress(contactId: ContactId): Mutation {
  return write('own-address', contactId, new OwnAddress(contactId).encode())
}

function write(table: TableName, key: string, value: Uint8Array): Mutation {
  return { type: 'write', table, key, value }
}
