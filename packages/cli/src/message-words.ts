/** What was said with a message and about it: as text around what it says, and for programs. */
import type { Message } from '@sealpost/client'
import { plainLine, plainText } from './plain-text.ts'
import { sentences } from './sentences.ts'

type Said = Pick<
  Message,
  'text' | 'reply' | 'isForwarded' | 'editedAtMs' | 'reactions' | 'isStarred'
>

/** Fields of a message for programs; what is not so is absent. */
export function wordsJson({
  reply,
  isForwarded,
  editedAtMs,
  reactions,
  isStarred
}: Omit<Said, 'text'>): object {
  return {
    ...(reply === undefined ? {} : { reply }),
    ...(isForwarded ? { isForwarded } : {}),
    ...(editedAtMs === undefined ? {} : { editedAtMs }),
    ...(reactions.length === 0 ? {} : { reactions }),
    ...(isStarred ? { isStarred } : {})
  }
}

/** What a message says, below what it answers; each line but the first begins with `indent`. */
export function saidText(message: Said, indent: string): string {
  const { text, reply } = message
  const quoted = reply === undefined ? '' : `${quoteOf(reply)}\n${indent}`
  return `${quoted}${forwardedMark(message)}${plainText(text, indent)}${marksBehind(message)}`
}

/** What a message answers, on one line. */
export function quoteOf({ excerpt }: Pick<NonNullable<Message['reply']>, 'excerpt'>): string {
  return sentences.words.quote(plainLine(excerpt))
}

export function forwardedMark({ isForwarded }: Pick<Message, 'isForwarded'>): string {
  return isForwarded ? `${sentences.words.isForwarded} ` : ''
}

/** That a message was edited or starred, and what people show at it. */
export function marksBehind({
  editedAtMs,
  isStarred,
  reactions
}: Pick<Message, 'editedAtMs' | 'isStarred' | 'reactions'>): string {
  const { isEdited, isStarred: hasStar } = sentences.words
  const marks = [...(editedAtMs === undefined ? [] : [isEdited]), ...(isStarred ? [hasStar] : [])]
  const said = marks.map((mark) => ` ${mark}`).join('')
  const shown = reactions.map(({ emoji }) => plainLine(emoji)).join(' ')
  return shown === '' ? said : `${said}  ${shown}`
}
