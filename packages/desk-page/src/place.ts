/** Where on the page somebody is: in the fragment of its address. */
import { type ReadonlySignal, signal } from '@preact/signals'

export type Place =
  | { readonly at: 'tickets' }
  | { readonly at: 'counts' }
  | { readonly at: 'ticket'; readonly number: string }

const NUMBER = /^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/

export function parsePlace(fragment: string): Place {
  const path = fragment.replace(/^#?\/?/, '')
  if (path === 'counts') {
    return { at: 'counts' }
  }
  return NUMBER.test(path) ? { at: 'ticket', number: path } : { at: 'tickets' }
}

export function formatPlace(place: Place): string {
  if (place.at === 'ticket') {
    return `#/${place.number}`
  }
  return place.at === 'counts' ? '#/counts' : '#/'
}

const placeNow = signal<Place>({ at: 'tickets' })

export const place: ReadonlySignal<Place> = placeNow

/** From now on. */
export function followPlace(): void {
  placeNow.value = parsePlace(location.hash)
  addEventListener('hashchange', () => {
    placeNow.value = parsePlace(location.hash)
  })
}
