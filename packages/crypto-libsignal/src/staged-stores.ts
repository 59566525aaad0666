/**
 * One operation's stores, as libsignal wants them. It reads through to the caller's and keeps what it writes until the whole
 * operation has succeeded: libsignal itself writes one thing after another, and some of it before the last check.
 *
 * An address is named by its identity key, so the key in the address is the trust anchor: there is no table of identities.
 */
import {
  IdentityChange,
  IdentityKeyPair,
  KyberPreKeyRecord,
  PreKeyRecord,
  PrivateKey,
  ProtocolAddress,
  PublicKey,
  SessionRecord,
  SignedPreKeyRecord
} from '@signalapp/libsignal-client'
import type {
  IdentityKeyStore,
  KyberPreKeyStore,
  PreKeyStore,
  SessionStore,
  SignedPreKeyStore
} from '@signalapp/libsignal-client'
import type { EngineStores } from '@sealpost/crypto'
import { CryptoError, UsageError, bytesToHex } from '@sealpost/protocol'
import type { DeviceAddress, ErrorCode } from '@sealpost/protocol'
import { corruptRecord, cryptoError } from './libsignal-errors.ts'
import { ownedBytes } from './owned-bytes.ts'

/** libsignal's word for nothing. */
// eslint-disable-next-line no-restricted-syntax
export const ABSENT = null

/** libsignal asks for our own device to compare it with what a message names; messages between these addresses name none. */
const OWN_DEVICE = 1

type KyberUse = Parameters<EngineStores['noteKyberPrekeyUse']>[0]

