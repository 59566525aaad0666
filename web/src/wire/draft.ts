/** What somebody began to write in a conversation and did not send. */
import type { MessageId } from '@sealpost/protocol'

/** UTF-16 code units of each text of a draft: as many as a message can have bytes. */
export const DRAFT_UNITS_MAX = 30_000

export interface Draft {
  readonly text: string
  /** The message that it answers. */
  readonly replyTo: MessageId | undefined
  /** An own message that is being changed, and what it is to say: beside what was begun before. */
  readonly edit: DraftEdit | undefined
}

export interface DraftEdit {
  readonly messageId: MessageId
  readonly text: string
}

export const NO_DRAFT: Draft = { text: '', replyTo: undefined, edit: undefined }

/** Whether there is anything to keep. */
export function isEmptyDraft({ text, replyTo, edit }: Draft): boolean {
  return text === '' && replyTo === undefined && edit === undefined
}

export function isSameDraft(a: Draft, b: Draft): boolean {
  return (
    a.text === b.text &&
    a.replyTo === b.replyTo &&
    a.edit?.messageId === b.edit?.messageId &&
    a.edit?.text === b.edit?.text
  )
}

/** A draft of what may be anything; texts that are too long are cut, and what is none of it is left out. */
export function parseDraft(value: unknown): Draft {
  const given = recordOf(value)
  const edit = recordOf(given['edit'])
  const edited = idOf(edit['messageId'])
  return {
    text: textOf(given['text']),
    replyTo: idOf(given['replyTo']),
    edit: edited && { messageId: edited, text: textOf(edit['text']) }
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value ? { ...value } : {}
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, DRAFT_UNITS_MAX) : ''
}

/** As messages are named: whether there is such a one is for the peer to say. */
function idOf(value: unknown): MessageId | undefined {
  return typeof value === 'string' && /^[0-9a-f]{32}$/.test(value)
    ? (value as MessageId)
    : undefined
}
