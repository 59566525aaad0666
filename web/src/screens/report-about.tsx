import type { JSX } from 'preact'
import { t } from '../locales/locale.ts'
import { go } from '../state/navigation.ts'
import { leaveBeginning } from '../state/report-about.ts'
import { Button } from '../ui/button.tsx'
import type { IconName } from '../ui/icon.tsx'

interface ReportAboutProps {
  readonly text: string
  /** Undefined where no other button beside it has one. */
  readonly icon?: IconName
}

/** Leads to a report of abuse that begins with these words; nothing is sent by it. */
export function ReportAbout({ text, icon }: ReportAboutProps): JSX.Element {
  return (
    <Button
      icon={icon}
      onClick={() => {
        beginReport(text)
      }}
    >
      {t('report.it')}
    </Button>
  )
}

/** Goes where reports are written, with one of abuse that begins with these words. */
export function beginReport(text: string): void {
  leaveBeginning({ category: 'abuse', text })
  go({ screen: 'settings', section: 'feedback' })
}
