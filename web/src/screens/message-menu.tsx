/** What can be done with a message: one menu, opened beside the message that it is for. */
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { nameOf } from '../locales/contact-name.ts'
import { t } from '../locales/locale.ts'
import { inBackground, sayProblem } from '../state/background.ts'
import { asked, openMenu } from '../state/message-menu.ts'
import { go } from '../state/navigation.ts'
import type { Message } from '@sealpost/client'
import { useApp } from '../ui/app-context.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { moveFocus } from '../ui/menu-focus.ts'
import { showMenu } from '../ui/show-menu.ts'
import { beginReport } from './report-about.tsx'

/** Opens the menu of a message. */
export function MessageMenuButton({ message }: { readonly message: Message }): JSX.Element {
  const isOpen = openMenu.value?.message.key === message.key
  return (
    <button
      type="button"
      class="icon-button message-more"
      aria-label={t('menu.open')}
      title={t('menu.open')}
      aria-haspopup="menu"
      aria-expanded={isOpen}
      onClick={(event) => {
        openMenu.value = isOpen ? undefined : { message, anchor: event.currentTarget }
      }}
    >
      <Icon name="more" />
    </button>
  )
}

/** Stands once in a chat. */
export function MessageMenu(): JSX.Element {
  const menu = useRef<HTMLDivElement | undefined>(undefined)
  const open = openMenu.value
  // Before the next key: who knows the menu does not wait for it.
  useLayoutEffect(() => {
    const element = menu.current
    return element && open ? showMenu(element, open.anchor, close) : undefined
  }, [open])
  useEffect(
    () => () => {
      openMenu.value = undefined
    },
    []
  )
  return (
    <div
      ref={(element) => {
        menu.current = element ?? undefined
      }}
      class="menu"
      popover="auto"
      role="menu"
      aria-label={t('menu.open')}
      onKeyDown={(event) => {
        moveFocus(event.currentTarget, event, close)
      }}
    >
      {open === undefined ? undefined : <Items message={open.message} />}
    </div>
  )
}

function close(): void {
  openMenu.value = undefined
}

function Items({ message }: { readonly message: Message }): JSX.Element {
  const { contactId, messageId, kind, text, withdrawnAtMs, isCopy } = message
  const { drafts } = useApp()
  const canAnswer = messageId !== undefined && withdrawnAtMs === undefined
  const canRecall = kind === 'sent' && withdrawnAtMs === undefined && isCopy !== true
  const details = (): void => {
    if (messageId !== undefined) {
      go({ screen: 'message', contactId, messageId })
    }
  }
  return (
    <>
      {canAnswer ? <Faces message={message} /> : undefined}
      {canAnswer ? (
        <Item
          icon="reply"
          label={t('menu.reply')}
          onChoose={() => {
            drafts.change(contactId, { replyTo: messageId, edit: undefined })
          }}
        />
      ) : undefined}
      {canAnswer && kind === 'sent' ? (
        <Item
          icon="edit"
          label={t('menu.edit')}
          onChoose={() => {
            drafts.change(contactId, { edit: { messageId, text } })
          }}
        />
      ) : undefined}
      {canAnswer ? (
        <Item
          icon="pass-on"
          label={t('menu.forward')}
          onChoose={() => {
            asked.value = { type: 'forward', message }
          }}
        />
      ) : undefined}
      {canAnswer ? <StarItem message={message} /> : undefined}
      {withdrawnAtMs === undefined ? (
        <Item
          icon="copy"
          label={t('menu.copy')}
          onChoose={() => {
            navigator.clipboard.writeText(text).catch(() => {
              sayProblem('action.copy.failed')
            })
          }}
        />
      ) : undefined}
      {messageId === undefined ? undefined : (
        <Item icon="info" label={t('menu.details')} onChoose={details} />
      )}
      {canRecall ? <Item icon="undo" label={t('menu.recall')} onChoose={details} /> : undefined}
      {kind === 'received' && withdrawnAtMs === undefined ? (
        <ReportItem message={message} />
      ) : undefined}
      <Item
        icon="trash"
        label={t('menu.delete')}
        isDanger
        onChoose={() => {
          asked.value = { type: 'delete', message }
        }}
      />
    </>
  )
}

/** Begins a report of abuse with what was said; the person sees it before it goes anywhere. */
function ReportItem({ message: { contactId, text } }: { readonly message: Message }): JSX.Element {
  const { chats } = useApp()
  const contact = chats.value?.find((chat) => chat.contact.contactId === contactId)?.contact
  return (
    <Item
      icon="warning"
      label={t('report.it')}
      onChoose={() => {
        const name = contact === undefined ? '' : nameOf(contact)
        beginReport([t('report.about.message', { name }), text].join('\n\n'))
      }}
    />
  )
}

function StarItem({
  message: { messageId, isStarred }
}: {
  readonly message: Message
}): JSX.Element {
  const { peer } = useApp()
  return (
    <Item
      icon="star"
      label={isStarred ? t('star.remove') : t('star.add')}
      onChoose={() => {
        if (messageId !== undefined) {
          inBackground(peer.setStar(messageId, !isStarred))
        }
      }}
    />
  )
}

/** The reactions that most people use; the one that is there already takes it back. */
const FACES = ['👍', '❤️', '😂', '😮', '😢', '🙏'] as const

function Faces({ message }: { readonly message: Message }): JSX.Element {
  const { peer } = useApp()
  const own = message.reactions.find(({ isOwn }) => isOwn)?.emoji
  return (
    <div class="faces" role="group" aria-label={t('menu.react')}>
      {FACES.map((face) => (
        <button
          key={face}
          type="button"
          role="menuitemradio"
          aria-checked={face === own}
          aria-label={face}
          tabIndex={-1}
          onClick={() => {
            openMenu.value = undefined
            if (message.messageId !== undefined) {
              const emoji = face === own ? undefined : face
              inBackground(peer.react(message.messageId, emoji))
            }
          }}
        >
          {face}
        </button>
      ))}
    </div>
  )
}

interface ItemProps {
  readonly icon: IconName
  readonly label: string
  readonly isDanger?: boolean
  readonly onChoose: () => void
}

function Item({ icon, label, isDanger = false, onChoose }: ItemProps): JSX.Element {
  return (
    <button
      type="button"
      role="menuitem"
      class={isDanger ? 'danger' : ''}
      tabIndex={-1}
      onClick={() => {
        openMenu.value = undefined
        onChoose()
      }}
    >
      <Icon name={icon} />
      <span>{label}</span>
    </button>
  )
}
