/** One of many, found by a few letters of its name: with the keys alone, or by a click. */
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'

const SHOWN_MAX = 12

export interface Choice {
  readonly id: string
  readonly name: string
  readonly choose: () => void
}

interface PickerProps {
  readonly title: string
  /** What is to be typed. */
  readonly what: string
  /** Said where nothing has such a name. */
  readonly none: string
  readonly choices: readonly Choice[]
  /** Above the field. */
  readonly children?: ComponentChildren
  readonly onClose: () => void
}

export function Picker(props: PickerProps): JSX.Element {
  const { title, what, none, choices, children, onClose } = props
  const id = useId()
  const dialog = useRef<HTMLDialogElement | undefined>(undefined)
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  const wanted = query.trim().toLocaleLowerCase()
  const shown = choices
    .filter(({ name }) => name.toLocaleLowerCase().includes(wanted))
    .slice(0, SHOWN_MAX)
  const chosen = shown[Math.min(at, shown.length - 1)]
  const choose = (choice: Choice | undefined): void => {
    if (choice !== undefined) {
      dialog.current?.close()
      choice.choose()
    }
  }
  return (
    <dialog
      ref={(element) => {
        dialog.current = element ?? undefined
      }}
      class="palette"
      aria-label={title}
      onClose={onClose}
    >
      {children}
      <input
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-choices`}
        aria-activedescendant={chosen === undefined ? undefined : `${id}-${chosen.id}`}
        aria-label={what}
        placeholder={what}
        autofocus
        value={query}
        onInput={(event) => {
          setQuery(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={(event) => {
          const next = placeAfter(event.key, at, shown.length)
          if (next !== undefined) {
            event.preventDefault()
            setAt(next)
          } else if (event.key === 'Enter' && !event.isComposing) {
            event.preventDefault()
            choose(chosen)
          }
        }}
      />
      <ChoiceList
        id={id}
        title={title}
        shown={shown}
        chosen={chosen}
        onPoint={setAt}
        onChoose={choose}
      />
      <p class="quiet" role="status">
        {shown.length === 0 ? none : ''}
      </p>
    </dialog>
  )
}

/** Where an arrow leads among so many, round and round; undefined for another key. */
function placeAfter(key: string, at: number, count: number): number | undefined {
  if (key !== 'ArrowDown' && key !== 'ArrowUp') {
    return undefined
  }
  const step = key === 'ArrowDown' ? 1 : count - 1
  return (Math.min(at, count - 1) + step) % Math.max(1, count)
}

interface ChoiceListProps {
  /** Of the picker. */
  readonly id: string
  readonly title: string
  readonly shown: readonly Choice[]
  readonly chosen: Choice | undefined
  /** A pointer moves over one: there is one place, for the keys and for the pointer. */
  readonly onPoint: (at: number) => void
  readonly onChoose: (choice: Choice) => void
}

function ChoiceList({ id, title, shown, chosen, onPoint, onChoose }: ChoiceListProps): JSX.Element {
  return (
    <ul id={`${id}-choices`} role="listbox" aria-label={title}>
      {shown.map((choice, at) => (
        <li
          key={choice.id}
          id={`${id}-${choice.id}`}
          role="option"
          aria-selected={choice === chosen}
          onPointerMove={() => {
            onPoint(at)
          }}
          onClick={() => {
            onChoose(choice)
          }}
        >
          {choice.name}
        </li>
      ))}
    </ul>
  )
}
