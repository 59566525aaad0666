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
  type TransferId,
  utf8ToBytes
} from '@sealpost/protocol'
import {
  ContactRowSchema,
  ContactState,
  DevicesRowSchema,
  MessageKind,
  MessageRowSchema,
  OutgoingHistorySchema,
  ProgressRowSchema
} from '@sealpost/protocol/home'
import { OwnAddress } from '../address/own-address.ts'
import { TheirAddress } from '../address/their-address.ts'
import { contactOfKey, deviceKey, numberIndexKey, siblingIndexKey } from '../peer/keys.ts'
import { sentNumberOf } from '../peer/messages.ts'
import type { Mutation, PeerTable, Row, TableName } from '../tables.ts'
import { DEVICES_KEY } from './devices-row.ts'
import { historyWord } from './sync.ts'

/** Tables that hold nothing but what belonged to the device it was. */
export const RENUMBERED_TABLES: readonly PeerTable[] = [
  'own-address',
  'destroyed-mailbox',
  'outbox',
  'receipt',
  'recall',
  'claimed-link'
]

/** A contact's row: its numbers begin anew, and the account's own devices are those of the list. */
export function renumberedContact({ key, value }: Row, deviceList: SignedDeviceList): Mutation {
  const row = fromBinary(ContactRowSchema, value)
  row.nextNumber = 1
  row.owesAnswer = false
  if (row.state === ContactState.SELF) {
    row.deviceList = encodeSignedDeviceList(deviceList)
    row.twinDeviceList = new Uint8Array(0)
  }
  return write('contact', key, toBinary(ContactRowSchema, row))
}

/** What is held of a device's messages; what it held of ours is another device's now. */
export function renumberedProgress({ key, value }: Row): Mutation {
  const { deliveredUpTo, beyond, readUpTo, lastOrderMs, markedUpTo } = fromBinary(
    ProgressRowSchema,
    value
  )
  const held = { deliveredUpTo, beyond, readUpTo, lastOrderMs, markedUpTo }
  const row = create(ProgressRowSchema, { ...held, revision: 1, receiptedRevision: 1 })
  return write('progress', key, toBinary(ProgressRowSchema, row))
}

/**
 * The rows of a message that this device sent as the one that it was: it is another own device's now. What that one could not read is
 * not waited for: contacts send to this one what it does not hold.
 */
export function renumberedMessage({ key, value }: Row, was: DeviceNumber): readonly Mutation[] {
  const row = fromBinary(MessageRowSchema, value)
  if (row.kind === MessageKind.UNREADABLE && !row.isLost) {
    return [
      { type: 'erase', table: 'message', key },
      { type: 'erase', table: 'unread', key }
    ]
  }
  const isSentOn = row.sentAs !== 0
  if (row.kind !== MessageKind.SENT || row.isCopy || (row.device !== was && !isSentOn)) {
    return []
  }
  const contactId = contactOfKey(key)
  const number = sentNumberOf(row)
  row.isCopy = true
  row.sentAs = 0
  const index = siblingIndexKey(contactId, was, number)
  return [
    { type: 'erase', table: 'message-index', key: numberIndexKey(contactId, number) },
    write('message-index', index, utf8ToBytes(key)),
    write('message', key, toBinary(MessageRowSchema, row))
  ]
}

/**
 * What is known of siblings, without what stopped this copy and what was under way. The copy that goes on as the device that this one
 * was is given what is here, and asked for what is there: nobody knows since when they differ.
 */
export function renumberedDevices(
  value: Uint8Array | undefined,
  was: DeviceNumber,
  transferIds: { readonly given: TransferId; readonly asked: TransferId }
): Mutation {
  const row = value === undefined ? create(DevicesRowSchema) : fromBinary(DevicesRowSchema, value)
  const { accountChangedAtMs, names } = row
  const outgoing = [create(OutgoingHistorySchema, { transferId: transferIds.given, device: was })]
  const owed = [historyWord(transferIds.asked)]
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
