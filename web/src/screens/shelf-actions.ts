/** What can be done with a chat as a whole: the same in the menu of the list and at the contact. */
import type { Contact, KeepWish } from '@sealpost/client'
import type { TextKey } from '../locales/locale.ts'
import { isUnread } from '../state/chat-order.ts'
import type { IconName } from '../ui/icon.tsx'

export interface ShelfAction {
  readonly icon: IconName
  readonly label: TextKey
  readonly wish: KeepWish
}

/** One of a few, of which each is chosen by itself. */
export interface ShelfChoice extends Pick<ShelfAction, 'icon' | 'label'> {
  readonly choices: readonly ShelfAction[]
}

const HOUR_MS = 3_600_000

const MUTES: readonly ShelfAction[] = [
  { icon: 'bell-off', label: 'shelf.mute.hour', wish: { muteForMs: HOUR_MS } },
  { icon: 'bell-off', label: 'shelf.mute.8h', wish: { muteForMs: 8 * HOUR_MS } },
  { icon: 'bell-off', label: 'shelf.mute.week', wish: { muteForMs: 168 * HOUR_MS } },
  { icon: 'bell-off', label: 'shelf.mute.always', wish: { muteForMs: Number.POSITIVE_INFINITY } }
]

export function shelfActions(contact: Contact): readonly (ShelfAction | ShelfChoice)[] {
  const { pinnedAtMs, archivedAtMs, mutedUntilMs, isMarkedUnread } = contact
  return [
    pinnedAtMs === undefined
      ? { icon: 'pin', label: 'shelf.pin', wish: { isPinned: true } }
      : { icon: 'pin', label: 'shelf.unpin', wish: { isPinned: false } },
    mutedUntilMs === undefined
      ? { icon: 'bell-off', label: 'shelf.mute', choices: MUTES }
      : { icon: 'bell', label: 'shelf.unmute', wish: { muteForMs: 0 } },
    archivedAtMs === undefined
      ? { icon: 'archive', label: 'shelf.archive', wish: { isArchived: true } }
      : { icon: 'archive', label: 'shelf.unarchive', wish: { isArchived: false } },
    ...(isMarkedUnread
      ? [{ icon: 'message', label: 'shelf.read', wish: { isMarkedUnread: false } } as const]
      : isUnread(contact)
        ? []
        : [{ icon: 'message', label: 'shelf.unread', wish: { isMarkedUnread: true } } as const])
  ]
}
