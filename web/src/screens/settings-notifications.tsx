/** What the person is told of while they look elsewhere. */
import type { JSX } from 'preact'
import { useId, useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import { prefer, preferences } from '../state/preferences.ts'
import { clockText, parseClock, type QuietHours } from '../state/quiet-hours.ts'
import { play, SOUNDS } from '../state/sounds.ts'
import { ChoiceGroup } from '../ui/choice-group.tsx'
import { Switch } from '../ui/switch.tsx'

const NIGHT: QuietHours = { from: 22 * 60, to: 7 * 60 }

export function NotificationsSection(): JSX.Element {
  const { isNotified, isPreviewShown, quietHours, sound, volume } = preferences.value
  return (
    <section class="card settings">
      <p class="quiet">{t('notify.lead')}</p>
      <Permission />
      <Switch
        label={t('notify.on')}
        isOn={isNotified}
        onChange={(isOn) => {
          prefer({ isNotified: isOn })
        }}
      />
      <Switch
        label={t('notify.preview')}
        hint={t('notify.preview.hint')}
        isOn={isPreviewShown}
        isDisabled={!isNotified}
        onChange={(isOn) => {
          prefer({ isPreviewShown: isOn })
        }}
      />
      <ChoiceGroup
        isBrief
        label={t('notify.sound')}
        value={sound}
        options={SOUNDS.map((value) => ({ value, label: t(`sound.${value}`) }))}
        onChoose={(chosen) => {
          prefer({ sound: chosen })
          play(chosen, volume)
        }}
      />
      <Volume volume={volume} />
      <Switch
        label={t('notify.quiet')}
        hint={t('notify.quiet.hint')}
        isOn={quietHours !== undefined}
        onChange={(isOn) => {
          prefer({ quietHours: isOn ? NIGHT : undefined })
        }}
      />
      {quietHours === undefined ? undefined : <Hours hours={quietHours} />}
    </section>
  )
}

/** The browser asks the person itself, and only at a click of theirs. */
function Permission(): JSX.Element | undefined {
  const [permission, setPermission] = useState<NotificationPermission | 'absent'>(
    'Notification' in globalThis ? Notification.permission : 'absent'
  )
  switch (permission) {
    case 'granted':
      return undefined
    case 'default':
      return (
        <button
          type="button"
          class="button main"
          onClick={() => {
            inBackground(Notification.requestPermission().then(setPermission))
          }}
        >
          {t('notify.allow')}
        </button>
      )
    default:
      return (
        <p class="note warning">
          {permission === 'denied' ? t('notify.denied') : t('notify.absent')}
        </p>
      )
  }
}

function Volume({ volume }: { readonly volume: number }): JSX.Element {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{t('notify.volume')}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={100}
        step={5}
        value={volume}
        onInput={(event) => {
          prefer({ volume: Number(event.currentTarget.value) })
        }}
        onChange={() => {
          play(preferences.value.sound, preferences.value.volume)
        }}
      />
    </div>
  )
}

function Hours({ hours }: { readonly hours: QuietHours }): JSX.Element {
  return (
    <div class="actions">
      {(['from', 'to'] as const).map((end) => (
        <label key={end} class="field">
          <span class="field-label">{t(`notify.quiet.${end}`)}</span>
          <input
            type="time"
            value={clockText(hours[end])}
            onChange={(event) => {
              const minutes = parseClock(event.currentTarget.value)
              if (minutes !== undefined) {
                prefer({ quietHours: { ...hours, [end]: minutes } })
              }
            }}
          />
        </label>
      ))}
    </div>
  )
}
