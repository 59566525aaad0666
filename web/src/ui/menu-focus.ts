/** Where the focus goes within a menu. */

export function itemsOf(menu: HTMLElement): readonly HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role^=menuitem]')]
}

/** Arrows, Home and End move over its items; Tab leaves it. */
export function moveFocus(menu: HTMLElement, event: KeyboardEvent, close: () => void): void {
  const items = itemsOf(menu)
  const at = items.findIndex((item) => item === document.activeElement)
  const to = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1
  }[event.key]
  if (event.key === 'Tab') {
    close()
  } else if (to !== undefined) {
    event.preventDefault()
    items[to]?.focus()
  }
}
