/** Who this home is: what does not change with contacts and conversations. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  decodePrekeyBundle,
  decodeSignedDeviceList,
  type DeviceNumber,
  encodePrekeyBundle,
  encodeSignedDeviceList,
  type IdentityKey,
  type NodeKey,
  type PrekeyBundle,
  type RelayAddress,
  type Settings,
  type SignedDeviceList
} from '@sealpost/protocol'
import {
  AccountRowSchema,
  IdentityRowSchema,
  type RelayRow,
  RelayRowSchema
} from '@sealpost/protocol/home'
import type { Write } from '../tables.ts'
import { rowOfSettings, settingsOfRow } from './settings.ts'

/** The key of the account's row, and of its identity's, in the table `account`. */
export const ACCOUNT_KEY = 'account'
export const IDENTITY_KEY = 'identity'

export interface Account {
  readonly name: string
  readonly identityKey: IdentityKey
  /** This device. */
  readonly device: DeviceNumber
  readonly registrationId: number
  /** 32 bytes that fetch tokens are derived from. */
  readonly mailboxSecret: Uint8Array
  /** 32 bytes that the owner tokens of links and the fetch tokens of request boxes are derived from. */
  readonly ownerSecret: Uint8Array
  /** Where contacts reach this device. */
  readonly relays: readonly RelayAddress[]
  readonly deviceList: SignedDeviceList
  /** What contacts may start a session from at any time. */
  readonly bundle: PrekeyBundle
  readonly createdAtMs: number
  readonly settings: Settings
}

export function relayRow(relay: RelayAddress): RelayRow {
  const { nodeKey, addresses, invite = new Uint8Array(0) } = relay
  return create(RelayRowSchema, { nodeKey, addresses: [...addresses], invite })
}

export function relayOfRow(row: RelayRow | undefined): RelayAddress {
  const relay = { nodeKey: (row?.nodeKey ?? '') as NodeKey, addresses: row?.addresses ?? [] }
  return row === undefined || row.invite.length === 0 ? relay : { ...relay, invite: row.invite }
}

export function writeAccount(account: Account): Write {
  const { settings, ...rest } = account
  const value = toBinary(
    AccountRowSchema,
    create(AccountRowSchema, {
      ...rest,
      ...rowOfSettings(settings),
      relays: account.relays.map(relayRow),
      deviceList: encodeSignedDeviceList(account.deviceList),
      bundle: encodePrekeyBundle(account.bundle)
    })
  )
  return { type: 'write', table: 'account', key: ACCOUNT_KEY, value }
}

/** The row of the identity's key pair: 33 and 32 bytes. */
export function writeIdentity(identity: {
  readonly publicKey: Uint8Array
  readonly privateKey: Uint8Array
}): Write {
  const { publicKey, privateKey } = identity
  const value = toBinary(IdentityRowSchema, create(IdentityRowSchema, { publicKey, privateKey }))
  return { type: 'write', table: 'account', key: IDENTITY_KEY, value }
}

/** The identity's key pair; the private half is the account's greatest secret. */
export function readIdentity(value: Uint8Array): {
  readonly publicKey: Uint8Array
  readonly privateKey: Uint8Array
} {
  const { publicKey, privateKey } = fromBinary(IdentityRowSchema, value)
  return { publicKey, privateKey }
}

export function readAccount(value: Uint8Array): Account {
  const row = fromBinary(AccountRowSchema, value)
  return {
    name: row.name,
    identityKey: row.identityKey as IdentityKey,
    device: row.device as DeviceNumber,
    registrationId: row.registrationId,
    mailboxSecret: row.mailboxSecret,
    ownerSecret: row.ownerSecret,
    relays: row.relays.map(relayOfRow),
    deviceList: decodeSignedDeviceList(row.deviceList),
    bundle: decodePrekeyBundle(row.bundle),
    createdAtMs: row.createdAtMs,
    settings: settingsOfRow(row)
  }
}
