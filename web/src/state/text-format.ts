/** Simple formatting of a message's text, and the addresses in it. What is shown is decided by pieces; nothing is ever read as HTML. */

export type TextPiece =
  | {
      readonly type: 'text' | 'bold' | 'italic' | 'struck' | 'code' | 'block'
      readonly text: string
    }
  /** `text` is what the address is: nobody is shown one and led to another. */
  | { readonly type: 'link'; readonly text: string; readonly href: string }

/** A longer text is shown as it is. */
const FORMATTED_MAX = 20_000
/** Longer addresses are shown, and cannot be followed. */
const ADDRESS_MAX = 2_048

const BLOCK = /```\n?([\s\S]+?)\n?```/g
const ADDRESS = /https?:\/\/[^\s<>"'`｀“”‘’《》（）【】，。！？；：、]+/gi
const STYLED =
  /(?<![\p{L}\p{N}_*~`])(?:\*(?=\S)([^*\n]+?)(?<=\S)\*|_(?=\S)([^_\n]+?)(?<=\S)_|~(?=\S)([^~\n]+?)(?<=\S)~|`([^`\n]+)`)(?![\p{L}\p{N}_*~`])/gu

export function parseText(text: string): readonly TextPiece[] {
  if (text.length > FORMATTED_MAX) {
    return [{ type: 'text', text }]
  }
  return split(
    text,
    BLOCK,
    ([, code = '']) => [{ type: 'block', text: code }],
    (outside) => split(outside, ADDRESS, ([address]) => linkPieces(address), styledPieces)
  )
}

/** The words alone, for where a line of them is enough. */
export function plainText(text: string): string {
  return parseText(text)
    .map((piece) => piece.text)
    .join('')
}

function styledPieces(text: string): readonly TextPiece[] {
  return split(
    text,
    STYLED,
    ([, bold, italic, struck, code]) => {
      if (bold !== undefined) {
        return [{ type: 'bold', text: bold }]
      }
      if (italic !== undefined) {
        return [{ type: 'italic', text: italic }]
      }
      return struck === undefined
        ? [{ type: 'code', text: code ?? '' }]
        : [{ type: 'struck', text: struck }]
    },
    (plain) => (plain === '' ? [] : [{ type: 'text', text: plain }])
  )
}

function linkPieces(found: string): readonly TextPiece[] {
  const address = trimmed(found)
  const rest = found.slice(address.length)
  const href = safeAddress(address)
  const link: TextPiece =
    href === undefined ? { type: 'text', text: address } : { type: 'link', text: address, href }
  return rest === '' ? [link] : [link, { type: 'text', text: rest }]
}

/** Without what ends a sentence, and a bracket that was opened before the address. */
function trimmed(found: string): string {
  let address = found.replace(/[.,;:!?…]+$/u, '')
  while (/[)\]]$/.test(address) && !isBalanced(address)) {
    address = address.slice(0, -1)
  }
  return address
}

function isBalanced(address: string): boolean {
  const count = (character: string): number => address.split(character).length
  return count('(') >= count(')') && count('[') >= count(']')
}

/** The address as it may be followed; undefined for one that may not. */
function safeAddress(address: string): string | undefined {
  if (address.length > ADDRESS_MAX || !URL.canParse(address)) {
    return undefined
  }
  const { protocol, href, username, password } = new URL(address)
  const isWeb = protocol === 'http:' || protocol === 'https:'
  // A name before an @ looks like the host it is not.
  return isWeb && username === '' && password === '' ? href : undefined
}

function split(
  text: string,
  pattern: RegExp,
  inside: (match: RegExpMatchArray) => readonly TextPiece[],
  outside: (text: string) => readonly TextPiece[]
): readonly TextPiece[] {
  const pieces: TextPiece[] = []
  let at = 0
  for (const match of text.matchAll(pattern)) {
    pieces.push(...outside(text.slice(at, match.index)), ...inside(match))
    at = match.index + match[0].length
  }
  return [...pieces, ...outside(text.slice(at))]
}
