/** Says at a message in how long it goes, while it is shown. */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { changesIn, remainderOf } from '../locales/duration.ts'
import { t } from '../locales/locale.ts'
import { Icon } from './icon.tsx'

export function FadingSign({ atMs }: { readonly atMs: number }): JSX.Element {
  const [nowMs, setNow] = useState(Date.now)
  const seconds = Math.max(0, Math.ceil((atMs - nowMs) / 1_000))
  useEffect(() => {
    if (seconds === 0) {
      return undefined
    }
    const timer = setTimeout(
      () => {
        setNow(Date.now())
      },
      changesIn(seconds) * 1_000
    )
    return () => {
      clearTimeout(timer)
    }
  }, [seconds])
  const words = t('timer.left', { time: remainderOf(seconds) })
  return (
    <span class="fading" title={words}>
      <Icon name="clock" />
      <span aria-hidden="true">{remainderOf(seconds, 'narrow')}</span>
      <span class="unseen">{words}</span>
    </span>
  )
}
