/** Stores in memory for one account and device: for the suite, and for tests of whoever uses an engine. */
import { bytesToHex } from '@sealpost/protocol'
import type { DeviceAddress } from '@sealpost/protocol'
import type { EngineStores, KeyPair, NewPrekey } from '../signal-engine.ts'

type KyberUse = Parameters<EngineStores['noteKyberPrekeyUse']>[0]

/**
 * Gives out the arrays it holds, not copies, so that an engine that writes into what it was given shows in `snapshot`.
 */
export class MemoryEngineStores implements EngineStores {
  /** Records by `sessionKey`. */
  readonly sessions: Map<string, Uint8Array> = new Map<string, Uint8Array>()
  readonly oneTimePrekeys: Map<number, Uint8Array> = new Map<number, Uint8Array>()
  readonly signedPrekeys: Map<number, Uint8Array> = new Map<number, Uint8Array>()
  readonly kyberPrekeys: Map<number, Uint8Array> = new Map<number, Uint8Array>()
  readonly kyberUses: Set<string> = new Set<string>()
  /** How often an engine wrote, in whatever way. */
  writeCount = 0
  readonly #identity: KeyPair
  readonly #registrationId: number

  constructor(identity: KeyPair, registrationId: number) {
    this.#identity = identity
    this.#registrationId = registrationId
  }

  /** Everything in it as text, to compare. */
  snapshot(): string {
    const rows = (map: ReadonlyMap<string | number, Uint8Array>): readonly string[] =>
      [...map].map(([key, bytes]) => `${String(key)}=${bytesToHex(bytes)}`).sort()
    return JSON.stringify([
      bytesToHex(this.#identity.publicKey),
      bytesToHex(this.#identity.privateKey),
      rows(this.sessions),
      rows(this.oneTimePrekeys),
      rows(this.signedPrekeys),
      rows(this.kyberPrekeys),
      [...this.kyberUses].sort()
    ])
  }

  addOneTimePrekey(prekey: NewPrekey): void {
    this.oneTimePrekeys.set(prekey.id, prekey.record)
  }

  addSignedPrekey(prekey: NewPrekey): void {
    this.signedPrekeys.set(prekey.id, prekey.record)
  }

  addKyberPrekey(prekey: NewPrekey): void {
    this.kyberPrekeys.set(prekey.id, prekey.record)
  }

  async identity(): Promise<KeyPair> {
    return this.#identity
  }

  async registrationId(): Promise<number> {
    return this.#registrationId
  }

  async loadSession(peer: DeviceAddress): Promise<Uint8Array | undefined> {
    return this.sessions.get(sessionKey(peer))
  }

  async saveSession(peer: DeviceAddress, record: Uint8Array): Promise<void> {
    this.writeCount++
    this.sessions.set(sessionKey(peer), record)
  }

  async loadOneTimePrekey(id: number): Promise<Uint8Array | undefined> {
    return this.oneTimePrekeys.get(id)
  }

  async removeOneTimePrekey(id: number): Promise<void> {
    this.writeCount++
    this.oneTimePrekeys.delete(id)
  }

  async loadSignedPrekey(id: number): Promise<Uint8Array | undefined> {
    return this.signedPrekeys.get(id)
  }

  async loadKyberPrekey(id: number): Promise<Uint8Array | undefined> {
    return this.kyberPrekeys.get(id)
  }

  async noteKyberPrekeyUse(use: KyberUse): Promise<boolean> {
    const key = `${String(use.kyberPrekeyId)}:${String(use.signedPrekeyId)}:${bytesToHex(use.baseKey)}`
    if (this.kyberUses.has(key)) {
      return false
    }
    this.writeCount++
    this.kyberUses.add(key)
    return true
  }
}

/** The key of a session in `MemoryEngineStores.sessions`. */
export function sessionKey(peer: DeviceAddress): string {
  return `${peer.identityKey}.${String(peer.device)}`
}
