/** What became of a report, in the person's language. */
import type { Report, ReportWord } from '@sealpost/client'
import { t } from '../locales/locale.ts'

export function stateSentence({ state, version }: Pick<Report, 'state' | 'version'>): string {
  return state === 'solved' && version !== undefined
    ? t('report.solved-in', { version })
    : t(`report.state.${state}`)
}

/** What a word says beside its text; empty where the text is all. */
export function wordSentence({ type, state, version }: ReportWord): string {
  if (type === 'withdraw') {
    return t('report.state.withdrawn')
  }
  return state === undefined ? '' : stateSentence({ state, version })
}

/** How it stands, for a colour: nothing else is said by it. */
export function stateKind({ state, isOver }: Report): 'waits' | 'open' | 'good' | 'over' {
  if (state === 'queued' || state === 'sent') {
    return 'waits'
  }
  return state === 'solved' ? 'good' : isOver ? 'over' : 'open'
}
