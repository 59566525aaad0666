import assert from 'node:assert/strict'
import { type ContentBody, decodeContent } from '@sealpost/protocol'
import { compose, request, scene, tellUnavailable, waiting } from '../delivery/repair-scene.ts'
import { content, FIRST, MINUTE_MS } from '../peer/cast.ts'

describe('what was said about messages', () => {
  it('is made again from the rows of the messages, the text as it was sent first', () => {
    const all = scene()
    const { alice, bob } = all
    const { messageId } = alice.send(bob, 'frist')
    assert.ok(messageId)
    const say = (number: number, body: ContentBody): void => {
      alice.submit(bob, content(number, body, { sentAtMs: alice.nowMs + number }))
    }
    say(2, { type: 'edit', messageId, text: 'first' })
    say(3, { type: 'reaction', messageId, isOfSender: true, emoji: '\u{1f44d}' })
    say(4, { type: 'reaction', messageId, isOfSender: true, emoji: '\u{1f389}' })
    alice.told(bob, { device: FIRST, deliveredUpTo: 4, readUpTo: 0 })
    assert.deepEqual(waiting(all), [])
    alice.advance(MINUTE_MS)
    request(all, { deliveredUpTo: 0 })
    const again = alice.wanted.find((effect) => effect.type === 'compose-again')
    assert.ok(again?.type === 'compose-again')
    assert.deepEqual(
      again.contents.map(({ number, contentBytes }) => [number, decodeContent(contentBytes).body]),
      [
        [1, { type: 'text', text: 'frist' }],
        [2, { type: 'edit', messageId, text: 'first' }],
        [4, { type: 'reaction', messageId, isOfSender: true, emoji: '\u{1f389}' }]
      ]
    )
    compose(all)
    assert.deepEqual(tellUnavailable(all), [{ shown: [], silent: [{ first: 3, last: 3 }] }])
  })
})
