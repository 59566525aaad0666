import assert from 'node:assert/strict'
import * as nodeCrypto from 'node:crypto'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import { Party, deliver } from '@sealpost/crypto/compliance'
import { bytesToHex } from '@sealpost/protocol'
import { createNobleEngine, findNodeMlKem768 } from '../src/index.ts'
import type { NativeMlKem768 } from '../src/index.ts'
import { seededRandom } from './seeded-random.ts'

/** Counts what it is asked for. */
class CountingMlKem implements NativeMlKem768 {
  readonly #mlKem: NativeMlKem768
  keys = 0
  agreed = 0

  constructor(mlKem: NativeMlKem768) {
    this.#mlKem = mlKem
  }

  readonly keygen: NativeMlKem768['keygen'] = (seed) => {
    this.keys++
    return this.#mlKem.keygen(seed)
  }

  readonly decapsulate: NativeMlKem768['decapsulate'] = (ciphertext, secretKey) => {
    this.agreed++
    return this.#mlKem.decapsulate(ciphertext, secretKey)
  }
}

const BROKEN: NativeMlKem768 = {
  keygen: () => {
    throw new Error('not here')
  },
  decapsulate: () => {
    throw new Error('not here')
  }
}

function ofThisNode(): NativeMlKem768 {
  return findNodeMlKem768(nodeCrypto) ?? assert.fail('this Node has no ML-KEM')
}

/** All that two write in three epochs of the post-quantum ratchet, and what they keep. */
async function transcript(mlKem: NativeMlKem768 | undefined): Promise<string> {
  const [alice, bob] = await Promise.all(
    ['alice', 'bob'].map((name) =>
      Party.create(createNobleEngine({ random: seededRandom(name), native: { mlKem } }))
    )
  )
  assert.ok(alice !== undefined && bob !== undefined)
  await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
  const lines: string[] = []
  for (let turn = 0; turn < 140; turn++) {
    lines.push(bytesToHex((await deliver(alice, bob, 'there')).bytes))
    lines.push(bytesToHex((await deliver(bob, alice, 'and back')).bytes))
  }
  return [...lines, alice.stores.snapshot(), bob.stores.snapshot()].join('\n')
}

describe("Node's ML-KEM", () => {
  it('gives what the library gives, for 100 random keys', () => {
    const mlKem = ofThisNode()
    const random = seededRandom('node')
    for (let run = 0; run < 100; run++) {
      const seed = random.bytes(64)
      const { publicKey, secretKey } = ml_kem768.keygen(seed)
      assert.deepEqual(mlKem.keygen(seed).secretKey, secretKey, `key ${run}`)
      const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey, random.bytes(32))
      assert.deepEqual(mlKem.decapsulate(cipherText, secretKey), sharedSecret, `key ${run}`)
      const other = cipherText.with(run, (cipherText[run] ?? 0) ^ 1)
      const rejected = ml_kem768.decapsulate(other, secretKey)
      assert.deepEqual(mlKem.decapsulate(other, secretKey), rejected, `key ${run}`)
    }
  })

  it('changes no byte of a conversation, and is done without where it fails', async () => {
    const expected = await transcript(undefined)
    const counting = new CountingMlKem(ofThisNode())
    assert.equal(await transcript(counting), expected)
    assert.ok(counting.keys >= 3 && counting.agreed >= 3, `${counting.keys} ${counting.agreed}`)
    assert.equal(await transcript(BROKEN), expected)
  }).timeout(30_000)

  it('is none where the platform has none, or gives something else', () => {
    const { createPrivateKey } = nodeCrypto
    const wrong = (): Uint8Array => new Uint8Array(32)
    assert.equal(findNodeMlKem768({ createPrivateKey }), undefined)
    assert.equal(findNodeMlKem768({ createPrivateKey, decapsulate: wrong }), undefined)
  })
})
