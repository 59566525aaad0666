/** A session of the engine over a simulated disk: what an operation writes is staged, for the batch that gives it a meaning. */
import { type CiphertextOfType, type Mutation, prekeyKey, type RowKey } from '@sealpost/core'
import type { SynchronousEngine, SynchronousStores } from '@sealpost/crypto-noble/synchronous'
import {
  type AddressRecord,
  bytesToHex,
  type DeviceAddress,
  isSealpostError
} from '@sealpost/protocol'
import type { CipherSession, ClientCipherInit, Refusal } from './client-cipher.ts'

const REFUSALS: ReadonlySet<string> = new Set<Refusal>([
  'SEALPOST_DUPLICATE_MESSAGE',
  'SEALPOST_IDENTITY_CHANGED',
  'SEALPOST_MESSAGE_INVALID',
  'SEALPOST_NO_SESSION',
  'SEALPOST_PREKEY_UNKNOWN'
])
const USED: Uint8Array = Uint8Array.of(1)

export class EngineSession implements CipherSession {
  readonly #engine: SynchronousEngine
  readonly #peer: DeviceAddress
  readonly #staged = new Map<string, Mutation>()
  readonly #stores: SynchronousStores

  constructor(engine: SynchronousEngine, init: ClientCipherInit, peer: DeviceAddress) {
    this.#engine = engine
    this.#peer = peer
    this.#stores = stagedStores(init, this.#staged)
  }

  get mutations(): readonly Mutation[] {
    return [...this.#staged.values()]
  }

  canEncrypt(nowMs: number): boolean {
    return this.#engine.canEncrypt(this.#stores, this.#peer, nowMs)
  }

  begin(
    { bundle, registrationId }: Pick<AddressRecord, 'bundle' | 'registrationId'>,
    nowMs: number
  ): boolean {
    const signedPrekey = {
      id: bundle.signedPrekeyId,
      publicKey: bundle.signedPrekey,
      signature: bundle.signedPrekeySignature
    }
    const kyberPrekey = {
      id: bundle.kyberPrekeyId,
      publicKey: bundle.kyberPrekey,
      signature: bundle.kyberPrekeySignature
    }
    const { oneTimePrekey } = bundle
    const one = oneTimePrekey && { id: oneTimePrekey.id, publicKey: oneTimePrekey.key }
    const wanted = { registrationId, signedPrekey, kyberPrekey, oneTimePrekey: one }
    try {
      this.#engine.startSession(this.#stores, this.#peer, wanted, nowMs)
      return true
    } catch (error) {
      if (isSealpostError(error) && error.code === 'SEALPOST_BUNDLE_INVALID') {
        return false
      }
      throw error
    }
  }

  encrypt(content: Uint8Array, nowMs: number): CiphertextOfType | undefined {
    return this.canEncrypt(nowMs)
      ? this.#engine.encrypt(this.#stores, this.#peer, content, nowMs)
      : undefined
  }

  decrypt(ciphertext: CiphertextOfType): Uint8Array | Refusal {
    try {
      return this.#engine.decrypt(this.#stores, this.#peer, ciphertext)
    } catch (error) {
      if (isSealpostError(error) && isRefusal(error.code)) {
        return error.code
      }
      throw error
    }
  }
}

function isRefusal(code: string): code is Refusal {
  return REFUSALS.has(code)
}

function stagedStores(
  { disk, identity, registrationId }: ClientCipherInit,
  staged: Map<string, Mutation>
): SynchronousStores {
  const load = ({ table, key }: RowKey): Uint8Array | undefined => {
    const mutation = staged.get(`${table} ${key}`)
    return mutation === undefined
      ? disk.get({ table, key })
      : mutation.type === 'write'
        ? mutation.value
        : undefined
  }
  const stage = (mutation: Mutation): void => {
    staged.set(`${mutation.table} ${mutation.key}`, mutation)
  }
  return {
    identity: () => identity,
    registrationId: () => registrationId,
    loadSession: (peer) => load({ table: 'session', key: sessionKey(peer) }),
    saveSession: (peer, value) => {
      stage({ type: 'write', table: 'session', key: sessionKey(peer), value })
    },
    loadOneTimePrekey: (id) => load({ table: 'one-time-prekey', key: prekeyKey(id) }),
    removeOneTimePrekey: (id) => {
      stage({ type: 'erase', table: 'one-time-prekey', key: prekeyKey(id) })
    },
    loadSignedPrekey: (id) => load({ table: 'signed-prekey', key: prekeyKey(id) }),
    loadKyberPrekey: (id) => load({ table: 'kyber-prekey', key: prekeyKey(id) }),
    noteKyberPrekeyUse: ({ kyberPrekeyId, signedPrekeyId, baseKey }) => {
      const ids = `${prekeyKey(kyberPrekeyId)}.${prekeyKey(signedPrekeyId)}`
      const key = `${ids}.${bytesToHex(baseKey)}`
      const isNew = load({ table: 'kyber-prekey-use', key }) === undefined
      if (isNew) {
        stage({ type: 'write', table: 'kyber-prekey-use', key, value: USED })
      }
      return isNew
    }
  }
}

function sessionKey({ identityKey, device }: DeviceAddress): string {
  return `${identityKey}.${String(device)}`
}
