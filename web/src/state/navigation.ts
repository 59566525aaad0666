/** Follows and changes the address of the page. */
import { type ReadonlySignal, signal } from '@preact/signals'
import { formatRoute, parseRoute, type Route } from './route.ts'

const current = signal<Route>(parseRoute(location.hash))

/** Where the person is. */
export const route: ReadonlySignal<Route> = current

let before: string | undefined

/** The address of where the person was before; undefined where this is the first place. */
export function cameFrom(): string | undefined {
  return before
}

addEventListener('hashchange', () => {
  show(parseRoute(location.hash))
})

/** @param isReplacing whether going back is to skip where the person is now. */
export function go(to: Route, isReplacing = false): void {
  const address = formatRoute(to)
  if (isReplacing) {
    history.replaceState(undefined, '', address)
  } else {
    history.pushState(undefined, '', address)
  }
  show(to)
}

/** Goes to the place that this one belongs to: a step back where the person came from there, so that no step is taken twice. */
export function leave(to: Route): void {
  if (before === formatRoute(to)) {
    history.back()
  } else {
    go(to, true)
  }
}

function show(to: Route): void {
  const address = formatRoute(current.value)
  if (address !== formatRoute(to)) {
    before = address
  }
  current.value = to
}
