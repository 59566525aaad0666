import assert from 'node:assert/strict'
import { isDirect } from '../../src/commands/message.ts'

describe('what became of a message', () => {
  it('is not said to be on relays where a device of the contact alone took it', () => {
    const [direct, relay] = [
      { relay: 'direct', atMs: 1 },
      { relay: '/ip4/192.0.2.1', atMs: 1 }
    ]
    assert.equal(isDirect({ storedAt: [direct] }), true)
    assert.equal(isDirect({ storedAt: [direct, relay] }), false)
    assert.equal(isDirect({ storedAt: [relay] }), false)
    assert.equal(isDirect({ storedAt: [] }), false)
  })
})
