/** What is asked before something is done with a message: whom to forward it to, and whether to delete it. */
import type { Message } from '@sealpost/client'
import type { JSX } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { nameOf } from '../locales/contact-name.ts'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import { drawMessageId } from '../state/message-id.ts'
import { asked } from '../state/message-menu.ts'
import { go } from '../state/navigation.ts'
import { plainText } from '../state/text-format.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { Picker } from '../ui/picker.tsx'

/** Stands once in a chat. @param name of the contact */
export function MessageDialogs({ name }: { readonly name: string }): JSX.Element | undefined {
  const { value } = asked
  useEffect(
    () => () => {
      asked.value = undefined
    },
    []
  )
  if (value === undefined) {
    return undefined
  }
  const { type, message } = value
  return type === 'forward' ? (
    <ForwardDialog message={message} />
  ) : (
    <DeleteDialog message={message} name={name} />
  )
}

function close(): void {
  asked.value = undefined
}

function ForwardDialog({ message }: { readonly message: Message }): JSX.Element {
  const { chats, peer } = useApp()
  const forward = async (to: Message['contactId']): Promise<void> => {
    if (message.messageId !== undefined) {
      await peer.forward(message.messageId, to, drawMessageId())
      go({ screen: 'chat', contactId: to })
    }
  }
  const choices = (chats.value ?? [])
    .filter(({ contact }) => contact.standing === 'accepted' && !contact.isHeld)
    .map(({ contact }) => ({
      id: contact.contactId,
      name: nameOf(contact),
      choose: () => {
        inBackground(forward(contact.contactId))
      }
    }))
  return (
    <Picker
      title={t('forward.title')}
      what={t('forward.who')}
      none={t('forward.none')}
      choices={choices}
      onClose={close}
    >
      <div class="passing-on">
        <h2>{t('forward.title')}</h2>
        <p class="about-text" dir="auto">
          {plainText(message.text)}
        </p>
        <p class="hint">{t('forward.lead')}</p>
      </div>
    </Picker>
  )
}

interface DeleteDialogProps {
  readonly message: Message
  readonly name: string
}

function DeleteDialog({ message, name }: DeleteDialogProps): JSX.Element {
  const { peer } = useApp()
  const id = useId()
  const dialog = useRef<HTMLDialogElement | undefined>(undefined)
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  const { messageId, key, kind, isCopy, state, withdrawnAtMs } = message
  const canRecall =
    messageId !== undefined && kind === 'sent' && withdrawnAtMs === undefined && isCopy !== true
  const isThere = state === 'delivered' || state === 'read'
  const end = (task?: Promise<unknown>): void => {
    dialog.current?.close()
    if (task !== undefined) {
      inBackground(task)
      // What the focus was on may be gone.
      document.querySelector<HTMLElement>('.composer textarea')?.focus()
    }
  }
  return (
    <dialog
      ref={(element) => {
        dialog.current = element ?? undefined
      }}
      class="dialog"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-lead`}
      onClose={close}
    >
      <h2 id={`${id}-title`}>{t('delete.title')}</h2>
      <p id={`${id}-lead`}>{t('delete.lead', { name })}</p>
      {canRecall ? (
        <p class="hint">{isThere ? t('message.recall.delivered') : t('message.recall.fresh')}</p>
      ) : undefined}
      <div class="actions ways-out">
        <Button
          kind="danger"
          onClick={() => {
            end(peer.deleteForMe(messageId ?? key))
          }}
        >
          {t('delete.do')}
        </Button>
        {canRecall ? (
          <Button
            kind="danger"
            onClick={() => {
              end(peer.recall(messageId))
            }}
          >
            {t('delete.recall')}
          </Button>
        ) : undefined}
        <Button
          kind="quiet"
          onClick={() => {
            end()
          }}
        >
          {t('action.cancel')}
        </Button>
      </div>
    </dialog>
  )
}
