import assert from 'node:assert/strict'
import { ENGINE_COMPLIANCE, Party, deliver } from '@sealpost/crypto/compliance'
import { bytesToHex } from '@sealpost/protocol'
import { agreeAll } from '../src/agreement.ts'
import type { NativeCurve } from '../src/index.ts'
import { createNobleEngine, findWebCryptoCurve } from '../src/index.ts'
import { makeCurvePair } from '../src/prekey-record.ts'
import { seededRandom } from './seeded-random.ts'

/** Counts what it is asked for. */
class CountingCurve implements NativeCurve {
  readonly #curve: NativeCurve
  calls = 0

  constructor(curve: NativeCurve) {
    this.#curve = curve
  }

  agree(privateKey: Uint8Array, u: Uint8Array): Promise<Uint8Array> {
    this.calls++
    return this.#curve.agree(privateKey, u)
  }
}

const BROKEN: NativeCurve = { agree: () => Promise.reject(new Error('not here')) }

async function platformCurve(): Promise<NativeCurve> {
  return (await findWebCryptoCurve(crypto.subtle)) ?? assert.fail('this Node has no X25519')
}

/** All that two people write with these curves, as text. */
async function transcript(curves: readonly (NativeCurve | undefined)[]): Promise<string> {
  const [alice, bob] = await Promise.all(
    ['alice', 'bob'].map((name, index) =>
      Party.create(
        createNobleEngine({ random: seededRandom(name), native: { curve: curves[index] } })
      )
    )
  )
  assert.ok(alice !== undefined && bob !== undefined)
  await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
  const lines: string[] = []
  for (let turn = 0; turn < 5; turn++) {
    lines.push(bytesToHex((await deliver(alice, bob, 'there')).bytes))
    lines.push(bytesToHex((await deliver(bob, alice, 'and back')).bytes))
  }
  return lines.join('\n')
}

describe('a native curve', () => {
  it('changes no byte of a conversation', async () => {
    const curve = new CountingCurve(await platformCurve())
    const expected = await transcript([undefined, undefined])
    assert.equal(await transcript([curve, curve]), expected)
    assert.ok(curve.calls > 30, String(curve.calls))
  })

  it('is done without where it fails', async () => {
    const expected = await transcript([undefined, undefined])
    assert.equal(await transcript([BROKEN, undefined]), expected)
  })

  it('agrees on nothing with a key of small order, as JavaScript does', async () => {
    const { privateKey } = makeCurvePair(seededRandom('key'))
    const smallOrder = new Uint8Array(33).fill(5, 0, 1)
    for (const curve of [undefined, await platformCurve(), BROKEN]) {
      assert.deepEqual(await agreeAll([{ privateKey, publicKey: smallOrder }], curve), [undefined])
    }
  })

  it('is none where the platform has none, or gives something else', async () => {
    const { subtle } = crypto
    const without: typeof subtle.importKey = () => Promise.reject(new Error('unknown algorithm'))
    const wrong = (): Promise<ArrayBuffer> => Promise.resolve(new ArrayBuffer(32))
    const importKey = subtle.importKey.bind(subtle)
    const deriveBits = subtle.deriveBits.bind(subtle)
    assert.equal(await findWebCryptoCurve({ importKey: without, deriveBits }), undefined)
    assert.equal(await findWebCryptoCurve({ importKey, deriveBits: wrong }), undefined)
  })
})

describe('the engine over noble with a native curve, as every engine', () => {
  const cases = ENGINE_COMPLIANCE.filter(({ title }) => /session|order|step|bundle/.test(title))
  for (const { run, title } of cases) {
    it(title, () =>
      run(async () =>
        createNobleEngine({ random: seededRandom(title), native: { curve: await platformCurve() } })
      )
    )
  }
})
