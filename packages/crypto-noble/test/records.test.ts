import assert from 'node:assert/strict'
import { sessionKey, twoInTouch } from '@sealpost/crypto/compliance'
import { concatBytes } from '@sealpost/protocol'
import fc from 'fast-check'
import { createNobleEngine } from '../src/index.ts'
import { makeOneTimePrekey, readPrekey } from '../src/prekey-record.ts'
import { decodeSessionRecord, encodeSessionRecord } from '../src/session-codec.ts'
import { sessionsOf, wipeRecords, withCurrent } from '../src/session.ts'
import type { SessionRecord } from '../src/session.ts'
import { seededRandom } from './seeded-random.ts'

const CORRUPT = { name: 'StorageError', code: 'SEALPOST_STORE_CORRUPT' }

/** A record with a current and an archived session, one of them waiting, and skipped messages. */
async function realRecord(): Promise<Uint8Array> {
  const { alice, bob } = await twoInTouch(createNobleEngine({ random: seededRandom('records') }))
  for (let lost = 0; lost < 3; lost++) {
    await bob.send(alice, 'lost')
  }
  await alice.receive(bob, await bob.send(alice, 'read'))
  await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
  return alice.stores.sessions.get(sessionKey(bob.address)) ?? assert.fail('no session')
}

describe('the record of sessions', () => {
  it('is read as it was written', async () => {
    const bytes = await realRecord()
    const record = decodeSessionRecord(bytes)
    assert.equal(record.previous.length, 1)
    assert.equal(record.previous[0]?.receivers.at(-1)?.skipped.length, 3)
    assert.ok(record.current.pending?.oneTimePrekeyId !== undefined)
    assert.deepEqual(encodeSessionRecord(record), bytes)
  })

  it('is refused at every length but its own', async () => {
    const bytes = await realRecord()
    for (let length = 0; length < bytes.length; length += length < 400 ? 1 : 61) {
      assert.throws(() => decodeSessionRecord(bytes.subarray(0, length)), CORRUPT, String(length))
    }
    assert.throws(() => decodeSessionRecord(concatBytes(bytes, Uint8Array.of(0))), CORRUPT)
  })

  it('of tomorrow is told from one that is broken', async () => {
    const bytes = await realRecord()
    const newer = { name: 'StorageError', code: 'SEALPOST_STORE_NEWER' }
    assert.throws(() => decodeSessionRecord(bytes.with(0, 2)), newer)
    assert.throws(() => decodeSessionRecord(bytes.with(0, 0)), CORRUPT)
    assert.throws(() => decodeSessionRecord(bytes.with(0, 255)), CORRUPT)
  })

  it('has bounds: 40 earlier sessions, flags that there are', async () => {
    const bytes = await realRecord()
    const one = decodeSessionRecord(bytes).current
    let record: SessionRecord = { current: one, previous: [] }
    for (let session = 0; session < 50; session++) {
      record = withCurrent(record, one)
    }
    assert.equal(record.previous.length, 40)
    assert.equal(sessionsOf(decodeSessionRecord(encodeSessionRecord(record))).length, 41)
    assert.throws(() => decodeSessionRecord(encodeSessionRecord(record).with(1, 41)), CORRUPT)
    assert.throws(() => decodeSessionRecord(bytes.with(2, 2)), CORRUPT)
    assert.throws(() => decodeSessionRecord(bytes.with(2, 4)), CORRUPT)
  })

  it('throws nothing else, whatever it is given', async () => {
    const bytes = await realRecord()
    const changed = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.array(changed), (noise, changes) => {
        const hostile = bytes.slice()
        for (const [at, value] of changes) {
          hostile[at] = value
        }
        for (const given of [noise, concatBytes(Uint8Array.of(1), noise), hostile]) {
          try {
            decodeSessionRecord(given)
          } catch (error) {
            assert.ok(error instanceof Error && error.name === 'StorageError', String(error))
          }
        }
      })
    )
  })

  it('leaves no secret in a state that was wiped, and the stored bytes alone', async () => {
    const bytes = await realRecord()
    const before = bytes.slice()
    const record = decodeSessionRecord(bytes)
    wipeRecords(record)
    assert.deepEqual(bytes, before)
    for (const { receivers, rootKey, sender, spqr } of sessionsOf(record)) {
      const secrets = [
        rootKey,
        spqr,
        sender.chainKey,
        sender.pair.privateKey,
        ...receivers.flatMap((chain) => [chain.chainKey, ...chain.skipped.map(({ seed }) => seed)])
      ]
      assert.ok(secrets.every((secret) => secret.every((byte) => byte === 0)))
    }
  })
})

describe('the record of a prekey', () => {
  it('is read for its kind and its id alone', () => {
    const { publicKey, record } = makeOneTimePrekey(7, seededRandom('prekey'))
    assert.deepEqual(readPrekey(1, 7, record).publicKey, publicKey)
    assert.throws(() => readPrekey(2, 7, record), CORRUPT)
    assert.throws(() => readPrekey(3, 7, record), CORRUPT)
    assert.throws(() => readPrekey(1, 8, record), CORRUPT)
  })

  it('is refused at every length but its own', () => {
    const { record } = makeOneTimePrekey(7, seededRandom('prekey'))
    for (let length = 0; length < record.length; length++) {
      assert.throws(() => readPrekey(1, 7, record.subarray(0, length)), CORRUPT)
    }
    assert.throws(() => readPrekey(1, 7, concatBytes(record, Uint8Array.of(0))), CORRUPT)
  })
})
