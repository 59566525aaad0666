/** Where a menu stands: below what it was opened from, above where there is no room, and always within the window. */

export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

const GAP_PX = 4
const EDGE_PX = 8

export function menuPlace(
  anchor: Box,
  menu: Size,
  screen: Size
): { readonly left: number; readonly top: number } {
  const below = anchor.bottom + GAP_PX
  const isRoomBelow = below + menu.height + EDGE_PX <= screen.height
  const top = isRoomBelow ? below : anchor.top - GAP_PX - menu.height
  return {
    left: within(anchor.right - menu.width, screen.width - menu.width),
    top: within(top, screen.height - menu.height)
  }
}

function within(at: number, room: number): number {
  return Math.max(EDGE_PX, Math.min(at, room - EDGE_PX))
}
