import type { JSX } from 'preact'

/** A text of the catalogue in which `` ` `` stands around what is typed as it is: it breaks over no line where it has room. */
export function Sentence({ text }: { readonly text: string }): JSX.Element {
  return (
    <>
      {text.split('`').map((part, at) =>
        at % 2 === 0 ? (
          part
        ) : (
          <code key={at} class="typed">
            {part}
          </code>
        )
      )}
    </>
  )
}
