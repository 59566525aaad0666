/**
 * SignalEngine over libsignal's Node package. Its records are libsignal's own and mean nothing to another engine; its messages
 * are the same on the wire. Randomness is libsignal's own, from the operating system. It logs nothing: libsignal prints only
 * through a logger that somebody gives it, and nobody does.
 */
/* eslint @typescript-eslint/no-unsafe-class-instance-assignment: off -- libsignal calls the methods of its stores and asks
   nothing of their class, so that one object can be all five. */
import {
  Fingerprint,
  KEMPublicKey,
  PreKeyBundle,
  PreKeySignalMessage,
  PublicKey,
  SignalMessage,
  processPreKeyBundle,
  signalDecrypt,
  signalDecryptPreKey,
  signalEncrypt
} from '@signalapp/libsignal-client'
import type {
  Ciphertext,
  EngineStores,
  PrekeyMessageHeader,
  SessionBundle,
  SessionSummary,
  SignalEngine
} from '@sealpost/crypto'
import { CryptoError, identityKeys } from '@sealpost/protocol'
import type { DeviceAddress, IdentityKey } from '@sealpost/protocol'
import { cryptoError } from './libsignal-errors.ts'
import {
  makeIdentity,
  makeKyberPrekey,
  makeOneTimePrekey,
  makeSignedPrekey,
  signBytes
} from './libsignal-prekeys.ts'
import { ownedBytes } from './owned-bytes.ts'
import { readHiddenFields } from './prekey-message.ts'
import { ABSENT, StagedStores } from './staged-stores.ts'

const SAFETY_NUMBER_ITERATIONS = 5_200
const SAFETY_NUMBER_VERSION = 2
const CURVE_KEY_BYTES = 33
const KYBER_KEY_BYTES = 1_569
/** The last moment that a Date knows. By then every session that nobody answered is stale. */
const END_OF_TIME = new Date(8.64e15)

/** An engine without state: any number of accounts may share it. */
export function createLibsignalEngine(): SignalEngine {
  return {
    name: 'libsignal',
    makeIdentity: async () => makeIdentity(),
    makeOneTimePrekey: async (id) => makeOneTimePrekey(id),
    makeSignedPrekey: async (id, identity, nowMs) => makeSignedPrekey(id, identity, nowMs),
    makeKyberPrekey: async (id, identity, nowMs) => makeKyberPrekey(id, identity, nowMs),
    sign: async (identity, message) => signBytes(identity, message),
    verify: async (identityKey, message, signature) => verify(identityKey, message, signature),
    startSession,
    encrypt,
    decrypt,
    readPrekeyMessage: async (bytes) => readPrekeyMessage(bytes),
    sessionSummary,
    safetyNumber: async (own, theirs) => safetyNumber(own, theirs)
  }
}

function verify(identityKey: IdentityKey, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return publicKeyOf(identityKey).verify(ownedBytes(message), ownedBytes(signature))
  } catch {
    // libsignal throws for a signature or a key of the wrong shape.
    return false
  }
}

async function startSession(
  stores: EngineStores,
  peer: DeviceAddress,
  bundle: SessionBundle,
  nowMs: number
): Promise<void> {
  const staged = await StagedStores.load(stores, peer)
  await staged.run(async () => {
    const { ownAddress, peerAddress } = staged
    const parsed = parseBundle(peer, bundle)
    await processPreKeyBundle(parsed, peerAddress, ownAddress, staged, staged, new Date(nowMs))
  }, 'SEALPOST_BUNDLE_INVALID')
}

async function encrypt(
  stores: EngineStores,
  peer: DeviceAddress,
  plaintext: Uint8Array,
  nowMs: number
): Promise<Ciphertext> {
  const bytes = ownedBytes(plaintext)
  const now = new Date(nowMs)
  const staged = await StagedStores.load(stores, peer)
  const { ownAddress, peerAddress } = staged
  // It refuses for one reason: no session, or one that is stale.
  const message = await staged.run(
    () => signalEncrypt(bytes, peerAddress, ownAddress, staged, staged, now),
    'SEALPOST_NO_SESSION'
  )
  // Of the types a message can have, a session makes two.
  return { type: message.type() === 3 ? 3 : 2, bytes: message.serialize() }
}

