import assert from 'node:assert/strict'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import { ENGINE_COMPLIANCE, NOW_MS, Party, deliver, twoInTouch } from '@sealpost/crypto/compliance'
import { bytesToHex } from '@sealpost/protocol'
import { agreeAll, prepareKey } from '../src/agreement.ts'
import type { NativeCurve } from '../src/index.ts'
import { createNobleEngine, findWebCryptoCurve, KeyPairPool } from '../src/index.ts'
import type { NativeHelp } from '../src/index.ts'
import { makeCurvePair } from '../src/prekey-record.ts'
import { decodeSignalMessage } from '../src/signal-message.ts'
import { seededRandom } from './seeded-random.ts'

const TURNS = 100

async function platform(): Promise<NativeHelp> {
  return { curve: (await findWebCryptoCurve(crypto.subtle)) ?? assert.fail('no X25519') }
}

/** What two write who share an engine and a pool that is filled where `isFilled` says so. */
async function transcript(
  options: { readonly native?: NativeHelp | undefined; readonly hasPool?: boolean },
  isFilled: (turn: number) => boolean
): Promise<string> {
  const random = seededRandom('a pool')
  const { hasPool = true, native } = options
  const pool = hasPool ? new KeyPairPool({ random, native, curveKeys: 3 }) : undefined
  const { alice, bob } = await twoInTouch(createNobleEngine({ random, native, pool }))
  const lines: string[] = []
  for (let turn = 0; turn < TURNS; turn++) {
    if (isFilled(turn)) {
      await pool?.fill()
    }
    lines.push(bytesToHex((await deliver(alice, bob, 'there')).bytes))
    lines.push(bytesToHex((await deliver(bob, alice, 'and back')).bytes))
  }
  return [...lines, alice.stores.snapshot(), bob.stores.snapshot()].join('\n')
}

const countCurveKeys = (pool: KeyPairPool): number => {
  let count = 0
  while (pool.takeCurveKey() !== undefined) {
    count++
  }
  return count
}

const countDecapsulationKeys = (pool: KeyPairPool): number => {
  let count = 0
  while (pool.takeDecapsulationKey() !== undefined) {
    count++
  }
  return count
}

