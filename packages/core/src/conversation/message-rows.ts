/**
 * What may be said about a message after it, on its row: another text, a reaction, that it was taken back. Whichever order these come
 * in, the row ends the same: of two the later by (time sent, device, number) counts, and what was taken back stays so.
 */
import { create } from '@bufbuild/protobuf'
import {
  EARLIER_TEXTS_MAX,
  type ReplyReference,
  type ShelfChoice,
  type TextContent,
  type WordName
} from '@sealpost/protocol'
import type { MessageRowSchema } from '@sealpost/protocol/home'
import {
  MessageKind,
  type MessageRow,
  ReactionRowSchema,
  type ReplyRow,
  ReplyRowSchema,
  type TextVersion,
  TextVersionSchema
} from '@sealpost/protocol/home'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { choiceOfRow, isLaterChoice, rowOfChoice } from './choices.ts'

/** What of a row says what a text says. */
export function textFields(
  text: Pick<TextContent, 'text' | 'reply' | 'isForwarded' | 'fadeAfterS'>
): Pick<
  MessageInitShape<typeof MessageRowSchema>,
  'text' | 'reply' | 'isForwarded' | 'fadeAfterS'
> {
  const { reply } = text
  return {
    text: text.text,
    ...(reply === undefined ? {} : { reply: create(ReplyRowSchema, { ...reply }) }),
    isForwarded: text.isForwarded === true,
    fadeAfterS: text.fadeAfterS ?? 0
  }
}

/** What a row answers, as contents say it. */
export function replyOfRow(row: ReplyRow | undefined): ReplyReference | undefined {
  return row === undefined
    ? undefined
    : {
        messageId: row.messageId as ReplyReference['messageId'],
        isOfSender: row.isOfSender,
        excerpt: row.excerpt
      }
}

/** Gives a message another text, or an earlier one. @returns whether anything changed */
export function editRow(row: MessageRow, text: string, name: WordName): boolean {
  const versions = versionsOf(row)
  const { sentAtMs, device, number } = name
  // What was said anew has another number.
  const isKnown = versions.some((version) => {
    const isSame = version.sentAtMs === sentAtMs && version.device === device
    return isSame && (version.number === number || (version.number > 0 && version.text === text))
  })
  if (row.withdrawnAtMs !== 0 || isKnown) {
    return false
  }
  const given = create(TextVersionSchema, { text, sentAtMs, device, number })
  const kept = [...versions, given].sort(compareNames).slice(-1 - EARLIER_TEXTS_MAX)
  const last = kept.pop()
  if (last === undefined || (last !== given && !kept.includes(given))) {
    return false
  }
  row.text = last.text
  row.edit = create(TextVersionSchema, { ...nameOf(last) })
  row.earlier = kept
  return true
}

/** Shows what a person put at a message. @returns whether anything changed */
export function reactRow(
  row: MessageRow,
  { isOwn, emoji }: { readonly isOwn: boolean; readonly emoji: string },
  name: WordName
): boolean {
  const known = row.reactions.find((reaction) => reaction.isOwn === isOwn)
  if (row.withdrawnAtMs !== 0 || (known !== undefined && compareNames(known, name) >= 0)) {
    return false
  }
  const { sentAtMs, device, number } = name
  const given = create(ReactionRowSchema, { isOwn, emoji, sentAtMs, device, number })
  const others = row.reactions.filter((reaction) => reaction !== known)
  // In one order, whichever came first.
  row.reactions = isOwn ? [given, ...others] : [...others, given]
  return true
}

/** Gives a message a star, or takes it away, unless a later choice did. @returns whether anything changed */
export function starRow(row: MessageRow, star: ShelfChoice): boolean {
  if (row.withdrawnAtMs !== 0 || !isLaterChoice(star, choiceOfRow(row.star))) {
    return false
  }
  row.star = rowOfChoice(star)
  return true
}

/** Nothing of what a message said is left, nor of what was said about it. */
export function withdrawRow(row: MessageRow, atMs: number): void {
  row.withdrawnAtMs = atMs
  row.text = ''
  row.isForwarded = false
  delete row.reply
  delete row.edit
  row.earlier = []
  row.reactions = []
  delete row.star
}

/** What an own message said at first, as far as that is kept. */
export function firstTextOf(row: MessageRow): string {
  return versionsOf(row)[0]?.text ?? row.text
}

/** The text that an edit of this name brought; undefined where it is not kept. */
export function textOfEdit(
  row: MessageRow,
  device: number,
  number: number
): TextVersion | undefined {
  return row.edit === undefined
    ? undefined
    : versionsOf(row).find((version) => version.device === device && version.number === number)
}

/** Gives another number to what an own device said about a message. @returns whether there is anything of the number */
export function renumberWord(
  row: MessageRow,
  device: number,
  { number, anew }: { readonly number: number; readonly anew: number }
): boolean {
  // Only who wrote a message edits it.
  const edits = row.kind === MessageKind.SENT ? [row.edit, ...row.earlier] : []
  const said = [...edits, ...row.reactions.filter(({ isOwn }) => isOwn)].filter((word) => {
    return word?.device === device && word.number === number
  })
  for (const word of said) {
    if (word !== undefined) {
      word.number = anew
    }
  }
  return said.length > 0
}

/** All texts that are kept of a message, the present one last. */
function versionsOf(row: MessageRow): readonly TextVersion[] {
  const { earlier, edit, text, sentAtMs } = row
  const present = create(TextVersionSchema, edit === undefined ? { sentAtMs } : nameOf(edit))
  present.text = text
  return [...earlier, present]
}

function nameOf({ sentAtMs, device, number }: WordName): WordName {
  return { sentAtMs, device, number }
}

/** What a message came with has no name, and is before all else, whatever clocks say. */
function compareNames(a: WordName, b: WordName): number {
  if (a.number === 0 || b.number === 0) {
    return Math.sign(a.number) - Math.sign(b.number)
  }
  return a.sentAtMs - b.sentAtMs || a.device - b.device || a.number - b.number
}
