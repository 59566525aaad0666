import type { JSX } from 'preact'

const COLOURS = 8

/** The first character of a name on a colour that is always the same for whoever it is. */
export function Avatar({ name, id }: { readonly name: string; readonly id: string }): JSX.Element {
  const [first] = new Intl.Segmenter().segment(name.trim())
  return (
    <span class={`avatar colour-${String(colourOf(id))}`} aria-hidden="true">
      {first?.segment.toUpperCase() ?? '?'}
    </span>
  )
}

function colourOf(id: string): number {
  let sum = 0
  for (const character of id) {
    sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521
  }
  return sum % COLOURS
}
