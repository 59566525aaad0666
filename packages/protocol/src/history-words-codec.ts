/** What was said about a message after it: edits and reactions, as a record of the message has them. */
import type { MessageInitShape } from '@bufbuild/protobuf'
import type { EarlierText, HistoryMessage, MessageReaction, WordName } from './backup-record.ts'
import { content, deviceNumber, safeInteger, unique } from './content-bounds.ts'
import type {
  EditedText as WireEditedText,
  HistoryMessage as WireMessage,
  HistoryMessageSchema,
  MessageReaction as WireReaction
} from './gen/sealpost/backup/v1/backup_pb.ts'
import { checkChoice, choiceFrom, choiceTo } from './shelf-codec.ts'
import { EARLIER_TEXTS_MAX, TEXT_BYTES_MAX } from './limits.ts'
import { checkEmoji, checkReply, checkSeconds, replyFrom, replyTo } from './message-words-codec.ts'

type HistoryWords = Pick<
  HistoryMessage,
  'reply' | 'isForwarded' | 'edit' | 'earlier' | 'reactions' | 'fadeAfterS' | 'fadesAtMs' | 'star'
>

export function checkHistoryWords(message: HistoryMessage): void {
  const { reply, edit, earlier = [], reactions = [], fadeAfterS = 0, fadesAtMs = 0, star } = message
  checkSeconds(fadeAfterS)
  safeInteger(fadesAtMs, 'a time')
  if (star !== undefined) {
    checkChoice(star)
  }
  if (reply !== undefined) {
    checkReply(reply)
  }
  if (edit !== undefined) {
    checkName(edit)
  }
  content.count(0, EARLIER_TEXTS_MAX, earlier, 'earlier texts')
  for (const { text, ...name } of earlier) {
    content.text(TEXT_BYTES_MAX, text, 'a text')
    if (name.device === 0 && name.number === 0) {
      safeInteger(name.sentAtMs, 'a time')
    } else {
      checkName(name)
    }
  }
  unique(
    reactions.map(({ isOwn }) => String(isOwn)),
    'a reaction of a person'
  )
  for (const reaction of reactions) {
    checkEmoji(reaction.emoji)
    checkName(reaction)
  }
}

function checkName({ sentAtMs, device, number }: WordName): void {
  safeInteger(sentAtMs, 'a time')
  deviceNumber(device)
  content.integer(1, Number.MAX_SAFE_INTEGER, number, 'a message’s number')
}

/** What is not there is absent. */
export function historyWordsFrom(wire: WireMessage): HistoryWords {
  const { reply, isForwarded, edit, earlier, reactions, fadeAfterS, star } = wire
  const fadesAtMs = content.fromUint64(wire.fadesAtMs, 'a time')
  return {
    ...(reply === undefined ? {} : { reply: replyFrom(reply) }),
    ...(isForwarded ? { isForwarded } : {}),
    ...(edit === undefined ? {} : { edit: nameFrom(edit) }),
    ...(earlier.length === 0 ? {} : { earlier: earlier.map(earlierFrom) }),
    ...(reactions.length === 0 ? {} : { reactions: reactions.map(reactionFrom) }),
    ...(fadeAfterS === 0 ? {} : { fadeAfterS }),
    ...(fadesAtMs === 0 ? {} : { fadesAtMs }),
    ...(star === undefined ? {} : { star: choiceFrom(star) })
  }
}

function nameFrom(wire: Pick<WireEditedText, 'sentAtMs' | 'device' | 'number'>): WordName {
  return {
    sentAtMs: content.fromUint64(wire.sentAtMs, 'a time'),
    device: wire.device,
    number: content.fromUint64(wire.number, 'a message’s number')
  }
}

function earlierFrom(wire: WireEditedText): EarlierText {
  return { text: wire.text, ...nameFrom(wire) }
}

function reactionFrom(wire: WireReaction): MessageReaction {
  return { isOwn: wire.isOwn, emoji: wire.emoji, ...nameFrom(wire) }
}

/** Checked before. */
export function historyWordsTo({
  reply,
  isForwarded = false,
  edit,
  earlier = [],
  reactions = [],
  fadeAfterS = 0,
  fadesAtMs = 0,
  star
}: HistoryWords): MessageInitShape<typeof HistoryMessageSchema> {
  return {
    ...(reply === undefined ? {} : { reply: replyTo(reply) }),
    isForwarded,
    ...(edit === undefined ? {} : { edit: nameTo(edit) }),
    earlier: earlier.map(({ text, ...name }) => ({ text, ...nameTo(name) })),
    reactions: reactions.map(({ isOwn, emoji, ...name }) => ({ isOwn, emoji, ...nameTo(name) })),
    fadeAfterS,
    fadesAtMs: BigInt(fadesAtMs),
    ...(star === undefined ? {} : { star: choiceTo(star) })
  }
}

function nameTo({ sentAtMs, device, number }: WordName): {
  readonly sentAtMs: bigint
  readonly device: number
  readonly number: bigint
} {
  return { sentAtMs: BigInt(sentAtMs), device, number: BigInt(number) }
}
