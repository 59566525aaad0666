import assert from 'node:assert/strict'
import { ManualClock } from '@sealpost/host/testing'
import type { Caller } from '@sealpost/operator'
import { Sessions } from '../../src/dashboard/sessions.ts'
import { SYSTEM_RANDOM } from '../../src/world/system-random.ts'

const CALLER: Caller = { roles: ['support'], name: 'helper' }
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

describe('who may look at the dashboard', () => {
  let clock: ManualClock
  let sessions: Sessions

  beforeEach(() => {
    clock = new ManualClock()
    sessions = new Sessions(clock, SYSTEM_RANDOM)
  })

  it('is who has a ticket, once, and may do what they may who asked for it', () => {
    const { ticket, expiresAtMs } = sessions.issue(CALLER)
    assert.equal(expiresAtMs, clock.wallMs() + 10 * MINUTE_MS)
    const token = sessions.begin(ticket) ?? ''
    assert.deepEqual(sessions.callerOf(token), CALLER)
    assert.equal(sessions.begin(ticket), undefined)
    assert.equal(sessions.callerOf(ticket), undefined)
    assert.equal(sessions.begin(token), undefined)
  })

  it('is nobody whose time is over, though the clock of the machine was set back', () => {
    const { ticket } = sessions.issue(CALLER)
    const token = sessions.begin(sessions.issue(CALLER).ticket) ?? ''
    clock.advance(10 * MINUTE_MS)
    assert.equal(sessions.begin(ticket), undefined)
    clock.jumpWall(-HOUR_MS)
    clock.advance(12 * HOUR_MS - 10 * MINUTE_MS - 1)
    assert.deepEqual(sessions.callerOf(token), CALLER)
    clock.advance(1)
    assert.equal(sessions.callerOf(token), undefined)
  })

  it('is nobody with a made-up secret', () => {
    for (const secret of ['', 'x', '__proto__', 'a'.repeat(128)]) {
      assert.equal(sessions.begin(secret), undefined)
      assert.equal(sessions.callerOf(secret), undefined)
    }
  })

  it('is nobody whose token was taken back', () => {
    const token = sessions.begin(sessions.issue(CALLER).ticket) ?? ''
    const { ticket } = sessions.issue(CALLER)
    const other = sessions.begin(sessions.issue({ ...CALLER, name: 'other' }).ticket) ?? ''
    sessions.end(CALLER.name)
    assert.equal(sessions.callerOf(token), undefined)
    assert.equal(sessions.begin(ticket), undefined)
    assert.notEqual(sessions.callerOf(other), undefined)
  })

  it('are at most so many, of whom the first go', () => {
    const tickets = Array.from({ length: 65 }, () => sessions.issue(CALLER).ticket)
    assert.equal(sessions.begin(tickets[0] ?? ''), undefined)
    assert.notEqual(sessions.begin(tickets[1] ?? ''), undefined)
  })
})
