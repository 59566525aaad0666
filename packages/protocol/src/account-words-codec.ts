/** Accounts, contacts and links as the devices of one account, and its backups, hold them. */
import type { MessageInitShape } from '@bufbuild/protobuf'
import type {
  AccountState,
  AskedRequest,
  ContactState,
  DirectChoice,
  Held,
  LinkStage,
  LinkState,
  Settings,
  Standing
} from './account-words.ts'
import {
  addressRecordFrom,
  addressRecordTo,
  checkAddressRecord,
  checkRelays,
  relayFrom,
  relayTo
} from './address-codec.ts'
import { wordTable } from './bounds.ts'
import { bytesToHex, hexToBytes } from './bytes.ts'
import {
  contactName,
  content,
  copyOf,
  deviceNumber,
  name,
  safeInteger,
  SECRET_BYTES,
  unique
} from './content-bounds.ts'
import {
  checkSignedDeviceList,
  signedDeviceListFrom,
  signedDeviceListTo
} from './device-list-codec.ts'
import type {
  AccountState as WireAccountState,
  AccountStateSchema,
  AskedRequest as WireAskedRequest,
  AskedRequestSchema,
  ContactState as WireContactState,
  ContactStateSchema,
  LinkState as WireLinkState,
  LinkStateSchema,
  Settings as WireSettings
} from './gen/sealpost/content/v1/content_pb.ts'
import {
  Direct as WireDirect,
  LinkKind as WireLinkKind,
  LinkStage as WireLinkStage,
  Standing as WireStanding
} from './gen/sealpost/content/v1/content_pb.ts'
import { identityKeys, messageIds, requestIds } from './identifiers.ts'
import type { IdentityKey } from './identifiers.ts'
import {
  CONTACT_ADDRESSES_MAX,
  DEVICES_MAX,
  LINK_TEXT_BYTES_MAX,
  REQUEST_SECRET_KEY_BYTES_MAX,
  REQUEST_TEXT_BYTES_MAX
} from './limits.ts'
import { checkSeconds, checkTimer, timerFrom, timerTo } from './message-words-codec.ts'
import { checkShelf, shelfFrom, shelfTo } from './shelf-codec.ts'
import { checkRanges, rangeFrom, rangeTo } from './progress-codec.ts'

const LINK_NAME_PATTERN = /^[0-9a-f]{32}$/
const LINK_NAME_BYTES = 16

const standings = wordTable<Standing, WireStanding>({
  requested: WireStanding.REQUESTED,
  pending: WireStanding.PENDING,
  accepted: WireStanding.ACCEPTED,
  failed: WireStanding.FAILED,
  blocked: WireStanding.BLOCKED,
  declined: WireStanding.DECLINED
})
const directChoices = wordTable<DirectChoice, WireDirect>({
  default: WireDirect.DEFAULT,
  on: WireDirect.ON,
  off: WireDirect.OFF
})
const linkKinds = wordTable<LinkState['kind'], WireLinkKind>({
  'one-time': WireLinkKind.ONE_TIME,
  public: WireLinkKind.PUBLIC
})
const linkStages = wordTable<LinkStage, WireLinkStage>({
  new: WireLinkStage.NEW,
  published: WireLinkStage.PUBLISHED,
  used: WireLinkStage.USED,
  expired: WireLinkStage.EXPIRED,
  revoked: WireLinkStage.REVOKED,
  closed: WireLinkStage.CLOSED
})

function word<Word>(value: Word | undefined, noun: string): Word {
  return value ?? content.breach(`${noun} that is not known`)
}

function optionalIdentity(bytes: Uint8Array): IdentityKey | undefined {
  return bytes.length === 0 ? undefined : content.id(identityKeys, bytes)
}

function optionalIdentityBytes(identityKey: IdentityKey | undefined): Uint8Array {
  return identityKey === undefined ? new Uint8Array(0) : identityKeys.toBytes(identityKey)
}

// ---- the account

export function checkAccountState(account: AccountState): void {
  name(account.profile.name)
  content.integer(2, 3, account.settings.lifetime, 'a lifetime')
  checkSeconds(account.settings.timerSeconds ?? 0)
  safeInteger(account.changedAtMs, 'a time')
  const devices = content.count(0, DEVICES_MAX, account.deviceNames, 'names of devices')
  devices.forEach((device) => {
    deviceNumber(device.device)
    name(device.name)
  })
  unique(
    account.deviceNames.map(({ device }) => device),
    'a device'
  )
}

export function accountStateFrom(wire: WireAccountState): AccountState {
  return {
    profile: { name: content.present(wire.profile, 'profile').name },
    settings: settingsFrom(content.present(wire.settings, 'settings')),
    deviceNames: wire.deviceNames.map((device) => ({
      device: deviceNumber(device.device),
      name: device.name
    })),
    changedAtMs: content.fromUint64(wire.changedAtMs, 'a time')
  }
}