async function decrypt(
  stores: EngineStores,
  peer: DeviceAddress,
  ciphertext: Ciphertext
): Promise<Uint8Array> {
  const bytes = ownedBytes(ciphertext.bytes)
  const staged = await StagedStores.load(stores, peer)
  if (ciphertext.type === 2 && !staged.hasSession) {
    throw new CryptoError('SEALPOST_NO_SESSION')
  }
  const { ownAddress, peerAddress } = staged
  return staged.run(
    async () =>
      ciphertext.type === 2
        ? signalDecrypt(SignalMessage.deserialize(bytes), peerAddress, ownAddress, staged, staged)
        : signalDecryptPreKey(
            PreKeySignalMessage.deserialize(bytes),
            peerAddress,
            ownAddress,
            staged,
            staged,
            staged,
            staged,
            staged
          ),
    'SEALPOST_MESSAGE_INVALID'
  )
}

function readPrekeyMessage(bytes: Uint8Array): PrekeyMessageHeader {
  try {
    const message = PreKeySignalMessage.deserialize(ownedBytes(bytes))
    const hidden = readHiddenFields(bytes)
    return {
      identityKey: identityKeys.fromBytes(hidden?.identityKey ?? new Uint8Array(0)),
      registrationId: message.registrationId(),
      signedPrekeyId: message.signedPreKeyId(),
      kyberPrekeyId: hidden?.kyberPrekeyId,
      oneTimePrekeyId: message.preKeyId() ?? undefined
    }
  } catch (cause) {
    throw cryptoError(cause, 'SEALPOST_MESSAGE_INVALID')
  }
}

async function sessionSummary(
  stores: EngineStores,
  peer: DeviceAddress,
  nowMs: number
): Promise<SessionSummary | undefined> {
  const session = (await StagedStores.load(stores, peer)).readSession()
  return session === undefined
    ? undefined
    : {
        canEncrypt: session.hasCurrentState(new Date(nowMs)),
        // Only a session that waits for its answer ever becomes stale, and nothing else says that it waits.
        isAnswered: session.hasCurrentState(END_OF_TIME)
      }
}

function safetyNumber(
  own: IdentityKey,
  theirs: IdentityKey
): { readonly digits: string; readonly scannable: Uint8Array } {
  try {
    const fingerprint = Fingerprint.new(
      SAFETY_NUMBER_ITERATIONS,
      SAFETY_NUMBER_VERSION,
      ownedBytes(identityKeys.toBytes(own)),
      publicKeyOf(own),
      ownedBytes(identityKeys.toBytes(theirs)),
      publicKeyOf(theirs)
    )
    return {
      digits: fingerprint.displayableFingerprint().toString(),
      scannable: fingerprint.scannableFingerprint().toBuffer()
    }
  } catch (cause) {
    throw cryptoError(cause, 'SEALPOST_BUNDLE_INVALID')
  }
}

function parseBundle(peer: DeviceAddress, bundle: SessionBundle): PreKeyBundle {
  const { kyberPrekey, oneTimePrekey, signedPrekey } = bundle
  return PreKeyBundle.new(
    bundle.registrationId,
    peer.device,
    oneTimePrekey?.id ?? ABSENT,
    oneTimePrekey === undefined ? ABSENT : curveKey(oneTimePrekey.publicKey),
    signedPrekey.id,
    curveKey(signedPrekey.publicKey),
    ownedBytes(signedPrekey.signature),
    publicKeyOf(peer.identityKey),
    kyberPrekey.id,
    KEMPublicKey.deserialize(ofLength(kyberPrekey.publicKey, KYBER_KEY_BYTES)),
    ownedBytes(kyberPrekey.signature)
  )
}

function publicKeyOf(identityKey: IdentityKey): PublicKey {
  return PublicKey.deserialize(ownedBytes(identityKeys.toBytes(identityKey)))
}

/** libsignal itself drops what follows a key. */
function curveKey(bytes: Uint8Array): PublicKey {
  return PublicKey.deserialize(ofLength(bytes, CURVE_KEY_BYTES))
}

function ofLength(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  if (bytes.length !== length) {
    throw new CryptoError('SEALPOST_BUNDLE_INVALID', `a key has ${String(length)} bytes`)
  }
  return ownedBytes(bytes)
}
