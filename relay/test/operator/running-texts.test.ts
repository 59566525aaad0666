import assert from 'node:assert/strict'
import type { StatusAnswer } from '@sealpost/operator'
import { ANSWER_TEXTS } from '../../src/command/answer-texts.ts'

const CALM: StatusAnswer = {
  address: '/ip4/127.0.0.1/tcp/7700/ws',
  version: '1.0.0',
  processId: 1,
  startedAtMs: 0,
  state: 'serving',
  load: { step: 'normal', cause: undefined },
  capacity: 'open',
  closing: undefined,
  connectionCount: 0,
  mailboxCount: 0,
  linkCount: 0,
  envelopeCount: 0,
  envelopeBytes: 0,
  unackedCount: 0,
  crashCount: 0,
  certificate: undefined,
  tickets: undefined,
  disk: undefined,
  backup: {
    work: undefined,
    newestAtMs: undefined,
    nextAtMs: undefined,
    proven: undefined,
    failure: undefined
  },
  reach: {
    neighbourCount: 0,
    answeredCount: 0,
    checkedAtMs: undefined,
    clockOffsetMs: undefined,
    families: []
  }
}

describe('what status says of how much a relay takes in', () => {
  it('is everything, and nothing of its load, where there is not too much to do', () => {
    const text = ANSWER_TEXTS.status(CALM, 1_000)
    assert.match(text, /^takes in +takes everything in$/m)
    assert.doesNotMatch(text, /^load/m)
  })

  it('is what its load allows, and why', () => {
    const load = { step: 'no-new-mailboxes', cause: 'memory' } as const
    const text = ANSWER_TEXTS.status({ ...CALM, load }, 1_000)
    assert.match(text, /^takes in +everything, as far as the disk goes$/m)
    assert.match(text, /^load +makes new mailboxes only for .*: the memory is nearly full$/m)
  })

  it('is what its disk allows, too', () => {
    const load = { step: 'read-only', cause: 'commits' } as const
    const text = ANSWER_TEXTS.status({ ...CALM, capacity: 'busy', load }, 1_000)
    assert.match(text, /^takes in +takes no deposits: the disk is 90 % full$/m)
    assert.match(text, /^load +only delivers .*: the disk takes long to write$/m)
  })
})

describe('what status says of the neighbours', () => {
  const reach = { ...CALM.reach, neighbourCount: 2 }

  it('is that the clock is off, also where none could tell whether it reaches the relay', () => {
    const asked = { ...CALM, reach: { ...reach, clockOffsetMs: 7_200_000 } }
    const text = ANSWER_TEXTS.status(asked, 1_000)
    assert.match(text, /^reached .*not known yet; 0 of 2 .*; the clock is 2 hours AHEAD$/m)
  })

  it('is by how much the clock is behind', () => {
    const asked = { ...CALM, reach: { ...reach, checkedAtMs: 0, clockOffsetMs: -2_500 } }
    assert.match(ANSWER_TEXTS.status(asked, 1_000), /; the clock is 2 seconds BEHIND$/m)
  })

  it('is nothing of a clock that is right', () => {
    const asked = { ...CALM, reach: { ...reach, clockOffsetMs: 900 } }
    assert.doesNotMatch(ANSWER_TEXTS.status(asked, 1_000), /the clock/)
  })
})
