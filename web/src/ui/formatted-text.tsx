import type { JSX } from 'preact'
import { parseText, type TextPiece } from '../state/text-format.ts'

/** A message's words: links can be followed, `*bold*`, `_italic_`, `~struck~` and `` `code` `` look so. Text nodes alone, never HTML. */
export function FormattedText({ text }: { readonly text: string }): JSX.Element {
  return (
    <p class="text" dir="auto">
      {parseText(text).map((piece, at) => (
        <Piece key={at} piece={piece} />
      ))}
    </p>
  )
}

function Piece({ piece }: { readonly piece: TextPiece }): JSX.Element {
  switch (piece.type) {
    case 'text':
      return <>{piece.text}</>
    case 'bold':
      return <strong>{piece.text}</strong>
    case 'italic':
      return <em>{piece.text}</em>
    case 'struck':
      return <s>{piece.text}</s>
    case 'code':
      return <code>{piece.text}</code>
    case 'block':
      return (
        <pre>
          <code>{piece.text}</code>
        </pre>
      )
    case 'link':
      return (
        <a href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
          {piece.text}
        </a>
      )
  }
}
