/** What can be done with a chat of the list: opened by a right click, a long press, or the menu key. */
import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { nameOf } from '../locales/contact-name.ts'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import { askedChat, openChatMenu } from '../state/chat-menu.ts'
import { useApp } from '../ui/app-context.ts'
import { Icon } from '../ui/icon.tsx'
import { moveFocus } from '../ui/menu-focus.ts'
import { showMenu } from '../ui/show-menu.ts'
import { shelfActions } from './shelf-actions.ts'

/** Stands once beside the list. */
export function ChatMenu(): JSX.Element {
  const app = useApp()
  const menu = useRef<HTMLDivElement | undefined>(undefined)
  const open = openChatMenu.value
  const contact = app.chats.value?.find(
    (chat) => chat.contact.contactId === open?.contactId
  )?.contact
  useLayoutEffect(() => {
    const element = menu.current
    return element && open ? showMenu(element, open.anchor, close) : undefined
  }, [open])
  return (
    <div
      ref={(element) => {
        menu.current = element ?? undefined
      }}
      class="menu"
      popover="auto"
      role="menu"
      aria-label={t('shelf.menu', { name: contact === undefined ? '' : nameOf(contact) })}
      onKeyDown={(event) => {
        moveFocus(event.currentTarget, event, close)
      }}
    >
      {contact === undefined
        ? undefined
        : shelfActions(contact)
            .flatMap((action) => ('choices' in action ? action.choices : [action]))
            .map(({ icon, label, wish }) => (
              <button
                key={label}
                type="button"
                role="menuitem"
                tabIndex={-1}
                onClick={() => {
                  close()
                  inBackground(
                    app.peer.keep(contact.contactId, wish).then((kept) => {
                      app.noteContact(kept)
                    })
                  )
                }}
              >
                <Icon name={icon} />
                <span>{t(label)}</span>
              </button>
            ))}
      <button
        type="button"
        role="menuitem"
        class="danger"
        tabIndex={-1}
        onClick={() => {
          askedChat.value = contact?.contactId
          close()
        }}
      >
        <Icon name="trash" />
        <span>{t(contact?.standing === 'failed' ? 'remove.ask' : 'clear.ask')}</span>
      </button>
    </div>
  )
}

function close(): void {
  openChatMenu.value = undefined
}
