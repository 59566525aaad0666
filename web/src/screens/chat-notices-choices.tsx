/** How one is told of the messages of somebody: kept on this device alone. */
import type { ContactId } from '@sealpost/protocol'
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { type ChatNotices, DEFAULT_NOTICES } from '../wire/chat-notices.ts'
import { useApp } from '../ui/app-context.ts'
import { ChoiceGroup } from '../ui/choice-group.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { useRead } from '../ui/use-read.ts'
import { useTask } from '../ui/use-task.ts'

export function ChatNoticesChoices({ contactId }: { readonly contactId: ContactId }): JSX.Element {
  const { peer } = useApp()
  const { value, error } = useRead(
    contactId,
    () => peer.chatNotices(contactId),
    ({ type }) => type === 'chat-notices'
  )
  const task = useTask()
  // What the person chose is shown at once, and is not so where it could not be kept.
  const [wanted, setWanted] = useState<Partial<ChatNotices>>({})
  useEffect(() => {
    setWanted({})
  }, [value, task.error])
  const notices = { ...(value ?? DEFAULT_NOTICES), ...wanted }
  const choose = (some: Partial<ChatNotices>): void => {
    setWanted(some)
    task.run(() => peer.setChatNotices(contactId, { ...notices, ...some }))
  }
  return (
    <section class="card stack">
      <ChoiceGroup<ChatNotices['told']>
        isBrief
        label={t('notify.chat')}
        value={notices.told}
        isDisabled={value === undefined || task.isRunning}
        options={(['default', 'all', 'none'] as const).map((told) => {
          return { value: told, label: t(`notify.chat.${told}`) }
        })}
        onChoose={(told) => {
          choose({ told })
        }}
      />
      <ChoiceGroup<ChatNotices['preview']>
        isBrief
        label={t('notify.chat-preview')}
        value={notices.preview}
        isDisabled={value === undefined || task.isRunning}
        options={(['default', 'shown', 'hidden'] as const).map((preview) => {
          return { value: preview, label: t(`notify.chat-preview.${preview}`) }
        })}
        onChoose={(preview) => {
          choose({ preview })
        }}
      />
      <p class="hint">{t('notify.chat.lead')}</p>
      <ErrorLine error={task.error ?? error} />
    </section>
  )
}