/** See the head of this file. One instance serves one call of an engine. */
export class StagedStores
  implements SessionStore, IdentityKeyStore, PreKeyStore, SignedPreKeyStore, KyberPreKeyStore
{
  readonly peerAddress: ProtocolAddress
  readonly ownAddress: ProtocolAddress
  /** Whether the caller's stores hold a session with the peer. */
  readonly hasSession: boolean
  readonly #stores: EngineStores
  readonly #peer: DeviceAddress
  readonly #identity: IdentityKeyPair
  readonly #session: Uint8Array | undefined
  #newSession: Uint8Array | undefined
  #kyberUse: KyberUse | undefined
  #usedOneTimePrekey: number | undefined
  #failure: { readonly error: unknown } | undefined

  private constructor(
    stores: EngineStores,
    peer: DeviceAddress,
    loaded: { readonly identity: IdentityKeyPair; readonly session: Uint8Array | undefined }
  ) {
    this.#stores = stores
    this.#peer = peer
    this.#identity = loaded.identity
    this.#session = loaded.session
    this.hasSession = loaded.session !== undefined
    this.peerAddress = ProtocolAddress.new(peer.identityKey, peer.device)
    this.ownAddress = ProtocolAddress.new(
      bytesToHex(loaded.identity.publicKey.serialize()),
      OWN_DEVICE
    )
  }

  /** Reads what every operation needs. @throws StorageError `SEALPOST_STORE_CORRUPT`, and what the stores throw. */
  static async load(stores: EngineStores, peer: DeviceAddress): Promise<StagedStores> {
    const pair = await stores.identity()
    const identity = readRecord(
      'identity',
      () =>
        new IdentityKeyPair(
          PublicKey.deserialize(ownedBytes(pair.publicKey)),
          PrivateKey.deserialize(ownedBytes(pair.privateKey))
        )
    )
    return new StagedStores(stores, peer, { identity, session: await stores.loadSession(peer) })
  }

  /**
   * Makes one call of libsignal over these stores, and writes what it changed once it has succeeded.
   *
   * @throws what a store threw, untouched; else CryptoError, `otherwise` where libsignal says nothing more exact.
   */
  async run<Result>(call: () => Promise<Result>, otherwise: ErrorCode): Promise<Result> {
    let result: Result
    try {
      result = await call()
    } catch (cause) {
      // Of what a store threw libsignal keeps the text alone.
      if (this.#failure !== undefined) {
        throw this.#failure.error
      }
      throw cryptoError(cause, otherwise)
    }
    await this.#commit()
    return result
  }

  async #commit(): Promise<void> {
    if (this.#kyberUse !== undefined && !(await this.#stores.noteKyberPrekeyUse(this.#kyberUse))) {
      throw new CryptoError('SEALPOST_DUPLICATE_MESSAGE')
    }
    if (this.#usedOneTimePrekey !== undefined) {
      await this.#stores.removeOneTimePrekey(this.#usedOneTimePrekey)
    }
    if (this.#newSession !== undefined) {
      await this.#stores.saveSession(this.#peer, this.#newSession)
    }
  }

  async getSession(): Promise<SessionRecord | typeof ABSENT> {
    return this.#remembering(async () => this.readSession() ?? ABSENT)
  }

  /** The session as it was before the operation. @throws StorageError `SEALPOST_STORE_CORRUPT` */
  readSession(): SessionRecord | undefined {
    const bytes = this.#session
    return bytes === undefined
      ? undefined
      : readRecord('session', () => SessionRecord.deserialize(ownedBytes(bytes)))
  }

  async saveSession(_peer: ProtocolAddress, record: SessionRecord): Promise<void> {
    this.#newSession = record.serialize()
  }

  async getIdentityKey(): Promise<PrivateKey> {
    return this.#identity.privateKey
  }

  async getIdentityKeyPair(): Promise<IdentityKeyPair> {
    return this.#identity
  }

  async getLocalRegistrationId(): Promise<number> {
    return this.#remembering(() => this.#stores.registrationId())
  }

  async isTrustedIdentity(address: ProtocolAddress, key: PublicKey): Promise<boolean> {
    return bytesToHex(key.serialize()) === address.name()
  }

  async saveIdentity(): Promise<IdentityChange> {
    return IdentityChange.NewOrUnchanged
  }

  async getIdentity(): Promise<PublicKey | typeof ABSENT> {
    return ABSENT
  }

  async getPreKey(id: number): Promise<PreKeyRecord> {
    return this.#remembering(async () => {
      const bytes = known(await this.#stores.loadOneTimePrekey(id))
      return readRecord('one-time prekey', () => PreKeyRecord.deserialize(bytes))
    })
  }

  async removePreKey(id: number): Promise<void> {
    this.#usedOneTimePrekey = id
  }

  async getSignedPreKey(id: number): Promise<SignedPreKeyRecord> {
    return this.#remembering(async () => {
      const bytes = known(await this.#stores.loadSignedPrekey(id))
      return readRecord('signed prekey', () => SignedPreKeyRecord.deserialize(bytes))
    })
  }

  async getKyberPreKey(id: number): Promise<KyberPreKeyRecord> {
    return this.#remembering(async () => {
      const bytes = known(await this.#stores.loadKyberPrekey(id))
      return readRecord('Kyber prekey', () => KyberPreKeyRecord.deserialize(bytes))
    })
  }

  async markKyberPreKeyUsed(
    kyberPrekeyId: number,
    signedPrekeyId: number,
    baseKey: PublicKey
  ): Promise<void> {
    this.#kyberUse = { kyberPrekeyId, signedPrekeyId, baseKey: baseKey.serialize() }
  }

  async getExistingSessions(): Promise<SessionRecord[]> {
    return notAsked()
  }

  async savePreKey(): Promise<void> {
    return notAsked()
  }

  async saveSignedPreKey(): Promise<void> {
    return notAsked()
  }

  async saveKyberPreKey(): Promise<void> {
    return notAsked()
  }

  async #remembering<Value>(read: () => Promise<Value>): Promise<Value> {
    try {
      return await read()
    } catch (error) {
      this.#failure ??= { error }
      throw error
    }
  }
}

function known(record: Uint8Array | undefined): Uint8Array<ArrayBuffer> {
  if (record === undefined) {
    throw new CryptoError('SEALPOST_PREKEY_UNKNOWN')
  }
  return ownedBytes(record)
}

function readRecord<Value>(noun: string, read: () => Value): Value {
  try {
    return read()
  } catch (cause) {
    throw corruptRecord(noun, cause)
  }
}

/** libsignal's interfaces have more than its session calls use. */
function notAsked(): never {
  throw new UsageError('SEALPOST_BUG', 'libsignal called what it never calls for a session')
}
