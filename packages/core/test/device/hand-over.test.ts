import assert from 'node:assert/strict'
import { HOUR_MS } from '../peer/cast.ts'
import { siblings } from './siblings-scene.ts'

describe('a home that is handed over', () => {
  it('has a machine that does nothing any more, whatever was due', () => {
    const { alice } = siblings()
    const { machine } = alice
    assert.ok(machine.deadlineMs() !== undefined)
    const atMs = alice.nowMs + HOUR_MS
    assert.deepEqual(machine.handle({ type: 'hand-over', atMs }), [])
    assert.equal(machine.deadlineMs(), undefined)
    assert.deepEqual(machine.handle({ type: 'timeout', atMs: atMs + 100 * HOUR_MS }), [])
    assert.deepEqual(machine.handle({ type: 'offline', atMs: atMs + 100 * HOUR_MS }), [])
  })
})
