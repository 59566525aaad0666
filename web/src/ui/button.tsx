import type { ComponentChildren, JSX } from 'preact'
import { Icon, type IconName } from './icon.tsx'

interface ButtonProps {
  readonly children: ComponentChildren
  readonly kind?: 'main' | 'plain' | 'quiet' | 'danger'
  readonly icon?: IconName | undefined
  readonly type?: 'button' | 'submit'
  readonly isDisabled?: boolean
  readonly onClick?: () => void
}

/** Says in words what it does. */
export function Button({
  children,
  kind = 'plain',
  icon,
  type = 'button',
  isDisabled = false,
  onClick
}: ButtonProps): JSX.Element {
  return (
    <button type={type} class={`button ${kind}`} disabled={isDisabled} onClick={onClick}>
      {icon === undefined ? undefined : <Icon name={icon} />}
      <span>{children}</span>
    </button>
  )
}

interface IconButtonProps {
  readonly icon: IconName
  /** What it does, for whoever does not see the drawing, and for whoever wonders. */
  readonly label: string
  readonly isDisabled?: boolean
  readonly type?: 'button' | 'submit'
  readonly onClick?: () => void
}

/** A drawing alone, where everybody knows what it means. */
export function IconButton({
  icon,
  label,
  isDisabled = false,
  type = 'button',
  onClick
}: IconButtonProps): JSX.Element {
  return (
    <button
      type={type}
      class="icon-button"
      aria-label={label}
      title={label}
      disabled={isDisabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  )
}
