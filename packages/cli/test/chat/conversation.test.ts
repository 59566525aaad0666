import assert from 'node:assert/strict'
import type { Message } from '@sealpost/client'
import { isBefore, placeOf, withFresh, withPage } from '../../src/chat/conversation.ts'
import { newConversation } from '../../src/chat/chat-state.ts'
import { contactNamed, messageOf } from './chat-cast.ts'

/** A message as its key says: of an identity, at a time. */
function said(identity: string, atMs: number): Message {
  const key = `${identity.repeat(16)}.${atMs.toString(16).padStart(12, '0')}.01.000000000001`
  return messageOf('bob', 1, `${identity} ${String(atMs)}`, { key })
}

describe('a conversation that goes on under another identity', () => {
  const before = [said('ff', 1), said('ff', 2)]
  const after = [said('aa', 3), said('aa', 4)]

  it('stands in the order of its times, whatever the identities are', () => {
    const empty = newConversation(contactNamed('bob'), undefined)
    const page = { messages: [...before, ...after], isComplete: true }
    const unseen = [...after, ...before].map(({ key }) => key)
    const loaded = withPage(empty, { ...page, unseen })
    assert.equal(loaded.dividerKey, before[0]?.key)
    const fresh = said('aa', 5)
    const grown = withFresh(loaded, fresh, false)
    assert.deepEqual(
      grown.messages.map(({ text }) => text),
      ['ff 1', 'ff 2', 'aa 3', 'aa 4', 'aa 5']
    )
    assert.equal(grown.last, fresh)
    assert.deepEqual(
      grown.messages.map(({ key }) => placeOf(grown.messages, key)),
      [0, 1, 2, 3, 4]
    )
  })

  it('has an order of what was said at one time, too', () => {
    const [a, b] = [said('aa', 1).key, said('ff', 1).key]
    assert.deepEqual([isBefore(a, b), isBefore(b, a), isBefore(a, a)], [true, false, false])
  })
})
