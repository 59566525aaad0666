import type { ComponentChildren, JSX } from 'preact'
import { go } from '../state/navigation.ts'
import { formatRoute, type Route } from '../state/route.ts'

interface LinkToProps {
  readonly to: Route
  readonly class?: string
  readonly label?: string
  readonly isCurrent?: boolean
  /** Opens a menu of what it leads to: by a right click, a long press, or the menu key. */
  readonly onMenu?: (anchor: HTMLElement) => void
  readonly children: ComponentChildren
}

/** A link to another place of the app. */
export function LinkTo({
  to,
  class: name,
  label,
  isCurrent,
  onMenu,
  children
}: LinkToProps): JSX.Element {
  return (
    <a
      href={formatRoute(to)}
      class={name}
      aria-label={label}
      aria-current={isCurrent === true ? 'page' : undefined}
      onContextMenu={(event) => {
        if (onMenu !== undefined) {
          event.preventDefault()
          onMenu(event.currentTarget)
        }
      }}
      onClick={(event) => {
        if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
          event.preventDefault()
          go(to)
        }
      }}
    >
      {children}
    </a>
  )
}
