import assert from 'node:assert/strict'
import fc from 'fast-check'
import { concatBytes } from '@noble/hashes/utils.js'
import { bytesToHex } from '@sealpost/protocol'
import { encodeSpqr, SpqrError, spqrReceive, spqrSend } from '../../src/spqr/index.ts'
import type { SpqrReason, SpqrState } from '../../src/spqr/index.ts'
import { decodeMessage, encodeMessage } from '../../src/spqr/spqr-message.ts'
import type { BraidMessage, BraidPayload } from '../../src/spqr/spqr-message.ts'
import { seededRandom } from '../seeded-random.ts'
import { stateOfEachKind, Talk } from './talk.ts'

const TYPES = ['hdr', 'ek', 'ekCt1Ack', 'ct1', 'ct2'] as const
const states = stateOfEachKind()
const random = seededRandom('hostile')

describe('a hostile SPQR message', () => {
  it('leaves every state as it was, whether it is refused or not', () => {
    const hostile = fc.record({
      name: fc.constantFrom(...states.keys()),
      ahead: fc.integer({ min: -2, max: 2 }),
      index: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 0xffff_ffff })),
      type: fc.constantFrom(...TYPES),
      chunkIndex: fc.nat(65_535),
      data: fc.uint8Array({ minLength: 32, maxLength: 32 })
    })
    fc.assert(
      fc.property(hostile, ({ ahead, chunkIndex, data, index, name, type }) => {
        const state = states.get(name)
        assert.ok(state)
        const epoch = Math.max(1, state.parts.braid.epoch + ahead)
        const payload: BraidPayload = { type, chunk: { index: chunkIndex, data } }
        attempt(state, encodeMessage({ epoch, index, payload }))
      }),
      { numRuns: 400 }
    )
  }).timeout(30_000)

  it('leaves every state as it was when it is any bytes at all', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...states.values()),
        fc.uint8Array({ maxLength: 60 }),
        (state, bytes) => {
          attempt(state, bytes)
          attempt(state, Uint8Array.of(1, ...bytes))
        }
      ),
      { numRuns: 1_000 }
    )
  }).timeout(30_000)

  it('is refused far beyond any epoch and any number', () => {
    for (const [name, state] of states) {
      const payload = { type: 'none' } as const
      for (const [epoch, reason] of [
        [state.parts.braid.epoch + 2, 'epoch'],
        [2 ** 32, 'epoch'],
        [Number.MAX_SAFE_INTEGER, 'epoch']
      ] as const) {
        refuses(state, encodeMessage({ epoch, index: 1, payload }), reason, name)
      }
      const { epoch } = state.parts.braid
      for (const index of [25_000 + 3_000, 2 ** 31, 0xffff_ffff]) {
        refuses(state, encodeMessage({ epoch, index, payload }), 'jump', name)
      }
    }
  })

  it('of the next epoch is heard in Ct2Sampled alone', () => {
    for (const [name, state] of states) {
      const epoch = state.parts.braid.epoch + 1
      const message = encodeMessage({ epoch, index: 1, payload: { type: 'none' } })
      if (name === 'Ct2Sampled') {
        assert.equal(spqrReceive(state, message).state.parts.braid.name, 'KeysUnsampled')
      } else {
        refuses(state, message, 'epoch', name)
      }
    }
  })

  it('does not put a header of its own in the place of the true one', () => {
    const talk = new Talk('forged header')
    const forged = corruptLast(talk, 'bob', 'hdr')
    assert.equal(forged.state.parts.braid.name, 'NoHeaderReceived')
    refuses(forged.state, forged.message, 'forged', 'NoHeaderReceived')
    // The true chunk is still as good as before.
    assert.equal(
      spqrReceive(forged.state, forged.original).state.parts.braid.name,
      'HeaderReceived'
    )
  })

  it('does not put a vector of its own in the place of the true one', () => {
    const forged = corruptLast(new Talk('forged vector'), 'bob', 'ekCt1Ack')
    refuses(forged.state, forged.message, 'forged', 'Ct1Acknowledged')
    assert.equal(spqrReceive(forged.state, forged.original).state.parts.braid.name, 'Ct2Sampled')
  })

  it('does not put a ciphertext of its own in the place of the true one', () => {
    const forged = corruptLast(new Talk('forged ciphertext'), 'alice', 'ct2')
    refuses(forged.state, forged.message, 'forged', 'EkSentCt1Received')
    assert.equal(
      spqrReceive(forged.state, forged.original).state.parts.braid.name,
      'NoHeaderReceived'
    )
  })

  it('that corrupted ct1 is found out when ct2 is complete', () => {
    const talk = new Talk('corrupted ct1')
    let isCorrupted = false
    assert.throws(
      () => {
        for (let trip = 0; trip < 60; trip += 1) {
          talk.receive(talk.send('alice'))
          const sent = talk.send('bob')
          const changed = changedChunk(sent.message, 'ct1')
          talk.receive(changed === undefined || isCorrupted ? sent : { ...sent, message: changed })
          isCorrupted ||= changed !== undefined
        }
      },
      { reason: 'forged' }
    )
    assert.equal(talk.states.alice.parts.braid.name, 'EkSentCt1Received')
    assert.equal(talk.states.alice.parts.chain.epoch, 0)
  })

  it('gives its key and nothing else when it is of a later version, until one of ours came', () => {
    const talk = new Talk('later version')
    const [first, second, third] = [talk.send('alice'), talk.send('alice'), talk.send('alice')]
    const later = first.message.with(0, 2).fill(0xff, 3)
    const heard = spqrReceive(talk.states.bob, later)
    assert.deepEqual(heard.key, first.key)
    assert.deepEqual(heard.state.parts.braid, talk.states.bob.parts.braid)
    assert.equal(spqrSend(heard.state, random).message[0], 1)
    refuses(heard.state, later, 'used', 'a key that was given out')
    const negotiated = spqrReceive(heard.state, second.message).state
    refuses(negotiated, third.message.with(0, 2), 'version', 'after a message of ours')
    assert.deepEqual(spqrReceive(negotiated, third.message).key, third.key)
  })

  it('is refused without a version, without a number and without anything', () => {
    for (const [name, state] of states) {
      refuses(state, new Uint8Array(0), 'version', name)
      refuses(state, Uint8Array.of(0), 'version', name)
      refuses(state, Uint8Array.of(0, 1, 1, 0), 'version', name)
      refuses(state, Uint8Array.of(1, 1, 0, 0), 'malformed', name)
    }
  })

  it('cannot make a state grow without bound', () => {
    const talk = new Talk('bounded')
    let state = talk.states.bob
    let largest = 0
    for (const index of [1_900, 3_800, 5_700, 7_600, 9_500, 34_500]) {
      for (const number of [index, index - 3]) {
        const payload: BraidPayload = {
          type: 'hdr',
          chunk: { index: 3, data: random.bytes(32) }
        }
        state = spqrReceive(state, encodeMessage({ epoch: 1, index: number, payload })).state
        largest = Math.max(largest, encodeSpqr(state).length)
      }
    }
    assert.ok(largest < 80_000, `${largest} bytes`)
  }).timeout(30_000)
})

