/** Keys that do something wherever the person is. None of them is one that browsers keep for themselves. */

export type Shortcut =
  'palette' | 'search' | 'new' | 'composer' | 'previous' | 'next' | 'help' | 'back'

/** As much of a keyboard event as decides. */
export interface Stroke {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
  readonly isComposing: boolean
}

interface Combination {
  readonly shortcut: Shortcut
  readonly key: string
  readonly isControl?: boolean
  readonly isAlt?: boolean
  readonly isShift?: boolean
}

const COMBINATIONS: readonly Combination[] = [
  { shortcut: 'palette', key: 'k', isControl: true },
  { shortcut: 'search', key: 'f', isControl: true, isShift: true },
  { shortcut: 'new', key: 'n', isAlt: true },
  { shortcut: 'composer', key: 'm', isControl: true },
  { shortcut: 'previous', key: 'ArrowUp', isAlt: true },
  { shortcut: 'next', key: 'ArrowDown', isAlt: true },
  { shortcut: 'help', key: '/', isControl: true },
  { shortcut: 'back', key: 'Escape' }
]

/** What a stroke means; undefined for one that means nothing here. Cmd counts as Ctrl. */
export function shortcutOf(stroke: Stroke): Shortcut | undefined {
  if (stroke.isComposing) {
    return undefined
  }
  return COMBINATIONS.find(
    ({ key, isControl = false, isAlt = false, isShift = false }) =>
      key.toLowerCase() === stroke.key.toLowerCase() &&
      isControl === (stroke.ctrlKey || stroke.metaKey) &&
      isAlt === stroke.altKey &&
      isShift === stroke.shiftKey
  )?.shortcut
}

/** The key that stars the message whose part has the focus; it means nothing anywhere else. */
export const STAR_KEY = 'S'

/** Whether a stroke at a message stars it. */
export function isStarStroke({ key, ctrlKey, metaKey, altKey, isComposing }: Stroke): boolean {
  const isPlain = !ctrlKey && !metaKey && !altKey && !isComposing
  return isPlain && key.toUpperCase() === STAR_KEY
}

/** The keys of each, as they are written on keyboards. */
export function keysOf(shortcut: Shortcut): readonly string[] {
  const found = COMBINATIONS.find((combination) => combination.shortcut === shortcut)
  if (found === undefined) {
    return []
  }
  const { key, isControl, isAlt, isShift } = found
  const named = NAMES.get(key) ?? key.toUpperCase()
  return [
    ...(isControl === true ? ['Ctrl'] : []),
    ...(isAlt === true ? ['Alt'] : []),
    ...(isShift === true ? ['Shift'] : []),
    named
  ]
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ['ArrowUp', '↑'],
  ['ArrowDown', '↓'],
  ['Escape', 'Esc']
])

/** Every shortcut, in the order in which they are explained. */
export const SHORTCUTS: readonly Shortcut[] = COMBINATIONS.map(({ shortcut }) => shortcut)
