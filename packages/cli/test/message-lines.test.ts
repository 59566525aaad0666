import assert from 'node:assert/strict'
import type { Message } from '@sealpost/client'
import type { ContactId, MessageId } from '@sealpost/protocol'
import { messageJson, messageText } from '../src/message-lines.ts'

const NOW_MS = Date.UTC(2026, 0, 5, 12)

function message(changes: Partial<Message>): Message {
  return {
    messageId: undefined,
    contactId: 'b0'.repeat(16) as ContactId,
    kind: 'received',
    notice: undefined,
    missingCount: 0,
    isLost: false,
    device: 1,
    text: '',
    sentAtMs: NOW_MS,
    storedAtMs: NOW_MS,
    state: undefined,
    withdrawnAtMs: undefined,
    recall: undefined,
    reply: undefined,
    isForwarded: false,
    editedAtMs: undefined,
    reactions: [],
    isStarred: false,
    fadesAtMs: undefined,
    timerSeconds: 0,
    key: '',
    ...changes
  }
}

describe('a line of a conversation', () => {
  it('says who said what', () => {
    assert.match(messageText(message({ text: 'hello' }), 'bob', NOW_MS), / {2}bob: hello$/)
  })

  it('says what it answers, that it was passed on or edited, and what is shown at it', () => {
    const said = message({
      text: 'here\nI am',
      reply: { messageId: '0a'.repeat(16) as MessageId, isOwn: true, excerpt: 'where\nare you?' },
      isForwarded: true,
      editedAtMs: NOW_MS,
      reactions: [
        { isOwn: true, emoji: '\u{1f44d}', sentAtMs: NOW_MS },
        { isOwn: false, emoji: '\u{1f389}', sentAtMs: NOW_MS }
      ]
    })
    assert.equal(
      messageText(said, 'bob', NOW_MS).slice(7),
      'bob: > where are you?\n    (forwarded) here\n    I am (edited)  \u{1f44d} \u{1f389}'
    )
    const fields = messageJson(said, 'bob')
    for (const name of ['reply', 'isForwarded', 'editedAtMs', 'reactions']) {
      assert.ok(name in fields, name)
      assert.ok(!(name in messageJson(message({ text: 'here' }), 'bob')), name)
    }
  })

  it('says of a notice what has changed, about which device, and what to do', () => {
    const added = message({ kind: 'notice', notice: 'device-added', device: 3 })
    assert.match(messageText(added, 'bob', NOW_MS), /bob has a new device \(number 3\).*ask them/)
    const removed = message({ kind: 'notice', notice: 'device-removed', device: 3 })
    assert.match(messageText(removed, 'bob', NOW_MS), /bob has removed a device \(number 3\)/)
  })

  it('says of what is not there why, and what to do', () => {
    const said = (changes: Partial<Message>): string =>
      messageText(message(changes), 'bob', NOW_MS).slice(7)
    assert.match(said({ kind: 'unreadable' }), /bob: \(.*asked for again\)$/)
    assert.match(said({ kind: 'unreadable', isLost: true }), /did not come again; ask for it\)$/)
    assert.match(said({ kind: 'missing', missingCount: 1 }), /a message is missing.*ask for it\)$/)
    assert.match(said({ kind: 'missing', missingCount: 3 }), /3 messages are missing/)
    assert.match(said({ withdrawnAtMs: NOW_MS }), /taken back/)
  })

  it('has only what there is, for programs', () => {
    const fields = (changes: Partial<Message>): readonly string[] =>
      Object.entries(messageJson(message(changes), 'bob')).flatMap(([name, value]) =>
        value === undefined ? [] : [name]
      )
    assert.deepEqual(fields({ kind: 'missing' }), ['from', 'missingCount', 'receivedAtMs', 'place'])
    assert.deepEqual(fields({ kind: 'notice', notice: 'device-added' }), [
      'from',
      'notice',
      'device',
      'receivedAtMs',
      'place'
    ])
    assert.deepEqual(fields({ kind: 'unreadable' }), [
      'from',
      'isUnreadable',
      'isLost',
      'sentAtMs',
      'receivedAtMs',
      'place'
    ])
  })

  it('lets no name of a contact steer the terminal', () => {
    const added = message({ kind: 'notice', notice: 'device-added', device: 3 })
    assert.ok(!messageText(added, 'b\u001b[2Job', NOW_MS).includes('\u001b'))
  })
})
