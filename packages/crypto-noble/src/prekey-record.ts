/**
 * Prekeys: made here, and what a store keeps of them.
 *
 *     record    version 1 | kind, 1 byte: 1 one-time, 2 signed, 3 Kyber | id, 4 bytes | public key | private key
 */
import type { KeyPair, NewPrekey, NewSignedPrekey, Random } from '@sealpost/crypto'
import { UsageError } from '@sealpost/protocol'
import {
  CURVE_KEY_BYTES,
  PRIVATE_KEY_BYTES,
  clamped,
  encodeCurveKey,
  freshPrivateKey
} from './curve-key.ts'
import { publicU } from './agreement.ts'
import { KYBER_KEY_BYTES, KYBER_SECRET_BYTES, makeKyberPair } from './kyber-1024.ts'
import { corruptRecord, RECORD_VERSION, RecordReader, RecordWriter } from './record-bytes.ts'
import { SIGNATURE_BYTES, signXeddsa } from './xeddsa.ts'
import { wipe } from './wipe.ts'

const ID_MAX = 0xffff_ffff
const LENGTHS = {
  1: [CURVE_KEY_BYTES, PRIVATE_KEY_BYTES],
  2: [CURVE_KEY_BYTES, PRIVATE_KEY_BYTES],
  3: [KYBER_KEY_BYTES, KYBER_SECRET_BYTES]
} as const

/** One-time, signed and Kyber, by the numbers that records have for them. */
export type PrekeyKind = 1 | 2 | 3

/** A fresh Curve25519 key pair. Takes 32 random bytes. */
export function makeCurvePair(random: Random): KeyPair {
  const privateKey = freshPrivateKey(random)
  return { publicKey: encodeCurveKey(publicU(privateKey)), privateKey }
}

/** @throws UsageError `SEALPOST_USAGE` for an id of more than 32 bits. */
export function makeOneTimePrekey(id: number, random: Random): NewPrekey {
  return keep(1, id, makeCurvePair(random))
}

/** @throws UsageError `SEALPOST_USAGE` for an id of more than 32 bits, or an identity whose private key is none. */
export function makeSignedPrekey(id: number, identity: KeyPair, random: Random): NewSignedPrekey {
  const prekey = keep(2, id, makeCurvePair(random))
  return { ...prekey, signature: signWith(identity, prekey.publicKey, random) }
}

/** @throws UsageError `SEALPOST_USAGE` for an id of more than 32 bits, or an identity whose private key is none. */
export function makeKyberPrekey(id: number, identity: KeyPair, random: Random): NewSignedPrekey {
  checkId(id)
  const { publicKey, secretKey } = makeKyberPair(random)
  const prekey = keep(3, id, { publicKey, privateKey: secretKey })
  return { ...prekey, signature: signWith(identity, publicKey, random) }
}

/** XEdDSA, 64 bytes; takes as many random ones. @throws UsageError `SEALPOST_USAGE` where the private key is none. */
export function signWith(identity: KeyPair, message: Uint8Array, random: Random): Uint8Array {
  if (identity.privateKey.length !== PRIVATE_KEY_BYTES) {
    throw new UsageError('SEALPOST_USAGE', 'the private key of the identity is none')
  }
  const privateKey = clamped(identity.privateKey)
  const nonce = random.bytes(SIGNATURE_BYTES)
  const signature = signXeddsa(privateKey, message, nonce)
  wipe(privateKey, nonce)
  return signature
}

/** The keys of a record: a copy, the caller's to wipe. @throws StorageError `SEALPOST_STORE_CORRUPT` */
export function readPrekey(kind: PrekeyKind, id: number, record: Uint8Array): KeyPair {
  // A copy, so that it may be wiped. Not `slice`: a Buffer of Node shares its bytes with its slices.
  const reader = new RecordReader(new Uint8Array(record))
  reader.version()
  if (reader.number(1) !== kind || reader.number(4) !== id) {
    throw corruptRecord()
  }
  const [publicLength, privateLength] = LENGTHS[kind]
  const pair = { publicKey: reader.bytes(publicLength), privateKey: reader.bytes(privateLength) }
  reader.end()
  return pair
}

/** What a store keeps of a prekey: a new array. */
export function encodePrekey(kind: PrekeyKind, id: number, pair: KeyPair): Uint8Array {
  return new RecordWriter()
    .number(RECORD_VERSION, 1)
    .number(kind, 1)
    .number(id, 4)
    .bytes(pair.publicKey)
    .bytes(pair.privateKey)
    .finish()
}

function keep(kind: PrekeyKind, id: number, pair: KeyPair): NewPrekey {
  checkId(id)
  const record = encodePrekey(kind, id, pair)
  wipe(pair.privateKey)
  return { id, record, publicKey: pair.publicKey }
}

function checkId(id: number): void {
  if (!Number.isInteger(id) || id < 0 || id > ID_MAX) {
    throw new UsageError('SEALPOST_USAGE', 'the id of a prekey is a number of 32 bits')
  }
}
