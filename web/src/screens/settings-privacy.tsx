/** What others see of the person: kept by the peer, and the same on all devices. */
import type { Settings } from '@sealpost/protocol'
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { useApp } from '../ui/app-context.ts'
import { ChoiceGroup } from '../ui/choice-group.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { FailedRead } from '../ui/failed-read.tsx'
import { Switch } from '../ui/switch.tsx'
import { TimerChoice } from '../ui/timer-choice.tsx'
import { useRead } from '../ui/use-read.ts'
import { useTask } from '../ui/use-task.ts'

export function PrivacySection(): JSX.Element {
  const { peer } = useApp()
  const { value, error, again } = useRead(
    'settings',
    () => peer.settings(),
    ({ type }) => type === 'settings-changed'
  )
  const task = useTask()
  // What the person chose is shown at once, and is not so where it could not be done.
  const [wanted, setWanted] = useState<Partial<Settings>>({})
  useEffect(() => {
    setWanted({})
  }, [value, task.error])
  if (error !== undefined) {
    return <FailedRead error={t('settings.failed', { reason: error })} onAgain={again} />
  }
  if (value === undefined) {
    return <div class="skeleton" aria-busy="true" />
  }
  return (
    <Choices
      settings={{ ...value, ...wanted }}
      isChanging={task.isRunning}
      error={task.error}
      onChange={(some) => {
        setWanted(some)
        task.run(() => peer.changeSettings(some).then(again))
      }}
    />
  )
}

interface ChoicesProps {
  readonly settings: Settings
  readonly isChanging: boolean
  readonly error: string | undefined
  readonly onChange: (some: Partial<Settings>) => void
}

function Choices({ settings, isChanging, error, onChange }: ChoicesProps): JSX.Element {
  return (
    <section class="card settings">
      <Switch
        label={t('privacy.read')}
        hint={t('privacy.read.hint')}
        isOn={settings.isReadShown}
        onChange={(isReadShown) => {
          onChange({ isReadShown })
        }}
      />
      <Switch
        label={t('privacy.typing')}
        hint={t('privacy.typing.hint')}
        isOn={settings.isTypingShown}
        onChange={(isTypingShown) => {
          onChange({ isTypingShown })
        }}
      />
      <Switch
        label={t('privacy.presence')}
        hint={t('privacy.presence.hint')}
        isOn={settings.isPresenceShown}
        onChange={(isPresenceShown) => {
          onChange({ isPresenceShown })
        }}
      />
      <Switch
        label={t('privacy.direct')}
        hint={t('privacy.direct.hint')}
        isOn={settings.isDirect}
        onChange={(isDirect) => {
          onChange({ isDirect })
        }}
      />
      <ChoiceGroup<'14' | '30'>
        isBrief
        isDisabled={isChanging}
        label={t('privacy.lifetime')}
        value={settings.lifetime === 2 ? '14' : '30'}
        options={[
          { value: '14', label: t('privacy.lifetime.14') },
          { value: '30', label: t('privacy.lifetime.30') }
        ]}
        onChoose={(chosen) => {
          onChange({ lifetime: chosen === '14' ? 2 : 3 })
        }}
      />
      <TimerChoice
        label={t('timer.default')}
        seconds={settings.timerSeconds ?? 0}
        isDisabled={isChanging}
        onChoose={(timerSeconds) => {
          onChange({ timerSeconds })
        }}
      />
      <p class="hint">{t('timer.default.hint')}</p>
      <ErrorLine error={error} />
    </section>
  )
}
