/** A button that opens a menu, of which each item does something of its own. */
import type { JSX } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Icon, type IconName } from './icon.tsx'
import { moveFocus } from './menu-focus.ts'
import { showMenu } from './show-menu.ts'

interface ChoiceMenuProps {
  readonly icon: IconName
  readonly label: string
  readonly choices: readonly Choice[]
  readonly isDisabled?: boolean
}

interface Choice {
  readonly label: string
  readonly onChoose: () => void
}

export function ChoiceMenu({
  icon,
  label,
  choices,
  isDisabled = false
}: ChoiceMenuProps): JSX.Element {
  const [isOpen, setOpen] = useState(false)
  const anchor = useRef<HTMLButtonElement | undefined>(undefined)
  const menu = useRef<HTMLDivElement | undefined>(undefined)
  const close = (): void => {
    setOpen(false)
  }
  useLayoutEffect(() => {
    const button = anchor.current
    return isOpen && button && menu.current ? showMenu(menu.current, button, close) : undefined
  }, [isOpen])
  return (
    <>
      <button
        ref={(element) => {
          anchor.current = element ?? undefined
        }}
        type="button"
        class="button plain"
        disabled={isDisabled}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => {
          setOpen(true)
        }}
      >
        <Icon name={icon} />
        <span>{label}</span>
      </button>
      <div
        ref={(element) => {
          menu.current = element ?? undefined
        }}
        class="menu"
        popover="auto"
        role="menu"
        aria-label={label}
        onKeyDown={(event) => {
          leaveOrMove(event.currentTarget, event, close)
        }}
      >
        {choices.map(({ label: words, onChoose }) => (
          <button
            key={words}
            type="button"
            role="menuitem"
            tabIndex={-1}
            onClick={() => {
              close()
              onChoose()
            }}
          >
            <span>{words}</span>
          </button>
        ))}
      </div>
    </>
  )
}

/** Escape leaves the menu, and not the screen as well. */
function leaveOrMove(menu: HTMLElement, event: KeyboardEvent, close: () => void): void {
  if (event.key === 'Escape') {
    event.preventDefault()
    event.stopPropagation()
    close()
  } else {
    moveFocus(menu, event, close)
  }
}
