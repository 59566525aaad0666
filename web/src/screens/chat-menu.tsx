/** What can be done with a chat of the list: opened by a right click, a long press, or the menu key. */
import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { nameOf } from '../locales/contact-name.ts'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import { openChatMenu } from '../state/chat-menu.ts'
import { menuPlace } from '../state/menu-place.ts'
import { useApp } from '../ui/app-context.ts'
import { Icon } from '../ui/icon.tsx'
import { itemsOf, moveFocus } from '../ui/menu-focus.ts'
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
    return element && open ? show(element, open.anchor) : undefined
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
        : shelfActions(contact).map(({ icon, label, wish }) => (
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
    </div>
  )
}

function close(): void {
  openChatMenu.value = undefined
}

/** @returns what hides it again. */
function show(element: HTMLElement, anchor: HTMLElement): () => void {
  element.showPopover()
  const { left, top } = menuPlace(anchor.getBoundingClientRect(), element.getBoundingClientRect(), {
    width: innerWidth,
    height: innerHeight
  })
  element.style.left = `${String(left)}px`
  element.style.top = `${String(top)}px`
  itemsOf(element)[0]?.focus()
  const onToggle = (event: ToggleEvent): void => {
    if (event.newState === 'closed') {
      close()
    }
  }
  element.addEventListener('toggle', onToggle)
  return () => {
    element.removeEventListener('toggle', onToggle)
    const hadFocus = element.contains(document.activeElement)
    element.hidePopover()
    if (hadFocus) {
      anchor.focus()
    }
  }
}
