import { useEffect } from 'preact/hooks'
import { cameFrom, go, route as currentRoute } from '../state/navigation.ts'
import { namePlace } from '../state/page-title.ts'
import type { Route } from '../state/route.ts'
import { useApp } from '../ui/app-context.ts'

/**
 * Keeps the person where they mean to be: a link that turns out to be of somebody who is here leads on to that chat; and who comes
 * back to the list of chats finds the focus where they left it.
 */
export function useFollowedPlace(route: Route): void {
  const app = useApp()
  useEffect(
    () =>
      app.listen((event) => {
        const here = currentRoute.value
        if (
          event.type === 'contact-merged' &&
          'contactId' in here &&
          here.contactId === event.contactId
        ) {
          go({ ...here, contactId: event.into }, true)
        }
      }),
    [app]
  )
  const isHome = route.screen === 'home'
  useEffect(() => {
    const from = cameFrom()
    if (isHome && from !== undefined) {
      document.querySelector<HTMLElement>(`nav a[href="${CSS.escape(from)}"]`)?.focus()
    }
  }, [isHome])
  useEffect(() => {
    if (isHome) {
      namePlace('')
    }
  }, [isHome])
}
