import assert from 'node:assert/strict'
import { parseRelays } from '../src/state/suggested-relays.ts'

describe('the relays that a host names', () => {
  it('are what it lists, up to five', () => {
    const relays = ['a', 'b', 'c', 'd', 'e', 'f']
    assert.deepEqual(parseRelays(JSON.stringify({ relays })), relays.slice(0, 5))
  })

  it('are none where it answers something else', () => {
    for (const text of ['', '{', 'null', '[]', '{"relays":7}', '{"relays":[1,null,{}]}']) {
      assert.deepEqual(parseRelays(text), [])
    }
  })
})
