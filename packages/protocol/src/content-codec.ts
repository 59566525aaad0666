/** From plaintext to content and back. The other side wrote it, and a session only says who that is: every bound is checked. */
import type { MessageInitShape } from '@bufbuild/protobuf'
import {
  addressRecordFrom,
  addressRecordTo,
  checkAddresses,
  checkAddressRecord
} from './address-codec.ts'
import { content, deviceNumber, name, readPart, safeInteger, writePart } from './content-bounds.ts'
import type { Content, ContentBody, FormerName, Here, UnavailableContent } from './content.ts'
import {
  checkSignedDeviceList,
  signedDeviceListFrom,
  signedDeviceListTo
} from './device-list-codec.ts'
import type {
  Accept as WireAccept,
  Content as WireContent,
  FormerName as WireFormerName,
  FormerNameSchema,
  Here as WireHere,
  HereSchema,
  Profile as WireProfile
} from './gen/sealpost/content/v1/content_pb.ts'
import { ContentSchema } from './gen/sealpost/content/v1/content_pb.ts'
import { messageIds, nodeKeys, requestIds } from './identifiers.ts'
import { CONTENT_BYTES_MAX, REQUEST_TEXT_BYTES_MAX } from './limits.ts'
import {
  checkEditedText,
  checkEmoji,
  checkText,
  checkTimer,
  textFrom,
  textTo,
  timerFrom,
  timerTo
} from './message-words-codec.ts'
import { checkOwnDeviceBody, ownDeviceBodyFrom, ownDeviceBodyTo } from './own-device-codec.ts'
import {
  checkProgress,
  checkRanges,
  progressFrom,
  progressTo,
  rangeFrom,
  rangeTo
} from './progress-codec.ts'

/** What has a number always. */
const NUMBERED_TYPES: ReadonlySet<string> = new Set<ContentBody['type']>([
  'text',
  'edit',
  'reaction',
  'timer'
])
/** What lies before every range of numbers, with a gap. */
const NO_NUMBER = -1

/**
 * Reads content. It owns its bytes. What a later version says becomes `unknown`, with its number, so that it can be receipted.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED`, and nothing else, whatever the bytes.
 */
export function decodeContent(bytes: Uint8Array): Content {
  const wire = readPart(ContentSchema, bytes, CONTENT_BYTES_MAX)
  const read = {
    number: content.fromUint64(wire.number, 'a message’s number'),
    messageId: wire.messageId.length === 0 ? undefined : content.id(messageIds, wire.messageId),
    sentAtMs: content.fromUint64(wire.sentAtMs, 'a time'),
    progress: wire.progress.map(progressFrom),
    ...(wire.here === undefined ? {} : { here: hereFrom(wire.here) }),
    ...(wire.was === undefined ? {} : { was: formerNameFrom(wire.was) }),
    body: bodyFrom(wire.body)
  }
  checkContent(read)
  return read
}

/**
 * Writes content, in an array of its own.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED` for content that breaks its bounds, `unknown` among it, or whose parts are
 * together larger than any envelope.
 */
export function encodeContent(given: Content): Uint8Array {
  checkContent(given)
  const { messageId, here, was } = given
  const message = {
    number: content.toUint64(given.number, 'a message’s number'),
    ...(messageId === undefined ? {} : { messageId: messageIds.toBytes(messageId) }),
    sentAtMs: content.toUint64(given.sentAtMs, 'a time'),
    progress: given.progress.map(progressTo),
    ...(here === undefined ? {} : { here: hereTo(here) }),
    ...(was === undefined ? {} : { was: formerNameTo(was) }),
    body: bodyTo(given.body)
  }
  return writePart(ContentSchema, message, CONTENT_BYTES_MAX)
}

