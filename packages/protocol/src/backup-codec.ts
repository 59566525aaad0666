/** Backup records in bytes. Who restores a backup may hold a damaged file: every bound is checked. */
import type { MessageInitShape } from '@bufbuild/protobuf'
import {
  accountStateFrom,
  accountStateTo,
  checkAccountState,
  checkContactState,
  checkLinkState,
  contactStateFrom,
  contactStateTo,
  linkStateFrom,
  linkStateTo
} from './account-words-codec.ts'
import {
  addressRecordFrom,
  addressRecordTo,
  checkAddressRecord,
  checkRelays,
  ownRelayFrom,
  ownRelayTo
} from './address-codec.ts'
import type { BackupRecord, HistoryKind, HistoryMessage } from './backup-record.ts'
import { wordTable } from './bounds.ts'
import {
  content,
  copyOf,
  deviceNumber,
  name,
  PUBLIC_KEY_BYTES,
  readPart,
  safeInteger,
  SECRET_BYTES,
  uint32,
  unique,
  writePart
} from './content-bounds.ts'
import {
  checkSignedDeviceList,
  signedDeviceListFrom,
  signedDeviceListTo
} from './device-list-codec.ts'
import type {
  BackupRecord as WireRecord,
  HistoryMessage as WireMessage,
  HistoryMessageSchema
} from './gen/sealpost/backup/v1/backup_pb.ts'
import { BackupRecordSchema, MessageKind } from './gen/sealpost/backup/v1/backup_pb.ts'
import { checkHistoryWords, historyWordsFrom, historyWordsTo } from './history-words-codec.ts'
import { identityKeys, messageIds } from './identifiers.ts'
import { BACKUP_RECORD_BYTES_MAX, CONTACT_ADDRESSES_MAX, TEXT_BYTES_MAX } from './limits.ts'

const kinds = wordTable<HistoryKind, MessageKind>({
  text: MessageKind.TEXT,
  unreadable: MessageKind.UNREADABLE,
  missing: MessageKind.MISSING,
  notice: MessageKind.NOTICE
})

/**
 * Writes one record, without its length, in an array of its own.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED` for one that breaks its bounds, `unknown` among it, or is larger than
 * `BACKUP_RECORD_BYTES_MAX`.
 */
export function encodeBackupRecord(record: BackupRecord): Uint8Array {
  checkRecord(record)
  return writePart(BackupRecordSchema, { record: recordTo(record) }, BACKUP_RECORD_BYTES_MAX)
}

/**
 * Reads one record, without its length. It owns its bytes. What a later version says becomes `unknown`.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED`, and nothing else, whatever the bytes.
 */
export function decodeBackupRecord(bytes: Uint8Array): BackupRecord {
  const { record: wire } = readPart(BackupRecordSchema, bytes, BACKUP_RECORD_BYTES_MAX)
  const record = recordFrom(wire)
  checkRecord(record)
  return record
}

function checkRecord(record: BackupRecord): void {
  switch (record.type) {
    case 'manifest':
      uint32(record.formatVersion, 'a version')
      safeInteger(record.createdAtMs, 'a time')
      deviceNumber(record.device)
      name(record.name)
      return
    case 'identity':
      content.exactly(PUBLIC_KEY_BYTES, record.publicKey, 'an identity key')
      content.exactly(SECRET_BYTES, record.privateKey, 'a private key')
      content.exactly(SECRET_BYTES, record.ownerSecret, 'an owner secret')
      checkSignedDeviceList(record.deviceList)
      content
        .count(0, CONTACT_ADDRESSES_MAX, record.ownAddresses, 'addresses')
        .forEach(checkAddressRecord)
      unique(
        record.ownAddresses.map(({ device }) => device),
        'an address of a device'
      )
      return
    case 'account':
      checkAccountState(record.account)
      checkRelays(record.relays, 0)
      return
    case 'contact':
      checkContactState(record.contact)
      return
    case 'link':
      checkLinkState(record.link)
      return
    case 'message':
      checkMessage(record.message)
      return
    case 'unknown':
      return
    case 'end':
      safeInteger(record.contactCount, 'a count')
      safeInteger(record.messageCount, 'a count')
      safeInteger(record.linkCount, 'a count')
      content.exactly(SECRET_BYTES, record.digest, 'a digest')
  }
}

function checkMessage(message: HistoryMessage): void {
  deviceNumber(message.device)
  safeInteger(message.number, 'a message’s number')
  safeInteger(message.lastNumber, 'a message’s number')
  content.text(TEXT_BYTES_MAX, message.text, 'a text')
  safeInteger(message.sentAtMs, 'a time')
  safeInteger(message.storedAtMs, 'a time')
  safeInteger(message.orderMs, 'a time')
  safeInteger(message.onRelayAtMs, 'a time')
  safeInteger(message.deliveredAtMs, 'a time')
  safeInteger(message.readAtMs, 'a time')
  safeInteger(message.withdrawnAtMs, 'a time')
  checkHistoryWords(message)
}

