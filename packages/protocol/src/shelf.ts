/**
 * Where a person keeps a conversation, for themselves: told to own devices and kept in backups, and to nobody else. Each choice stands
 * for itself, so that what is chosen on two devices at once is joined.
 */

/** Names of the choices. */
export const SHELF_NAMES = ['pinned', 'muted', 'archived', 'unread'] as const

export type ShelfName = (typeof SHELF_NAMES)[number]

/** A choice of a person: of one name on a shelf, or whether a message has a star. Of several the later by time, then by value, counts. */
export interface ShelfChoice {
  /**
   * 0 for no. Else when it was pinned, archived or marked as unread, or until when it is muted, in network time: below 2^48, and
   * `MUTED_FOR_EVER_MS` for ever.
   */
  readonly value: number
  /** In network time, below 2^48; never 0. */
  readonly changedAtMs: number
}

/** What was never chosen is absent. */
export type Shelf = Readonly<Partial<Record<ShelfName, ShelfChoice>>>

/** The end of a mute that has none. */
export const MUTED_FOR_EVER_MS: number = 2 ** 48 - 1
