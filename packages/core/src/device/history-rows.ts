/** Messages between their rows and the records in which one own device hands them to another. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type ContactId,
  type DeviceNumber,
  type HistoryMessage,
  type IdentityKey,
  type MessageId,
  utf8ToBytes
} from '@sealpost/protocol'
import {
  FadeRowSchema,
  MessageKind,
  type MessageRow,
  MessageRowSchema,
  NoticeCode
} from '@sealpost/protocol/home'
import { noticeNumber, noticeOf } from '../peer/conversation-notice.ts'
import {
  fadeKey,
  messageKey,
  numberIndexKey,
  orderOfMessageKey,
  ownIndexKey,
  receivedIndexKey,
  siblingIndexKey
} from '../peer/keys.ts'
import type { Row, RowKey, TableName, Write } from '../tables.ts'
import { historyWordsOf, rowWordsOf } from '../conversation/history-words.ts'
import { isStarred, STARRED } from '../conversation/star-index.ts'
import { HISTORY_KINDS, noticeText, readNotice, rowKindOf } from './history-kinds.ts'

/** A row of `unread` says all by being there. */
const UNREAD: Uint8Array = Uint8Array.of(1)

/** What a row says; undefined for one that only this home may have. */
export function historyOfRow(
  identityKey: IdentityKey,
  { key, value }: Row,
  isUnread: boolean
): HistoryMessage | undefined {
  const row = fromBinary(MessageRowSchema, value)
  const kind = HISTORY_KINDS.get(row.kind)
  // What this device cannot read, the other gets from the contact as well; whether it is lost will show here alone.
  if (kind === undefined || kind === 'unreadable') {
    return undefined
  }
  return {
    identityKey,
    // A notice may be about no device at all.
    device: Math.max(1, row.device) as DeviceNumber,
    isOwn: row.kind === MessageKind.SENT,
    number: row.number,
    lastNumber: kind === 'missing' ? row.lastNumber : 0,
    messageId: row.messageId === '' ? undefined : (row.messageId as MessageId),
    kind,
    text:
      kind === 'notice' ? noticeText(noticeOf(row.notice), row.device, row.timerSeconds) : row.text,
    sentAtMs: row.sentAtMs,
    storedAtMs: row.storedAtMs,
    orderMs: orderOfMessageKey(key),
    onRelayAtMs: row.onRelayAtMs,
    deliveredAtMs: row.deliveredAtMs,
    readAtMs: row.readAtMs,
    withdrawnAtMs: row.withdrawnAtMs,
    isUnread,
    ...historyWordsOf(row)
  }
}

/** A message of which nothing is left but that it was there. */
export function withdrawnHistory(message: HistoryMessage, withdrawnAtMs: number): HistoryMessage {
  const nothing = {
    reply: undefined,
    isForwarded: undefined,
    edit: undefined,
    earlier: undefined,
    reactions: undefined,
    star: undefined
  }
  return { ...message, ...nothing, text: '', withdrawnAtMs }
}

/** The row that is there where a message is here already. */
export function knownRow(contactId: ContactId, message: HistoryMessage): RowKey {
  const { isOwn, messageId } = message
  if (messageId === undefined) {
    // A notice of a later version has no row here, and gets none.
    return { table: 'message', key: historyKey(contactId, message) ?? '' }
  }
  const key = isOwn ? ownIndexKey(messageId) : receivedIndexKey(messageId)
  return { table: 'message-index', key }
}

/**
 * The rows of a message. None of a notice that this version does not know.
 *
 * @param sentAs the number under which this device sends on what a lost one wrote; 0 for all else.
 */
export function rowsOfHistory(
  contactId: ContactId,
  message: HistoryMessage,
  sentAs = 0
): readonly Write[] {
  const { device, isOwn, isUnread, messageId, number } = message
  const key = historyKey(contactId, message)
  if (key === undefined) {
    return []
  }
  const row = rowOf(message, sentAs)
  const writes = [write('message', key, toBinary(MessageRowSchema, row))]
  if (isStarred(row)) {
    writes.push(write('star', key, STARRED))
  }
  if (messageId !== undefined) {
    const index = isOwn ? ownIndexKey(messageId) : receivedIndexKey(messageId)
    writes.push(write('message-index', index, utf8ToBytes(key)))
  }
  if (sentAs !== 0) {
    writes.push(write('message-index', numberIndexKey(contactId, sentAs), utf8ToBytes(key)))
  } else if (isOwn) {
    writes.push(
      write('message-index', siblingIndexKey(contactId, device, number), utf8ToBytes(key))
    )
  }
  if (isUnread) {
    writes.push(write('unread', key, UNREAD))
  }
  if (message.fadesAtMs !== undefined) {
    const { fadeAfterS = 0, fadesAtMs } = message
    const note = toBinary(FadeRowSchema, create(FadeRowSchema, { fadeAfterS }))
    writes.push(write('fade', fadeKey(fadesAtMs, key), note))
  }
  return writes
}

/** The key of the row that a message has in a conversation; undefined for a notice that this version does not know. */
export function historyKey(contactId: ContactId, message: HistoryMessage): string | undefined {
  const { device, isOwn, orderMs, number } = message
  if (message.kind !== 'notice') {
    return messageKey(contactId, orderMs, { device, isOwn }, number)
  }
  const { code, about } = readNotice(message)
  const sender = { device: about, isOwn: false }
  return code === undefined ? undefined : messageKey(contactId, orderMs, sender, noticeNumber(code))
}

function rowOf(message: HistoryMessage, sentAs: number): MessageRow {
  const { kind, isOwn, device } = message
  const { code, about, timerSeconds } = readNotice(message)
  return create(MessageRowSchema, {
    kind: rowKindOf(message),
    messageId: message.messageId ?? '',
    device: kind === 'notice' ? about : device,
    number: message.number,
    ...(kind === 'text' ? rowWordsOf(message) : {}),
    sentAtMs: message.sentAtMs,
    storedAtMs: message.storedAtMs,
    // What relays have of the lost device is refused by now.
    onRelayAtMs: sentAs === 0 ? message.onRelayAtMs : 0,
    deliveredAtMs: message.deliveredAtMs,
    readAtMs: message.readAtMs,
    lastNumber: message.lastNumber,
    withdrawnAtMs: message.withdrawnAtMs,
    notice: code ?? NoticeCode.UNSPECIFIED,
    timerSeconds,
    // Also where this device has its number: another copy of this home sent it.
    isCopy: isOwn && sentAs === 0,
    sentAs,
    // It was asked for by the device that could not read it: nobody asks for it here.
    isLost: kind === 'unreadable'
  })
}

function write(table: TableName, key: string, value: Uint8Array): Write {
  return { type: 'write', table, key, value }
}
