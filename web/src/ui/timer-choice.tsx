/** How long messages stay: one of a few times, and one that somebody chose elsewhere. */
import type { JSX } from 'preact'
import { durationOf } from '../locales/duration.ts'
import { t } from '../locales/locale.ts'
import { ChoiceGroup } from './choice-group.tsx'

/** Seconds; 0 is for ever. */
const TIMES: readonly number[] = [0, 30, 300, 3_600, 28_800, 86_400, 604_800, 2_419_200]

interface TimerChoiceProps {
  readonly label: string
  readonly seconds: number
  readonly isDisabled: boolean
  readonly onChoose: (seconds: number) => void
}

export function TimerChoice({
  label,
  seconds,
  isDisabled,
  onChoose
}: TimerChoiceProps): JSX.Element {
  const times = [...new Set([...TIMES, seconds])].sort((a, b) => a - b)
  return (
    <ChoiceGroup
      isBrief
      isDisabled={isDisabled}
      label={label}
      value={String(seconds)}
      options={times.map((time) => ({
        value: String(time),
        label: time === 0 ? t('timer.off') : durationOf(time)
      }))}
      onChoose={(chosen) => {
        onChoose(Number(chosen))
      }}
    />
  )
}
