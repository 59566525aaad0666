/** Follows and changes the address of the page. */
import { type ReadonlySignal, signal } from '@preact/signals'
import { formatRoute, parseRoute, type Route } from './route.ts'

const current = signal<Route>(parseRoute(location.hash))

/** Where the person is. */
export const route: ReadonlySignal<Route> = current

addEventListener('hashchange', () => {
  current.value = parseRoute(location.hash)
})

/** @param isReplacing whether going back is to skip where the person is now. */
export function go(to: Route, isReplacing = false): void {
  const address = formatRoute(to)
  if (isReplacing) {
    history.replaceState(undefined, '', address)
  } else {
    history.pushState(undefined, '', address)
  }
  current.value = to
}
