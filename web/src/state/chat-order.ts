/** Which chats a list shows, and in which order. */
import type { Contact } from '@sealpost/client'
import type { ChatSummary } from '../wire/peer-api.ts'

export const CHAT_VIEWS = ['all', 'unread', 'archived'] as const
export type ChatView = (typeof CHAT_VIEWS)[number]

/** Those that are pinned first, the last one pinned above; then who moved last. */
export function inOrder(chats: readonly ChatSummary[]): readonly ChatSummary[] {
  return chats.toSorted(
    (a, b) =>
      (b.contact.pinnedAtMs ?? 0) - (a.contact.pinnedAtMs ?? 0) || movedAtMs(b) - movedAtMs(a)
  )
}

/** Those of a view. What is unread is so in the archive, too. */
export function viewOf(chats: readonly ChatSummary[], view: ChatView): readonly ChatSummary[] {
  return chats.filter(({ contact }) => {
    const isArchived = contact.archivedAtMs !== undefined
    switch (view) {
      case 'archived':
        return isArchived
      case 'unread':
        return isUnread(contact)
      default:
        return !isArchived
    }
  })
}

export function isUnread({ unreadCount, isMarkedUnread }: Contact): boolean {
  return unreadCount > 0 || isMarkedUnread
}

/** How many messages wait that the person wants to be told of. */
export function waitingCount(chats: readonly ChatSummary[]): number {
  return chats
    .filter(({ contact }) => contact.mutedUntilMs === undefined)
    .reduce((sum, { contact }) => sum + Math.max(contact.unreadCount, isUnread(contact) ? 1 : 0), 0)
}

function movedAtMs({ contact, last }: ChatSummary): number {
  return last?.storedAtMs ?? contact.createdAtMs
}