describe('key pairs prepared ahead', () => {
  it('change nothing, and draw nothing, before they are asked for', async () => {
    const never = (): boolean => false
    assert.equal(await transcript({}, never), await transcript({ hasPool: false }, never))
  })

  it('repeat themselves bit by bit, with a native curve and without', async () => {
    const isFilled = (turn: number): boolean => turn % 3 === 0
    const expected = await transcript({}, isFilled)
    assert.equal(await transcript({}, isFilled), expected)
    assert.equal(await transcript({ native: await platform() }, isFilled), expected)
    assert.notEqual(await transcript({}, () => false), expected)
  }).timeout(30_000)

  it('are held up to the bounds, however often and at once it is filled', async () => {
    for (const native of [undefined, await platform()]) {
      const random = seededRandom('bounds')
      const pool = new KeyPairPool({ random, native, curveKeys: 3 })
      await Promise.all([pool.fill(), pool.fill()])
      await pool.fill()
      assert.deepEqual([countCurveKeys(pool), countDecapsulationKeys(pool)], [3, 1])
      await pool.fill()
      pool.takeCurveKey()
      await pool.fill()
      assert.deepEqual([countCurveKeys(pool), countDecapsulationKeys(pool)], [3, 1])
    }
    const usual = new KeyPairPool({ random: seededRandom('usual') })
    await usual.fill()
    assert.deepEqual([countCurveKeys(usual), countDecapsulationKeys(usual)], [4, 1])
  })

  it('are key pairs, each given out once', async () => {
    const pool = new KeyPairPool({ random: seededRandom('pairs'), native: await platform() })
    const seen = new Set<string>()
    for (let round = 0; round < 5; round++) {
      await pool.fill()
      const pair = pool.takeCurveKey() ?? assert.fail('the pool is empty')
      const [u] = await agreeAll(
        [{ privateKey: pair.privateKey, publicKey: 'base point' }],
        undefined
      )
      assert.deepEqual(pair.u, u)
      seen.add(bytesToHex(pair.privateKey))
    }
    assert.equal(seen.size, 5)
  })

  it('agree as keys that were not prepared', async () => {
    const random = seededRandom('agreeing')
    const { curve } = await platform()
    for (const native of [undefined, curve]) {
      const { publicKey } = makeCurvePair(random)
      const { privateKey } = makeCurvePair(random)
      const prepared = await prepareKey(privateKey, native)
      const agreements = [
        { privateKey, publicKey: 'base point' },
        { privateKey, publicKey }
      ] as const
      const expected = await agreeAll(agreements, undefined)
      const readied = agreements.map((agreement) => ({ ...agreement, prepared }))
      assert.deepEqual(await agreeAll(readied, native), expected)
    }
  })

  it('are made here where the platform fails', async () => {
    const no = (): Promise<never> => Promise.reject(new Error('not here'))
    const curve: NativeCurve = { importPrivate: no, importPublic: no, agree: no }
    const isFilled = (): boolean => true
    assert.equal(await transcript({ native: { curve } }, isFilled), await transcript({}, isFilled))
  }).timeout(30_000)

  it('are spent by a message that is refused, which changes nothing else', async () => {
    const random = seededRandom('refused')
    const pool = new KeyPairPool({ random, curveKeys: 2 })
    const engine = createNobleEngine({ random, pool })
    const { alice, bob } = await twoInTouch(engine)
    const sent = await alice.send(bob, 'there')
    const last = sent.bytes.length - 1
    const bytes = sent.bytes.with(last, (sent.bytes[last] ?? 0) ^ 1)
    await pool.fill()
    const before = bob.stores.snapshot()
    await assert.rejects(
      engine.decrypt(bob.stores, alice.address, { type: sent.type, bytes }, NOW_MS),
      { code: 'SEALPOST_MESSAGE_INVALID' }
    )
    assert.equal(bob.stores.snapshot(), before)
    const next = pool.takeCurveKey() ?? assert.fail('both pairs were taken')
    assert.equal(pool.takeCurveKey(), undefined)
    assert.equal(await bob.receive(alice, sent), 'there')
    const answer = decodeSignalMessage((await deliver(bob, alice, 'and back')).bytes)
    assert.notDeepEqual(answer.ratchetKey.subarray(1), next.u)
  })

  it('give a new session its base key and its ratchet key, and what is left its ratchet step', async () => {
    const random = seededRandom('starting')
    const pool = new KeyPairPool({ random, native: await platform(), curveKeys: 3 })
    const engine = createNobleEngine({ random, pool })
    const [alice, bob] = await Promise.all([Party.create(engine), Party.create(engine)])
    const bundle = await bob.publish({ hasOneTimePrekey: true })
    await pool.fill()
    await alice.startSession(bob, bundle)
    const first = await deliver(alice, bob, 'hello')
    assert.deepEqual([countCurveKeys(pool), countDecapsulationKeys(pool)], [0, 0])
    const answer = await deliver(bob, alice, 'hello yourself')
    assert.deepEqual([first.type, answer.type], [3, 2])
  })

  it('are overwritten when the pool is cleared, and what is underway is not added', async () => {
    const secrets: Uint8Array[] = []
    const { curve } = await platform()
    assert.ok(curve !== undefined)
    const native: NativeHelp = {
      curve: {
        ...curve,
        importPrivate: (privateKey) => {
          secrets.push(privateKey)
          return curve.importPrivate(privateKey)
        }
      },
      mlKem: {
        decapsulate: () => assert.fail('nothing is decapsulated'),
        keygen: (seed) => {
          const pair = ml_kem768.keygen(seed)
          secrets.push(pair.secretKey)
          return pair
        }
      }
    }
    const pool = new KeyPairPool({ random: seededRandom('cleared'), native, curveKeys: 3 })
    await pool.fill()
    assert.equal(secrets.length, 4)
    pool.takeCurveKey()
    pool.takeCurveKey()
    const filling = pool.fill()
    pool.clear()
    await filling
    assert.deepEqual([countCurveKeys(pool), countDecapsulationKeys(pool)], [0, 0])
    const left = secrets.filter((secret) => secret.some((byte) => byte !== 0))
    // The two that were taken belong to who took them.
    assert.equal(left.length, 2)
    await pool.fill()
    assert.deepEqual([countCurveKeys(pool), countDecapsulationKeys(pool)], [3, 1])
  })
})

describe('the engine over noble with key pairs prepared ahead, as every engine', () => {
  const cases = ENGINE_COMPLIANCE.filter(({ title }) => /session|order|step|initiat/.test(title))
  for (const { run, title } of cases) {
    it(title, () =>
      run(async () => {
        const [random, native] = [seededRandom(title), await platform()]
        const pool = new KeyPairPool({ random, native })
        await pool.fill()
        return createNobleEngine({ random, native, pool })
      })
    )
  }
})
