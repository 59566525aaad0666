import assert from 'node:assert/strict'
import {
  isReminderDue,
  REMINDED_AGAIN_MS,
  type Reminded
} from '../src/state/protection-reminder.ts'

const NOW = 1_700_000_000_000
const OPEN = {
  type: 'open',
  profile: {} as never,
  stopped: undefined,
  isProtected: false,
  storeProblem: undefined
} as const
const SILENT = { contact: {} as never, last: undefined }
const CHAT = { ...SILENT, last: {} as never }
const relay = (phase: string): Reminded['relays'] => [{ isOwn: true, phase } as never]
const DUE: Reminded = {
  home: OPEN,
  chats: [SILENT, CHAT],
  relays: relay('ready'),
  putOffAtMs: undefined,
  nowMs: NOW
}

describe('the reminder that nothing seals the home', () => {
  it('is due once there is a message', () => {
    assert.equal(isReminderDue(DUE), true)
    for (const chats of [undefined, [], [SILENT]]) {
      assert.equal(isReminderDue({ ...DUE, chats }), false)
    }
  })

  it('is for nobody whose home is sealed, or not open', () => {
    assert.equal(isReminderDue({ ...DUE, home: { ...OPEN, isProtected: true } }), false)
    for (const home of [
      { type: 'starting' },
      { type: 'missing' },
      { type: 'locked', ways: [] }
    ] as const) {
      assert.equal(isReminderDue({ ...DUE, home }), false)
    }
  })

  it('gives way to whatever keeps messages from being kept or sent', () => {
    const unwell: readonly Partial<Reminded>[] = [
      { home: { ...OPEN, storeProblem: 'SEALPOST_STORE_FULL' } },
      { home: { ...OPEN, stopped: 'removed' } },
      { relays: relay('waiting') }
    ]
    for (const problem of unwell) {
      assert.equal(isReminderDue({ ...DUE, ...problem }), false)
    }
    assert.equal(isReminderDue({ ...DUE, relays: relay('dialing') }), true)
  })

  it('comes back a week after "not now", and not before', () => {
    const after = (ms: number): boolean => isReminderDue({ ...DUE, putOffAtMs: NOW - ms })
    assert.equal(after(0), false)
    assert.equal(after(REMINDED_AGAIN_MS - 1), false)
    assert.equal(after(REMINDED_AGAIN_MS), true)
  })

  it('comes back where "not now" was noted with a clock that was ahead', () => {
    assert.equal(isReminderDue({ ...DUE, putOffAtMs: NOW + 1 }), true)
  })
})
