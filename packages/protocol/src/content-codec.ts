/** From plaintext to content and back. The other side wrote it, and a session only says who that is: every bound is checked. */
import type { MessageInitShape } from '@bufbuild/protobuf'
import { addressRecordFrom, addressRecordTo, checkAddressRecord } from './address-codec.ts'
import {
  content,
  deviceNumber,
  name,
  readPart,
  safeInteger,
  unique,
  writePart
} from './content-bounds.ts'
import type { Content, ContentBody, Progress } from './content.ts'
import {
  checkSignedDeviceList,
  signedDeviceListFrom,
  signedDeviceListTo
} from './device-list-codec.ts'
import type {
  Accept as WireAccept,
  Content as WireContent,
  Profile as WireProfile,
  Progress as WireProgress,
  ProgressSchema
} from './gen/sealpost/content/v1/content_pb.ts'
import { ContentSchema } from './gen/sealpost/content/v1/content_pb.ts'
import { messageIds, requestIds } from './identifiers.ts'
import {
  CONTENT_BYTES_MAX,
  DEVICES_MAX,
  PROGRESS_RANGES_MAX,
  REQUEST_TEXT_BYTES_MAX,
  TEXT_BYTES_MAX
} from './limits.ts'

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
  const { messageId } = given
  const message = {
    number: content.toUint64(given.number, 'a message’s number'),
    ...(messageId === undefined ? {} : { messageId: messageIds.toBytes(messageId) }),
    sentAtMs: content.toUint64(given.sentAtMs, 'a time'),
    progress: given.progress.map(progressTo),
    body: bodyTo(given.body)
  }
  return writePart(ContentSchema, message, CONTENT_BYTES_MAX)
}

function checkContent({ number, messageId, sentAtMs, progress, body }: Content): void {
  safeInteger(number, 'a message’s number')
  safeInteger(sentAtMs, 'a time')
  if ((number === 0) !== (messageId === undefined)) {
    content.breach('a number without an id, or an id without a number')
  }
  if (number === 0 ? body.type === 'text' : body.type === 'receipt') {
    content.breach('a text without a number, or a receipt with one')
  }
  content.count(0, DEVICES_MAX, progress, 'devices with progress')
  unique(
    progress.map(({ device }) => device),
    'a device'
  )
  progress.forEach(checkProgress)
  checkBody(body)
}

/** Each range lies behind a gap: what follows without one belongs to what is before. */
function checkProgress(progress: Progress): void {
  deviceNumber(progress.device)
  safeInteger(progress.readUpTo, 'a message’s number')
  let heldUpTo = safeInteger(progress.deliveredUpTo, 'a message’s number')
  const ranges = progress.deliveredBeyond
  for (const { first, last } of content.count(0, PROGRESS_RANGES_MAX, ranges, 'ranges')) {
    safeInteger(first, 'a message’s number')
    safeInteger(last, 'a message’s number')
    if (first <= heldUpTo + 1 || last < first) {
      content.breach('ranges that do not ascend with gaps')
    }
    heldUpTo = last
  }
}

function checkBody(body: ContentBody): void {
  switch (body.type) {
    case 'text':
      content.text(TEXT_BYTES_MAX, body.text, 'a text')
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
    case 'receipt':
    case 'link-used':
    case 'unknown':
      return
  }
  if (body.address !== undefined) {
    checkAddressRecord(body.address)
  }
  if (body.deviceList !== undefined) {
    checkSignedDeviceList(body.deviceList)
  }
}

function progressFrom(wire: WireProgress): Progress {
  return {
    device: deviceNumber(wire.device),
    deliveredUpTo: content.fromUint64(wire.deliveredUpTo, 'a message’s number'),
    deliveredBeyond: wire.deliveredBeyond.map(({ first, last }) => ({
      first: content.fromUint64(first, 'a message’s number'),
      last: content.fromUint64(last, 'a message’s number')
    })),
    readUpTo: content.fromUint64(wire.readUpTo, 'a message’s number')
  }
}

/** Checked before: safe integers all. */
function progressTo(progress: Progress): MessageInitShape<typeof ProgressSchema> {
  return {
    device: progress.device,
    deliveredUpTo: BigInt(progress.deliveredUpTo),
    deliveredBeyond: progress.deliveredBeyond.map(({ first, last }) => ({
      first: BigInt(first),
      last: BigInt(last)
    })),
    readUpTo: BigInt(progress.readUpTo)
  }
}

function bodyFrom(body: WireContent['body']): ContentBody {
  switch (body.case) {
    case 'text':
      return { type: 'text', text: body.value.text }
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
    default:
      return { type: 'unknown' }
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
      return { case: 'text', value: { text: body.text } }
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
    case 'unknown':
      return content.breach('content that is not known')
  }
}
