import assert from 'node:assert/strict'
import fc from 'fast-check'
import { bytesToHex, StorageError } from '@sealpost/protocol'
import { decodeSpqr, encodeSpqr, initialSpqr, spqrReceive, spqrSend } from '../../src/spqr/index.ts'
import type { SpqrState } from '../../src/spqr/index.ts'
import { seededRandom } from '../seeded-random.ts'
import { stateOfEachKind, Talk } from './talk.ts'

const states = stateOfEachKind()

describe('the record of an SPQR state', () => {
  for (const [name, state] of states) {
    it(`gives ${name} back`, () => {
      const record = encodeSpqr(state)
      const decoded = decodeSpqr(record)
      assert.deepEqual(encodeSpqr(decoded), record)
      assert.deepEqual(decoded.parts, state.parts)
    })

    it(`is no record of ${name} when it is cut or longer`, () => {
      const record = encodeSpqr(state)
      for (let length = 0; length < record.length; length += length < 400 ? 1 : 37) {
        assert.throws(() => decodeSpqr(record.slice(0, length)), { code: 'SEALPOST_STORE_CORRUPT' })
      }
      const longer = Uint8Array.of(...record, 0)
      assert.throws(() => decodeSpqr(longer), { code: 'SEALPOST_STORE_CORRUPT' })
    })
  }

  it('is the only encoding of what it decodes to, whatever is damaged', () => {
    const records = [...states.values()].map(encodeSpqr)
    const damage = fc.record({
      record: fc.constantFrom(...records),
      // Most of a record is bytes that may be anything: aim at the numbers in front of them.
      at: fc.oneof(fc.nat(6_000), fc.nat(200)),
      byte: fc.nat(255)
    })
    fc.assert(
      fc.property(damage, ({ at, byte, record }) => {
        const damaged = record.with(at % record.length, byte)
        const decoded = decodedOrCorrupt(damaged)
        if (decoded !== undefined) {
          assert.equal(bytesToHex(encodeSpqr(decoded)), bytesToHex(damaged))
        }
      }),
      { numRuns: 3_000 }
    )
  })

  it('is refused by StorageError alone, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        decodedOrCorrupt(bytes)
        decodedOrCorrupt(Uint8Array.of(1, 0, ...bytes))
      }),
      { numRuns: 2_000 }
    )
  })

  it('tells a version of tomorrow from damage', () => {
    const record = encodeSpqr(initialSpqr(new Uint8Array(32), 'a2b'))
    assert.throws(() => decodeSpqr(record.with(0, 2)), { code: 'SEALPOST_STORE_NEWER' })
    assert.throws(() => decodeSpqr(record.with(0, 0)), { code: 'SEALPOST_STORE_CORRUPT' })
    assert.throws(() => decodeSpqr(record.with(1, 4)), { code: 'SEALPOST_STORE_CORRUPT' })
  })

  it('stays below 4 kB in a conversation in turns', () => {
    const talk = new Talk('record size')
    const sizes: number[] = []
    while (talk.epoch < 3) {
      talk.roundTrip()
      sizes.push(encodeSpqr(talk.states.alice).length, encodeSpqr(talk.states.bob).length)
    }
    assert.ok(Math.max(...sizes) < 4_000, `${Math.max(...sizes)} bytes`)
  })

  it('takes 36 bytes for each key that was passed over', () => {
    const random = seededRandom('skipped')
    let alice = initialSpqr(new Uint8Array(32), 'a2b')
    const bob = initialSpqr(new Uint8Array(32), 'b2a')
    const messages = Array.from({ length: 2_001 }, () => {
      const sent = spqrSend(alice, random)
      alice = sent.state
      return sent.message
    })
    const [first, last] = [messages[0], messages.at(-1)]
    assert.ok(first && last)
    const near = encodeSpqr(spqrReceive(bob, first).state)
    const far = encodeSpqr(spqrReceive(bob, last).state)
    assert.equal(far.length - near.length, 36 * 2_000)
    assert.deepEqual(encodeSpqr(decodeSpqr(far)), far)
  })
})

function decodedOrCorrupt(bytes: Uint8Array): SpqrState | undefined {
  try {
    return decodeSpqr(bytes)
  } catch (error) {
    assert.ok(error instanceof StorageError)
    return undefined
  }
}