function settingsFrom(wire: WireSettings): Settings {
  const { lifetime = 2, isReadShown = true, isDirect = true, timerSeconds } = wire
  return {
    lifetime: lifetime === 2 || lifetime === 3 ? lifetime : content.breach('an unknown lifetime'),
    isTypingShown: wire.isTypingShown,
    isPresenceShown: wire.isPresenceShown,
    isReadShown,
    isDirect,
    ...(timerSeconds === 0 ? {} : { timerSeconds })
  }
}

/** Checked before. */
export function accountStateTo(account: AccountState): MessageInitShape<typeof AccountStateSchema> {
  return {
    profile: { name: account.profile.name },
    settings: { ...account.settings, timerSeconds: account.settings.timerSeconds ?? 0 },
    deviceNames: account.deviceNames.map((device) => ({ ...device })),
    changedAtMs: BigInt(account.changedAtMs)
  }
}

// ---- contacts

export function checkContactState(contact: ContactState): void {
  contactName(contact.name)
  name(contact.profileName)
  safeInteger(contact.verifiedAtMs, 'a time')
  safeInteger(contact.changedAtMs, 'a time')
  safeInteger(contact.createdAtMs, 'a time')
  content.text(REQUEST_TEXT_BYTES_MAX, contact.requestText, 'a request’s text')
  if (contact.deviceList !== undefined) {
    checkSignedDeviceList(contact.deviceList)
  }
  content
    .count(0, CONTACT_ADDRESSES_MAX, contact.addresses, 'addresses')
    .forEach(checkAddressRecord)
  unique(
    contact.addresses.map(({ device }) => device),
    'an address of a device'
  )
  content.count(0, DEVICES_MAX, contact.held, 'devices').forEach(checkHeld)
  unique(
    contact.held.map(({ device }) => device),
    'a device'
  )
  if (contact.request !== undefined) {
    checkAskedRequest(contact.request)
  }
  if (contact.timer !== undefined) {
    checkTimer(contact.timer)
  }
  checkShelf(contact.shelf ?? {})
}

function checkAskedRequest(request: AskedRequest): void {
  deviceNumber(request.device)
  safeInteger(request.number, 'a message’s number')
  safeInteger(request.sentAtMs, 'a time')
  safeInteger(request.receivedAtMs, 'a time')
  if (!isLinkName(request.linkId)) {
    content.breach('a link that is not named by 16 bytes')
  }
}

function checkHeld({ device, upTo, beyond }: Held): void {
  deviceNumber(device)
  safeInteger(upTo, 'a message’s number')
  checkRanges(beyond, upTo)
}

export function contactStateFrom(wire: WireContactState): ContactState {
  const { deviceList, request, shelf, standingBefore, timer } = wire
  return {
    identityKey: content.id(identityKeys, wire.identityKey),
    name: wire.name,
    profileName: wire.profileName,
    standing: word(standings.wordOf(wire.standing), 'a standing'),
    verifiedAtMs: content.fromUint64(wire.verifiedAtMs, 'a time'),
    direct: word(directChoices.wordOf(wire.direct), 'a choice'),
    deviceList: deviceList === undefined ? undefined : signedDeviceListFrom(deviceList),
    addresses: wire.addresses.map(addressRecordFrom),
    held: wire.held.map(({ device, upTo, beyond }) => ({
      device: deviceNumber(device),
      upTo: content.fromUint64(upTo, 'a message’s number'),
      beyond: beyond.map(rangeFrom)
    })),
    changedAtMs: content.fromUint64(wire.changedAtMs, 'a time'),
    createdAtMs: content.fromUint64(wire.createdAtMs, 'a time'),
    requestText: wire.requestText,
    replaces: optionalIdentity(wire.replaces),
    isIdentityChanged: wire.isIdentityChanged,
    standingBefore:
      standingBefore === WireStanding.UNSPECIFIED
        ? undefined
        : word(standings.wordOf(standingBefore), 'a standing'),
    request: request === undefined ? undefined : askedRequestFrom(request),
    ...(timer === undefined ? {} : { timer: timerFrom(timer) }),
    ...(shelf === undefined ? {} : { shelf: shelfFrom(shelf) })
  }
}

function askedRequestFrom(wire: WireAskedRequest): AskedRequest {
  return {
    requestId: content.id(requestIds, wire.requestId),
    device: deviceNumber(wire.device),
    number: content.fromUint64(wire.number, 'a message’s number'),
    messageId: wire.messageId.length === 0 ? undefined : content.id(messageIds, wire.messageId),
    sentAtMs: content.fromUint64(wire.sentAtMs, 'a time'),
    receivedAtMs: content.fromUint64(wire.receivedAtMs, 'a time'),
    linkId: bytesToHex(content.exactly(LINK_NAME_BYTES, wire.linkId, 'a link’s name'))
  }
}

