/** Where a person keeps a conversation, for themselves and on all their devices. */
import type { PeerMachine, ShelfWish } from '@sealpost/core'
import { type ContactId, MUTED_FOR_EVER_MS, UsageError } from '@sealpost/protocol'

/** As many as stand above all others without hiding them, also on a small screen. */
export const PINS_MAX = 5

/** What is left out stays as it is. */
export interface KeepWish {
  /** Whether it stands above those that are not. At most five are pinned; those of another device, pinned at once, may be more. */
  readonly isPinned?: boolean | undefined
  /** For so long nobody is to be told of what comes: 0 for not any more, `Infinity` for ever. */
  readonly muteForMs?: number | undefined
  /** An archived one comes back with the next message, unless it is muted. */
  readonly isArchived?: boolean | undefined
  /** Whether it is to look unread. */
  readonly isMarkedUnread?: boolean | undefined
}

/** @throws UsageError `SEALPOST_USAGE` for a mute that is no time, and for one pin too many */
export function shelfWishOf(
  machine: PeerMachine,
  contactId: ContactId,
  { isPinned, muteForMs, isArchived, isMarkedUnread }: KeepWish,
  nowMs: number
): ShelfWish {
  if (isPinned === true) {
    checkPins(machine, contactId)
  }
  const networkTimeMs = machine.networkTimeMs(nowMs)
  const { pinned, archived, unread } = machine.contact(contactId)?.shelf ?? {}
  // What is so already is not chosen anew.
  const time = (isWanted: boolean, sinceMs = 0): number =>
    isWanted ? (sinceMs === 0 ? networkTimeMs : sinceMs) : 0
  return {
    ...(isPinned === undefined ? {} : { pinned: time(isPinned, pinned?.value) }),
    ...(muteForMs === undefined ? {} : { muted: muteEnd(muteForMs, networkTimeMs) }),
    ...(isArchived === undefined ? {} : { archived: time(isArchived, archived?.value) }),
    ...(isMarkedUnread === undefined ? {} : { unread: time(isMarkedUnread, unread?.value) })
  }
}

function checkPins(machine: PeerMachine, contactId: ContactId): void {
  const others = machine
    .contacts()
    .filter((contact) => contact.contactId !== contactId && (contact.shelf.pinned?.value ?? 0) > 0)
  const { pinned } = machine.contact(contactId)?.shelf ?? {}
  const isPinned = pinned !== undefined && pinned.value > 0
  if (!isPinned && others.length >= PINS_MAX) {
    throw new UsageError('SEALPOST_USAGE', undefined, { detail: 'too-many-pins' })
  }
}

function muteEnd(muteForMs: number, nowMs: number): number {
  if (!(muteForMs >= 0)) {
    throw new UsageError('SEALPOST_USAGE', 'a conversation is muted for so many milliseconds')
  }
  return muteForMs === 0 ? 0 : Math.min(MUTED_FOR_EVER_MS, Math.floor(nowMs + muteForMs))
}
