import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { isRoomLow } from '../state/room.ts'
import { IconButton } from '../ui/button.tsx'
import { LinkTo } from '../ui/link-to.tsx'
import { useApp } from '../ui/app-context.ts'

/** There is little room left, while there still is some: until the person has seen it. */
export function RoomBanner(): JSX.Element | undefined {
  const { home } = useApp()
  const [isSeen, setSeen] = useState(false)
  const isWritable = home.value.type === 'open' && home.value.storeProblem === undefined
  if (isSeen || !isRoomLow.value || !isWritable) {
    return undefined
  }
  return (
    <div class="banner warning" role="status">
      <span>{t('storage.low.lead')}</span>
      <LinkTo to={{ screen: 'settings', section: 'storage' }} class="button">
        {t('room.look')}
      </LinkTo>
      <IconButton
        icon="close"
        label={t('action.close')}
        onClick={() => {
          setSeen(true)
        }}
      />
    </div>
  )
}
