import assert from 'node:assert/strict'
import type { Contact } from '@sealpost/client'
import { inOrder, viewOf, waitingCount } from '../src/state/chat-order.ts'
import type { ChatSummary } from '../src/wire/peer-api.ts'

function chat(name: string, changes: Partial<Contact> = {}): ChatSummary {
  const contact = {
    name,
    createdAtMs: 0,
    unreadCount: 0,
    isMarkedUnread: false,
    pinnedAtMs: undefined,
    mutedUntilMs: undefined,
    archivedAtMs: undefined,
    ...changes
  }
  return { contact: contact as Contact, last: undefined }
}

function names(chats: readonly ChatSummary[]): string {
  return chats.map(({ contact }) => contact.name).join(' ')
}

describe('a list of chats', () => {
  it('has those that are pinned above, the last one first, and then who moved last', () => {
    const chats = [
      chat('old', { createdAtMs: 1 }),
      chat('new', { createdAtMs: 9 }),
      chat('pinned', { pinnedAtMs: 3 }),
      chat('pinned-later', { pinnedAtMs: 4 })
    ]
    assert.equal(names(inOrder(chats)), 'pinned-later pinned new old')
  })

  it('shows the archive apart, and what is unread wherever it is', () => {
    const chats = [
      chat('read'),
      chat('unread', { unreadCount: 2 }),
      chat('marked', { isMarkedUnread: true }),
      chat('archived', { archivedAtMs: 5, unreadCount: 1 })
    ]
    assert.equal(names(viewOf(chats, 'all')), 'read unread marked')
    assert.equal(names(viewOf(chats, 'unread')), 'unread marked archived')
    assert.equal(names(viewOf(chats, 'archived')), 'archived')
    assert.equal(waitingCount(chats), 4)
  })

  it('counts nothing of those that are muted', () => {
    assert.equal(waitingCount([chat('muted', { unreadCount: 7, mutedUntilMs: 9 })]), 0)
  })
})
