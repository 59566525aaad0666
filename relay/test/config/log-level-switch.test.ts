import assert from 'node:assert/strict'
import { ManualClock } from '@sealpost/host/testing'
import type { LogLevel } from '../../src/log/json-log.ts'
import { LogLevelSwitch } from '../../src/log/log-level-switch.ts'

describe('the log level that is asked for', () => {
  const atMs = Date.UTC(2026, 10, 23)
  let clock: ManualClock
  let level: LogLevel
  let logLevel: LogLevelSwitch

  beforeEach(() => {
    clock = new ManualClock(atMs)
    level = 'info'
    const log = {
      setLevel: (next: LogLevel): void => {
        level = next
      }
    }
    logLevel = new LogLevelSwitch(log, clock, 'info')
  })

  it('holds for its time, and no longer', () => {
    logLevel.override('debug', 60_000)
    assert.deepEqual(logLevel.answer(), {
      level: 'debug',
      configured: 'info',
      untilMs: atMs + 60_000
    })
    clock.advance(59_999)
    assert.equal(level, 'debug')
    clock.advance(1)
    assert.equal(level, 'info')
    assert.deepEqual(logLevel.answer(), { level: 'info', configured: 'info', untilMs: undefined })
  })

  it('holds for the time of the last one who asked', () => {
    logLevel.override('debug', 60_000)
    clock.advance(30_000)
    logLevel.override('error', 60_000)
    clock.advance(30_000)
    assert.equal(level, 'error')
    clock.advance(30_000)
    assert.equal(level, 'info')
  })

  it('outlives a reload, and then ends in what that brought', () => {
    logLevel.override('debug', 60_000)
    logLevel.configure('warn')
    assert.equal(level, 'debug')
    clock.advance(60_000)
    assert.equal(level, 'warn')
    logLevel.configure('error')
    assert.equal(level, 'error')
  })

  it('ends at once when it is taken back', () => {
    logLevel.override('debug', 60_000)
    logLevel.end()
    assert.equal(level, 'info')
    clock.advance(60_000)
    assert.equal(level, 'info')
  })
})