function recordFrom(record: WireRecord['record']): BackupRecord {
  switch (record.case) {
    case 'manifest':
      return {
        type: 'manifest',
        formatVersion: record.value.formatVersion,
        createdAtMs: content.fromUint64(record.value.createdAtMs, 'a time'),
        identityKey: content.id(identityKeys, record.value.identityKey),
        device: deviceNumber(record.value.device),
        name: record.value.name
      }
    case 'identity':
      return {
        type: 'identity',
        publicKey: copyOf(record.value.publicKey),
        privateKey: copyOf(record.value.privateKey),
        ownerSecret: copyOf(record.value.ownerSecret),
        deviceList: signedDeviceListFrom(content.present(record.value.deviceList, 'device list')),
        ownAddresses: record.value.ownAddresses.map(addressRecordFrom)
      }
    case 'account':
      return {
        type: 'account',
        account: accountStateFrom(content.present(record.value.state, 'state')),
        relays: record.value.relays.map(ownRelayFrom)
      }
    case 'contact':
      return { type: 'contact', contact: contactStateFrom(record.value) }
    case 'link':
      return { type: 'link', link: linkStateFrom(record.value) }
    case 'message':
      return { type: 'message', message: messageFrom(record.value) }
    case 'end':
      return {
        type: 'end',
        contactCount: content.fromUint64(record.value.contactCount, 'a count'),
        messageCount: content.fromUint64(record.value.messageCount, 'a count'),
        linkCount: content.fromUint64(record.value.linkCount, 'a count'),
        digest: copyOf(record.value.digest)
      }
    default:
      return { type: 'unknown' }
  }
}

function messageFrom(wire: WireMessage): HistoryMessage {
  const { messageId } = wire
  return {
    identityKey: content.id(identityKeys, wire.identityKey),
    device: deviceNumber(wire.device),
    isOwn: wire.isOwn,
    number: content.fromUint64(wire.number, 'a message’s number'),
    lastNumber: content.fromUint64(wire.lastNumber, 'a message’s number'),
    messageId: messageId.length === 0 ? undefined : content.id(messageIds, messageId),
    kind: kinds.wordOf(wire.kind) ?? content.breach('a kind that is not known'),
    text: wire.text,
    sentAtMs: content.fromUint64(wire.sentAtMs, 'a time'),
    storedAtMs: content.fromUint64(wire.storedAtMs, 'a time'),
    orderMs: content.fromUint64(wire.orderMs, 'a time'),
    onRelayAtMs: content.fromUint64(wire.onRelayAtMs, 'a time'),
    deliveredAtMs: content.fromUint64(wire.deliveredAtMs, 'a time'),
    readAtMs: content.fromUint64(wire.readAtMs, 'a time'),
    withdrawnAtMs: content.fromUint64(wire.withdrawnAtMs, 'a time'),
    isUnread: wire.isUnread,
    ...historyWordsFrom(wire)
  }
}

function recordTo(
  record: BackupRecord
): NonNullable<MessageInitShape<typeof BackupRecordSchema>['record']> {
  switch (record.type) {
    case 'manifest':
      return {
        case: 'manifest',
        value: {
          formatVersion: record.formatVersion,
          createdAtMs: BigInt(record.createdAtMs),
          identityKey: identityKeys.toBytes(record.identityKey),
          device: record.device,
          name: record.name
        }
      }
    case 'identity': {
      const { publicKey, privateKey, ownerSecret } = record
      const deviceList = signedDeviceListTo(record.deviceList)
      const ownAddresses = record.ownAddresses.map(addressRecordTo)
      return {
        case: 'identity',
        value: { publicKey, privateKey, ownerSecret, deviceList, ownAddresses }
      }
    }
    case 'account':
      return {
        case: 'account',
        value: { state: accountStateTo(record.account), relays: record.relays.map(ownRelayTo) }
      }
    case 'contact':
      return { case: 'contact', value: contactStateTo(record.contact) }
    case 'link':
      return { case: 'link', value: linkStateTo(record.link) }
    case 'message':
      return { case: 'message', value: messageTo(record.message) }
    case 'end':
      return {
        case: 'end',
        value: {
          contactCount: BigInt(record.contactCount),
          messageCount: BigInt(record.messageCount),
          linkCount: BigInt(record.linkCount),
          digest: record.digest
        }
      }
    case 'unknown':
      return content.breach('a record that is not known')
  }
}

function messageTo(message: HistoryMessage): MessageInitShape<typeof HistoryMessageSchema> {
  const { messageId } = message
  return {
    identityKey: identityKeys.toBytes(message.identityKey),
    device: message.device,
    isOwn: message.isOwn,
    number: BigInt(message.number),
    lastNumber: BigInt(message.lastNumber),
    ...(messageId === undefined ? {} : { messageId: messageIds.toBytes(messageId) }),
    kind: kinds.valueOf(message.kind),
    text: message.text,
    sentAtMs: BigInt(message.sentAtMs),
    storedAtMs: BigInt(message.storedAtMs),
    orderMs: BigInt(message.orderMs),
    onRelayAtMs: BigInt(message.onRelayAtMs),
    deliveredAtMs: BigInt(message.deliveredAtMs),
    readAtMs: BigInt(message.readAtMs),
    withdrawnAtMs: BigInt(message.withdrawnAtMs),
    isUnread: message.isUnread,
    ...historyWordsTo(message)
  }
}
