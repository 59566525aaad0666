/** Leads to any chat and any place by a few letters of its name. */
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { nameOf } from '../locales/contact-name.ts'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import { go } from '../state/navigation.ts'
import type { App } from '../state/app.ts'
import { useApp } from './app-context.ts'

const SHOWN_MAX = 12

interface Place {
  readonly id: string
  readonly name: string
  readonly visit: () => void
}

export function Palette({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const app = useApp()
  const dialog = useRef<HTMLDialogElement | undefined>(undefined)
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  const wanted = query.trim().toLocaleLowerCase()
  const shown = placesOf(app)
    .filter(({ name }) => name.toLocaleLowerCase().includes(wanted))
    .slice(0, SHOWN_MAX)
  const chosen = shown[Math.min(at, shown.length - 1)]
  const visit = (place: Place | undefined): void => {
    if (place !== undefined) {
      dialog.current?.close()
      place.visit()
    }
  }
  return (
    <dialog
      ref={(element) => {
        dialog.current = element ?? undefined
      }}
      class="palette"
      aria-label={t('palette.title')}
      onClose={onClose}
    >
      <input
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-places"
        aria-activedescendant={chosen === undefined ? undefined : `palette-${chosen.id}`}
        aria-label={t('palette.what')}
        placeholder={t('palette.what')}
        autofocus
        value={query}
        onInput={(event) => {
          setQuery(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault()
            const step = event.key === 'ArrowDown' ? 1 : shown.length - 1
            setAt((Math.min(at, shown.length - 1) + step) % Math.max(1, shown.length))
          } else if (event.key === 'Enter' && !event.isComposing) {
            event.preventDefault()
            visit(chosen)
          }
        }}
      />
      <PlaceList places={shown} chosen={chosen} onVisit={visit} />
      <p class="quiet" role="status">
        {shown.length === 0 ? t('palette.none') : ''}
      </p>
    </dialog>
  )
}

interface PlaceListProps {
  readonly places: readonly Place[]
  readonly chosen: Place | undefined
  readonly onVisit: (place: Place) => void
}

function PlaceList({ places, chosen, onVisit }: PlaceListProps): JSX.Element {
  return (
    <ul id="palette-places" role="listbox" aria-label={t('palette.title')}>
      {places.map((place) => (
        <li
          key={place.id}
          id={`palette-${place.id}`}
          role="option"
          aria-selected={place === chosen}
          onClick={() => {
            onVisit(place)
          }}
        >
          {place.name}
        </li>
      ))}
    </ul>
  )
}

function placesOf(app: App): readonly Place[] {
  const chats = (app.chats.value ?? []).map(({ contact }): Place => ({
    id: contact.contactId,
    name: nameOf(contact),
    visit: () => {
      go({ screen: 'chat', contactId: contact.contactId })
    }
  }))
  const settings = (
    ['appearance', 'language', 'notifications', 'privacy', 'security', 'devices', 'backup'] as const
  ).map((section): Place => ({
    id: section,
    name: t(`settings.${section}`),
    visit: () => {
      go({ screen: 'settings', section })
    }
  }))
  const isProtected = app.home.value.type === 'open' && app.home.value.isProtected
  return [
    ...chats,
    {
      id: 'add',
      name: t('home.add'),
      visit: () => {
        go({ screen: 'add' })
      }
    },
    {
      id: 'requests',
      name: t('requests.title'),
      visit: () => {
        go({ screen: 'requests' })
      }
    },
    {
      id: 'network',
      name: t('network.title'),
      visit: () => {
        go({ screen: 'network' })
      }
    },
    ...settings,
    {
      id: 'keys',
      name: t('keys.title'),
      visit: () => {
        go({ screen: 'keys' })
      }
    },
    ...(isProtected
      ? [
          {
            id: 'lock',
            name: t('home.lock'),
            visit: () => {
              inBackground(app.lock())
            }
          }
        ]
      : [])
  ]
}
