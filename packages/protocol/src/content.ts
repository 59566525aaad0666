/**
 * What a ciphertext holds, as clients see it: plain objects whose ids are parsed and whose bounds were checked. `content-codec.ts`
 * turns plaintext into these and back.
 */
import type { DeviceNumber, IdentityKey, MessageId, RequestId } from './identifiers.ts'
import type { RelayAddress } from './relay-address.ts'

/** The plaintext of one Signal message from one device to one device. */
export interface Content {
  /** The sending device's number of this message within the conversation; 0 for what is not a message of its own: a receipt. */
  readonly number: number
  /** The same for all devices it goes to; undefined exactly when `number` is 0. */
  readonly messageId: MessageId | undefined
  /** The sender's network time. */
  readonly sentAtMs: number
  /** What the sending device has of each of the recipient account's devices. No device twice. */
  readonly progress: readonly Progress[]
  readonly body: ContentBody
}

/** What one device holds of another device's numbered messages: cumulative. */
export interface Progress {
  /** The device that sent those messages. */
  readonly device: DeviceNumber
  /** Every number up to this one is durably held. */
  readonly deliveredUpTo: number
  /** Numbers held beyond the first gap: ascending, with a gap before each. */
  readonly deliveredBeyond: readonly NumberRange[]
  /** Every message up to this one was shown; 0 where the recipient does not say. */
  readonly readUpTo: number
}

/** Numbers from `first` to `last`, both included. */
export interface NumberRange {
  readonly first: number
  readonly last: number
}

/** What content says. */
export type ContentBody =
  | TextContent
  | RequestContent
  | AcceptContent
  | AddressUpdateContent
  /** Nothing but the progress. Always number 0. */
  | { readonly type: 'receipt' }
  /** The link was used by somebody else before. */
  | { readonly type: 'link-used' }
  /** What a later version says. It can be read, and receipted, but not written. */
  | { readonly type: 'unknown' }

/** A message to be read. Never number 0. */
export interface TextContent {
  readonly type: 'text'
  readonly text: string
}

/** A guest's first word to an inviter. */
export interface RequestContent {
  readonly type: 'request'
  /** A repeat carries the same. */
  readonly requestId: RequestId
  readonly profile: Profile
  readonly address: AddressRecord
  readonly deviceList: SignedDeviceList
  readonly text: string
}

/** The inviter's answer. */
export interface AcceptContent {
  readonly type: 'accept'
  readonly profile: Profile
  readonly address: AddressRecord
  readonly deviceList: SignedDeviceList
}

/** A new version of one device's address, of its account's list of devices, or of both. */
export interface AddressUpdateContent {
  readonly type: 'address-update'
  readonly address: AddressRecord | undefined
  readonly deviceList: SignedDeviceList | undefined
}

/** What a person says of themselves. */
export interface Profile {
  /** Empty where they say nothing; see `isName`. */
  readonly name: string
}

/** How a contact reaches one device. The highest version of a device wins. */
export interface AddressRecord {
  readonly version: number
  readonly device: DeviceNumber
  readonly registrationId: number
  /** 1 to `RELAYS_MAX`, each with 1 to `RELAY_ADDRESSES_MAX` addresses; no node key twice. */
  readonly relays: readonly RelayAddress[]
  /** The deposit seed of `seedEpoch`, 32 bytes. A secret. */
  readonly seed: Uint8Array
  readonly seedEpoch: number
  /** Below `EPOCH_MS`. */
  readonly phaseMs: number
  /** Without a one-time prekey, so that any device can use it at any time. */
  readonly bundle: PrekeyBundle
}

/** Enough to start a session. Signatures are XEdDSA by the identity key; nobody has checked them yet. */
export interface PrekeyBundle {
  readonly signedPrekeyId: number
  /** 33 bytes. */
  readonly signedPrekey: Uint8Array
  /** 64 bytes. */
  readonly signedPrekeySignature: Uint8Array
  readonly kyberPrekeyId: number
  /** 1,569 bytes. */
  readonly kyberPrekey: Uint8Array
  /** 64 bytes. */
  readonly kyberPrekeySignature: Uint8Array
  readonly oneTimePrekey: OneTimePrekey | undefined
}

/** A prekey for one session. */
export interface OneTimePrekey {
  readonly id: number
  /** 33 bytes. */
  readonly key: Uint8Array
}

/** A signed list: what is signed are these bytes, never a re-encoding. Nobody has checked the signature yet. */
export interface SignedDeviceList {
  /** A `DeviceList`, encoded. */
  readonly body: Uint8Array
  /** XEdDSA over `"sealpost/1/device list" || body`, 64 bytes. */
  readonly signature: Uint8Array
}

/** The devices of an account. Numbers are never used again: none is both in use and removed. */
export interface DeviceList {
  readonly version: number
  readonly devices: readonly Device[]
  readonly removed: readonly DeviceNumber[]
}

/** A device of an account. */
export interface Device {
  readonly number: DeviceNumber
  readonly registrationId: number
  readonly addedAtMs: number
}

/** What a claimable's seal protects: what is signed are these bytes. Nobody has checked the signature yet. */
export interface SignedInvitation {
  /** An `Invitation`, encoded. */
  readonly body: Uint8Array
  /** XEdDSA over `"sealpost/1/claimable" || link id || body`, 64 bytes. */
  readonly signature: Uint8Array
}

/** What a guest needs to send a request. */
export interface Invitation {
  readonly expiresAtMs: number
  readonly isFallback: boolean
  readonly device: DeviceNumber
  readonly registrationId: number
  readonly identityKey: IdentityKey
  /** With a one-time prekey exactly when this is no fallback. */
  readonly bundle: PrekeyBundle
  /** X-Wing public key for sealing the request, 1,216 bytes. */
  readonly requestKey: Uint8Array
  /** 32 bytes. A secret. */
  readonly boxSeed: Uint8Array
  /** Where the request box is; as in an address record. */
  readonly relays: readonly RelayAddress[]
  /** The inviter's name, as the inviter gives it. */
  readonly profile: Profile
}
