import { menuPlace } from '../state/menu-place.ts'
import { itemsOf } from './menu-focus.ts'

/**
 * Shows a menu beside what it was opened from, for as long as the window may change its size, and gives its first item the focus.
 *
 * @param onClosed the browser closed it: something else was pressed.
 * @returns what hides it again, and gives the focus back where it had it.
 */
export function showMenu(menu: HTMLElement, anchor: HTMLElement, onClosed: () => void): () => void {
  const place = (): void => {
    // As large as it is where there is room.
    menu.style.left = '0'
    const size = { width: innerWidth, height: innerHeight }
    const { left, top } = menuPlace(
      anchor.getBoundingClientRect(),
      menu.getBoundingClientRect(),
      size
    )
    menu.style.left = `${String(left)}px`
    menu.style.top = `${String(top)}px`
  }
  menu.showPopover()
  place()
  itemsOf(menu)[0]?.focus()
  const onToggle = (event: ToggleEvent): void => {
    if (event.newState === 'closed') {
      onClosed()
    }
  }
  menu.addEventListener('toggle', onToggle)
  addEventListener('resize', place)
  return () => {
    menu.removeEventListener('toggle', onToggle)
    removeEventListener('resize', place)
    const hadFocus = menu.contains(document.activeElement)
    menu.hidePopover()
    if (hadFocus) {
      anchor.focus()
    }
  }
}
