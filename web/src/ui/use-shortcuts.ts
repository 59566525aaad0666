import { useEffect } from 'preact/hooks'
import type { App } from '../state/app.ts'
import { go, leave, route } from '../state/navigation.ts'
import { type Shortcut, shortcutOf } from '../state/shortcuts.ts'

/** Follows the keys that do something wherever the person is. */
export function useShortcuts(app: App, onPalette: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const shortcut = shortcutOf(event)
      // What is open on top of everything has keys of its own.
      const isCovered = document.querySelector('dialog[open], :popover-open')
      const isFree = !event.defaultPrevented && !isCovered
      if (shortcut !== undefined && isFree && perform(app, shortcut, onPalette)) {
        event.preventDefault()
      }
    }
    addEventListener('keydown', press)
    return () => {
      removeEventListener('keydown', press)
    }
  }, [app, onPalette])
}

/** @returns whether it meant anything where the person is. */
function perform(app: App, shortcut: Shortcut, onPalette: () => void): boolean {
  switch (shortcut) {
    case 'palette':
      onPalette()
      return true
    case 'search':
      return focusOn('.search input')
    case 'composer':
      return focusOn('.composer textarea')
    case 'new':
      go({ screen: 'add' })
      return true
    case 'help':
      go({ screen: 'keys' })
      return true
    case 'previous':
      return goToNeighbour(app, -1)
    case 'next':
      return goToNeighbour(app, 1)
    case 'back':
      return goBack()
  }
}

function focusOn(selector: string): boolean {
  const element = document.querySelector<HTMLElement>(selector)
  element?.focus()
  return Boolean(element)
}

function goToNeighbour(app: App, step: 1 | -1): boolean {
  const chats = app.chats.value ?? []
  const { value: place } = route
  const current = 'contactId' in place ? place.contactId : undefined
  const at = chats.findIndex(({ contact }) => contact.contactId === current)
  const next = chats[at < 0 ? 0 : at + step]
  if (next === undefined) {
    return false
  }
  go({ screen: 'chat', contactId: next.contact.contactId })
  return true
}

/** Not out of a field that holds something: that would be lost sight of. */
function goBack(): boolean {
  const { activeElement } = document
  const isField =
    activeElement instanceof HTMLInputElement || activeElement instanceof HTMLTextAreaElement
  if (route.value.screen === 'home' || (isField && activeElement.value !== '')) {
    return false
  }
  leave({ screen: 'home' })
  return true
}
