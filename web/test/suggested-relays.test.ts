import assert from 'node:assert/strict'
import { parseRelays } from '../src/state/suggested-relays.ts'

const INVITE = 'AbCdEfGhIjKlMnOpQrStUv'

describe('the relays that a host names', () => {
  it('are what it lists, up to five', () => {
    const relays = ['a', 'b', 'c', 'd', 'e', 'f']
    assert.deepEqual(parseRelays(JSON.stringify({ relays })), {
      relays: relays.slice(0, 5),
      isInviteMissing: false
    })
  })

  it('are none where it answers something else', () => {
    for (const text of ['', '{', 'null', '[]', '{"relays":7}', '{"relays":[1,null,{}]}']) {
      assert.deepEqual(parseRelays(text), { relays: [], isInviteMissing: false })
    }
  })

  it('miss an invite where they take people by invitation, unless the page’s address has one', () => {
    const text = JSON.stringify({ relays: ['/a'], isByInvite: true })
    for (const fragment of ['', '#/', '#/relay/', `#/relay/${INVITE}x`, `#/i/${INVITE}`]) {
      assert.deepEqual(parseRelays(text, fragment), { relays: ['/a'], isInviteMissing: true })
    }
    assert.deepEqual(parseRelays(text, `#/relay/${INVITE}`), {
      relays: [`/a/invite/${INVITE}`],
      isInviteMissing: false
    })
  })
})
