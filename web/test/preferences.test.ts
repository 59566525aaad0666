import assert from 'node:assert/strict'
import fc from 'fast-check'
import { DEFAULT_PREFERENCES, parsePreferences } from '../src/state/preferences.ts'

describe('preferences', () => {
  it('are the defaults where nothing is kept, and where it makes no sense', () => {
    const wrong = [
      undefined,
      'x',
      7,
      [],
      {},
      {
        theme: 'pink',
        fontSize: 99,
        locale: 'xx',
        volume: 101,
        quietHours: { from: 1_440, to: 0 },
        protectionPutOffAtMs: 0.5
      }
    ]
    for (const value of wrong) {
      assert.deepEqual(parsePreferences(value), DEFAULT_PREFERENCES)
    }
  })

  it('are what was kept', () => {
    const kept = {
      theme: 'dark',
      density: 'compact',
      fontSize: 24,
      messages: 'rows',
      motion: 'less',
      hours: '24',
      locale: 'zh-CN',
      doesEnterSend: false,
      autoLockMinutes: 5,
      isNotified: false,
      isPreviewShown: true,
      sound: 'bell',
      volume: 100,
      quietHours: { from: 0, to: 1_439 },
      protectionPutOffAtMs: 1_700_000_000_000
    } as const
    assert.deepEqual(parsePreferences(kept), kept)
  })

  it('take font sizes from 12 to 24', () => {
    const sizes = [11, 12, 24, 25].map((fontSize) => parsePreferences({ fontSize }).fontSize)
    assert.deepEqual(sizes, [16, 12, 24, 16])
  })

  it('are always whole', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        assert.deepEqual(Object.keys(parsePreferences(value)), Object.keys(DEFAULT_PREFERENCES))
      })
    )
  })
})
