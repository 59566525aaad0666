/** Accounts of one device each, all different. */
import { type Account, DEFAULT_SETTINGS } from '@sealpost/core'
import {
  type DeviceNumber,
  encodeDeviceList,
  identityKeys,
  type RelayAddress
} from '@sealpost/protocol'
import type { AccountKeys } from '../cipher/client-cipher.ts'
import type { RandomStream } from '../random/random-stream.ts'

const FIRST = 1 as DeviceNumber
const REGISTRATION_IDS = 16_380
/** Nobody looks at it where there is one device. */
const SIGNATURE: Uint8Array = new Uint8Array(64)

/** @param nowMs in milliseconds since 1970. */
export function simulatedAccount(
  name: string,
  relays: readonly RelayAddress[],
  { bundle, identity }: AccountKeys,
  random: Pick<RandomStream, 'bytes' | 'below'>,
  nowMs: number
): Account {
  const mailboxSecret = random.bytes(32)
  const ownerSecret = random.bytes(32)
  const registrationId = 1 + random.below(REGISTRATION_IDS)
  const device = { number: FIRST, registrationId, addedAtMs: nowMs }
  return {
    name,
    identityKey: identityKeys.fromBytes(identity.publicKey),
    device: FIRST,
    registrationId,
    mailboxSecret,
    ownerSecret,
    relays,
    deviceList: {
      body: encodeDeviceList({ version: 1, devices: [device], removed: [] }),
      signature: SIGNATURE
    },
    bundle,
    createdAtMs: nowMs,
    settings: DEFAULT_SETTINGS
  }
}
