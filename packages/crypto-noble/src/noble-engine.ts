/**
 * SignalEngine over the noble libraries. Every operation has three parts: what it needs is read from the stores, all is decided
 * on a copy, and what changed is written. Between them only a native curve, where there is one, is waited for.
 */
import { equalBytes } from '@noble/curves/utils.js'
import type {
  Ciphertext,
  EngineStores,
  PrekeyMessageHeader,
  Random,
  SessionSummary,
  SignalEngine
} from '@sealpost/crypto'
import { CryptoError } from '@sealpost/protocol'
import type { DeviceAddress, IdentityKey } from '@sealpost/protocol'
import { clamped, isCurveKey } from './curve-key.ts'
import { bytesOfIdentity, identityOfBytes } from './identity-bytes.ts'
import type { KeyPairPool, NativeHelp } from './key-pair-pool.ts'
import { decodePrekeyMessage } from './prekey-message.ts'
import {
  makeCurvePair,
  makeKyberPrekey,
  makeOneTimePrekey,
  makeSignedPrekey,
  signWith
} from './prekey-record.ts'
import { invalidBundle } from './refusal.ts'
import { makeSafetyNumber } from './safety-number.ts'
import { decodeSessionRecord, encodeSessionRecord } from './session-codec.ts'
import { decryptFirst, decryptWithRecord } from './session-decryption.ts'
import type { EngineHelp, UsedPrekeys } from './session-decryption.ts'
import { sessionFromBundle } from './session-start.ts'
import { isStale, wipeRecords, withCurrent } from './session.ts'
import type { SessionRecord } from './session.ts'
import { decodeSignalMessage } from './signal-message.ts'
import { encryptMessage } from './triple-ratchet.ts'
import { verifyXeddsa } from './xeddsa.ts'
import { wipe } from './wipe.ts'

const SAFETY_NUMBER = { iterations: 5_200, version: 2 }

/** What an engine is made of besides its own code. */
export interface NobleEngineOptions {
  /** Where all its randomness comes from: seeded, a run repeats itself bit by bit. */
  readonly random: Random
  /** What the platform does faster. Without it the engine waits for nothing but its stores. */
  readonly native?: NativeHelp | undefined
  /** Key pairs that were made before they are needed. Without it, and where it is empty, each is made when it is. */
  readonly pool?: KeyPairPool | undefined
}

/** An engine that keeps no state: any number of accounts may share it. */
export function createNobleEngine({ native, pool, random }: NobleEngineOptions): SignalEngine {
  const help: EngineHelp = { random, curve: native?.curve, mlKem: native?.mlKem, pool }
  return {
    name: 'noble',
    makeIdentity: async () => makeCurvePair(random),
    makeOneTimePrekey: async (id) => makeOneTimePrekey(id, random),
    makeSignedPrekey: async (id, identity) => makeSignedPrekey(id, identity, random),
    makeKyberPrekey: async (id, identity) => makeKyberPrekey(id, identity, random),
    sign: async (identity, message) => signWith(identity, message, random),
    verify: async (identityKey, message, signature) => verify(identityKey, message, signature),
    startSession: async (stores, peer, bundle, nowMs) => {
      const record = await loadRecord(stores, peer)
      const remoteIdentity = bytesOfIdentity(peer.identityKey)
      const session = await sessionFromBundle(help, stores, remoteIdentity, bundle, nowMs)
      await save(stores, peer, withCurrent(record, session), record)
    },
    encrypt: (stores, peer, plaintext, nowMs) => encrypt(help, stores, peer, plaintext, nowMs),
    decrypt: (stores, peer, ciphertext) => decrypt(help, stores, peer, ciphertext),
    readPrekeyMessage: async (bytes) => readPrekeyMessage(bytes),
    sessionSummary,
    safetyNumber: async (own, theirs) => safetyNumber(own, theirs)
  }
}

function verify(identityKey: IdentityKey, message: Uint8Array, signature: Uint8Array): boolean {
  const key = bytesOfIdentity(identityKey)
  return isCurveKey(key) && verifyXeddsa(key, message, signature)
}

