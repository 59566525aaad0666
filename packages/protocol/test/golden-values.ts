/** What the files of golden bytes share: values that fill each field with one byte of its own, and bytes written short. */
import { bytesToHex, envelopeIds, identityKeys, mailboxIds, nodeKeys } from '@sealpost/protocol'
import type {
  AddressRecord,
  DeviceNumber,
  Envelope,
  EnvelopeId,
  IdentityKey,
  MailboxId,
  PrekeyBundle,
  Profile,
  RelayAddress,
  SignedDeviceList
} from '@sealpost/protocol'

export function fill(byte: number, length: number): Uint8Array {
  return new Uint8Array(length).fill(byte)
}

/** Runs of at least 8 equal bytes as `[byte x count]`, the rest as hex. */
export function shorten(bytes: Uint8Array): string {
  return bytesToHex(bytes).replaceAll(
    /((?:..)*?)(..)\2{7,}/g,
    (run: string, before: string, byte: string) =>
      `${before}[${byte} x ${String((run.length - before.length) / 2)}]`
  )
}

export const mailboxId: MailboxId = mailboxIds.fromBytes(fill(0xa1, 32))
export const envelopeId: EnvelopeId = envelopeIds.fromBytes(fill(0xa3, 16))
export const envelope: Envelope = {
  envelopeId,
  recallHash: fill(0xb1, 32),
  lifetime: 2,
  sealed: fill(0xee, 2_048)
}
export const device: DeviceNumber = 5 as DeviceNumber

export const relays: readonly RelayAddress[] = [
  { nodeKey: nodeKeys.fromBytes(fill(0xa5, 32)), addresses: ['/ip4/192.0.2.1/tcp/7700/ws'] }
]
export const bundle: PrekeyBundle = {
  signedPrekeyId: 1,
  signedPrekey: fill(0x51, 33),
  signedPrekeySignature: fill(0x52, 64),
  kyberPrekeyId: 2,
  kyberPrekey: fill(0x53, 1_569),
  kyberPrekeySignature: fill(0x54, 64),
  oneTimePrekey: undefined
}
export const address: AddressRecord = {
  version: 3,
  device,
  registrationId: 4_711,
  relays,
  seed: fill(0x55, 32),
  seedEpoch: 2_810,
  phaseMs: 1_000,
  bundle
}
export const deviceList: SignedDeviceList = { body: Uint8Array.of(8, 1), signature: fill(0x56, 64) }
export const profile: Profile = { name: 'alice' }

export const identityKey: IdentityKey = identityKeys.fromBytes(fill(0xa8, 33))
