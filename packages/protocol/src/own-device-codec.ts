/** The bodies of content that only devices of one account say to each other. */
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
import type {
  DeletedMessage,
  HistoryPartContent,
  OwnDeviceBody,
  ReadMark,
  StarredMessage
} from './account-words.ts'
import type { ContentBody } from './content.ts'
import { content, copyOf, deviceNumber, safeInteger, uint32, unique } from './content-bounds.ts'
import type {
  Content as WireContent,
  ContentSchema,
  DeletedMessage as WireDeletedMessage,
  HistoryPart as WireHistoryPart,
  ReadMark as WireReadMark
} from './gen/sealpost/content/v1/content_pb.ts'
import type { StarredMessage as WireStarredMessage } from './gen/sealpost/content/v1/shelf_pb.ts'
import { identityKeys, messageIds, transferIds } from './identifiers.ts'
import {
  DELETIONS_MAX,
  HISTORY_PART_BYTES_MAX,
  READ_MARKS_MAX,
  SENT_COPY_BYTES_MAX,
  STARS_MAX
} from './limits.ts'
import { checkChoice, choiceFrom, choiceTo } from './shelf-codec.ts'

const OWN_DEVICE_TYPES: ReadonlySet<string> = new Set<OwnDeviceBody['type']>([
  'sent-copy',
  'read-marks',
  'contact-state',
  'account-state',
  'link-state',
  'history-part',
  'history-request',
  'deletion',
  'stars'
])

/** Whether only an own device may say this: from a contact it is to be ignored. */
export function isOwnDeviceBody(body: ContentBody): body is OwnDeviceBody {
  return OWN_DEVICE_TYPES.has(body.type)
}

export function checkOwnDeviceBody(body: OwnDeviceBody): void {
  switch (body.type) {
    case 'sent-copy':
      content.upTo(SENT_COPY_BYTES_MAX, body.content, 'a copy')
      return
    case 'read-marks':
      content.count(1, READ_MARKS_MAX, body.marks, 'read marks').forEach(checkReadMark)
      unique(
        body.marks.map(({ identityKey, device }) => `${identityKey} ${String(device)}`),
        'a read mark'
      )
      return
    case 'contact-state':
      checkContactState(body.contact)
      return
    case 'account-state':
      checkAccountState(body.account)
      return
    case 'link-state':
      checkLinkState(body.link)
      return
    case 'history-part':
      uint32(body.index, 'a part’s index')
      uint32(body.totalCount, 'a count')
      content.upTo(HISTORY_PART_BYTES_MAX, body.records, 'a part of history')
      return
    case 'history-request':
      safeInteger(body.sinceMs, 'a time')
      return
    case 'deletion':
      content.count(1, DELETIONS_MAX, body.messages, 'deleted messages')
      unique(
        body.messages.map(({ messageId, isOwn }) => `${messageId} ${String(isOwn)}`),
        'a deleted message'
      )
      return
    case 'stars':
      content.count(1, STARS_MAX, body.messages, 'starred messages')
      for (const { star } of body.messages) {
        checkChoice(star)
      }
      unique(
        body.messages.map(({ messageId, isOwn }) => `${messageId} ${String(isOwn)}`),
        'a starred message'
      )
  }
}

function checkReadMark({ device, upTo }: ReadMark): void {
  deviceNumber(device)
  safeInteger(upTo, 'a message’s number')
}

/** @returns undefined for what is no word between own devices. */
export function ownDeviceBodyFrom(body: WireContent['body']): OwnDeviceBody | undefined {
  switch (body.case) {
    case 'sentCopy':
      return {
        type: 'sent-copy',
        identityKey: content.id(identityKeys, body.value.identityKey),
        content: copyOf(body.value.content)
      }
    case 'readMarks':
      return { type: 'read-marks', marks: body.value.marks.map(readMarkFrom) }
    case 'contactState':
      return { type: 'contact-state', contact: contactStateFrom(body.value) }
    case 'accountState':
      return { type: 'account-state', account: accountStateFrom(body.value) }
    case 'linkState':
      return { type: 'link-state', link: linkStateFrom(body.value) }
    case 'historyPart':
      return historyPartFrom(body.value)
    case 'historyRequest':
      return {
        type: 'history-request',
        transferId: content.id(transferIds, body.value.transferId),
        sinceMs: content.fromUint64(body.value.sinceMs, 'a time')
      }
    case 'deletion':
      return { type: 'deletion', messages: body.value.messages.map(deletedFrom) }
    case 'stars':
      return { type: 'stars', messages: body.value.messages.map(starredFrom) }
    default:
      return undefined
  }
}

function starredFrom({ star, ...named }: WireStarredMessage): StarredMessage {
  return { ...deletedFrom(named), star: choiceFrom(star) }
}

function deletedFrom({
  identityKey,
  messageId,
  isOwn
}: Pick<WireDeletedMessage, 'identityKey' | 'messageId' | 'isOwn'>): DeletedMessage {
  return {
    identityKey: content.id(identityKeys, identityKey),
    messageId: content.id(messageIds, messageId),
    isOwn
  }
}

function readMarkFrom({ identityKey, device, upTo }: WireReadMark): ReadMark {
  return {
    identityKey: content.id(identityKeys, identityKey),
    device: deviceNumber(device),
    upTo: content.fromUint64(upTo, 'a message’s number')
  }
}

function historyPartFrom(wire: WireHistoryPart): HistoryPartContent {
  return {
    type: 'history-part',
    transferId: content.id(transferIds, wire.transferId),
    index: wire.index,
    isLast: wire.isLast,
    totalCount: wire.totalCount,
    records: copyOf(wire.records)
  }
}

/** Checked before. */
export function ownDeviceBodyTo(
  body: OwnDeviceBody
): NonNullable<MessageInitShape<typeof ContentSchema>['body']> {
  switch (body.type) {
    case 'sent-copy':
      return {
        case: 'sentCopy',
        value: { identityKey: identityKeys.toBytes(body.identityKey), content: body.content }
      }
    case 'read-marks':
      return {
        case: 'readMarks',
        value: {
          marks: body.marks.map(({ identityKey, device, upTo }) => ({
            identityKey: identityKeys.toBytes(identityKey),
            device,
            upTo: BigInt(upTo)
          }))
        }
      }
    case 'contact-state':
      return { case: 'contactState', value: contactStateTo(body.contact) }
    case 'account-state':
      return { case: 'accountState', value: accountStateTo(body.account) }
    case 'link-state':
      return { case: 'linkState', value: linkStateTo(body.link) }
    case 'history-part': {
      const { transferId, index, isLast, totalCount, records } = body
      return {
        case: 'historyPart',
        value: { transferId: transferIds.toBytes(transferId), index, isLast, totalCount, records }
      }
    }
    case 'history-request':
      return {
        case: 'historyRequest',
        value: {
          transferId: transferIds.toBytes(body.transferId),
          sinceMs: BigInt(body.sinceMs)
        }
      }
    case 'deletion':
      return {
        case: 'deletion',
        value: {
          messages: body.messages.map(({ identityKey, messageId, isOwn }) => ({
            identityKey: identityKeys.toBytes(identityKey),
            messageId: messageIds.toBytes(messageId),
            isOwn
          }))
        }
      }
    case 'stars':
      return {
        case: 'stars',
        value: {
          messages: body.messages.map(({ identityKey, messageId, isOwn, star }) => ({
            identityKey: identityKeys.toBytes(identityKey),
            messageId: messageIds.toBytes(messageId),
            isOwn,
            star: choiceTo(star)
          }))
        }
      }
  }
}
