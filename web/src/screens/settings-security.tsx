/** When what this browser keeps is locked. */
import type { JSX } from 'preact'
import { t } from '../locales/locale.ts'
import { AUTO_LOCK_MINUTES, prefer, preferences } from '../state/preferences.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { ChoiceGroup } from '../ui/choice-group.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { useTask } from '../ui/use-task.ts'
import { WaysIn } from './ways-in.tsx'

export function SecuritySection(): JSX.Element {
  const app = useApp()
  const { home } = app
  const { error, isRunning, run } = useTask()
  const isProtected = home.value.type === 'open' && home.value.isProtected
  if (!isProtected) {
    return (
      <>
        <p class="note warning">{t('security.unprotected')}</p>
        <WaysIn />
      </>
    )
  }
  return (
    <>
      <section class="card settings">
        <p>{t('security.protected')}</p>
        <ChoiceGroup
          isBrief
          label={t('security.auto')}
          value={String(preferences.value.autoLockMinutes)}
          options={AUTO_LOCK_MINUTES.map((minutes) => {
            const label =
              minutes === 0
                ? t('security.auto.never')
                : t('security.auto.minutes', { count: minutes })
            return { value: String(minutes), label }
          })}
          onChoose={(chosen) => {
            const minutes = AUTO_LOCK_MINUTES.find((one) => String(one) === chosen)
            if (minutes !== undefined) {
              prefer({ autoLockMinutes: minutes })
            }
          }}
        />
        <div class="actions">
          <Button
            kind="main"
            icon="lock"
            isDisabled={isRunning}
            onClick={() => {
              run(() => app.lock())
            }}
          >
            {t('security.lock')}
          </Button>
        </div>
        <ErrorLine error={error} />
      </section>
      <WaysIn />
    </>
  )
}
