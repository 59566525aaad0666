/** Contents that are made again from the row of the message that they are, or are about. */
import {
  type DeviceNumber,
  type EditContent,
  type MessageId,
  type ReactionContent,
  TEXT_BYTES_MAX,
  type TextContent,
  utf8ToBytes
} from '@sealpost/protocol'
import { MessageKind, type MessageRow } from '@sealpost/protocol/home'
import { firstTextOf, replyOfRow, textOfEdit } from './message-rows.ts'

/** The text that an own message was sent as; what a lost device wrote goes out as it reads now, since its edits are not sent on. */
export function textOfRow(row: MessageRow): TextContent {
  const text = row.sentAs === 0 ? firstTextOf(row) : row.text
  const reply = replyOfRow(row.reply)
  const byteCount = utf8ToBytes(text + (reply?.excerpt ?? '')).length
  // An edit has room for a longer text than a reply.
  const excerpt = byteCount > TEXT_BYTES_MAX ? '' : (reply?.excerpt ?? '')
  return {
    type: 'text',
    text,
    ...(reply === undefined ? {} : { reply: { ...reply, excerpt } }),
    ...(row.isForwarded ? { isForwarded: true } : {}),
    ...(row.fadeAfterS === 0 ? {} : { fadeAfterS: row.fadeAfterS })
  }
}

/** What an own device said about a message, and when; undefined where the row does not have it any more. */
export function wordOfRow(
  row: MessageRow,
  device: DeviceNumber,
  number: number
): { readonly body: EditContent | ReactionContent; readonly sentAtMs: number } | undefined {
  const messageId = row.messageId as MessageId
  const edit = row.kind === MessageKind.SENT ? textOfEdit(row, device, number) : undefined
  if (edit !== undefined) {
    return { body: { type: 'edit', messageId, text: edit.text }, sentAtMs: edit.sentAtMs }
  }
  const reaction = row.reactions.find((known) => {
    return known.isOwn && known.device === device && known.number === number
  })
  if (reaction === undefined) {
    return undefined
  }
  const { emoji, sentAtMs } = reaction
  const isOfSender = row.kind === MessageKind.SENT
  return { body: { type: 'reaction', messageId, isOfSender, emoji }, sentAtMs }
}