function checkContent(given: Content): void {
  const { number, messageId, sentAtMs, progress, here, was, body } = given
  safeInteger(number, 'a message’s number')
  safeInteger(sentAtMs, 'a time')
  if ((number === 0) !== (messageId === undefined)) {
    content.breach('a number without an id, or an id without a number')
  }
  if (number === 0 ? NUMBERED_TYPES.has(body.type) : body.type === 'receipt') {
    content.breach('a text without a number, or a receipt with one')
  }
  checkProgress(progress)
  if (here !== undefined) {
    checkHere(here)
  }
  if (was !== undefined) {
    checkFormerName(was, body)
  }
  checkBody(body)
}

function checkFormerName({ device, number }: FormerName, { type }: ContentBody): void {
  safeInteger(number, 'a message’s number')
  deviceNumber(device)
  if (number === 0 || type !== 'text') {
    content.breach('a former name of what has none')
  }
}

function formerNameFrom({ device, number }: WireFormerName): FormerName {
  return {
    device: deviceNumber(device),
    number: content.fromUint64(number, 'a message’s number')
  }
}

function formerNameTo({ device, number }: FormerName): MessageInitShape<typeof FormerNameSchema> {
  return { device, number: content.toUint64(number, 'a message’s number') }
}

function checkHere({ addresses, validUntilMs }: Here): void {
  checkAddresses(addresses, 0)
  safeInteger(validUntilMs, 'a time')
}

/** None of the numbers twice: neither in one list nor in both. */
function checkUnavailable({ shown, silent }: UnavailableContent): void {
  if (shown.length + silent.length === 0) {
    content.breach('nothing that is unavailable')
  }
  checkRanges(shown, NO_NUMBER)
  checkRanges(silent, NO_NUMBER)
  const all = [...shown, ...silent].sort((one, other) => one.first - other.first)
  let before = 0
  for (const { first, last } of all) {
    if (first <= before) {
      content.breach('a number that is none, or unavailable in two ways')
    }
    before = last
  }
}

function checkBody(body: ContentBody): void {
  switch (body.type) {
    case 'text':
      checkText(body)
      return
    case 'edit':
      checkEditedText(body.text)
      return
    case 'reaction':
      checkEmoji(body.emoji)
      return
    case 'timer':
      checkTimer(body)
      return
    case 'request':
      content.text(REQUEST_TEXT_BYTES_MAX, body.text, 'a request’s text')
      name(body.profile.name)
      break
    case 'accept':
      name(body.profile.name)
      break
    case 'address-update':
      if (body.address === undefined && body.deviceList === undefined) {
        content.breach('an update of nothing')
      }
      break
    case 'withdrawal':
      content.integer(1, Number.MAX_SAFE_INTEGER, body.number, 'a message’s number')
      return
    case 'unavailable':
      checkUnavailable(body)
      return
    case 'receipt':
    case 'link-used':
    case 'unknown':
      return
    default:
      checkOwnDeviceBody(body)
      return
  }
  if (body.address !== undefined) {
    checkAddressRecord(body.address)
  }
  if (body.deviceList !== undefined) {
    checkSignedDeviceList(body.deviceList)
  }
}

function hereFrom(wire: WireHere): Here {
  return {
    nodeKey: content.id(nodeKeys, wire.nodeKey),
    addresses: wire.addresses,
    validUntilMs: content.fromUint64(wire.validUntilMs, 'a time')
  }
}

/** Checked before. */
function hereTo({ nodeKey, addresses, validUntilMs }: Here): MessageInitShape<typeof HereSchema> {
  return {
    nodeKey: nodeKeys.toBytes(nodeKey),
    addresses: [...addresses],
    validUntilMs: BigInt(validUntilMs)
  }
}

