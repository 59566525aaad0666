/**
 * libsignal's engine with the noble engine behind it: what libsignal does with a session, noble does again from the same state,
 * brought into its own format. Plaintext, refusal, ciphertext and the state that is kept must be equal.
 *
 * libsignal takes no randomness from outside. A new ratchet key is read from the state it kept; where a message opens an epoch
 * of the post-quantum ratchet, about once in 43, the two are compared in type and length alone.
 */
import assert from 'node:assert/strict'
import type { Ciphertext, EngineStores, Random, SignalEngine } from '@sealpost/crypto'
import { createLibsignalEngine } from '@sealpost/crypto-libsignal'
import { createNobleEngine } from '@sealpost/crypto-noble'
import {
  importOfficialPrekey,
  importOfficialRecord,
  officialRatchetKey
} from '@sealpost/crypto-noble/testing'
import { CryptoError, bytesToHex, isSealpostError } from '@sealpost/protocol'
import type { DeviceAddress } from '@sealpost/protocol'
import { seededRandom } from './seeded-random.ts'

/** How often the two were held to each other. */
export interface ShadowCounts {
  encrypted: number
  decrypted: number
  refused: number
  /** Of `encrypted`, those compared in type and length alone. */
  unequal: number
}

/** An engine that is libsignal's, and fails wherever noble differs. */
export function shadowedEngine(counts: ShadowCounts): SignalEngine {
  const official = createLibsignalEngine()
  return {
    ...official,
    name: 'libsignal, shadowed by noble',
    async startSession(stores, peer, bundle, nowMs) {
      const staged = new Staged(stores)
      const noble = createNobleEngine({ random: seededRandom('start') })
      const theirs = await outcome(official.startSession(staged, peer, bundle, nowMs))
      const ours = await outcome(noble.startSession(staged.shadow(), peer, bundle, nowMs))
      compareRefusal(ours, theirs, counts)
      await staged.commit()
      valueOf(theirs)
    },
    async encrypt(stores, peer, plaintext, nowMs) {
      const staged = new Staged(stores)
      const theirs = await outcome(official.encrypt(staged, peer, plaintext, nowMs))
      const random = new GivenRandom(undefined)
      const shadow = staged.shadow()
      const noble = createNobleEngine({ random })
      const ours = await outcome(noble.encrypt(shadow, peer, plaintext, nowMs))
      if (!compareRefusal(ours, theirs, counts)) {
        compareCiphertext(valueOf(ours), valueOf(theirs), random, counts)
        if (!random.wasAsked) {
          compareRecords(shadow, staged)
        }
      }
      await staged.commit()
      return valueOf(theirs)
    },
    async decrypt(stores, peer, ciphertext, nowMs) {
      const staged = new Staged(stores)
      const theirs = await outcome(official.decrypt(staged, peer, ciphertext, nowMs))
      const random = new GivenRandom(staged.session)
      const shadow = staged.shadow()
      const noble = createNobleEngine({ random })
      const ours = await outcome(noble.decrypt(shadow, peer, ciphertext, nowMs))
      if (!compareRefusal(ours, theirs, counts)) {
        assert.equal(bytesToHex(valueOf(ours)), bytesToHex(valueOf(theirs)), 'the plaintext')
        assert.equal(shadow.removed, staged.removed, 'the one-time prekey that was used')
        compareRecords(shadow, staged)
        counts.decrypted++
      }
      await staged.commit()
      return valueOf(theirs)
    }
  }
}

type Outcome<Value> = { readonly value: Value } | { readonly error: unknown }

async function outcome<Value>(attempt: Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { value: await attempt }
  } catch (error) {
    return { error }
  }
}

function valueOf<Value>(result: Outcome<Value>): Value {
  if ('error' in result) {
    throw result.error
  }
  return result.value
}

/** Whether libsignal refused, which noble must have done with the same code. */
function compareRefusal(
  ours: Outcome<unknown>,
  theirs: Outcome<unknown>,
  counts: ShadowCounts
): boolean {
  if (!('error' in theirs)) {
    if ('error' in ours) {
      throw new assert.AssertionError({ message: `noble refused alone: ${String(ours.error)}` })
    }
    return false
  }
  // What a store threw, or a record that cannot be read, is no decision of the protocol.
  if (isSealpostError(theirs.error) && theirs.error.name === CryptoError.name) {
    assert.ok('error' in ours, `libsignal refused alone: ${theirs.error.code}`)
    assert.ok(isSealpostError(ours.error), String(ours.error))
    assert.equal(ours.error.code, theirs.error.code, 'the refusal')
    counts.refused++
  }
  return true
}

function compareCiphertext(
  ours: Ciphertext,
  theirs: Ciphertext,
  random: GivenRandom,
  counts: ShadowCounts
): void {
  counts.encrypted++
  assert.equal(ours.type, theirs.type, 'the type')
  if (random.wasAsked) {
    counts.unequal++
    assert.equal(ours.bytes.length, theirs.bytes.length, 'the length')
    return
  }
  assert.equal(bytesToHex(ours.bytes), bytesToHex(theirs.bytes), 'the ciphertext')
}

