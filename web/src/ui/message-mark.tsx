import type { MessageState } from '@sealpost/client'
import type { JSX } from 'preact'
import { t } from '../locales/locale.ts'
import { Icon } from './icon.tsx'

/** What was proven of an own message: a clock, a tick, two, two in colour. */
export function MessageMark({
  state
}: {
  readonly state: MessageState | undefined
}): JSX.Element | undefined {
  if (state === undefined) {
    return undefined
  }
  const icon = state === 'queued' ? 'clock' : state === 'on-relay' ? 'check' : 'checks'
  return (
    <span class={`mark-state ${state}`} title={t(`state.${state}`)}>
      <Icon name={icon} />
      <span class="unseen">{t(`state.${state}`)}</span>
    </span>
  )
}