function askedRequestTo(request: AskedRequest): MessageInitShape<typeof AskedRequestSchema> {
  const { messageId } = request
  return {
    requestId: requestIds.toBytes(request.requestId),
    device: request.device,
    number: BigInt(request.number),
    messageId: messageId === undefined ? new Uint8Array(0) : messageIds.toBytes(messageId),
    sentAtMs: BigInt(request.sentAtMs),
    receivedAtMs: BigInt(request.receivedAtMs),
    linkId: hexToBytes(request.linkId)
  }
}

/** Checked before. */
export function contactStateTo(contact: ContactState): MessageInitShape<typeof ContactStateSchema> {
  const { deviceList, request, shelf, standingBefore, timer } = contact
  return {
    identityKey: identityKeys.toBytes(contact.identityKey),
    name: contact.name,
    profileName: contact.profileName,
    standing: standings.valueOf(contact.standing),
    verifiedAtMs: BigInt(contact.verifiedAtMs),
    direct: directChoices.valueOf(contact.direct),
    ...(deviceList === undefined ? {} : { deviceList: signedDeviceListTo(deviceList) }),
    addresses: contact.addresses.map(addressRecordTo),
    held: contact.held.map(({ device, upTo, beyond }) => ({
      device,
      upTo: BigInt(upTo),
      beyond: beyond.map(rangeTo)
    })),
    changedAtMs: BigInt(contact.changedAtMs),
    createdAtMs: BigInt(contact.createdAtMs),
    requestText: contact.requestText,
    replaces: optionalIdentityBytes(contact.replaces),
    isIdentityChanged: contact.isIdentityChanged,
    ...(standingBefore === undefined ? {} : { standingBefore: standings.valueOf(standingBefore) }),
    ...(request === undefined ? {} : { request: askedRequestTo(request) }),
    ...(timer === undefined ? {} : { timer: timerTo(timer) }),
    ...(shelf === undefined ? {} : { shelf: shelfTo(shelf) })
  }
}

// ---- links

/** Whether a text names a link: 16 bytes in lower-case hex. */
export function isLinkName(text: string): boolean {
  return LINK_NAME_PATTERN.test(text)
}

export function checkLinkState(link: LinkState): void {
  if (!isLinkName(link.id)) {
    content.breach('a link that is not named by 16 bytes')
  }
  content.exactly(SECRET_BYTES, link.linkSecret, 'a link secret')
  content.exactly(SECRET_BYTES, link.boxSeed, 'a box seed')
  content.upTo(REQUEST_SECRET_KEY_BYTES_MAX, link.requestSecretKey, 'a secret key')
  content.text(LINK_TEXT_BYTES_MAX, link.link, 'a link')
  safeInteger(link.createdAtMs, 'a time')
  safeInteger(link.expiresAtMs, 'an expiry')
  safeInteger(link.endedAtMs, 'a time')
  safeInteger(link.changedAtMs, 'a time')
  deviceNumber(link.servingDevice)
  checkRelays(link.relays, 0)
}

export function linkStateFrom(wire: WireLinkState): LinkState {
  return {
    id: bytesToHex(content.exactly(LINK_NAME_BYTES, wire.id, 'a link’s name')),
    kind: word(linkKinds.wordOf(wire.kind), 'a kind of link'),
    linkSecret: copyOf(wire.linkSecret),
    boxSeed: copyOf(wire.boxSeed),
    requestSecretKey: copyOf(wire.requestSecretKey),
    link: wire.link,
    createdAtMs: content.fromUint64(wire.createdAtMs, 'a time'),
    expiresAtMs: content.fromUint64(wire.expiresAtMs, 'an expiry'),
    state: word(linkStages.wordOf(wire.state), 'a link’s state'),
    usedBy: optionalIdentity(wire.usedBy),
    endedAtMs: content.fromUint64(wire.endedAtMs, 'a time'),
    servingDevice: deviceNumber(wire.servingDevice),
    relays: wire.relays.map(relayFrom),
    changedAtMs: content.fromUint64(wire.changedAtMs, 'a time')
  }
}

/** Checked before. */
export function linkStateTo(link: LinkState): MessageInitShape<typeof LinkStateSchema> {
  return {
    ...link,
    id: hexToBytes(link.id),
    kind: linkKinds.valueOf(link.kind),
    createdAtMs: BigInt(link.createdAtMs),
    expiresAtMs: BigInt(link.expiresAtMs),
    state: linkStages.valueOf(link.state),
    usedBy: optionalIdentityBytes(link.usedBy),
    endedAtMs: BigInt(link.endedAtMs),
    relays: link.relays.map(relayTo),
    changedAtMs: BigInt(link.changedAtMs)
  }
}