function compareRecords(shadow: ShadowStores, staged: Staged): void {
  assert.ok(shadow.session !== undefined && staged.session !== undefined)
  const ours = shadow.session
  const theirs = importOfficialRecord(staged.session)
  const at = ours.findIndex((byte, index) => byte !== theirs[index])
  // The records themselves are long and would say nothing.
  const isEqual = at === -1 && ours.length === theirs.length
  assert.ok(isEqual, `the states that are kept differ from byte ${String(at)} on`)
}

/** The ratchet key that libsignal drew, for whoever asks for one; something else where it kept none. */
class GivenRandom implements Random {
  readonly #record: Uint8Array | undefined
  readonly #else = seededRandom('something else')
  wasAsked = false

  constructor(record: Uint8Array | undefined) {
    this.#record = record
  }

  bytes(count: number): Uint8Array {
    this.wasAsked = true
    return this.#record === undefined || count !== 32
      ? this.#else.bytes(count)
      : officialRatchetKey(this.#record)
  }
}

/** libsignal's stores, whose writes wait until noble has read what was there before. */
class Staged implements EngineStores {
  readonly #stores: EngineStores
  readonly #writes: (() => Promise<void>)[] = []
  session: Uint8Array | undefined
  removed: number | undefined
  noted: boolean | undefined

  constructor(stores: EngineStores) {
    this.#stores = stores
  }

  shadow(): ShadowStores {
    return new ShadowStores(this.#stores, this.noted)
  }

  async commit(): Promise<void> {
    for (const write of this.#writes) {
      await write()
    }
  }

  identity(): ReturnType<EngineStores['identity']> {
    return this.#stores.identity()
  }

  registrationId(): Promise<number> {
    return this.#stores.registrationId()
  }

  loadSession(peer: DeviceAddress): Promise<Uint8Array | undefined> {
    return this.#stores.loadSession(peer)
  }

  async saveSession(peer: DeviceAddress, record: Uint8Array): Promise<void> {
    this.session = record
    this.#writes.push(() => this.#stores.saveSession(peer, record))
  }

  loadOneTimePrekey(id: number): Promise<Uint8Array | undefined> {
    return this.#stores.loadOneTimePrekey(id)
  }

  async removeOneTimePrekey(id: number): Promise<void> {
    this.removed = id
    this.#writes.push(() => this.#stores.removeOneTimePrekey(id))
  }

  loadSignedPrekey(id: number): Promise<Uint8Array | undefined> {
    return this.#stores.loadSignedPrekey(id)
  }

  loadKyberPrekey(id: number): Promise<Uint8Array | undefined> {
    return this.#stores.loadKyberPrekey(id)
  }

  async noteKyberPrekeyUse(
    use: Parameters<EngineStores['noteKyberPrekeyUse']>[0]
  ): Promise<boolean> {
    this.noted = await this.#stores.noteKyberPrekeyUse(use)
    return this.noted
  }
}

/** The same stores as noble would have them. Nothing is written to them. */
class ShadowStores implements EngineStores {
  readonly #stores: EngineStores
  readonly #noted: boolean | undefined
  session: Uint8Array | undefined
  removed: number | undefined

  constructor(stores: EngineStores, noted: boolean | undefined) {
    this.#stores = stores
    this.#noted = noted
  }

  identity(): ReturnType<EngineStores['identity']> {
    return this.#stores.identity()
  }

  registrationId(): Promise<number> {
    return this.#stores.registrationId()
  }

  async loadSession(peer: DeviceAddress): Promise<Uint8Array | undefined> {
    const bytes = await this.#stores.loadSession(peer)
    return bytes === undefined ? undefined : importOfficialRecord(bytes)
  }

  async saveSession(_peer: DeviceAddress, record: Uint8Array): Promise<void> {
    this.session = record
  }

  async loadOneTimePrekey(id: number): Promise<Uint8Array | undefined> {
    const bytes = await this.#stores.loadOneTimePrekey(id)
    return bytes === undefined ? undefined : importOfficialPrekey('one-time', bytes)
  }

  async removeOneTimePrekey(id: number): Promise<void> {
    this.removed = id
  }

  async loadSignedPrekey(id: number): Promise<Uint8Array | undefined> {
    const bytes = await this.#stores.loadSignedPrekey(id)
    return bytes === undefined ? undefined : importOfficialPrekey('signed', bytes)
  }

  async loadKyberPrekey(id: number): Promise<Uint8Array | undefined> {
    const bytes = await this.#stores.loadKyberPrekey(id)
    return bytes === undefined ? undefined : importOfficialPrekey('kyber', bytes)
  }

  async noteKyberPrekeyUse(): Promise<boolean> {
    assert.ok(this.#noted !== undefined, 'noble noted the use of a Kyber prekey alone')
    return this.#noted
  }
}
