import assert from 'node:assert/strict'
import { NOW_MS, Party, deliver, sessionKey } from '@sealpost/crypto/compliance'
import type { Ciphertext } from '@sealpost/crypto'
import { createNobleEngine } from '@sealpost/crypto-noble'
import { forgeMessage } from '@sealpost/crypto-noble/testing'
import type { Forgery } from '@sealpost/crypto-noble/testing'
import { concatBytes, isSealpostError } from '@sealpost/protocol'
import { seededRandom } from './seeded-random.ts'
import { shadowedEngine } from './shadowed-engine.ts'
import type { ShadowCounts } from './shadowed-engine.ts'

/** Mallory, who is a contact and keeps no rule, and bob, whose libsignal is shadowed by noble. */
class Attack {
  readonly #random = seededRandom('mallory')
  readonly counts: ShadowCounts
  readonly mallory: Party
  readonly bob: Party

  private constructor(mallory: Party, bob: Party, counts: ShadowCounts) {
    this.mallory = mallory
    this.bob = bob
    this.counts = counts
  }

  static async begin(roundTrips: number): Promise<Attack> {
    const counts: ShadowCounts = { encrypted: 0, decrypted: 0, refused: 0, unequal: 0 }
    const mallory = await Party.create(createNobleEngine({ random: seededRandom('engine') }))
    const bob = await Party.create(shadowedEngine(counts))
    await mallory.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
    for (let turn = 0; turn < roundTrips; turn++) {
      await deliver(mallory, bob, 'there')
      await deliver(bob, mallory, 'and back')
    }
    return new Attack(mallory, bob, counts)
  }

