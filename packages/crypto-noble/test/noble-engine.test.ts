import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { ed25519 } from '@noble/curves/ed25519.js'
import { NOW_MS, Party, deliver, sessionKey, twoInTouch } from '@sealpost/crypto/compliance'
import { bytesToHex } from '@sealpost/protocol'
import { encodeCurveKey, uOf } from '../src/curve-key.ts'
import { createNobleEngine } from '../src/index.ts'
import { forgeMessage } from '../src/testing/index.ts'
import { edwardsY } from '../src/xeddsa.ts'
import { seededRandom } from './seeded-random.ts'

const RECORD_BYTES_MAX = 8_192

async function transcript(seed: string): Promise<string> {
  const { alice, bob } = await twoInTouch(createNobleEngine({ random: seededRandom(seed) }))
  const lines: string[] = []
  for (let turn = 0; turn < 4; turn++) {
    lines.push(bytesToHex((await deliver(alice, bob, 'there')).bytes))
    lines.push(bytesToHex((await deliver(bob, alice, 'and back')).bytes))
  }
  return [...lines, alice.stores.snapshot(), bob.stores.snapshot()].join('\n')
}

describe('the engine over noble', () => {
  it('repeats itself bit by bit from the same randomness', async () => {
    assert.equal(await transcript('a seed'), await transcript('a seed'))
    assert.notEqual(await transcript('a seed'), await transcript('another seed'))
  })

  it('keeps a record under eight kilobytes in a conversation that loses messages', async () => {
    const { alice, bob } = await twoInTouch(createNobleEngine({ random: seededRandom('size') }))
    let largest = 0
    for (let turn = 0; turn < 150; turn++) {
      await alice.send(bob, 'lost')
      await deliver(alice, bob, 'there')
      await deliver(bob, alice, 'and back')
      for (const party of [alice, bob]) {
        for (const record of party.stores.sessions.values()) {
          largest = Math.max(largest, record.length)
        }
      }
    }
    assert.ok(largest > 3_000 && largest < RECORD_BYTES_MAX, String(largest))
  })

  it('leaves Buffers of Node as they are, which share their bytes with their slices', async () => {
    const engine = createNobleEngine({ random: seededRandom('buffers') })
    const { alice, bob } = await twoInTouch(engine)
    const plaintext = Buffer.from('a text')
    for (const party of [alice, bob]) {
      for (const [key, record] of party.stores.sessions) {
        party.stores.sessions.set(key, Buffer.from(record))
      }
    }
    const identity = {
      publicKey: Buffer.from(alice.identity.publicKey),
      privateKey: Buffer.from(alice.identity.privateKey.with(0, 7))
    }
    const before = [alice, bob].map(({ stores }) => stores.snapshot())
    const records = [alice, bob].flatMap(({ stores }) => [...stores.sessions.values()])
    const copies = records.map((record) => new Uint8Array(record))
    const sent = await engine.encrypt(alice.stores, bob.address, plaintext, NOW_MS)
    const bytes = Buffer.from(sent.bytes)
    await engine.decrypt(bob.stores, alice.address, { type: sent.type, bytes }, NOW_MS)
    await engine.sign(identity, plaintext)
    assert.notDeepEqual(
      [alice, bob].map(({ stores }) => stores.snapshot()),
      before
    )
    assert.deepEqual(
      records.map((record) => new Uint8Array(record)),
      copies
    )
    assert.equal(plaintext.toString(), 'a text')
    assert.deepEqual(new Uint8Array(bytes), new Uint8Array(sent.bytes))
    assert.equal(identity.privateKey[0], 7)
  })

  it('shows nothing of itself when it is inspected', () => {
    const random = seededRandom('inspected')
    const shown = inspect(createNobleEngine({ random }), { depth: 10, showHidden: true })
    assert.match(shown, /name: 'noble'/)
    assert.doesNotMatch(shown, /[0-9a-f]{16}|Uint8Array/)
  })

  it('refuses a base key with a part of small order, with which every secret fits', async () => {
    const engine = createNobleEngine({ random: seededRandom('torsion') })
    const mallory = await Party.create(engine)
    const bob = await Party.create(engine)
    await mallory.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
    const session = mallory.stores.sessions.get(sessionKey(bob.address)) ?? assert.fail()
    const forge = (change: (key: Uint8Array) => Uint8Array): ReturnType<typeof forgeMessage> =>
      forgeMessage(session, Uint8Array.of(1), seededRandom('forged'), {
        envelope: (envelope) => ({ ...envelope, baseKey: change(envelope.baseKey) })
      })
    const decrypt = (key: (key: Uint8Array) => Uint8Array): Promise<Uint8Array> =>
      engine.decrypt(bob.stores, mallory.address, forge(key).ciphertext, NOW_MS)
    await assert.rejects(decrypt(withSmallOrderPart), { code: 'SEALPOST_MESSAGE_INVALID' })
    assert.deepEqual(await decrypt((key) => key), Uint8Array.of(1))
  })

  it('lives without a one-time prekey, and with the same last-resort prekey for many', async () => {
    const engine = createNobleEngine({ random: seededRandom('last resort') })
    const bob = await Party.create(engine)
    const bundle = await bob.publish({ hasOneTimePrekey: false })
    for (let peer = 0; peer < 3; peer++) {
      const alice = await Party.create(engine)
      await alice.startSession(bob, bundle)
      await deliver(alice, bob, 'hello')
    }
    assert.equal(bob.stores.kyberUses.size, 3)
  })
})

/** The same key plus a point of order eight: X25519 with a clamped scalar gives the same. */
function withSmallOrderPart(key: Uint8Array): Uint8Array {
  const { Point } = ed25519
  const { Fp } = Point
  const smallOrder = Point.fromHex(
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'
  )
  assert.ok(smallOrder.isSmallOrder())
  const encoded = edwardsY(uOf(key), 0) ?? assert.fail()
  const { y } = Point.fromBytes(encoded).add(smallOrder).toAffine()
  return encodeCurveKey(Fp.toBytes(Fp.div(Fp.add(Fp.ONE, y), Fp.sub(Fp.ONE, y))))
}
