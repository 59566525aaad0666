/**
 * The operations of the engine that sessions are made of, without a promise. Beside what is read and agreed on, nothing is decided
 * here: that is the engine's own code, and a test holds the two to the same bytes, refusals and records.
 */
import { equalBytes } from '@noble/curves/utils.js'
import type { Ciphertext, KeyPair, NewSignedPrekey, Random, SessionBundle } from '@sealpost/crypto'
import { CryptoError } from '@sealpost/protocol'
import type { DeviceAddress } from '@sealpost/protocol'
import { clamped } from '../curve-key.ts'
import { bytesOfIdentity } from '../identity-bytes.ts'
import { decodePrekeyMessage } from '../prekey-message.ts'
import { makeCurvePair, makeKyberPrekey, makeSignedPrekey } from '../prekey-record.ts'
import { decodeSessionRecord, encodeSessionRecord } from '../session-codec.ts'
import { isStale, withCurrent } from '../session.ts'
import type { SessionRecord } from '../session.ts'
import { decodeSignalMessage } from '../signal-message.ts'
import { encryptMessage } from '../triple-ratchet.ts'
import { decryptFirstNow, decryptNow } from './synchronous-decryption.ts'
import { sessionFromBundleNow } from './synchronous-start.ts'
import type { SynchronousStores } from './synchronous-stores.ts'

/** What of a `SignalEngine` a conversation takes: the same arguments, results and errors, at once. */
export interface SynchronousEngine {
  /** From 32 random bytes. */
  makeIdentity(): KeyPair
  makeSignedPrekey(id: number, identity: KeyPair): NewSignedPrekey
  makeKyberPrekey(id: number, identity: KeyPair): NewSignedPrekey
  /** @throws CryptoError `SEALPOST_BUNDLE_INVALID` */
  startSession(
    stores: SynchronousStores,
    peer: DeviceAddress,
    bundle: SessionBundle,
    nowMs: number
  ): void
  /** Whether messages can be encrypted now. */
  canEncrypt(stores: SynchronousStores, peer: DeviceAddress, nowMs: number): boolean
  /** @throws CryptoError `SEALPOST_NO_SESSION` */
  encrypt(
    stores: SynchronousStores,
    peer: DeviceAddress,
    plaintext: Uint8Array,
    nowMs: number
  ): Ciphertext
  /** @throws CryptoError as `SignalEngine.decrypt` */
  decrypt(stores: SynchronousStores, peer: DeviceAddress, ciphertext: Ciphertext): Uint8Array
}

/** @param random where all its randomness comes from: as much of it, in the same order, as the engine takes. */
export function createSynchronousEngine(random: Random): SynchronousEngine {
  return {
    makeIdentity: () => makeCurvePair(random),
    makeSignedPrekey: (id, identity) => makeSignedPrekey(id, identity, random),
    makeKyberPrekey: (id, identity) => makeKyberPrekey(id, identity, random),
    startSession: (stores, peer, bundle, nowMs) => {
      const record = loadRecord(stores, peer)
      const remoteIdentity = bytesOfIdentity(peer.identityKey)
      const session = sessionFromBundleNow(random, stores, remoteIdentity, bundle, nowMs)
      save(stores, peer, withCurrent(record, session))
    },
    canEncrypt: (stores, peer, nowMs) => {
      const record = loadRecord(stores, peer)
      return record !== undefined && !isStale(record.current, nowMs)
    },
    encrypt: (stores, peer, plaintext, nowMs) => {
      const record = loadRecord(stores, peer)
      if (record === undefined || isStale(record.current, nowMs)) {
        throw new CryptoError('SEALPOST_NO_SESSION')
      }
      const { ciphertext, session } = encryptMessage(record.current, plaintext, random)
      save(stores, peer, { ...record, current: session })
      return ciphertext
    },
    decrypt: (stores, peer, ciphertext) => decrypt(random, stores, peer, ciphertext)
  }
}

function decrypt(
  random: Random,
  stores: SynchronousStores,
  peer: DeviceAddress,
  { type, bytes }: Ciphertext
): Uint8Array {
  const identity = stores.identity()
  const record = loadRecord(stores, peer)
  if (type === 2) {
    if (record === undefined) {
      throw new CryptoError('SEALPOST_NO_SESSION')
    }
    const decrypted = decryptNow(random, record, decodeSignalMessage(bytes))
    save(stores, peer, decrypted.record)
    return decrypted.plaintext
  }
  const message = decodePrekeyMessage(bytes)
  if (!equalBytes(message.identityKey, bytesOfIdentity(peer.identityKey))) {
    throw new CryptoError('SEALPOST_IDENTITY_CHANGED')
  }
  const pair = { publicKey: identity.publicKey, privateKey: clamped(identity.privateKey) }
  const { plaintext, record: next, used } = decryptFirstNow(random, stores, pair, record, message)
  if (used !== undefined) {
    if (!stores.noteKyberPrekeyUse(used.kyberUse)) {
      throw new CryptoError('SEALPOST_DUPLICATE_MESSAGE')
    }
    if (used.oneTimePrekeyId !== undefined) {
      stores.removeOneTimePrekey(used.oneTimePrekeyId)
    }
  }
  save(stores, peer, next)
  return plaintext
}

function loadRecord(stores: SynchronousStores, peer: DeviceAddress): SessionRecord | undefined {
  const bytes = stores.loadSession(peer)
  return bytes === undefined ? undefined : decodeSessionRecord(bytes)
}

function save(stores: SynchronousStores, peer: DeviceAddress, record: SessionRecord): void {
  stores.saveSession(peer, encodeSessionRecord(record))
}
