import type { JSX } from 'preact'
import { useId } from 'preact/hooks'

export interface Option<T> {
  readonly value: T
  readonly label: string
  readonly hint?: string
  /** The language of the label, where it is another than that of the page. */
  readonly lang?: string
}

interface ChoiceGroupProps<T> {
  readonly label: string
  readonly options: readonly Option<T>[]
  readonly value: T
  readonly isDisabled?: boolean
  /** Beside each other, where each is a word or two. */
  readonly isBrief?: boolean
  readonly onChoose: (value: T) => void
}

/** One of a few. */
export function ChoiceGroup<T extends string>({
  label,
  options,
  value,
  isDisabled = false,
  isBrief = false,
  onChoose
}: ChoiceGroupProps<T>): JSX.Element {
  const name = useId()
  return (
    <fieldset class={isBrief ? 'segments' : 'choices'} disabled={isDisabled}>
      <legend>{label}</legend>
      <div class={isBrief ? 'segment-row' : 'choices'}>
        {options.map((option) => (
          <label key={option.value} class={isBrief ? 'segment' : 'choice'} lang={option.lang}>
            <input
              type="radio"
              name={name}
              checked={option.value === value}
              onChange={() => {
                onChoose(option.value)
              }}
            />
            <span>
              {isBrief ? option.label : <strong>{option.label}</strong>}
              {option.hint === undefined ? undefined : <span class="hint">{option.hint}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
