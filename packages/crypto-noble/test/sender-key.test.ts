import assert from 'node:assert/strict'
import { utf8ToBytes } from '@sealpost/protocol'
import fc from 'fast-check'
import { decodeSenderKeyRecord, encodeSenderKeyRecord } from '../src/sender-key-codec.ts'
import { nextChainKey } from '../src/key-schedule.ts'
import {
  decryptFromGroup,
  distributionOf,
  encryptForGroup,
  makeSenderKey,
  withDistribution
} from '../src/sender-key.ts'
import { readDistributionId } from '../src/sender-key-message.ts'
import type { SenderKeyRecord } from '../src/sender-key.ts'
import { seededRandom } from './seeded-random.ts'

const ID = new Uint8Array(16).fill(7)
const INVALID = { name: 'CryptoError', code: 'SEALPOST_MESSAGE_INVALID' }
const DUPLICATE = { name: 'CryptoError', code: 'SEALPOST_DUPLICATE_MESSAGE' }

/** Alice's chain, what she sends with it, and bob's record of it. */
class Group {
  readonly random = seededRandom('group')
  own: SenderKeyRecord = makeSenderKey(this.random)
  theirs: SenderKeyRecord = withDistribution(undefined, distributionOf(this.own, ID))

  send(text: string): Uint8Array {
    const { bytes, record } = encryptForGroup(this.own, ID, utf8ToBytes(text), this.random)
    this.own = record
    return bytes
  }

  receive(bytes: Uint8Array): Uint8Array {
    const { plaintext, record } = decryptFromGroup(this.theirs, bytes)
    this.theirs = decodeSenderKeyRecord(encodeSenderKeyRecord(record))
    return plaintext
  }

  /** Moves alice's chain on as if she had sent so many. */
  skip(count: number): void {
    const [state] = this.own
    assert.ok(state !== undefined)
    let { chainKey } = state
    for (let skipped = 0; skipped < count; skipped++) {
      chainKey = nextChainKey(chainKey)
    }
    this.own = [{ ...state, chainKey, iteration: state.iteration + count }]
  }
}

describe('sender keys', () => {
  it('names the chain of a distribution and of a message, and of nothing else', () => {
    const group = new Group()
    const distribution = distributionOf(group.own, ID)
    assert.deepEqual(readDistributionId('distribution', distribution), ID)
    assert.deepEqual(readDistributionId('message', group.send('text')), ID)
    for (const kind of ['distribution', 'message'] as const) {
      assert.throws(() => readDistributionId(kind, ID), INVALID)
    }
    assert.throws(() => readDistributionId('message', distribution), INVALID)
  })

  it('takes ids of 16 bytes alone', () => {
    const group = new Group()
    const usage = { name: 'UsageError', code: 'SEALPOST_USAGE' }
    for (const length of [0, 15, 17]) {
      const id = new Uint8Array(length)
      assert.throws(() => distributionOf(group.own, id), usage)
      assert.throws(() => encryptForGroup(group.own, id, ID, group.random), usage)
    }
  })

  it('carry messages to a group in whatever order, each once', () => {
    const group = new Group()
    const sent = ['one', 'two', 'three'].map((text) => group.send(text))
    for (const index of [2, 0, 1]) {
      const text = ['one', 'two', 'three'][index] ?? ''
      assert.deepEqual(group.receive(sent[index] ?? ID), utf8ToBytes(text))
    }
    for (const bytes of sent) {
      assert.throws(() => group.receive(bytes), DUPLICATE)
    }
  })

  it('are not rewound by a distribution that came before, nor by one behind', () => {
    const group = new Group()
    const first = distributionOf(group.own, ID)
    const sent = group.send('one')
    group.receive(sent)
    group.theirs = withDistribution(group.theirs, first)
    assert.throws(() => group.receive(sent), DUPLICATE)
    assert.deepEqual(group.receive(group.send('two')), utf8ToBytes('two'))
  })

  it('let a member in where the chain stands, not before', () => {
    const group = new Group()
    const before = group.send('before carol')
    const carol = withDistribution(undefined, distributionOf(group.own, ID))
    const after = group.send('after')
    assert.deepEqual(decryptFromGroup(carol, after).plaintext, utf8ToBytes('after'))
    assert.throws(() => decryptFromGroup(carol, before), DUPLICATE)
  })

  it('keep five chains of a sender and none of the one before them', () => {
    const groups = Array.from({ length: 6 }, (_, index) => {
      const random = seededRandom(`chain ${String(index)}`)
      const own = makeSenderKey(random)
      return { own, bytes: encryptForGroup(own, ID, utf8ToBytes('x'), random).bytes }
    })
    let record: SenderKeyRecord | undefined
    for (const { own } of groups) {
      record = withDistribution(record, distributionOf(own, ID))
    }
    const kept = record ?? []
    assert.equal(kept.length, 5)
    const [tooOld, ...late] = groups.map(({ bytes }) => bytes)
    assert.throws(() => decryptFromGroup(kept, tooOld ?? ID), INVALID)
    for (const bytes of late) {
      assert.deepEqual(decryptFromGroup(kept, bytes).plaintext, utf8ToBytes('x'))
    }
  })

  it('walk 25,000 messages ahead and not one more', () => {
    const group = new Group()
    group.skip(25_000)
    const inTime = group.send('far')
    const tooFar = group.send('farther')
    assert.throws(() => group.receive(tooFar), INVALID)
    assert.deepEqual(group.receive(inTime), utf8ToBytes('far'))
    assert.deepEqual(group.receive(tooFar), utf8ToBytes('farther'))
  })

  it('keep 2,000 seeds of skipped messages and none of the one before them', () => {
    const group = new Group()
    const [first, second] = [group.send('first'), group.send('second')]
    group.skip(1_999)
    group.receive(group.send('last'))
    assert.throws(() => group.receive(first), DUPLICATE)
    assert.deepEqual(group.receive(second), utf8ToBytes('second'))
  })

  it('take nothing that was changed, and leave the record as it was', () => {
    const group = new Group()
    const bytes = group.send('genuine')
    const before = encodeSenderKeyRecord(group.theirs)
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice()
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8))
      assert.throws(() => group.receive(changed), INVALID, String(at))
      assert.throws(() => group.receive(bytes.subarray(0, at)), INVALID)
    }
    assert.deepEqual(encodeSenderKeyRecord(group.theirs), before)
    assert.deepEqual(group.receive(bytes), utf8ToBytes('genuine'))
  })

  it('refuse whatever bytes are given as a distribution or a record, by class', () => {
    const group = new Group()
    const distribution = distributionOf(group.own, ID)
    const record = encodeSenderKeyRecord(group.own)
    for (let length = 0; length < distribution.length; length++) {
      assert.throws(() => withDistribution(undefined, distribution.subarray(0, length)), INVALID)
    }
    for (let length = 0; length < record.length; length++) {
      assert.throws(() => decodeSenderKeyRecord(record.subarray(0, length)), {
        name: 'StorageError'
      })
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        assert.throws(() => withDistribution(undefined, bytes), INVALID)
        assert.throws(() => decodeSenderKeyRecord(bytes), { name: 'StorageError' })
      })
    )
  })
})
