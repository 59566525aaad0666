/** Messages between their rows and the records in which one own device hands them to another. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type ContactId,
  type DeviceNumber,
  type HistoryKind,
  type HistoryMessage,
  type IdentityKey,
  type MessageId,
  utf8ToBytes
} from '@sealpost/protocol'
import { MessageKind, type MessageRow, MessageRowSchema, NoticeCode } from '@sealpost/protocol/home'
import {
  messageKey,
  orderOfMessageKey,
  ownIndexKey,
  receivedIndexKey,
  siblingIndexKey
} from '../peer/keys.ts'
import type { Row, RowKey, TableName, Write } from '../tables.ts'

const KINDS: Readonly<Partial<Record<MessageKind, HistoryKind>>> = {
  [MessageKind.SENT]: 'text',
  [MessageKind.RECEIVED]: 'text',
  [MessageKind.UNREADABLE]: 'unreadable',
  [MessageKind.NOTICE]: 'notice'
}

/** Notices have no numbers; in keys they come after every message of the same millisecond. */
const NOTICE_NUMBERS = 0xf000_0000_0000

/** A row of `unread` says all by being there. */
const UNREAD: Uint8Array = Uint8Array.of(1)

/** What a row says; undefined for one that only this home may have. */
export function historyOfRow(
  identityKey: IdentityKey,
  { key, value }: Row,
  isUnread: boolean
): HistoryMessage | undefined {
  const row = fromBinary(MessageRowSchema, value)
  const kind = KINDS[row.kind]
  if (kind === undefined || row.device === 0) {
    return undefined
  }
  return {
    identityKey,
    device: row.device as DeviceNumber,
    isOwn: row.kind === MessageKind.SENT,
    number: row.number,
    lastNumber: 0,
    messageId: row.messageId === '' ? undefined : (row.messageId as MessageId),
    kind,
    // Of a notice only its code: it has no words of its own.
    text: kind === 'notice' ? String(row.notice) : row.text,
    sentAtMs: row.sentAtMs,
    storedAtMs: row.storedAtMs,
    orderMs: orderOfMessageKey(key),
    onRelayAtMs: row.onRelayAtMs,
    deliveredAtMs: row.deliveredAtMs,
    readAtMs: row.readAtMs,
    withdrawnAtMs: row.withdrawnAtMs,
    isUnread
  }
}

/** The row that is there where a message is here already. */
export function knownRow(contactId: ContactId, message: HistoryMessage): RowKey {
  const { isOwn, messageId } = message
  if (messageId === undefined) {
    return { table: 'message', key: keyOf(contactId, message) }
  }
  const key = isOwn ? ownIndexKey(messageId) : receivedIndexKey(messageId)
  return { table: 'message-index', key }
}

/** The rows of a message; `own` is this device, whose own messages are no copies. */
export function rowsOfHistory(
  contactId: ContactId,
  own: DeviceNumber,
  message: HistoryMessage
): readonly Write[] {
  const { device, isOwn, isUnread, messageId, number } = message
  const key = keyOf(contactId, message)
  const writes = [write('message', key, toBinary(MessageRowSchema, rowOf(own, message)))]
  if (messageId !== undefined) {
    const index = isOwn ? ownIndexKey(messageId) : receivedIndexKey(messageId)
    writes.push(write('message-index', index, utf8ToBytes(key)))
  }
  if (isOwn && device !== own) {
    writes.push(
      write('message-index', siblingIndexKey(contactId, device, number), utf8ToBytes(key))
    )
  }
  if (isUnread) {
    writes.push(write('unread', key, UNREAD))
  }
  return writes
}

function rowOf(own: DeviceNumber, message: HistoryMessage): MessageRow {
  const { kind, isOwn, device } = message
  const isNotice = kind === 'notice'
  return create(MessageRowSchema, {
    kind: kindOf(message),
    messageId: message.messageId ?? '',
    device,
    number: message.number,
    text: isNotice ? '' : message.text,
    sentAtMs: message.sentAtMs,
    storedAtMs: message.storedAtMs,
    onRelayAtMs: message.onRelayAtMs,
    deliveredAtMs: message.deliveredAtMs,
    readAtMs: message.readAtMs,
    lastNumber: message.lastNumber,
    withdrawnAtMs: message.withdrawnAtMs,
    notice: isNotice ? noticeOf(message) : NoticeCode.UNSPECIFIED,
    isCopy: isOwn && device !== own
  })
}

function keyOf(contactId: ContactId, message: HistoryMessage): string {
  const { device, isOwn, kind, number, orderMs } = message
  const place = kind === 'notice' ? NOTICE_NUMBERS + noticeOf(message) : number
  return messageKey(contactId, orderMs, { device, isOwn }, place)
}

function noticeOf({ text }: HistoryMessage): NoticeCode {
  const codes = [NoticeCode.DEVICE_ADDED, NoticeCode.DEVICE_REMOVED]
  return codes.find((code) => String(code) === text) ?? NoticeCode.UNSPECIFIED
}

function kindOf({ kind, isOwn }: HistoryMessage): MessageKind {
  switch (kind) {
    case 'text':
      return isOwn ? MessageKind.SENT : MessageKind.RECEIVED
    case 'notice':
      return MessageKind.NOTICE
    case 'unreadable':
    case 'missing':
      return MessageKind.UNREADABLE
  }
}

function write(table: TableName, key: string, value: Uint8Array): Write {
  return { type: 'write', table, key, value }
}
