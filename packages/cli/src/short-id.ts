/** Long ids as people read and type them: by their beginning. */

const SHORT_LENGTH = 8

/** Enough of an id to be typed; `startingWith` finds it again. */
export function shortId(id: string): string {
  return id.slice(0, SHORT_LENGTH)
}

/** The ids that begin with what was typed; all letters of an id are at most one. */
export function startingWith<Item>(
  typed: string,
  items: readonly Item[],
  idOf: (item: Item) => string
): readonly Item[] {
  const wanted = typed.trim().toLowerCase()
  return wanted === '' ? [] : items.filter((item) => idOf(item).toLowerCase().startsWith(wanted))
}
