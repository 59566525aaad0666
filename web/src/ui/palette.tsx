/** Leads to any chat and any place by a few letters of its name. */
import type { JSX } from 'preact'
import { nameOf } from '../locales/contact-name.ts'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import { go } from '../state/navigation.ts'
import type { App } from '../state/app.ts'
import { useApp } from './app-context.ts'
import { type Choice, Picker } from './picker.tsx'

export function Palette({ onClose }: { readonly onClose: () => void }): JSX.Element {
  return (
    <Picker
      title={t('palette.title')}
      what={t('palette.what')}
      none={t('palette.none')}
      choices={placesOf(useApp())}
      onClose={onClose}
    />
  )
}

const SECTIONS = [
  'appearance',
  'language',
  'notifications',
  'privacy',
  'security',
  'devices',
  'backup',
  'storage',
  'feedback'
] as const

function placesOf(app: App): readonly Choice[] {
  const chats = (app.chats.value ?? []).map(({ contact }): Choice => ({
    id: contact.contactId,
    name: nameOf(contact),
    choose: () => {
      go({ screen: 'chat', contactId: contact.contactId })
    }
  }))
  const settings = SECTIONS.map((section): Choice => ({
    id: section,
    name: t(`settings.${section}`),
    choose: () => {
      go({ screen: 'settings', section })
    }
  }))
  const isProtected = app.home.value.type === 'open' && app.home.value.isProtected
  return [
    ...chats,
    {
      id: 'add',
      name: t('home.add'),
      choose: () => {
        go({ screen: 'add' })
      }
    },
    {
      id: 'requests',
      name: t('requests.title'),
      choose: () => {
        go({ screen: 'requests' })
      }
    },
    {
      id: 'starred',
      name: t('stars.title'),
      choose: () => {
        go({ screen: 'starred' })
      }
    },
    {
      id: 'network',
      name: t('network.title'),
      choose: () => {
        go({ screen: 'network' })
      }
    },
    ...settings,
    {
      id: 'keys',
      name: t('keys.title'),
      choose: () => {
        go({ screen: 'keys' })
      }
    },
    ...(isProtected
      ? [
          {
            id: 'lock',
            name: t('home.lock'),
            choose: () => {
              inBackground(app.lock())
            }
          }
        ]
      : [])
  ]
}
