/**
 * The one door to the Signal protocol: PQXDH, the Triple Ratchet and safety numbers, whoever implements them.
 *
 * An engine keeps no state of its own. Each call is given the stores it may read and write, so that a caller can collect
 * the writes and commit them together with what they mean (a message shown, an outbox row), or drop them all. An engine
 * writes to its stores only when the whole operation has succeeded. It awaits nothing but its stores and its native helpers.
 *
 * Calls for one pair of devices must not overlap: the caller keeps a lane for each session.
 */
import type { DeviceAddress, IdentityKey } from '@sealpost/protocol'

/** A Curve25519 key pair: 33 bytes with the type byte, and 32 bytes. */
export interface KeyPair {
  readonly publicKey: Uint8Array
  readonly privateKey: Uint8Array
}

/** The private half of a prekey, in the engine's own format, and what a contact is given of it. */
export interface NewPrekey {
  readonly id: number
  /** What the engine's stores must give back for this id. Secret. */
  readonly record: Uint8Array
  readonly publicKey: Uint8Array
}

/** A prekey whose public half the identity key signed (XEdDSA). */
export interface NewSignedPrekey extends NewPrekey {
  readonly signature: Uint8Array
}

/** What a session starts from (PQXDH 3.2). */
export interface SessionBundle {
  readonly registrationId: number
  readonly signedPrekey: {
    readonly id: number
    readonly publicKey: Uint8Array
    readonly signature: Uint8Array
  }
  readonly kyberPrekey: {
    readonly id: number
    readonly publicKey: Uint8Array
    readonly signature: Uint8Array
  }
  readonly oneTimePrekey: { readonly id: number; readonly publicKey: Uint8Array } | undefined
}

/** What an engine reads and writes for one account and device. All of it is secret at rest. */
export interface EngineStores {
  identity(): Promise<KeyPair>
  registrationId(): Promise<number>
  loadSession(peer: DeviceAddress): Promise<Uint8Array | undefined>
  saveSession(peer: DeviceAddress, record: Uint8Array): Promise<void>
  loadOneTimePrekey(id: number): Promise<Uint8Array | undefined>
  removeOneTimePrekey(id: number): Promise<void>
  loadSignedPrekey(id: number): Promise<Uint8Array | undefined>
  loadKyberPrekey(id: number): Promise<Uint8Array | undefined>
  /**
   * Notes that a last-resort Kyber prekey was used with this signed prekey and base key.
   *
   * @returns false where the same three were noted before: the message is a replay and is refused.
   */
  noteKyberPrekeyUse(use: {
    readonly kyberPrekeyId: number
    readonly signedPrekeyId: number
    readonly baseKey: Uint8Array
  }): Promise<boolean>
}

/** 2: a message of an answered session. 3: the first messages, which carry what the responder needs. As in libsignal. */
export type CiphertextType = 2 | 3

export interface Ciphertext {
  readonly type: CiphertextType
  readonly bytes: Uint8Array
}

/** What a message of type 3 says of its sender before anything is decrypted. Nothing of it is authenticated yet. */
export interface PrekeyMessageHeader {
  readonly identityKey: IdentityKey
  readonly registrationId: number
  readonly signedPrekeyId: number
  readonly kyberPrekeyId: number | undefined
  readonly oneTimePrekeyId: number | undefined
}

/** What a session's record says of it. */
export interface SessionSummary {
  /** Whether messages can be encrypted with it now. */
  readonly canEncrypt: boolean
  /** Whether the peer has answered: until then messages are of type 3. */
  readonly isAnswered: boolean
}

export interface SignalEngine {
  /** A short name for logs and test titles. */
  readonly name: string

  makeIdentity(): Promise<KeyPair>
  makeOneTimePrekey(id: number): Promise<NewPrekey>
  makeSignedPrekey(id: number, identity: KeyPair, nowMs: number): Promise<NewSignedPrekey>
  makeKyberPrekey(id: number, identity: KeyPair, nowMs: number): Promise<NewSignedPrekey>

  /** XEdDSA by an identity key, 64 bytes. */
  sign(identity: KeyPair, message: Uint8Array): Promise<Uint8Array>
  /** False for a signature or key of whatever shape that does not fit. */
  verify(identityKey: IdentityKey, message: Uint8Array, signature: Uint8Array): Promise<boolean>

  /**
   * PQXDH as the initiator (PQXDH 3.3). An existing session is archived.
   *
   * @throws CryptoError `SEALPOST_BUNDLE_INVALID` for a signature or key that does not fit.
   */
  startSession(
    stores: EngineStores,
    peer: DeviceAddress,
    bundle: SessionBundle,
    nowMs: number
  ): Promise<void>

  /** @throws CryptoError `SEALPOST_NO_SESSION` */
  encrypt(
    stores: EngineStores,
    peer: DeviceAddress,
    plaintext: Uint8Array,
    nowMs: number
  ): Promise<Ciphertext>

  /**
   * Decrypts, and starts or promotes a session where the message asks for it. The one-time prekey it names is removed and
   * the use of the Kyber prekey noted, with the session, once everything fits.
   *
   * @throws CryptoError `SEALPOST_DUPLICATE_MESSAGE` for one decrypted before, `SEALPOST_IDENTITY_CHANGED` where a type 3
   * message is not by `peer.identityKey`, `SEALPOST_NO_SESSION`, `SEALPOST_PREKEY_UNKNOWN`, `SEALPOST_MESSAGE_INVALID` for all else.
   */
  decrypt(
    stores: EngineStores,
    peer: DeviceAddress,
    ciphertext: Ciphertext,
    nowMs: number
  ): Promise<Uint8Array>

  /** Reads the head of a type 3 message. @throws CryptoError `SEALPOST_MESSAGE_INVALID` */
  readPrekeyMessage(bytes: Uint8Array): Promise<PrekeyMessageHeader>

  /** @returns undefined where there is no session. */
  sessionSummary(
    stores: EngineStores,
    peer: DeviceAddress,
    nowMs: number
  ): Promise<SessionSummary | undefined>

  /**
   * 60 digits that are the same on both sides (5,200 iterations, the 33-byte identity keys as ids), and the bytes of the
   * scannable form.
   */
  safetyNumber(
    own: IdentityKey,
    theirs: IdentityKey
  ): Promise<{ readonly digits: string; readonly scannable: Uint8Array }>
}
