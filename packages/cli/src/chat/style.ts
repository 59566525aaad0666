/** How things look: styles by what they mean, and the few letters that a plain terminal does not have. */
import type { Message } from '@sealpost/client'

/** A piece of a row in one style. Its text is safe to draw. */
export interface Span {
  readonly text: string
  readonly style?: Style
}

export type Style =
  | 'bar'
  | 'faint'
  | 'own'
  | 'their'
  | 'proven'
  | 'read'
  | 'unread'
  | 'loud'
  | 'found'
  | 'selected'
  | 'open'

/** Letters for what is said without words. */
export interface Glyphs {
  readonly more: string
  readonly rule: string
  readonly wall: string
  readonly prompt: string
  readonly down: string
  readonly dot: string
  readonly ticks: Readonly<Record<NonNullable<Message['state']>, string>>
}

const UTF8: Glyphs = {
  more: '…',
  rule: '─',
  wall: '│',
  prompt: '›',
  down: '↓',
  dot: '●',
  ticks: { queued: '·', 'on-relay': '✓', delivered: '✓✓', read: '✓✓' }
}

/** Here what was read looks different without a style too. */
const ASCII: Glyphs = {
  more: '~',
  rule: '-',
  wall: '|',
  prompt: '>',
  down: 'v',
  dot: '*',
  ticks: { queued: '.', 'on-relay': '+', delivered: '++', read: '##' }
}

const COLORS: Readonly<Record<Style, string>> = {
  bar: '7',
  faint: '2',
  own: '36',
  their: '33',
  proven: '2',
  read: '1;36',
  unread: '1;32',
  loud: '1;31',
  found: '1;30;43',
  selected: '7',
  open: '1;36'
}

/** Without colours there is still bold, faint, underlined and reversed. */
const PLAIN: Readonly<Record<Style, string>> = {
  bar: '7',
  faint: '2',
  own: '2',
  their: '1',
  proven: '2',
  read: '1;4',
  unread: '1',
  loud: '1',
  found: '4',
  selected: '7',
  open: '1'
}

export function glyphs({ isUtf8 }: { readonly isUtf8: boolean }): Glyphs {
  return isUtf8 ? UTF8 : ASCII
}

/** A span as a terminal takes it. */
export function drawn({ text, style }: Span, { hasColor }: { readonly hasColor: boolean }): string {
  return style === undefined
    ? text
    : `\u001b[${(hasColor ? COLORS : PLAIN)[style]}m${text}\u001b[0m`
}
