/** Address records and what they consist of: relays and prekey bundles. Claimables and address updates hold the same. */
import type { MessageInitShape } from '@bufbuild/protobuf'
import { isAddressText } from './address-text.ts'
import {
  content,
  copyOf,
  deviceNumber,
  PUBLIC_KEY_BYTES,
  readPart,
  registrationId,
  SEED_BYTES,
  SIGNATURE_BYTES,
  uint32,
  unique,
  writePart
} from './content-bounds.ts'
import type { AddressRecord, PrekeyBundle } from './address-record.ts'
import type {
  AddressRecord as WireAddressRecord,
  PrekeyBundle as WireBundle,
  Relay as WireRelay,
  RelaySchema
} from './gen/sealpost/content/v1/content_pb.ts'
import { AddressRecordSchema, PrekeyBundleSchema } from './gen/sealpost/content/v1/content_pb.ts'
import { nodeKeys } from './identifiers.ts'
import { CONTENT_BYTES_MAX, EPOCH_MS, RELAY_ADDRESSES_MAX, RELAYS_MAX } from './limits.ts'
import { INVITE_BYTES, type RelayAddress } from './relay-address.ts'

/** Bytes of a Kyber-1024 public key with its type byte. */
const KYBER_KEY_BYTES = 1_569

/**
 * At most 5 relays, none twice: each is one replica of what is sent. `countMin` is the fewest of them, and of the addresses of
 * each.
 */
export function checkRelays(relays: readonly RelayAddress[], countMin: 0 | 1 = 1): void {
  content.count(countMin, RELAYS_MAX, relays, 'relays')
  unique(
    relays.map(({ nodeKey }) => nodeKey),
    'a relay'
  )
  for (const { addresses } of relays) {
    checkAddresses(addresses, countMin)
  }
}

/** At most 3 multiaddrs of one node. */
export function checkAddresses(addresses: readonly string[], countMin: 0 | 1): void {
  for (const address of content.count(countMin, RELAY_ADDRESSES_MAX, addresses, 'addresses')) {
    if (!isAddressText(address)) {
      content.breach('an address that is none')
    }
  }
}

export function relayFrom(wire: WireRelay): RelayAddress {
  return { nodeKey: content.id(nodeKeys, wire.nodeKey), addresses: wire.addresses }
}

export function relayTo(relay: RelayAddress): MessageInitShape<typeof RelaySchema> {
  return { nodeKey: nodeKeys.toBytes(relay.nodeKey), addresses: [...relay.addresses] }
}

/** As `relayFrom`, with what only the account's own devices are told. */
export function ownRelayFrom(wire: WireRelay): RelayAddress {
  const { invite } = wire
  return invite.length === 0
    ? relayFrom(wire)
    : { ...relayFrom(wire), invite: copyOf(content.exactly(INVITE_BYTES, invite, 'an invite')) }
}

/** As `relayTo`, with what only the account's own devices are told. */
export function ownRelayTo(relay: RelayAddress): MessageInitShape<typeof RelaySchema> {
  return { ...relayTo(relay), ...(relay.invite === undefined ? {} : { invite: relay.invite }) }
}

/** `hasOneTimePrekey` says whether there must be one; where there must not be one, one is a breach. */
export function checkBundle(bundle: PrekeyBundle, hasOneTimePrekey: boolean): void {
  const { oneTimePrekey } = bundle
  uint32(bundle.signedPrekeyId, 'a prekey’s id')
  uint32(bundle.kyberPrekeyId, 'a prekey’s id')
  content.exactly(PUBLIC_KEY_BYTES, bundle.signedPrekey, 'a signed prekey')
  content.exactly(SIGNATURE_BYTES, bundle.signedPrekeySignature, 'a signature')
  content.exactly(KYBER_KEY_BYTES, bundle.kyberPrekey, 'a Kyber prekey')
  content.exactly(SIGNATURE_BYTES, bundle.kyberPrekeySignature, 'a signature')
  if ((oneTimePrekey !== undefined) !== hasOneTimePrekey) {
    content.breach(hasOneTimePrekey ? 'no one-time prekey' : 'a one-time prekey for many')
  }
  if (oneTimePrekey !== undefined) {
    uint32(oneTimePrekey.id, 'a prekey’s id')
    content.exactly(PUBLIC_KEY_BYTES, oneTimePrekey.key, 'a one-time prekey')
  }
}

