/** Accounts without keys that mean anything: as long as real ones, and all different. */
import { type Account, DEFAULT_SETTINGS, type Random } from '@sealpost/core'
import {
  type DeviceNumber,
  encodeDeviceList,
  identityKeys,
  type PrekeyBundle,
  type RelayAddress
} from '@sealpost/protocol'

const FIRST = 1 as DeviceNumber
const REGISTRATION_ID = 7
const SIGNATURE_BYTES = 64
const CURVE_KEY_BYTES = 33
const KYBER_KEY_BYTES = 1_569

/** @param nowMs in milliseconds since 1970. */
export function simulatedAccount(
  name: string,
  relays: readonly RelayAddress[],
  random: Random,
  nowMs: number
): Account {
  const device = { number: FIRST, registrationId: REGISTRATION_ID, addedAtMs: nowMs }
  return {
    name,
    identityKey: identityKeys.fromBytes(Uint8Array.of(5, ...random.bytes(32))),
    device: FIRST,
    registrationId: REGISTRATION_ID,
    mailboxSecret: random.bytes(32),
    ownerSecret: random.bytes(32),
    relays,
    deviceList: {
      body: encodeDeviceList({ version: 1, devices: [device], removed: [] }),
      signature: new Uint8Array(SIGNATURE_BYTES)
    },
    bundle: BUNDLE,
    createdAtMs: nowMs,
    settings: DEFAULT_SETTINGS
  }
}

/** The null cipher looks at the ids alone; the bytes are there to be as many. */
const BUNDLE: PrekeyBundle = {
  signedPrekeyId: 1,
  signedPrekey: new Uint8Array(CURVE_KEY_BYTES).fill(5),
  signedPrekeySignature: new Uint8Array(SIGNATURE_BYTES),
  kyberPrekeyId: 1,
  kyberPrekey: new Uint8Array(KYBER_KEY_BYTES).fill(8),
  kyberPrekeySignature: new Uint8Array(SIGNATURE_BYTES),
  oneTimePrekey: undefined
}
