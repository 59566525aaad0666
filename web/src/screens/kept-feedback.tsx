/** What was written while nobody took reports: saved as a file, sent later, or deleted. */
import type { ReportDesk } from '@sealpost/client'
import type { JSX } from 'preact'
import { dateOf, exactlyOf } from '../locales/dates.ts'
import { t } from '../locales/locale.ts'
import { clockStyle } from '../state/clock-style.ts'
import { relayName } from '../state/relay-name.ts'
import { saveFile } from '../state/save-file.ts'
import type { Feedback } from '../wire/feedback.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { useTask } from '../ui/use-task.ts'
import { ReportLines } from './report-lines.tsx'

interface KeptFeedbackProps {
  readonly feedback: Feedback
  readonly desks: readonly ReportDesk[]
  readonly onRemoved: () => void
}

export function KeptFeedback({ feedback, desks, onRemoved }: KeptFeedbackProps): JSX.Element {
  const { peer } = useApp()
  const { error, isRunning, run } = useTask()
  const { number, category, text, lines, writtenAtMs } = feedback
  return (
    <li>
      <details>
        <summary>
          <strong>{number}</strong>{' '}
          <span class="hint">
            {[t(`feedback.category.${category}`), dateOf(writtenAtMs), t('feedback.waits')].join(
              ' · '
            )}
          </span>
        </summary>
        <p class="feedback-text" dir="auto">
          {text}
        </p>
        <ReportLines lines={lines} />
        <div class="actions">
          {desks.map(({ relay, link }) => (
            <Button
              key={link}
              icon="send"
              isDisabled={isRunning}
              onClick={() => {
                run(async () => {
                  // Under its own number: who asks twice sends it once.
                  await peer.report({ number, category, text, lines, desk: link })
                  await peer.removeFeedback(number)
                  onRemoved()
                })
              }}
            >
              {t('feedback.send', { relay: relayName(relay) })}
            </Button>
          ))}
          <Button
            icon="download"
            onClick={() => {
              const file = new Blob([textOf(feedback)], { type: 'text/plain' })
              saveFile(file, `sealpost-${number}.txt`)
            }}
          >
            {t('feedback.save')}
          </Button>
          <ConfirmButton
            label={t('feedback.withdraw')}
            question={t('feedback.withdraw.sure')}
            confirm={t('feedback.withdraw.do')}
            isDisabled={isRunning}
            onConfirm={() => {
              run(() => peer.removeFeedback(number).then(onRemoved))
            }}
          />
        </div>
        <ErrorLine error={error} />
      </details>
    </li>
  )
}

/** The same as what is shown, for whoever is given the file. */
function textOf({ number, category, text, lines, writtenAtMs }: Feedback): string {
  const head = [number, t(`feedback.category.${category}`), exactlyOf(writtenAtMs, clockStyle())]
  return [head.join(' · '), '', text, '', ...lines, ''].join('\n')
}
