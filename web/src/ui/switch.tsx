import type { JSX } from 'preact'
import { useId } from 'preact/hooks'

interface SwitchProps {
  readonly label: string
  readonly hint?: string
  readonly isOn: boolean
  readonly isDisabled?: boolean
  readonly onChange: (isOn: boolean) => void
}

/** On or off, at once. */
export function Switch({
  label,
  hint,
  isOn,
  isDisabled = false,
  onChange
}: SwitchProps): JSX.Element {
  const id = useId()
  return (
    <div class="switch">
      <label for={id}>
        <span class="switch-label">{label}</span>
        <input
          id={id}
          type="checkbox"
          role="switch"
          checked={isOn}
          disabled={isDisabled}
          aria-describedby={hint === undefined ? undefined : `${id}-hint`}
          onChange={(event) => {
            onChange(event.currentTarget.checked)
          }}
        />
      </label>
      {hint === undefined ? undefined : (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}
