/** What is asked before a chat of the list is cleared, or its contact removed. */
import type { Contact } from '@sealpost/client'
import type { JSX } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { askedChat } from '../state/chat-menu.ts'
import { t } from '../locales/locale.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { useTask } from '../ui/use-task.ts'
import { clearing } from './clearing.ts'

/** Stands once beside the list. */
export function ClearDialog(): JSX.Element | undefined {
  const { chats } = useApp()
  const asked = askedChat.value
  const contact = chats.value?.find((chat) => chat.contact.contactId === asked)?.contact
  return contact === undefined ? undefined : <Asked contact={contact} />
}

function Asked({ contact }: { readonly contact: Contact }): JSX.Element {
  const { peer } = useApp()
  const { error, isRunning, run } = useTask()
  const id = useId()
  const dialog = useRef<HTMLDialogElement | undefined>(undefined)
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  const { title, lead, confirm, carryOut } = clearing(contact)
  return (
    <dialog
      ref={(element) => {
        dialog.current = element ?? undefined
      }}
      class="dialog"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-lead`}
      onClose={() => {
        askedChat.value = undefined
      }}
    >
      <h2 id={`${id}-title`}>{title}</h2>
      <p id={`${id}-lead`}>{lead}</p>
      <ErrorLine error={error} />
      <div class="actions">
        <Button
          kind="danger"
          isDisabled={isRunning}
          onClick={() => {
            run(async () => {
              await carryOut(peer)
              dialog.current?.close()
            })
          }}
        >
          {confirm}
        </Button>
        <Button
          kind="quiet"
          onClick={() => {
            dialog.current?.close()
          }}
        >
          {t('action.cancel')}
        </Button>
      </div>
    </dialog>
  )
}
