import assert from 'node:assert/strict'
import { DEFAULT_NOTICES, noticesFor, parseChatNotices } from '../src/wire/chat-notices.ts'

describe('notices of one conversation', () => {
  it('are those of all, until something else is chosen for it', () => {
    for (const isOn of [true, false]) {
      const all = { isNotified: isOn, isPreviewShown: isOn }
      assert.deepEqual(noticesFor(all, DEFAULT_NOTICES), all)
      assert.deepEqual(noticesFor(all, { told: 'all', preview: 'hidden' }), {
        isNotified: true,
        isPreviewShown: false
      })
      assert.deepEqual(noticesFor(all, { told: 'none', preview: 'shown' }), {
        isNotified: false,
        isPreviewShown: true
      })
    }
  })

  it('are read as far as they are some', () => {
    const whole = { told: 'none', preview: 'shown' } as const
    assert.deepEqual(parseChatNotices(whole), whole)
    for (const none of [undefined, 'all', 7, { told: 'loud', preview: true }]) {
      assert.deepEqual(parseChatNotices(none), DEFAULT_NOTICES)
    }
  })
})
