/** What can be done with a message: one menu, opened beside the message that it is for. */
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import { inBackground, sayProblem } from '../state/background.ts'
import { menuPlace } from '../state/menu-place.ts'
import { asked, openMenu } from '../state/message-menu.ts'
import { go } from '../state/navigation.ts'
import type { Message } from '@sealpost/client'
import { useApp } from '../ui/app-context.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { itemsOf, moveFocus } from '../ui/menu-focus.ts'

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
    if (!element || !open) {
      return undefined
    }
    element.showPopover()
    const anchor = open.anchor.getBoundingClientRect()
    const { left, top } = menuPlace(anchor, element.getBoundingClientRect(), {
      width: innerWidth,
      height: innerHeight
    })
    element.style.left = `${String(left)}px`
    element.style.top = `${String(top)}px`
    itemsOf(element)[0]?.focus()
    const onToggle = (event: ToggleEvent): void => {
      if (event.newState === 'closed') {
        openMenu.value = undefined
      }
    }
    element.addEventListener('toggle', onToggle)
    return () => {
      element.removeEventListener('toggle', onToggle)
      const hadFocus = element.contains(document.activeElement)
      element.hidePopover()
      if (hadFocus) {
        open.anchor.focus()
      }
    }
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
        moveFocus(event.currentTarget, event, () => {
          openMenu.value = undefined
        })
      }}
    >
      {open === undefined ? undefined : <Items message={open.message} />}
    </div>
  )
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
      <Item
        icon="trash"
        label={t('menu.delete')}
        onChoose={() => {
          asked.value = { type: 'delete', message }
        }}
      />
    </>
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
  readonly onChoose: () => void
}

function Item({ icon, label, onChoose }: ItemProps): JSX.Element {
  return (
    <button
      type="button"
      role="menuitem"
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