  forge(forgery: Forgery): Ciphertext {
    const { bob, mallory } = this
    const key = sessionKey(bob.address)
    const before = mallory.stores.sessions.get(key) ?? assert.fail('no session')
    const forged = forgeMessage(before, Uint8Array.of(1, 2, 3), this.#random, forgery)
    mallory.stores.sessions.set(key, forged.record)
    return forged.ciphertext
  }

  /** Whether bob took it; where he did not, his stores are as they were. */
  async isTaken(ciphertext: Ciphertext): Promise<boolean> {
    const { bob, mallory } = this
    const before = bob.stores.snapshot()
    try {
      await bob.engine.decrypt(bob.stores, mallory.address, ciphertext, NOW_MS)
      return true
    } catch (error) {
      if (!isSealpostError(error)) {
        throw error
      }
      assert.equal(error.name, 'CryptoError')
      assert.equal(bob.stores.snapshot(), before, 'a refusal changed the stores')
      return false
    }
  }

  async expectTalk(): Promise<void> {
    await deliver(this.mallory, this.bob, 'no harm done')
    await deliver(this.bob, this.mallory, 'none')
  }
}

const flipped = (bytes: Uint8Array, at: number, bit = 0): Uint8Array =>
  bytes.map((byte, index) => (index === at ? byte ^ (1 << bit) : byte))
const curveKey = (first: number, rest: number, last = rest): Uint8Array =>
  new Uint8Array(33).fill(rest).fill(5, 0, 1).fill(first, 1, 2).fill(last, 32)

/** Keys that lead to no secret, or are written in a way of their own. */
const STRANGE_KEYS: readonly Uint8Array[] = [
  curveKey(0, 0),
  curveKey(1, 0),
  curveKey(0xec, 0xff, 0x7f),
  curveKey(0xed, 0xff, 0x7f),
  curveKey(0xee, 0xff, 0x7f),
  curveKey(0xff, 0xff),
  curveKey(9, 0, 0x80),
  new Uint8Array(0),
  new Uint8Array(32),
  new Uint8Array(33).fill(4)
]

describe('a contact who keeps no rule, at libsignal and at noble', function () {
  this.timeout(60_000)

  for (const roundTrips of [1, 2, 9, 30]) {
    it(`is refused alike with a changed post-quantum message, ${String(roundTrips)} round trips in`, async () => {
      const attack = await Attack.begin(roundTrips)
      const { counts } = attack
      const changes: readonly ((spqr: Uint8Array) => Uint8Array)[] = [
        ...Array.from({ length: 12 }, (_, at) => (spqr: Uint8Array) => flipped(spqr, at, at % 8)),
        ...Array.from(
          { length: 40 },
          (_, length) => (spqr: Uint8Array) => spqr.subarray(0, length)
        ),
        ...[0, 2, 3, 255].map((version) => (spqr: Uint8Array) => spqr.with(0, version)),
        ...Array.from({ length: 9 }, (_, type) => (spqr: Uint8Array) => spqr.with(3, type)),
        (spqr) => concatBytes(spqr, new Uint8Array(5).fill(9)),
        (spqr) => concatBytes(spqr, new Uint8Array(70_000)),
        (spqr) => concatBytes(spqr.subarray(0, 1), new Uint8Array(9).fill(255), Uint8Array.of(1)),
        (spqr) => concatBytes(spqr.subarray(0, 2), new Uint8Array(9).fill(255), Uint8Array.of(1)),
        (spqr) => concatBytes(spqr.subarray(0, 2), Uint8Array.of(255, 255, 255, 255, 15, 0)),
        (spqr) => spqr.with(1, 0),
        (spqr) => spqr.with(1, 7)
      ]
      for (const change of changes) {
        const forged = attack.forge({
          message: (message) => ({ ...message, spqrMessage: change(message.spqrMessage) })
        })
        await attack.isTaken(forged)
      }
      assert.ok(counts.refused > 30, JSON.stringify(counts))
    })
  }

  it('is refused alike with strange ratchet keys', async () => {
    const attack = await Attack.begin(2)
    for (const ratchetKey of STRANGE_KEYS) {
      const forged = attack.forge({ message: (message) => ({ ...message, ratchetKey }) })
      assert.equal(await attack.isTaken(forged), false)
    }
    const longer = attack.forge({
      message: (message) => ({
        ...message,
        ratchetKey: concatBytes(message.ratchetKey, curveKey(1, 1))
      })
    })
    assert.equal(await attack.isTaken(longer), true)
    await attack.expectTalk()
  })

  it('is refused alike with a base key that is written in a way of its own', async () => {
    const attack = await Attack.begin(0)
    for (const baseKey of STRANGE_KEYS) {
      const forged = attack.forge({ envelope: (envelope) => ({ ...envelope, baseKey }) })
      assert.equal(await attack.isTaken(forged), false)
    }
    // X25519 drops the top bit, so that every secret and the MAC fit: nothing but the form of the key refuses it.
    const forged = attack.forge({
      envelope: (envelope) => ({ ...envelope, baseKey: flipped(envelope.baseKey, 32, 7) })
    })
    assert.equal(await attack.isTaken(forged), false)
    await attack.expectTalk()
  })

  it('is refused alike with indices out of bounds', async () => {
    const attack = await Attack.begin(2)
    for (const index of [25_001, 25_100, 0x7fff_ffff, 0xffff_ffff]) {
      const forged = attack.forge({ message: (message) => ({ ...message, index }) })
      assert.equal(await attack.isTaken(forged), false, String(index))
    }
    await attack.expectTalk()
  })

  it('is refused alike with versions, paddings and addresses that are none', async () => {
    const attack = await Attack.begin(2)
    for (const [version, isTaken] of [
      [0x40, true],
      [0x4f, true],
      [0x34, false],
      [0x54, false],
      [0x00, false],
      [0xff, false]
    ] as const) {
      const forged = attack.forge({ authenticated: (bytes) => bytes.with(0, version) })
      assert.equal(await attack.isTaken(forged), isTaken, String(version))
    }
    for (const length of [0, 1, 15, 16, 17, 32]) {
      const ciphertext = new Uint8Array(length).fill(length)
      const forged = attack.forge({ message: (message) => ({ ...message, ciphertext }) })
      await attack.isTaken(forged)
    }
    for (const length of [0, 1, 36, 37]) {
      const addresses = new Uint8Array(length).fill(1)
      const forged = attack.forge({ message: (message) => ({ ...message, addresses }) })
      assert.equal(await attack.isTaken(forged), false)
    }
    await attack.expectTalk()
  })

  it('is refused alike with fields of other types, twice, unknown or behind the end', async () => {
    const attack = await Attack.begin(2)
    const tails: readonly (readonly number[])[] = [
      [0x08, 1],
      [0x10, 0],
      [0x12, 1, 1],
      [0x1a, 0],
      [0x22, 0],
      [0x2a, 0],
      [0x32, 0],
      [0x38, 0],
      [0x3a, 2, 1, 1],
      [0x79, 1, 2, 3, 4, 5, 6, 7, 8],
      [0x7b, 0x08, 1, 0x7c],
      [0x7b],
      [0x7c],
      [0x0b, 0x0c],
      [0x00],
      [0x3a, 200],
      [0x10, 0x80],
      [0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
      [0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]
    ]
    for (const tail of tails) {
      const forged = attack.forge({
        authenticated: (bytes) => concatBytes(bytes, Uint8Array.from(tail))
      })
      await attack.isTaken(forged)
    }
    await attack.expectTalk()
  })

  it('is refused alike with strange fields around a first message', async () => {
    const attack = await Attack.begin(0)
    const changes: readonly NonNullable<Forgery['envelope']>[] = [
      (envelope) => ({ ...envelope, oneTimePrekeyId: undefined }),
      (envelope) => ({ ...envelope, oneTimePrekeyId: 5 }),
      (envelope) => ({ ...envelope, signedPrekeyId: 5 }),
      (envelope) => ({ ...envelope, kyberPrekeyId: 5 }),
      (envelope) => ({ ...envelope, kyberCiphertext: new Uint8Array(1_569) }),
      (envelope) => ({ ...envelope, kyberCiphertext: envelope.kyberCiphertext.with(0, 0x0a) }),
      (envelope) => ({ ...envelope, kyberCiphertext: envelope.kyberCiphertext.with(0, 0x07) }),
      (envelope) => ({ ...envelope, kyberCiphertext: envelope.kyberCiphertext.slice(0, 1_568) }),
      (envelope) => ({
        ...envelope,
        kyberCiphertext: concatBytes(envelope.kyberCiphertext, new Uint8Array(1))
      }),
      (envelope) => ({ ...envelope, identityKey: curveKey(0, 0) }),
      (envelope) => ({ ...envelope, identityKey: curveKey(9, 0) })
    ]
    for (const envelope of changes) {
      assert.equal(await attack.isTaken(attack.forge({ envelope })), false)
    }
    const trailing = attack.forge({
      envelope: (envelope) => ({ ...envelope, registrationId: 0xffff_ffff })
    })
    assert.equal(await attack.isTaken(trailing), true)
    await attack.expectTalk()
  })
})
