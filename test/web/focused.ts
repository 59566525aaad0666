import type { Locator } from 'playwright-core'

/** `place` once the focus is on it, to be waited for: what opens or closes takes the focus only after it is drawn. */
export function focused(place: Locator): Locator {
  return place.and(place.page().locator(':focus'))
}
