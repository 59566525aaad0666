/** Who is who in the client's tests: keys, accounts, addresses and contents made from small numbers and names. */
import { type Account, DEFAULT_SETTINGS, sha256 } from '@sealpost/core'
import {
  type AddressRecord,
  type ContactId,
  contactIds,
  type Content,
  type ContentBody,
  type DeviceNumber,
  encodeDeviceList,
  EPOCH_MS,
  type IdentityKey,
  identityKeys,
  type Invitation,
  messageIds,
  type NodeKey,
  nodeKeys,
  parseDeviceNumber,
  type PrekeyBundle,
  type RelayAddress,
  type SignedDeviceList
} from '@sealpost/protocol'
import { ContactRowSchema, ContactState } from '@sealpost/protocol/home'
import { create, toBinary } from '@bufbuild/protobuf'
import type { Row } from '@sealpost/core'

/** A Monday in 2025, on the hour. */
export const START_MS = 1_736_121_600_000
export const SECOND_MS = 1_000
export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

/** The epoch at the start of an address without a phase. */
export const EPOCH: number = Math.floor(START_MS / EPOCH_MS)

/** `length` bytes that only this label has. */
export function bytesOf(label: string, length: number): Uint8Array {
  const seed = sha256(Uint8Array.from(label, (character) => character.charCodeAt(0)))
  return Uint8Array.from({ length }, (_, index) => (seed[index % 32] ?? 0) ^ (index >>> 5))
}

export function device(number: number): DeviceNumber {
  const parsed = parseDeviceNumber(number)
  if (parsed === undefined) {
    throw new Error(`no device has the number ${String(number)}`)
  }
  return parsed
}

/** Everybody has one device, unless a test says otherwise. */
export const FIRST: DeviceNumber = device(1)

export function relayKey(name: string): NodeKey {
  return nodeKeys.fromBytes(bytesOf(`relay ${name}`, 32))
}

export function relayAddress(name: string): RelayAddress {
  return { nodeKey: relayKey(name), addresses: [`/dns4/${name}.example/tcp/443/wss`] }
}

export function identity(name: string): IdentityKey {
  return identityKeys.fromBytes(Uint8Array.of(5, ...bytesOf(`identity ${name}`, 32)))
}

export function contactId(name: string): ContactId {
  return contactIds.fromBytes(bytesOf(`contact ${name}`, 16))
}

function bundle(name: string): PrekeyBundle {
  return {
    signedPrekeyId: 1,
    signedPrekey: bytesOf(`signed prekey ${name}`, 33),
    signedPrekeySignature: bytesOf(`signature ${name}`, 64),
    kyberPrekeyId: 1,
    kyberPrekey: bytesOf(`kyber prekey ${name}`, 1_569),
    kyberPrekeySignature: bytesOf(`kyber signature ${name}`, 64),
    oneTimePrekey: undefined
  }
}

export function deviceList(version: number, ...devices: readonly number[]): SignedDeviceList {
  return shrunkList(version, devices, [])
}

/** A list that says of some devices that they are gone. */
export function shrunkList(
  version: number,
  devices: readonly number[],
  removed: readonly number[]
): SignedDeviceList {
  const body = encodeDeviceList({
    version,
    devices: devices.map((number) => ({
      number: device(number),
      registrationId: 7,
      addedAtMs: START_MS
    })),
    removed: removed.map(device)
  })
  return { body, signature: bytesOf('device list', 64) }
}

export function account(name: string, relays: readonly RelayAddress[]): Account {
  return {
    name,
    identityKey: identity(name),
    device: FIRST,
    registrationId: 7,
    mailboxSecret: bytesOf(`mailbox secret ${name}`, 32),
    ownerSecret: bytesOf(`owner secret ${name}`, 32),
    relays,
    deviceList: deviceList(1, 1),
    bundle: bundle(name),
    createdAtMs: START_MS,
    settings: DEFAULT_SETTINGS
  }
}

/** How somebody is reached, from this epoch on. */
export function addressRecord(
  name: string,
  relays: readonly RelayAddress[],
  changes: Partial<AddressRecord> = {}
): AddressRecord {
  return {
    version: 1,
    device: FIRST,
    registrationId: 7,
    relays,
    seed: bytesOf(`deposit seed ${name}`, 32),
    seedEpoch: EPOCH - 1,
    phaseMs: 0,
    bundle: bundle(name),
    ...changes
  }
}

/** An accepted contact, as it is on disk. */
export function contactRow(
  name: string,
  changes: {
    readonly state?: ContactState
    readonly nextNumber?: number
    readonly owesAnswer?: boolean
    readonly createdAtMs?: number
    readonly deviceList?: Uint8Array
  } = {}
): Row {
  const row = create(ContactRowSchema, {
    identityKey: identity(name),
    name,
    profileName: name,
    state: ContactState.ACCEPTED,
    createdAtMs: START_MS,
    nextNumber: 1,
    ...changes
  })
  return { key: contactId(name), value: toBinary(ContactRowSchema, row) }
}

/** A content as its sender makes it; numbered ones have an id of their own. */
export function content(
  number: number,
  body: ContentBody = { type: 'text', text: `text ${String(number)}` },
  changes: Partial<Content> = {}
): Content {
  return {
    number,
    messageId: number === 0 ? undefined : messageIds.fromBytes(bytesOf(`id ${String(number)}`, 16)),
    sentAtMs: START_MS,
    progress: [],
    body,
    ...changes
  }
}

/** What somebody's link leads to. */
export function invitation(
  name: string,
  relays: readonly RelayAddress[],
  changes: Partial<Invitation> = {}
): Invitation {
  return {
    expiresAtMs: START_MS + 7 * DAY_MS,
    isFallback: false,
    device: FIRST,
    registrationId: 7,
    identityKey: identity(name),
    bundle: {
      ...bundle(name),
      oneTimePrekey: { id: 1, key: bytesOf(`one-time prekey ${name}`, 33) }
    },
    requestKey: bytesOf(`request key ${name}`, 1_216),
    boxSeed: bytesOf(`box seed ${name}`, 32),
    relays,
    profile: { name },
    ...changes
  }
}
