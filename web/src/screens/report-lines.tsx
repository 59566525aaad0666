import type { JSX } from 'preact'
import { t } from '../locales/locale.ts'
import { IconButton } from '../ui/button.tsx'

interface ReportLinesProps {
  readonly lines: readonly string[]
  /** Undefined where nothing can be taken out any more. */
  readonly onChange?: (lines: readonly string[]) => void
}

/** What the app has to say about itself, line by line; the person takes out what they like. */
export function ReportLines({ lines, onChange }: ReportLinesProps): JSX.Element | undefined {
  if (lines.length === 0) {
    return onChange === undefined ? undefined : <p class="hint">{t('feedback.lines.none')}</p>
  }
  return (
    <ul class="lines" lang="en">
      {lines.map((line, at) => (
        <li key={`${String(at)} ${line}`}>
          <code>{line}</code>
          {onChange === undefined ? undefined : (
            <IconButton
              icon="close"
              label={t('feedback.line.remove', { line })}
              onClick={() => {
                onChange(lines.filter((_, other) => other !== at))
              }}
            />
          )}
        </li>
      ))}
    </ul>
  )
}
