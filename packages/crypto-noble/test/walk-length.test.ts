import assert from 'node:assert/strict'
import { NOW_MS, deliver, sessionKey, twoInTouch } from '@sealpost/crypto/compliance'
import type { Party } from '@sealpost/crypto/compliance'
import type { Ciphertext } from '@sealpost/crypto'
import { createNobleEngine } from '../src/index.ts'
import { makeCurvePair } from '../src/prekey-record.ts'
import { decodeSessionRecord } from '../src/session-codec.ts'
import { decodeSignalMessage } from '../src/signal-message.ts'
import { forgeMessage } from '../src/testing/index.ts'
import { WALK_LENGTH_MAX, walkLength } from '../src/walk-length.ts'
import { seededRandom } from './seeded-random.ts'

async function archived(count: number): Promise<{
  readonly alice: Party
  readonly bob: Party
  readonly late: readonly Ciphertext[]
}> {
  const { alice, bob } = await twoInTouch(createNobleEngine({ random: seededRandom('walk') }))
  const late: Ciphertext[] = []
  for (let session = 0; session < count; session++) {
    for (let lost = 0; lost < 700; lost++) {
      await alice.send(bob, 'lost')
    }
    late.push(await alice.send(bob, `late ${String(session)}`))
    await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
    await deliver(alice, bob, 'afresh')
    await deliver(bob, alice, 'and answered')
  }
  return { alice, bob, late }
}

describe('the steps that a message costs', () => {
  it('are those of both ratchets, from where each stands', async () => {
    const { alice, bob } = await twoInTouch(createNobleEngine({ random: seededRandom('steps') }))
    await deliver(alice, bob, 'the chain begins')
    const sessionOf = (): ReturnType<typeof decodeSessionRecord>['current'] =>
      decodeSessionRecord(bob.stores.sessions.get(sessionKey(alice.address)) ?? assert.fail())
        .current
    for (const lost of [0, 1, 5]) {
      for (let count = 0; count < lost; count++) {
        await alice.send(bob, 'lost')
      }
      const { bytes, type } = await alice.send(bob, 'read')
      const message = decodeSignalMessage(bytes)
      assert.equal(walkLength(sessionOf(), message), 2 * lost + 1)
      await bob.receive(alice, { type, bytes })
      assert.equal(walkLength(sessionOf(), message), 0)
    }
  })

  it('leave room for late messages of earlier sessions', async () => {
    const { alice, bob, late } = await archived(3)
    for (const [session, ciphertext] of late.entries()) {
      assert.equal(await bob.receive(alice, ciphertext), `late ${String(session)}`)
    }
  })

  it('are refused to one who asks every earlier session for the most there is', async () => {
    const { alice, bob } = await archived(3)
    const record = alice.stores.sessions.get(sessionKey(bob.address)) ?? assert.fail()
    const random = seededRandom('forged')
    const { ciphertext } = forgeMessage(record, Uint8Array.of(1), random, {
      message: (message) => ({
        ...message,
        ratchetKey: makeCurvePair(random).publicKey,
        index: 25_000,
        // Version 1, epoch 1, the 25,000th key, no payload.
        spqrMessage: Uint8Array.of(1, 1, 0xa8, 0xc3, 1, 0)
      })
    })
    const held = decodeSessionRecord(bob.stores.sessions.get(sessionKey(alice.address)) ?? record)
    const message = decodeSignalMessage(ciphertext.bytes)
    const steps = held.previous.map((session) => walkLength(session, message))
    assert.ok(steps.every((count) => count > WALK_LENGTH_MAX * 0.9))
    const decrypting = bob.engine.decrypt(bob.stores, alice.address, ciphertext, NOW_MS)
    await assert.rejects(decrypting, { code: 'SEALPOST_MESSAGE_INVALID' })
    await deliver(alice, bob, 'no harm done')
  })
})
