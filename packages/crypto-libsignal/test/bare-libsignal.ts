/** A person who uses libsignal as it comes, without our engine: the other side in tests and the measure in benchmarks. */
import {
  IdentityChange,
  IdentityKeyPair,
  IdentityKeyStore,
  KEMKeyPair,
  KEMPublicKey,
  KyberPreKeyRecord,
  KyberPreKeyStore,
  PreKeyBundle,
  PreKeyRecord,
  PreKeySignalMessage,
  PreKeyStore,
  PrivateKey,
  ProtocolAddress,
  PublicKey,
  SessionRecord,
  SessionStore,
  SignalMessage,
  SignedPreKeyRecord,
  SignedPreKeyStore,
  processPreKeyBundle,
  signalDecrypt,
  signalDecryptPreKey,
  signalEncrypt
} from '@signalapp/libsignal-client'
import type { Ciphertext, SessionBundle } from '@sealpost/crypto'
import { bytesToHex, identityKeys, parseDeviceNumber } from '@sealpost/protocol'
import type { DeviceAddress } from '@sealpost/protocol'

export class BareLibsignal {
  readonly address: DeviceAddress
  readonly #identity: IdentityKeyPair = IdentityKeyPair.generate()
  readonly #own: ProtocolAddress
  readonly #sessions = new Sessions()
  readonly #identities: Identities
  readonly #oneTime = new OneTimePrekeys()
  readonly #signed = new SignedPrekeys()
  readonly #kyber = new KyberPrekeys()

  constructor() {
    const identityKey = identityKeys.fromBytes(this.#identity.publicKey.serialize())
    const device = parseDeviceNumber(1)
    if (device === undefined) {
      throw new Error('1 is a device number')
    }
    this.address = { identityKey, device }
    this.#own = addressOf(this.address)
    this.#identities = new Identities(this.#identity)
  }

  publish(): SessionBundle {
    const oneTime = PrivateKey.generate()
    const signed = PrivateKey.generate()
    const kyber = KEMKeyPair.generate()
    const oneTimeKey = oneTime.getPublicKey()
    const signedKey = signed.getPublicKey()
    const kyberKey = kyber.getPublicKey()
    const signature = this.#identity.privateKey.sign(signedKey.serialize())
    const kyberSignature = this.#identity.privateKey.sign(kyberKey.serialize())
    this.#oneTime.records.set(1, PreKeyRecord.new(1, oneTimeKey, oneTime))
    this.#signed.records.set(2, SignedPreKeyRecord.new(2, 0, signedKey, signed, signature))
    this.#kyber.records.set(3, KyberPreKeyRecord.new(3, 0, kyber, kyberSignature))
    return {
      registrationId: 7,
      oneTimePrekey: { id: 1, publicKey: oneTimeKey.serialize() },
      signedPrekey: { id: 2, publicKey: signedKey.serialize(), signature },
      kyberPrekey: { id: 3, publicKey: kyberKey.serialize(), signature: kyberSignature }
    }
  }

  async startSession(peer: DeviceAddress, bundle: SessionBundle): Promise<void> {
    const { kyberPrekey, oneTimePrekey, signedPrekey } = bundle
    await processPreKeyBundle(
      PreKeyBundle.new(
        bundle.registrationId,
        peer.device,
        oneTimePrekey?.id ?? null,
        oneTimePrekey === undefined ? null : keyOf(oneTimePrekey.publicKey),
        signedPrekey.id,
        keyOf(signedPrekey.publicKey),
        new Uint8Array(signedPrekey.signature),
        keyOf(identityKeys.toBytes(peer.identityKey)),
        kyberPrekey.id,
        KEMPublicKey.deserialize(new Uint8Array(kyberPrekey.publicKey)),
        new Uint8Array(kyberPrekey.signature)
      ),
      addressOf(peer),
      this.#own,
      this.#sessions,
      this.#identities
    )
  }

  async encrypt(peer: DeviceAddress, plaintext: Uint8Array): Promise<Ciphertext> {
    const message = await signalEncrypt(
      new Uint8Array(plaintext),
      addressOf(peer),
      this.#own,
      this.#sessions,
      this.#identities
    )
    return { type: message.type() === 3 ? 3 : 2, bytes: message.serialize() }
  }

  decrypt(peer: DeviceAddress, { bytes, type }: Ciphertext): Promise<Uint8Array> {
    const own = new Uint8Array(bytes)
    return type === 2
      ? signalDecrypt(
          SignalMessage.deserialize(own),
          addressOf(peer),
          this.#own,
          this.#sessions,
          this.#identities
        )
      : signalDecryptPreKey(
          PreKeySignalMessage.deserialize(own),
          addressOf(peer),
          this.#own,
          this.#sessions,
          this.#identities,
          this.#oneTime,
          this.#signed,
          this.#kyber
        )
  }
}

function keyOf(bytes: Uint8Array): PublicKey {
  return PublicKey.deserialize(new Uint8Array(bytes))
}

function addressOf({ device, identityKey }: DeviceAddress): ProtocolAddress {
  return ProtocolAddress.new(identityKey, device)
}

class Sessions extends SessionStore {
  readonly #records = new Map<string, Uint8Array<ArrayBuffer>>()

  override async saveSession(name: ProtocolAddress, record: SessionRecord): Promise<void> {
    this.#records.set(name.toString(), record.serialize())
  }

  override async getSession(name: ProtocolAddress): Promise<SessionRecord | null> {
    const bytes = this.#records.get(name.toString())
    return bytes === undefined ? null : SessionRecord.deserialize(bytes)
  }

  override async getExistingSessions(): Promise<SessionRecord[]> {
    return []
  }
}

class Identities extends IdentityKeyStore {
  readonly #pair: IdentityKeyPair

  constructor(pair: IdentityKeyPair) {
    super()
    this.#pair = pair
  }

  override async getIdentityKey(): Promise<PrivateKey> {
    return this.#pair.privateKey
  }

  override async getIdentityKeyPair(): Promise<IdentityKeyPair> {
    return this.#pair
  }

  override async getLocalRegistrationId(): Promise<number> {
    return 7
  }

  override async saveIdentity(): Promise<IdentityChange> {
    return IdentityChange.NewOrUnchanged
  }

  override async isTrustedIdentity(name: ProtocolAddress, key: PublicKey): Promise<boolean> {
    return name.name() === bytesToHex(key.serialize())
  }

  override async getIdentity(): Promise<PublicKey | null> {
    return null
  }
}

class OneTimePrekeys extends PreKeyStore {
  readonly records = new Map<number, PreKeyRecord>()

  override async savePreKey(): Promise<void> {}

  override async getPreKey(id: number): Promise<PreKeyRecord> {
    return found(this.records.get(id))
  }

  override async removePreKey(id: number): Promise<void> {
    this.records.delete(id)
  }
}

class SignedPrekeys extends SignedPreKeyStore {
  readonly records = new Map<number, SignedPreKeyRecord>()

  override async saveSignedPreKey(): Promise<void> {}

  override async getSignedPreKey(id: number): Promise<SignedPreKeyRecord> {
    return found(this.records.get(id))
  }
}

class KyberPrekeys extends KyberPreKeyStore {
  readonly records = new Map<number, KyberPreKeyRecord>()

  override async saveKyberPreKey(): Promise<void> {}

  override async getKyberPreKey(id: number): Promise<KyberPreKeyRecord> {
    return found(this.records.get(id))
  }

  override async markKyberPreKeyUsed(): Promise<void> {}
}

function found<Record>(record: Record | undefined): Record {
  if (record === undefined) {
    throw new Error('no such prekey')
  }
  return record
}
