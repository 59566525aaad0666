import type { JSX } from 'preact'
import { durationOf } from '../locales/duration.ts'
import { t } from '../locales/locale.ts'
import { ownClockError } from '../state/own-clock.ts'
import { useApp } from '../ui/app-context.ts'

/** The clock of this machine is wrong: what that means here. */
export function ClockBanner(): JSX.Element | undefined {
  const sentence = useClockSentence()
  return sentence === undefined ? undefined : (
    <p class="banner warning" role="status">
      <span>{sentence}</span>
    </p>
  )
}

function useClockSentence(): string | undefined {
  const { relays } = useApp()
  const error = ownClockError(relays.value)
  if (error === undefined) {
    return undefined
  }
  const time = durationOf(error.seconds)
  return error.isAhead ? t('clock.ahead', { time }) : t('clock.behind', { time })
}
