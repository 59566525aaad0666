/** Who a person is to others, and how each of their devices is reached. */
import type { DeviceNumber } from './identifiers.ts'
import type { RelayAddress } from './relay-address.ts'

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
