/** What can be chosen, in sections. */
import type { JSX } from 'preact'
import { LOCALE_NAMES, locale, t } from '../locales/locale.ts'
import type { Route } from '../state/route.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { LinkTo } from '../ui/link-to.tsx'
import { Screen } from '../ui/screen.tsx'
import { AboutSection } from './settings-about.tsx'
import { BackupSection } from './settings-backup.tsx'
import { AppearanceSection } from './settings-appearance.tsx'
import { ChatSection, LanguageSection } from './settings-chat.tsx'
import { DevicesSection } from './settings-devices.tsx'
import { FeedbackSection } from './settings-feedback.tsx'
import { NoticeSection } from './notice.tsx'
import { NotificationsSection } from './settings-notifications.tsx'
import { PrivacySection } from './settings-privacy.tsx'
import { SecuritySection } from './settings-security.tsx'
import { StorageSection } from './settings-storage.tsx'

const SECTIONS = {
  appearance: { icon: 'edit', section: AppearanceSection },
  language: { icon: 'language', section: LanguageSection },
  chat: { icon: 'message', section: ChatSection },
  notifications: { icon: 'bell', section: NotificationsSection },
  privacy: { icon: 'eye', section: PrivacySection },
  security: { icon: 'lock', section: SecuritySection },
  devices: { icon: 'device', section: DevicesSection },
  backup: { icon: 'download', section: BackupSection },
  storage: { icon: 'storage', section: StorageSection },
  notice: { icon: 'shield', section: NoticeSection },
  feedback: { icon: 'warning', section: FeedbackSection },
  about: { icon: 'info', section: AboutSection }
} as const satisfies Readonly<
  Record<string, { readonly icon: IconName; readonly section: () => JSX.Element }>
>

type SectionName = keyof typeof SECTIONS

const SETTINGS: Route = { screen: 'settings', section: '' }

export function SettingsScreen({ section: name }: { readonly section: string }): JSX.Element {
  if (!isSection(name)) {
    return <Overview />
  }
  const { section: Section } = SECTIONS[name]
  return (
    <Screen
      title={t(`settings.${name}`)}
      back={SETTINGS}
      isTextAlone={name === 'about' || name === 'notice'}
    >
      <Section />
    </Screen>
  )
}

function isSection(name: string): name is SectionName {
  return Object.hasOwn(SECTIONS, name)
}

function Overview(): JSX.Element {
  const names = Object.keys(SECTIONS).filter(isSection)
  const last = names.at(-1)
  return (
    <Screen title={t('home.settings')}>
      <ul class="rows">
        <li>
          <LinkTo to={{ screen: 'starred' }} class="row">
            <Icon name="star" />
            <span class="row-text">
              <strong>{t('stars.title')}</strong>
              <span class="hint">{t('stars.lead')}</span>
            </span>
            <Icon name="forward" />
          </LinkTo>
        </li>
        {names
          .filter((name) => name !== last)
          .map((name) => (
            <SectionRow key={name} name={name} />
          ))}
        <li>
          <LinkTo to={{ screen: 'network' }} class="row">
            <Icon name="network" />
            <span class="row-text">
              <strong>{t('network.title')}</strong>
              <span class="hint">{t('settings.network.lead')}</span>
            </span>
            <Icon name="forward" />
          </LinkTo>
        </li>
        {last === undefined ? undefined : <SectionRow name={last} />}
      </ul>
    </Screen>
  )
}

function SectionRow({ name }: { readonly name: SectionName }): JSX.Element {
  return (
    <li>
      <LinkTo to={{ screen: 'settings', section: name }} class="row">
        <Icon name={SECTIONS[name].icon} />
        <span class="row-text">
          <strong>{t(`settings.${name}`)}</strong>
          <span class="hint">
            {name === 'language' ? LOCALE_NAMES[locale()] : t(`settings.${name}.lead`)}
          </span>
        </span>
        <Icon name="forward" />
      </LinkTo>
    </li>
  )
}
