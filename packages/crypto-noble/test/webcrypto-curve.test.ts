import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { ENGINE_COMPLIANCE, Party, deliver } from '@sealpost/crypto/compliance'
import { bytesToHex } from '@sealpost/protocol'
import { agreeAll } from '../src/agreement.ts'
import type { NativeCurve, SubtleCurve } from '../src/index.ts'
import { createNobleEngine, findWebCryptoCurve } from '../src/index.ts'
import { makeCurvePair } from '../src/prekey-record.ts'
import { seededRandom } from './seeded-random.ts'

/** Counts what it is asked for. */
class CountingCurve implements NativeCurve {
  readonly #curve: NativeCurve
  calls = 0
  imports = 0
  verified = 0

  constructor(curve: NativeCurve) {
    this.#curve = curve
  }

  importPrivate(privateKey: Uint8Array): Promise<unknown> {
    this.imports++
    return this.#curve.importPrivate(privateKey)
  }

  importPublic(u: Uint8Array): Promise<unknown> {
    return this.#curve.importPublic(u)
  }

  agree(own: unknown, theirs: unknown): Promise<Uint8Array> {
    this.calls++
    return this.#curve.agree(own, theirs)
  }

  readonly verify = (
    ...signed: Parameters<NonNullable<NativeCurve['verify']>>
  ): Promise<boolean> => {
    this.verified++
    return this.#curve.verify?.(...signed) ?? assert.fail('this Node has no Ed25519')
  }
}

const BROKEN: NativeCurve = {
  importPrivate: () => Promise.reject(new Error('not here')),
  importPublic: () => Promise.reject(new Error('not here')),
  agree: () => Promise.reject(new Error('not here')),
  verify: () => Promise.reject(new Error('not here'))
}
const DOUBTING: NativeCurve = { ...BROKEN, verify: () => Promise.resolve(false) }

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
    // A key that takes part in several agreements is imported once.
    assert.ok(curve.imports < (curve.calls * 3) / 4, `${curve.imports} for ${curve.calls}`)
    assert.equal(curve.verified, 2)
  })

  it('is done without where it fails', async () => {
    const expected = await transcript([undefined, undefined])
    assert.equal(await transcript([BROKEN, undefined]), expected)
    assert.equal(await transcript([DOUBTING, undefined]), expected)
  })

  it('agrees on nothing with a key of small order, as JavaScript does', async () => {
    const { privateKey } = makeCurvePair(seededRandom('key'))
    const smallOrder = new Uint8Array(33).fill(5, 0, 1)
    for (const curve of [undefined, await platformCurve(), BROKEN]) {
      assert.deepEqual(await agreeAll([{ privateKey, publicKey: smallOrder }], curve), [undefined])
    }
  })

  it('is none where the platform has none, or gives something else', async () => {
    const platform = methodsOf(webcrypto.subtle)
    const without: SubtleCurve<webcrypto.CryptoKey>['importKey'] = () =>
      Promise.reject(new Error('unknown'))
    const wrong = (): Promise<ArrayBuffer> => Promise.resolve(new ArrayBuffer(32))
    assert.equal(await findWebCryptoCurve({ ...platform, importKey: without }), undefined)
    assert.equal(await findWebCryptoCurve({ ...platform, deriveBits: wrong }), undefined)
  })

  it('makes public keys by agreeing where the platform has no other way, or a wrong one', async () => {
    const platform = methodsOf(webcrypto.subtle)
    const { privateKey, publicKey } = makeCurvePair(seededRandom('public'))
    const agreement = { privateKey, publicKey: 'base point' } as const
    const wrong = (): Promise<ArrayBuffer> => Promise.resolve(new ArrayBuffer(32))
    for (const subtle of [
      { ...platform, getPublicKey: undefined },
      { ...platform, exportKey: wrong }
    ]) {
      const curve = await findWebCryptoCurve(subtle)
      assert.ok(curve !== undefined && curve.publicU === undefined)
      assert.deepEqual(await agreeAll([agreement], curve), [publicKey.subarray(1)])
    }
    const curve = await platformCurve()
    assert.notEqual(curve.publicU, undefined)
    assert.deepEqual(await agreeAll([agreement], curve), [publicKey.subarray(1)])
  })

  it('verifies nothing where the platform takes what it must not', async () => {
    const platform = methodsOf(webcrypto.subtle)
    const always = (): Promise<boolean> => Promise.resolve(true)
    const curve = await findWebCryptoCurve({ ...platform, verify: always })
    assert.ok(curve !== undefined)
    assert.equal(curve.verify, undefined)
  })
})

function methodsOf(subtle: webcrypto.SubtleCrypto): SubtleCurve<webcrypto.CryptoKey> {
  return {
    importKey: (...given) => subtle.importKey(...given),
    deriveBits: (...given) => subtle.deriveBits(...given),
    exportKey: (...given) => subtle.exportKey(...given),
    getPublicKey: (...given) => subtle.getPublicKey(...given),
    verify: (...given) => subtle.verify(...given)
  }
}

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