export function bundleFrom(wire: WireBundle | undefined): PrekeyBundle {
  const bundle = content.present(wire, 'prekey bundle')
  const { oneTimePrekey } = bundle
  return {
    signedPrekeyId: bundle.signedPrekeyId,
    signedPrekey: copyOf(bundle.signedPrekey),
    signedPrekeySignature: copyOf(bundle.signedPrekeySignature),
    kyberPrekeyId: bundle.kyberPrekeyId,
    kyberPrekey: copyOf(bundle.kyberPrekey),
    kyberPrekeySignature: copyOf(bundle.kyberPrekeySignature),
    oneTimePrekey:
      oneTimePrekey === undefined
        ? undefined
        : { id: oneTimePrekey.id, key: copyOf(oneTimePrekey.key) }
  }
}

export function bundleTo(bundle: PrekeyBundle): MessageInitShape<typeof PrekeyBundleSchema> {
  const { oneTimePrekey, ...rest } = bundle
  return oneTimePrekey === undefined ? rest : { ...rest, oneTimePrekey: { ...oneTimePrekey } }
}

export function checkAddressRecord(record: AddressRecord): void {
  uint32(record.version, 'a version')
  deviceNumber(record.device)
  registrationId(record.registrationId)
  checkRelays(record.relays)
  content.exactly(SEED_BYTES, record.seed, 'a deposit seed')
  uint32(record.seedEpoch, 'an epoch')
  content.integer(0, EPOCH_MS - 1, record.phaseMs, 'a phase')
  checkBundle(record.bundle, false)
}

export function addressRecordFrom(wire: WireAddressRecord): AddressRecord {
  return {
    version: wire.version,
    device: deviceNumber(wire.device),
    registrationId: wire.registrationId,
    relays: wire.relays.map(relayFrom),
    seed: copyOf(wire.seed),
    seedEpoch: wire.seedEpoch,
    phaseMs: wire.phaseMs,
    bundle: bundleFrom(wire.bundle)
  }
}

export function addressRecordTo(
  record: AddressRecord
): MessageInitShape<typeof AddressRecordSchema> {
  return { ...record, relays: record.relays.map(relayTo), bundle: bundleTo(record.bundle) }
}

/**
 * Writes an address record, as clients store it.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED` for a record that breaks its bounds.
 */
export function encodeAddressRecord(record: AddressRecord): Uint8Array {
  checkAddressRecord(record)
  return writePart(AddressRecordSchema, addressRecordTo(record), CONTENT_BYTES_MAX)
}

/**
 * Reads an address record. It owns its bytes.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED`, and nothing else, whatever the bytes.
 */
export function decodeAddressRecord(bytes: Uint8Array): AddressRecord {
  const record = addressRecordFrom(readPart(AddressRecordSchema, bytes, CONTENT_BYTES_MAX))
  checkAddressRecord(record)
  return record
}

/**
 * Writes a bundle without a one-time prekey, as a home stores its own.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED` for a bundle that breaks its bounds.
 */
export function encodePrekeyBundle(bundle: PrekeyBundle): Uint8Array {
  checkBundle(bundle, false)
  return writePart(PrekeyBundleSchema, bundleTo(bundle), CONTENT_BYTES_MAX)
}

/**
 * Reads a bundle without a one-time prekey. It owns its bytes.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED`, and nothing else, whatever the bytes.
 */
export function decodePrekeyBundle(bytes: Uint8Array): PrekeyBundle {
  const bundle = bundleFrom(readPart(PrekeyBundleSchema, bytes, CONTENT_BYTES_MAX))
  checkBundle(bundle, false)
  return bundle
}
