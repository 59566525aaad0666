/**
 * The two words by which a device joins an account: its hello, type 10, sealed with the key of the code that the other device
 * showed, and the welcome, type 11, sealed to the hello's request key. The protocol's README, "Linking a device".
 */
import type { AccountState } from './account-words.ts'
import { accountStateFrom, accountStateTo, checkAccountState } from './account-words-codec.ts'
import {
  addressRecordFrom,
  addressRecordTo,
  checkAddressRecord,
  checkRelays,
  ownRelayFrom,
  ownRelayTo
} from './address-codec.ts'
import {
  content,
  copyOf,
  deviceNumber,
  name,
  PUBLIC_KEY_BYTES,
  readPart,
  registrationId,
  REQUEST_KEY_BYTES,
  SECRET_BYTES,
  unique,
  writePart
} from './content-bounds.ts'
import type { AddressRecord, SignedDeviceList } from './address-record.ts'
import {
  checkSignedDeviceList,
  signedDeviceListFrom,
  signedDeviceListTo
} from './device-list-codec.ts'
import { LinkHelloSchema, LinkWelcomeSchema } from './gen/sealpost/content/v1/content_pb.ts'
import type { LinkWelcome as WireLinkWelcome } from './gen/sealpost/content/v1/content_pb.ts'
import type { DeviceNumber } from './identifiers.ts'
import { CONTACT_ADDRESSES_MAX, LINK_HELLO_BYTES_MAX, LINK_WELCOME_BYTES_MAX } from './limits.ts'
import type { RelayAddress } from './relay-address.ts'

/** The first word of a device that wants to belong to an account. */
export interface LinkHello {
  /** X-Wing public key to which the welcome is sealed, 1,216 bytes. */
  readonly requestKey: Uint8Array
  /** What the device calls itself; see `isName`. */
  readonly name: string
  readonly registrationId: number
  /** 16 random bytes, from which both sides show a person the same few characters. */
  readonly code: Uint8Array
}

/** The answer of a device of the account. */
export type LinkWelcome =
  | LinkGrant
  /** The person said no. */
  | { readonly type: 'refused' }

/** Everything a new device needs to be one of the account's. Secrets all. */
export interface LinkGrant {
  readonly type: 'granted'
  /** The identity key pair, 33 and 32 bytes. */
  readonly identityPublic: Uint8Array
  readonly identityPrivate: Uint8Array
  /** 32 bytes: what owner tokens and request boxes' fetch tokens are derived from. */
  readonly ownerSecret: Uint8Array
  /** The new device's number, which the list below names. */
  readonly device: DeviceNumber
  readonly deviceList: SignedDeviceList
  readonly account: AccountState
  /** Where the account's mailboxes are: 1 to `RELAYS_MAX`. */
  readonly relays: readonly RelayAddress[]
  /** How the new device reaches the others, the granting one first; at most `CONTACT_ADDRESSES_MAX`, no device twice. */
  readonly siblings: readonly AddressRecord[]
}

const CODE_BYTES = 16
/** More than any grant before it is shortened. */
const UNSHORTENED_BYTES_MAX = 131_072

function checkLinkHello(hello: LinkHello): void {
  content.exactly(REQUEST_KEY_BYTES, hello.requestKey, 'a request key')
  name(hello.name)
  registrationId(hello.registrationId)
  content.exactly(CODE_BYTES, hello.code, 'a code')
}

/**
 * Writes a hello, in an array of its own.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED` for one that breaks its bounds.
 */
export function encodeLinkHello(hello: LinkHello): Uint8Array {
  checkLinkHello(hello)
  const { requestKey, code } = hello
  const message = { requestKey, name: hello.name, registrationId: hello.registrationId, code }
  return writePart(LinkHelloSchema, message, LINK_HELLO_BYTES_MAX)
}

/**
 * Reads a hello. It owns its bytes.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED`, and nothing else, whatever the bytes.
 */
export function decodeLinkHello(bytes: Uint8Array): LinkHello {
  const wire = readPart(LinkHelloSchema, bytes, LINK_HELLO_BYTES_MAX)
  const hello = {
    requestKey: copyOf(wire.requestKey),
    name: wire.name,
    registrationId: wire.registrationId,
    code: copyOf(wire.code)
  }
  checkLinkHello(hello)
  return hello
}

function checkLinkGrant(grant: LinkGrant): void {
  content.exactly(PUBLIC_KEY_BYTES, grant.identityPublic, 'an identity key')
  content.exactly(SECRET_BYTES, grant.identityPrivate, 'a private key')
  content.exactly(SECRET_BYTES, grant.ownerSecret, 'an owner secret')
  deviceNumber(grant.device)
  checkSignedDeviceList(grant.deviceList)
  checkAccountState(grant.account)
  checkRelays(grant.relays)
  content.count(0, CONTACT_ADDRESSES_MAX, grant.siblings, 'siblings').forEach(checkAddressRecord)
  unique(
    grant.siblings.map(({ device }) => device),
    'a sibling'
  )
}

/**
 * Writes a welcome that fits one sealed answer. Where not all siblings do, those at the end are left out: the new device hears of
 * them from the first.
 *
 * @returns at most `LINK_WELCOME_BYTES_MAX` bytes.
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED` for one that breaks its bounds, or is too long without any sibling.
 */
export function encodeLinkWelcome(welcome: LinkWelcome): Uint8Array {
  if (welcome.type === 'refused') {
    return writePart(LinkWelcomeSchema, { isRefused: true }, LINK_WELCOME_BYTES_MAX)
  }
  checkLinkGrant(welcome)
  for (let count = welcome.siblings.length; count > 0; count--) {
    const bytes = writeGrant(welcome, count, UNSHORTENED_BYTES_MAX)
    if (bytes.length <= LINK_WELCOME_BYTES_MAX) {
      return bytes
    }
  }
  return writeGrant(welcome, 0, LINK_WELCOME_BYTES_MAX)
}

function writeGrant(grant: LinkGrant, siblingCount: number, byteLengthMax: number): Uint8Array {
  const message = {
    identityPublic: grant.identityPublic,
    identityPrivate: grant.identityPrivate,
    ownerSecret: grant.ownerSecret,
    device: grant.device,
    deviceList: signedDeviceListTo(grant.deviceList),
    account: accountStateTo(grant.account),
    relays: grant.relays.map(ownRelayTo),
    siblings: grant.siblings.slice(0, siblingCount).map(addressRecordTo)
  }
  return writePart(LinkWelcomeSchema, message, byteLengthMax)
}

/**
 * Reads a welcome. It owns its bytes.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED`, and nothing else, whatever the bytes.
 */
export function decodeLinkWelcome(bytes: Uint8Array): LinkWelcome {
  const wire = readPart(LinkWelcomeSchema, bytes, LINK_WELCOME_BYTES_MAX)
  if (wire.isRefused) {
    return { type: 'refused' }
  }
  const grant = grantFrom(wire)
  checkLinkGrant(grant)
  return grant
}

function grantFrom(wire: WireLinkWelcome): LinkGrant {
  return {
    type: 'granted',
    identityPublic: copyOf(wire.identityPublic),
    identityPrivate: copyOf(wire.identityPrivate),
    ownerSecret: copyOf(wire.ownerSecret),
    device: deviceNumber(wire.device),
    deviceList: signedDeviceListFrom(content.present(wire.deviceList, 'device list')),
    account: accountStateFrom(content.present(wire.account, 'account')),
    relays: wire.relays.map(ownRelayFrom),
    siblings: wire.siblings.map(addressRecordFrom)
  }
}
