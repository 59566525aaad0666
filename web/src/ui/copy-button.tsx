import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { Button } from './button.tsx'

/** For so long it says that it was done. */
const SAID_MS = 2_500

interface CopyButtonProps {
  readonly text: string
  readonly label: string
  readonly kind?: 'main' | 'plain' | 'quiet'
  readonly onCopied?: () => void
}

/** Puts a text where it can be pasted from, and says so. */
export function CopyButton({
  text,
  label,
  kind = 'plain',
  onCopied
}: CopyButtonProps): JSX.Element {
  const [outcome, setOutcome] = useState<'none' | 'done' | 'failed'>('none')
  useEffect(() => {
    const end = setTimeout(() => {
      setOutcome('none')
    }, SAID_MS)
    return () => {
      clearTimeout(end)
    }
  }, [outcome])
  return (
    <>
      <Button
        kind={kind}
        icon={outcome === 'done' ? 'check' : 'copy'}
        onClick={() => {
          navigator.clipboard.writeText(text).then(
            () => {
              setOutcome('done')
              onCopied?.()
            },
            () => {
              setOutcome('failed')
            }
          )
        }}
      >
        {outcome === 'done' ? t('action.copied') : label}
      </Button>
      <span class={outcome === 'failed' ? 'error' : 'unseen'} role="status">
        {outcome === 'done' ? t('action.copied') : ''}
        {outcome === 'failed' ? t('action.copy.failed') : ''}
      </span>
    </>
  )
}
