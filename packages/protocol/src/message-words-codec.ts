/** What people say to each other beyond a plain text: replies, edits, reactions, in contents and in records. */
import type { MessageInitShape } from '@bufbuild/protobuf'
import { utf8ToBytes } from './bytes.ts'
import type { ReplyReference, TextContent } from './content.ts'
import type { ConversationTimer } from './conversation-timer.ts'
import { content } from './content-bounds.ts'
import type {
  Reply as WireReply,
  ReplySchema,
  Text as WireText,
  TextSchema,
  Timer as WireTimer,
  TimerSchema
} from './gen/sealpost/content/v1/content_pb.ts'
import { messageIds } from './identifiers.ts'
import { EMOJI_BYTES_MAX, EXCERPT_BYTES_MAX, TEXT_BYTES_MAX, TIMER_SECONDS_MAX } from './limits.ts'

/** No choice is so late that none could be made after it. */
const TIMER_TIME_MAX: number = 2 ** 48 - 1
/** Spaces, control characters, and what turns the direction of all that follows. What joins emoji stays. */
const EMOJI_PATTERN = /^[^\p{Cc}\p{Z}\u202a-\u202e\u2066-\u2069]*$/u

/** Whether a reaction can be this: how many characters it is shown as depends on who shows it. Empty is none. */
export function isEmoji(text: string): boolean {
  return (
    text.length <= EMOJI_BYTES_MAX &&
    text.isWellFormed() &&
    utf8ToBytes(text).length <= EMOJI_BYTES_MAX &&
    EMOJI_PATTERN.test(text)
  )
}

export function checkEmoji(emoji: string): void {
  if (!isEmoji(emoji)) {
    content.breach('a reaction that nobody can show')
  }
}

export function checkText({ text, reply, fadeAfterS = 0 }: TextContent): void {
  checkSeconds(fadeAfterS)
  content.text(TEXT_BYTES_MAX, text, 'a text')
  if (reply !== undefined) {
    checkReply(reply)
    content.text(TEXT_BYTES_MAX, text + reply.excerpt, 'a text with an excerpt')
  }
}

export function checkEditedText(text: string): void {
  content.text(TEXT_BYTES_MAX, text, 'a text')
  if (text === '') {
    content.breach('a text that became nothing')
  }
}

export function checkReply({ excerpt }: ReplyReference): void {
  content.text(EXCERPT_BYTES_MAX, excerpt, 'an excerpt')
}

export function replyFrom({ messageId, isOfSender, excerpt }: WireReply): ReplyReference {
  return { messageId: content.id(messageIds, messageId), isOfSender, excerpt }
}

/** Checked before. */
export function replyTo(reply: ReplyReference): MessageInitShape<typeof ReplySchema> {
  const { messageId, isOfSender, excerpt } = reply
  return { messageId: messageIds.toBytes(messageId), isOfSender, excerpt }
}

export function textFrom({ text, reply, isForwarded, fadeAfterS }: WireText): TextContent {
  return {
    type: 'text',
    text,
    ...(reply === undefined ? {} : { reply: replyFrom(reply) }),
    ...(isForwarded ? { isForwarded } : {}),
    ...(fadeAfterS === 0 ? {} : { fadeAfterS })
  }
}

/** Checked before. */
export function textTo({
  text,
  reply,
  isForwarded = false,
  fadeAfterS = 0
}: TextContent): MessageInitShape<typeof TextSchema> {
  return {
    text,
    ...(reply === undefined ? {} : { reply: replyTo(reply) }),
    isForwarded,
    fadeAfterS
  }
}

/** How long something stays. */
export function checkSeconds(seconds: number): void {
  content.integer(0, TIMER_SECONDS_MAX, seconds, 'a time in seconds')
}

export function checkTimer({ seconds, changedAtMs }: ConversationTimer): void {
  checkSeconds(seconds)
  content.integer(0, TIMER_TIME_MAX, changedAtMs, 'a time')
}

export function timerFrom({ seconds, changedAtMs }: WireTimer): ConversationTimer {
  return { seconds, changedAtMs: content.fromUint64(changedAtMs, 'a time') }
}

/** Checked before. */
export function timerTo({
  seconds,
  changedAtMs
}: ConversationTimer): MessageInitShape<typeof TimerSchema> {
  return { seconds, changedAtMs: BigInt(changedAtMs) }
}