function bodyFrom(body: WireContent['body']): ContentBody {
  switch (body.case) {
    case 'text':
      return textFrom(body.value)
    case 'receipt':
      return { type: 'receipt' }
    case 'request':
      return {
        type: 'request',
        requestId: content.id(requestIds, body.value.requestId),
        ...introductionFrom(body.value),
        text: body.value.text
      }
    case 'accept':
      return { type: 'accept', ...introductionFrom(body.value) }
    case 'addressUpdate': {
      const { address, deviceList } = body.value
      return {
        type: 'address-update',
        address: address === undefined ? undefined : addressRecordFrom(address),
        deviceList: deviceList === undefined ? undefined : signedDeviceListFrom(deviceList)
      }
    }
    case 'linkUsed':
      return { type: 'link-used' }
    case 'withdrawal':
      return {
        type: 'withdrawal',
        messageId: content.id(messageIds, body.value.messageId),
        number: content.fromUint64(body.value.number, 'a message’s number')
      }
    case 'unavailable':
      return {
        type: 'unavailable',
        shown: body.value.shown.map(rangeFrom),
        silent: body.value.silent.map(rangeFrom)
      }
    case 'edit':
      return {
        type: 'edit',
        messageId: content.id(messageIds, body.value.messageId),
        text: body.value.text
      }
    case 'reaction':
      return {
        type: 'reaction',
        messageId: content.id(messageIds, body.value.messageId),
        isOfSender: body.value.isOfSender,
        emoji: body.value.emoji
      }
    case 'timer':
      return { type: 'timer', ...timerFrom(body.value) }
    default:
      return ownDeviceBodyFrom(body) ?? { type: 'unknown' }
  }
}

/** What both sides of a first contact tell each other. */
function introductionFrom(
  wire: Pick<WireAccept, 'profile' | 'address' | 'deviceList'>
): Pick<Extract<ContentBody, { type: 'accept' }>, 'profile' | 'address' | 'deviceList'> {
  const profile: WireProfile = content.present(wire.profile, 'profile')
  return {
    profile: { name: profile.name },
    address: addressRecordFrom(content.present(wire.address, 'address record')),
    deviceList: signedDeviceListFrom(content.present(wire.deviceList, 'device list'))
  }
}

function bodyTo(body: ContentBody): NonNullable<MessageInitShape<typeof ContentSchema>['body']> {
  switch (body.type) {
    case 'text':
      return { case: 'text', value: textTo(body) }
    case 'receipt':
      return { case: 'receipt', value: {} }
    case 'request':
    case 'accept': {
      const introduction = {
        profile: { name: body.profile.name },
        address: addressRecordTo(body.address),
        deviceList: signedDeviceListTo(body.deviceList)
      }
      if (body.type === 'accept') {
        return { case: 'accept', value: introduction }
      }
      const requestId = requestIds.toBytes(body.requestId)
      return { case: 'request', value: { requestId, ...introduction, text: body.text } }
    }
    case 'address-update': {
      const { address, deviceList } = body
      return {
        case: 'addressUpdate',
        value: {
          ...(address === undefined ? {} : { address: addressRecordTo(address) }),
          ...(deviceList === undefined ? {} : { deviceList: signedDeviceListTo(deviceList) })
        }
      }
    }
    case 'link-used':
      return { case: 'linkUsed', value: {} }
    case 'withdrawal':
      return {
        case: 'withdrawal',
        value: { messageId: messageIds.toBytes(body.messageId), number: BigInt(body.number) }
      }
    case 'unavailable':
      return {
        case: 'unavailable',
        value: { shown: body.shown.map(rangeTo), silent: body.silent.map(rangeTo) }
      }
    case 'edit':
      return {
        case: 'edit',
        value: { messageId: messageIds.toBytes(body.messageId), text: body.text }
      }
    case 'reaction':
      return {
        case: 'reaction',
        value: {
          messageId: messageIds.toBytes(body.messageId),
          isOfSender: body.isOfSender,
          emoji: body.emoji
        }
      }
    case 'timer':
      return { case: 'timer', value: timerTo(body) }
    case 'unknown':
      return content.breach('content that is not known')
    default:
      return ownDeviceBodyTo(body)
  }
}
