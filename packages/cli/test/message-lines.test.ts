import assert from 'node:assert/strict'
import type { Message } from '@sealpost/client'
import type { ContactId } from '@sealpost/protocol'
import { messageText } from '../src/message-lines.ts'

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
    key: '',
    ...changes
  }
}

describe('a line of a conversation', () => {
  it('says who said what', () => {
    assert.match(messageText(message({ text: 'hello' }), 'bob', NOW_MS), / {2}bob: hello$/)
  })

  it('says of a notice what has changed, about which device, and what to do', () => {
    const added = message({ kind: 'notice', notice: 'device-added', device: 3 })
    assert.match(messageText(added, 'bob', NOW_MS), /bob has a new device \(number 3\).*ask them/)
    const removed = message({ kind: 'notice', notice: 'device-removed', device: 3 })
    assert.match(messageText(removed, 'bob', NOW_MS), /bob has removed a device \(number 3\)/)
  })

  it('lets no name of a contact steer the terminal', () => {
    const added = message({ kind: 'notice', notice: 'device-added', device: 3 })
    assert.ok(!messageText(added, 'b\u001b[2Job', NOW_MS).includes('\u001b'))
  })
})
