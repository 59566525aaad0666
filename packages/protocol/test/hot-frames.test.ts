import assert from 'node:assert/strict'
import fc from 'fast-check'
import { encodeClientFrame, encodeRelayFrame, envelopeIds, mailboxIds } from '@sealpost/protocol'
import type { Envelope, Work } from '@sealpost/protocol'
import { deliver, deposit } from './arbitrary-frames.ts'
import { some, writeClientFrame, writeRelayFrame } from './mallory-frames.ts'

function wireEnvelope(envelope: Envelope): object {
  return { ...envelope, envelopeId: envelopeIds.toBytes(envelope.envelopeId) }
}

function wireWork(work: Work | undefined): { work?: Work } {
  return work === undefined ? {} : { work }
}

describe('frames written by hand', () => {
  it('are the generated encoder’s bytes for a deposit', () => {
    fc.assert(
      fc.property(deposit, fc.integer({ min: 1, max: 0xffff_ffff }), (request, number) => {
        const generated = writeClientFrame({
          number,
          body: {
            case: 'deposit',
            value: {
              mailboxId: mailboxIds.toBytes(request.mailboxId),
              depositToken: request.depositToken,
              envelope: wireEnvelope(request.envelope),
              isLive: request.isLive,
              ...wireWork(request.work)
            }
          }
        })
        assert.deepEqual(encodeClientFrame({ type: 'request', number, request }), generated)
      }),
      { numRuns: 300 }
    )
  })

  it('are the generated encoder’s bytes for a deposit’s answer', () => {
    const outcomes = ['stored', 'gone', 'accepted'] as const
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 0xffff_ffff }),
        fc.constantFrom(...outcomes),
        (number, outcome) => {
          const value = { outcome: outcomes.indexOf(outcome) + 1 }
          const generated = writeRelayFrame({ number, body: { case: 'deposit', value } })
          const answer = { type: 'deposited', outcome } as const
          assert.deepEqual(encodeRelayFrame({ type: 'answer', number, answer }), generated)
        }
      )
    )
  })

  it('are the generated encoder’s bytes for a delivery', () => {
    fc.assert(
      fc.property(deliver, (push) => {
        const generated = writeRelayFrame({
          body: {
            case: 'deliver',
            value: {
              mailboxId: mailboxIds.toBytes(push.mailboxId),
              envelope: wireEnvelope(push.envelope),
              isLive: push.isLive
            }
          }
        })
        assert.deepEqual(encodeRelayFrame({ type: 'push', push }), generated)
      }),
      { numRuns: 300 }
    )
  })

  it('are not written with fields of a wrong length', () => {
    const [push] = fc.sample(deliver, { numRuns: 1, seed: 1 })
    const [request] = fc.sample(deposit, { numRuns: 1, seed: 1 })
    assert.ok(push !== undefined && request !== undefined)
    for (const change of [{ recallHash: some(31) }, { sealed: some(32_769) }]) {
      const changed = { ...push, envelope: { ...push.envelope, ...change } }
      assert.throws(() => encodeRelayFrame({ type: 'push', push: changed }), RangeError)
    }
    for (const change of [
      { depositToken: some(33) },
      { envelope: { ...request.envelope, recallHash: some(0) } },
      { work: { challenge: some(16), nonce: some(9) } },
      { work: { challenge: some(17), nonce: some(8) } }
    ]) {
      const changed = { ...request, ...change }
      assert.throws(
        () => encodeClientFrame({ type: 'request', number: 1, request: changed }),
        RangeError
      )
    }
  })
})
