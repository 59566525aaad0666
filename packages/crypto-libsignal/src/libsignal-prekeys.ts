/** Fresh keys, from libsignal's own randomness (the operating system's): it takes none from outside. */
import {
  IdentityKeyPair,
  KEMKeyPair,
  KyberPreKeyRecord,
  PreKeyRecord,
  PrivateKey,
  SignedPreKeyRecord
} from '@signalapp/libsignal-client'
import type { KeyPair, NewPrekey, NewSignedPrekey } from '@sealpost/crypto'
import { UsageError } from '@sealpost/protocol'
import { ownedBytes } from './owned-bytes.ts'

const ID_MAX = 0xffff_ffff

/** An identity key pair. */
export function makeIdentity(): KeyPair {
  const pair = IdentityKeyPair.generate()
  return { publicKey: pair.publicKey.serialize(), privateKey: pair.privateKey.serialize() }
}

/** @throws UsageError `SEALPOST_USAGE` for an id of more than 32 bits. */
export function makeOneTimePrekey(id: number): NewPrekey {
  const privateKey = PrivateKey.generate()
  const publicKey = privateKey.getPublicKey()
  const record = PreKeyRecord.new(checkedId(id), publicKey, privateKey)
  return { id, record: record.serialize(), publicKey: publicKey.serialize() }
}

/** @throws UsageError `SEALPOST_USAGE` for an id of more than 32 bits. */
export function makeSignedPrekey(id: number, identity: KeyPair, nowMs: number): NewSignedPrekey {
  const privateKey = PrivateKey.generate()
  const key = privateKey.getPublicKey()
  const publicKey = key.serialize()
  const signature = signBytes(identity, publicKey)
  const record = SignedPreKeyRecord.new(checkedId(id), nowMs, key, privateKey, signature)
  return { id, record: record.serialize(), publicKey, signature }
}

/** @throws UsageError `SEALPOST_USAGE` for an id of more than 32 bits. */
export function makeKyberPrekey(id: number, identity: KeyPair, nowMs: number): NewSignedPrekey {
  const pair = KEMKeyPair.generate()
  const publicKey = pair.getPublicKey().serialize()
  const signature = signBytes(identity, publicKey)
  const record = KyberPreKeyRecord.new(checkedId(id), nowMs, pair, signature)
  return { id, record: record.serialize(), publicKey, signature }
}

/** XEdDSA, 64 bytes. @throws UsageError `SEALPOST_USAGE` for an identity whose private key is none. */
export function signBytes(identity: KeyPair, message: Uint8Array): Uint8Array<ArrayBuffer> {
  let privateKey: PrivateKey
  try {
    privateKey = PrivateKey.deserialize(ownedBytes(identity.privateKey))
  } catch (cause) {
    throw new UsageError('SEALPOST_USAGE', 'the private key of the identity is none', { cause })
  }
  return privateKey.sign(ownedBytes(message))
}

function checkedId(id: number): number {
  if (!Number.isInteger(id) || id < 0 || id > ID_MAX) {
    throw new UsageError('SEALPOST_USAGE', 'the id of a prekey is a number of 32 bits')
  }
  return id
}
