import type { JSX } from 'preact'
import { useEffect, useId } from 'preact/hooks'

interface FieldProps {
  readonly label: string
  readonly value: string
  readonly onInput: (value: string) => void
  readonly type?: 'text' | 'password'
  readonly hint?: string | undefined
  /** What is wrong with it: said aloud, and shown below. */
  readonly error?: string | undefined
  readonly autocomplete?: string
  /** Whether it takes the focus as it comes, or as this becomes true. */
  readonly isFocused?: boolean
  readonly maxLength?: number
  readonly isLong?: boolean
  /** Whether it is digits that are typed. */
  readonly isNumber?: boolean
}

/** One line of text, with what it is for above and what is wrong with it below. */
export function Field({
  label,
  value,
  onInput,
  type = 'text',
  hint,
  error,
  autocomplete = 'off',
  isFocused = false,
  maxLength,
  isLong = false,
  isNumber = false
}: FieldProps): JSX.Element {
  const id = useId()
  const below = error ?? hint
  useEffect(() => {
    // The attribute `autofocus` does so once in the life of a page.
    if (isFocused) {
      document.getElementById(id)?.focus()
    }
  }, [id, isFocused])
  const shared = {
    id,
    value,
    maxLength,
    'aria-invalid': error !== undefined,
    'aria-describedby': below === undefined ? undefined : `${id}-below`,
    onInput: (event: { readonly currentTarget: { readonly value: string } }) => {
      onInput(event.currentTarget.value)
    }
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {isLong ? <textarea rows={3} {...shared} /> : undefined}
      {!isLong && type === 'text' ? (
        <input
          type="text"
          autocomplete={autocomplete}
          inputMode={isNumber ? 'numeric' : undefined}
          spellcheck={false}
          {...shared}
        />
      ) : undefined}
      {!isLong && type === 'password' ? (
        <input type="password" autocomplete={autocomplete} {...shared} />
      ) : undefined}
      {below === undefined ? undefined : (
        <p
          id={`${id}-below`}
          class={error === undefined ? 'hint' : 'error'}
          role={error === undefined ? undefined : 'alert'}
        >
          {below}
        </p>
      )}
    </div>
  )
}