/** Receives; whatever comes of it is a key or an SpqrError, and the state is as it was. */
function attempt(state: SpqrState, message: Uint8Array): void {
  const before = bytesToHex(encodeSpqr(state))
  const copy = message.slice()
  try {
    assert.equal(spqrReceive(state, message).key.length, 32)
  } catch (error) {
    assert.ok(error instanceof SpqrError, String(error))
  }
  assert.equal(bytesToHex(encodeSpqr(state)), before)
  assert.deepEqual(message, copy)
}

function refuses(state: SpqrState, message: Uint8Array, reason: SpqrReason, what: string): void {
  const before = bytesToHex(encodeSpqr(state))
  assert.throws(
    () => spqrReceive(state, message),
    { code: 'SEALPOST_MESSAGE_INVALID', reason },
    what
  )
  assert.equal(bytesToHex(encodeSpqr(state)), before)
}

/** The message with its chunk changed, where it carries one of `type`. */
function changedChunk(message: Uint8Array, type: BraidPayload['type']): Uint8Array | undefined {
  const decoded: BraidMessage = decodeMessage(message)
  if (decoded.payload.type !== type || !('chunk' in decoded.payload)) {
    return undefined
  }
  return concatBytes(message.subarray(0, -1), Uint8Array.of((message.at(-1) ?? 0) ^ 1))
}

/** Talks in turns until `to` is one chunk short of what comes in chunks of `type`, and changes that chunk. */
function corruptLast(
  talk: Talk,
  to: 'alice' | 'bob',
  type: BraidPayload['type']
): { readonly state: SpqrState; readonly original: Uint8Array; readonly message: Uint8Array } {
  for (let trip = 0; trip < 60; trip += 1) {
    for (const from of ['alice', 'bob'] as const) {
      const sent = talk.send(from)
      const { braid } = talk.states[to].parts
      const changed = sent.to === to ? changedChunk(sent.message, type) : undefined
      if (changed !== undefined && 'receiving' in braid) {
        const { chunkCount, indices } = braid.receiving
        if (indices.length === chunkCount - 1) {
          return { state: talk.states[to], original: sent.message, message: changed }
        }
      }
      talk.receive(sent)
    }
  }
  throw new Error(`no ${type} was completed`)
}
