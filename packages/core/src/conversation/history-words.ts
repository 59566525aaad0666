/** What was said about a message, between its row and the records of backups and history. */
import { create, type MessageInitShape } from '@bufbuild/protobuf'
import {
  type EarlierText,
  type HistoryMessage,
  TEXT_BYTES_MAX,
  utf8ToBytes,
  type WordName
} from '@sealpost/protocol'
import {
  MessageKind,
  type MessageRow,
  type MessageRowSchema,
  ReactionRowSchema,
  TextVersionSchema
} from '@sealpost/protocol/home'
import { choiceOfRow, rowOfChoice } from './choices.ts'
import { replyOfRow, textFields } from './message-rows.ts'

/** Bytes of the texts in one record: what else is in it has a hundred more, and each earlier text its name. */
const TEXTS_BYTES_MAX: number = TEXT_BYTES_MAX - 100
const NAME_BYTES = 32

export type HistoryWords = Pick<
  HistoryMessage,
  'reply' | 'isForwarded' | 'edit' | 'earlier' | 'reactions' | 'fadeAfterS' | 'fadesAtMs' | 'star'
>

/** What a row says beside its text; what is not so is absent. The oldest texts give way where a record has no room for all. */
export function historyWordsOf(row: MessageRow): HistoryWords {
  const { edit, fadeAfterS, fadesAtMs, kind, reactions } = row
  if (kind !== MessageKind.SENT && kind !== MessageKind.RECEIVED) {
    return {}
  }
  const reply = fittingReply(row)
  const star = choiceOfRow(row.star)
  const earlier = row.earlier.length === 0 ? [] : fittingTexts(row, reply?.excerpt ?? '')
  return {
    ...(reply === undefined ? {} : { reply }),
    ...(row.isForwarded ? { isForwarded: true } : {}),
    ...(edit === undefined ? {} : { edit: nameOf(edit) }),
    ...(earlier.length === 0 ? {} : { earlier }),
    ...(reactions.length === 0
      ? {}
      : {
          reactions: reactions.map((reaction) => {
            const { isOwn, emoji } = reaction
            return { isOwn, emoji, ...nameOf(reaction) }
          })
        }),
    ...(fadeAfterS === 0 ? {} : { fadeAfterS }),
    ...(fadesAtMs === 0 ? {} : { fadesAtMs }),
    ...(star === undefined ? {} : { star })
  }
}

/** The fields of a row for what a record of a text says. */
export function rowWordsOf(message: HistoryMessage): MessageInitShape<typeof MessageRowSchema> {
  const { edit, earlier = [], reactions = [], star, withdrawnAtMs } = message
  return {
    ...textFields(message),
    fadesAtMs: message.fadesAtMs ?? 0,
    ...(edit === undefined ? {} : { edit: create(TextVersionSchema, edit) }),
    earlier: earlier.map((version) => create(TextVersionSchema, version)),
    reactions: reactions.map((reaction) => create(ReactionRowSchema, reaction)),
    // A record of another's making may say both: what was taken back has no star.
    ...(star === undefined || withdrawnAtMs !== 0 ? {} : { star: rowOfChoice(star) })
  }
}

function fittingReply({ reply, text }: MessageRow): HistoryMessage['reply'] {
  const answered = replyOfRow(reply)
  const isFitting =
    answered === undefined || byteCount(text) + byteCount(answered.excerpt) <= TEXT_BYTES_MAX
  return isFitting ? answered : { ...answered, excerpt: '' }
}

function fittingTexts({ earlier, text }: MessageRow, excerpt: string): readonly EarlierText[] {
  let byteLength = byteCount(text) + byteCount(excerpt)
  const fitting: EarlierText[] = []
  for (const version of earlier.toReversed()) {
    byteLength += byteCount(version.text) + NAME_BYTES
    if (byteLength > TEXTS_BYTES_MAX) {
      break
    }
    fitting.unshift({ text: version.text, ...nameOf(version) })
  }
  return fitting
}

function nameOf({ sentAtMs, device, number }: WordName): WordName {
  return { sentAtMs, device, number }
}

function byteCount(text: string): number {
  return utf8ToBytes(text).length
}