async function encrypt(
  help: EngineHelp,
  stores: EngineStores,
  peer: DeviceAddress,
  plaintext: Uint8Array,
  nowMs: number
): Promise<Ciphertext> {
  // Copies, not slices: a Buffer of Node shares its bytes with its slices.
  const text = new Uint8Array(plaintext)
  const record = await loadRecord(stores, peer)
  if (record === undefined || isStale(record.current, nowMs)) {
    throw new CryptoError('SEALPOST_NO_SESSION')
  }
  const { ciphertext, session } = encryptMessage(record.current, text, help.random, help)
  wipe(text)
  await save(stores, peer, { ...record, current: session }, record)
  return ciphertext
}

async function decrypt(
  help: EngineHelp,
  stores: EngineStores,
  peer: DeviceAddress,
  ciphertext: Ciphertext
): Promise<Uint8Array> {
  const bytes = new Uint8Array(ciphertext.bytes)
  const identity = await stores.identity()
  const record = await loadRecord(stores, peer)
  const privateKey = clamped(identity.privateKey)
  try {
    if (ciphertext.type === 2) {
      if (record === undefined) {
        throw new CryptoError('SEALPOST_NO_SESSION')
      }
      const decrypted = await decryptWithRecord(help, record, decodeSignalMessage(bytes))
      await save(stores, peer, decrypted.record)
      return decrypted.plaintext
    }
    const message = decodePrekeyMessage(bytes)
    if (!equalBytes(message.identityKey, bytesOfIdentity(peer.identityKey))) {
      throw new CryptoError('SEALPOST_IDENTITY_CHANGED')
    }
    const pair = { publicKey: identity.publicKey, privateKey }
    const decrypted = await decryptFirst(help, stores, pair, record, message)
    if (decrypted.used !== undefined) {
      await consume(stores, decrypted.used)
    }
    await save(stores, peer, decrypted.record)
    return decrypted.plaintext
  } finally {
    // What was refused leaves nothing behind either.
    wipe(privateKey)
    if (record !== undefined) {
      wipeRecords(record)
    }
  }
}

async function consume(
  stores: EngineStores,
  { kyberUse, oneTimePrekeyId }: UsedPrekeys
): Promise<void> {
  if (!(await stores.noteKyberPrekeyUse(kyberUse))) {
    throw new CryptoError('SEALPOST_DUPLICATE_MESSAGE')
  }
  if (oneTimePrekeyId !== undefined) {
    await stores.removeOneTimePrekey(oneTimePrekeyId)
  }
}

async function loadRecord(
  stores: EngineStores,
  peer: DeviceAddress
): Promise<SessionRecord | undefined> {
  const bytes = await stores.loadSession(peer)
  return bytes === undefined ? undefined : decodeSessionRecord(bytes)
}

/** Writes `record`, and wipes it with the one it was made from. */
async function save(
  stores: EngineStores,
  peer: DeviceAddress,
  record: SessionRecord,
  earlier?: SessionRecord
): Promise<void> {
  const bytes = encodeSessionRecord(record)
  wipeRecords(record, ...(earlier === undefined ? [] : [earlier]))
  await stores.saveSession(peer, bytes)
}

function readPrekeyMessage(bytes: Uint8Array): PrekeyMessageHeader {
  const message = decodePrekeyMessage(bytes)
  return {
    identityKey: identityOfBytes(message.identityKey),
    registrationId: message.registrationId,
    signedPrekeyId: message.signedPrekeyId,
    kyberPrekeyId: message.kyberPrekeyId,
    oneTimePrekeyId: message.oneTimePrekeyId
  }
}

async function sessionSummary(
  stores: EngineStores,
  peer: DeviceAddress,
  nowMs: number
): Promise<SessionSummary | undefined> {
  const record = await loadRecord(stores, peer)
  if (record === undefined) {
    return undefined
  }
  const summary = {
    canEncrypt: !isStale(record.current, nowMs),
    isAnswered: record.current.pending === undefined
  }
  wipeRecords(record)
  return summary
}

function safetyNumber(
  own: IdentityKey,
  theirs: IdentityKey
): { readonly digits: string; readonly scannable: Uint8Array } {
  const [ownKey, theirKey] = [own, theirs].map(bytesOfIdentity)
  if (ownKey === undefined || theirKey === undefined || ![ownKey, theirKey].every(isCurveKey)) {
    throw invalidBundle()
  }
  return makeSafetyNumber(
    { id: ownKey, key: ownKey },
    { id: theirKey, key: theirKey },
    SAFETY_NUMBER
  )
}
