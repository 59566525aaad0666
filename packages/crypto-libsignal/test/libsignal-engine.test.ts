import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { NOW_MS, Party, twoInTouch } from '@sealpost/crypto/compliance'
import { isSealpostError, utf8ToBytes } from '@sealpost/protocol'
import { createLibsignalEngine } from '../src/index.ts'
import { BareLibsignal } from './bare-libsignal.ts'

const engine = createLibsignalEngine()

describe('the engine over libsignal', () => {
  it('talks to someone who uses libsignal as it comes', async () => {
    const alice = await Party.create(engine)
    const bob = new BareLibsignal()
    await engine.startSession(alice.stores, bob.address, bob.publish(), NOW_MS)
    for (let turn = 0; turn < 50; turn++) {
      const there = utf8ToBytes(`there ${String(turn)}`)
      const sent = await engine.encrypt(alice.stores, bob.address, there, NOW_MS)
      assert.equal(sent.type, turn === 0 ? 3 : 2)
      assert.deepEqual(await bob.decrypt(alice.address, sent), there)
      const back = utf8ToBytes(`and back ${String(turn)}`)
      const answer = await bob.encrypt(alice.address, back)
      assert.deepEqual(
        await engine.decrypt(alice.stores, bob.address, answer, NOW_MS),
        back,
        String(turn)
      )
    }
  })

  it('makes first messages of the size that envelopes are cut to', async () => {
    const alice = await Party.create(engine)
    const bob = await Party.create(engine)
    await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
    const first = await engine.encrypt(alice.stores, bob.address, new Uint8Array(239), NOW_MS)
    assert.ok(first.bytes.length <= 2_000, String(first.bytes.length))
    await bob.engine.decrypt(bob.stores, alice.address, first, NOW_MS)
    await alice.receive(bob, await bob.send(alice, 'answered'))
    const later = await engine.encrypt(alice.stores, bob.address, new Uint8Array(1_887), NOW_MS)
    assert.ok(later.bytes.length <= 2_000, String(later.bytes.length))
  })

  it('keeps what libsignal says as the cause, unless it names a person', async () => {
    const { alice, bob } = await twoInTouch(engine)
    const mallory = await Party.create(engine)
    const noise = { type: 2, bytes: utf8ToBytes('no message') } as const
    const broken = await errorOf(bob.receive(alice, noise))
    assert.ok(broken.cause instanceof Error)
    assert.match(broken.cause.message, /ciphertext/)
    await mallory.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
    const forged = await errorOf(bob.receive(alice, await mallory.send(bob, 'I am alice')))
    assert.equal(forged.code, 'SEALPOST_IDENTITY_CHANGED')
    assert.equal(forged.cause, undefined)
  })

  it('signs with no private key that is none', async () => {
    const { publicKey } = await engine.makeIdentity()
    const identity = { publicKey, privateKey: new Uint8Array(31) }
    const refused = { name: 'UsageError', code: 'SEALPOST_USAGE' }
    await assert.rejects(engine.sign(identity, new Uint8Array(1)), refused)
    await assert.rejects(engine.makeSignedPrekey(1, identity, NOW_MS), refused)
  })

  it('works on what it was given, whatever becomes of the array', async () => {
    const { alice, bob } = await twoInTouch(engine)
    const plaintext = utf8ToBytes('as it was')
    const sending = engine.encrypt(alice.stores, bob.address, plaintext, NOW_MS)
    plaintext.fill(0)
    const sent = await sending
    const bytes = sent.bytes.slice()
    const receiving = engine.decrypt(bob.stores, alice.address, { ...sent, bytes }, NOW_MS)
    bytes.fill(0)
    assert.deepEqual(await receiving, utf8ToBytes('as it was'))
  })

  it('prints nothing, whatever is refused', async () => {
    const script = fileURLToPath(new URL('refusals.ts', import.meta.url))
    const { stderr, stdout } = await promisify(execFile)(process.execPath, [script])
    assert.deepEqual({ stdout, stderr }, { stdout: 'done', stderr: '' })
  })
})

async function errorOf(attempt: Promise<unknown>): Promise<Error & { readonly code: string }> {
  try {
    await attempt
  } catch (error) {
    assert.ok(isSealpostError(error))
    return error
  }
  return assert.fail('nothing was refused')
}
