import type { ComponentChildren, JSX } from 'preact'
import { go } from '../state/navigation.ts'
import { formatRoute, type Route } from '../state/route.ts'

interface LinkToProps {
  readonly to: Route
  readonly class?: string
  readonly label?: string
  readonly isCurrent?: boolean
  readonly children: ComponentChildren
}

/** A link to another place of the app. */
export function LinkTo({ to, class: name, label, isCurrent, children }: LinkToProps): JSX.Element {
  return (
    <a
      href={formatRoute(to)}
      class={name}
      aria-label={label}
      aria-current={isCurrent === true ? 'page' : undefined}
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
