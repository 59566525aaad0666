/** Messages as a home stores them, for those who show them. */
import { fromBinary } from '@bufbuild/protobuf'
import type { DeviceNumber, MessageId, NodeKey } from '@sealpost/protocol'
import {
  MessageKind,
  type MessageRow,
  MessageRowSchema,
  OutboxRowSchema,
  RecallOutcome
} from '@sealpost/protocol/home'
import { type HistoryWords, historyWordsOf } from '../conversation/history-words.ts'
import { earlierOf, isEarlierTick, type Proof } from '../delivery/outbox-item.ts'
import type { Row } from '../tables.ts'
import { type ConversationNotice, noticeOf } from './conversation-notice.ts'

export type MessageState = 'queued' | 'on-relay' | 'delivered' | 'read'

/**
 * `unreadable`: something that was meant for this conversation and could not be decrypted. `notice`: something about the
 * conversation has changed. `missing`: messages of a contact that nobody can send again.
 */
export type MessageKindName = 'sent' | 'received' | 'unreadable' | 'notice' | 'missing'

const KINDS: ReadonlyMap<MessageKind, MessageKindName> = new Map([
  [MessageKind.SENT, 'sent'],
  [MessageKind.RECEIVED, 'received'],
  [MessageKind.UNREADABLE, 'unreadable'],
  [MessageKind.NOTICE, 'notice'],
  [MessageKind.MISSING, 'missing']
])

/** `in-time`: no device had fetched it. `too-late`: some device had, and was asked to erase it. */
export type RecallState = 'pending' | 'in-time' | 'too-late'

const RECALLS: ReadonlyMap<RecallOutcome, RecallState> = new Map([
  [RecallOutcome.PENDING, 'pending'],
  [RecallOutcome.IN_TIME, 'in-time'],
  [RecallOutcome.TOO_LATE, 'too-late']
])

/** Who said that they store a message durably: a relay, or a device of the contact itself, without one. */
export interface StoredAt {
  readonly relay: NodeKey | 'direct'
  readonly atMs: number
}

export interface StoredMessage {
  /** Its row, which is also its place in the conversation. */
  readonly key: string
  readonly kind: MessageKindName
  /** What a notice says. */
  readonly notice: ConversationNotice | undefined
  /** Of a notice of a timer, how long it is now; 0 for ever, and for all else. */
  readonly timerSeconds: number
  readonly messageId: MessageId | undefined
  /** The sending device and its number of the message; of a notice the device that it is about, and 0. */
  readonly device: DeviceNumber
  readonly number: number
  /** For own messages: the number under which this device sends it; another than `number` where it took over from one that is lost. */
  readonly sentNumber: number
  /** How many messages are missing there; 0 for all other kinds. */
  readonly missingCount: number
  /** Whether what could not be read will not be repaired any more. */
  readonly isLost: boolean
  readonly text: string
  readonly sentAtMs: number
  /** When it was durable here. */
  readonly storedAtMs: number
  /** What became of an own message, each as it was proven; undefined where it has not been. */
  readonly storedAt: readonly StoredAt[]
  readonly onRelayAtMs: number | undefined
  readonly deliveredAtMs: number | undefined
  readonly readAtMs: number | undefined
  /** For own messages: whether another device of the account sent it. */
  readonly isCopy: boolean
  /** When its sender took it back; its text is gone. */
  readonly withdrawnAtMs: number | undefined
  /** For own messages that were taken back; undefined for all others. */
  readonly recall: RecallState | undefined
  /** What it answers, whether it was passed on, what it said before, and what was put at it: as records have it. */
  readonly words: HistoryWords
}

/** The key of the message that an outbox row is of; empty for what is not shown. */
export function messageKeyOfOutbox(outboxRow: Uint8Array): string {
  return fromBinary(OutboxRowSchema, outboxRow).messageKey
}

/**
 * Reads a message's row.
 *
 * @param waiting its rows in the outbox, one for each device of the contact that has not receipted it.
 */
export function readMessage(
  { key, value }: Row,
  waiting: readonly (Uint8Array | undefined)[] = []
): StoredMessage {
  const row = fromBinary(MessageRowSchema, value)
  let proof: Proof = row
  let { directAtMs } = row
  for (const outbox of waiting) {
    const other = outbox === undefined ? undefined : fromBinary(OutboxRowSchema, outbox)
    proof = other !== undefined && isEarlierTick(other, proof) ? other : proof
    directAtMs = earlierOf(directAtMs, other?.directAtMs ?? 0)
  }
  return {
    key,
    kind: KINDS.get(row.kind) ?? 'unreadable',
    notice: noticeOf(row.notice),
    timerSeconds: row.timerSeconds,
    messageId: row.messageId === '' ? undefined : (row.messageId as MessageId),
    device: row.device as DeviceNumber,
    number: row.number,
    sentNumber: sentNumberOf(row),
    missingCount: row.kind === MessageKind.MISSING ? row.lastNumber - row.number + 1 : 0,
    isLost: row.isLost,
    text: row.text,
    sentAtMs: row.sentAtMs,
    storedAtMs: row.storedAtMs,
    storedAt: [
      ...(directAtMs === 0 ? [] : [{ relay: 'direct' as const, atMs: directAtMs }]),
      ...proof.replicas.map(({ nodeKey, atMs }) => ({ relay: nodeKey as NodeKey, atMs }))
    ],
    onRelayAtMs: timeOf(proof.onRelayAtMs),
    deliveredAtMs: timeOf(row.deliveredAtMs),
    readAtMs: timeOf(row.readAtMs),
    isCopy: row.isCopy,
    withdrawnAtMs: timeOf(row.withdrawnAtMs),
    recall: RECALLS.get(row.recall),
    words: historyWordsOf(row)
  }
}

/** The number under which this device sends an own message. */
export function sentNumberOf({ number, sentAs }: Pick<MessageRow, 'number' | 'sentAs'>): number {
  return sentAs === 0 ? number : sentAs
}

/** The most that was proven of an own message. */
export function stateOf(message: StoredMessage): MessageState {
  if (message.readAtMs !== undefined) {
    return 'read'
  }
  if (message.deliveredAtMs !== undefined) {
    return 'delivered'
  }
  return message.onRelayAtMs === undefined ? 'queued' : 'on-relay'
}

function timeOf(ms: number): number | undefined {
  return ms === 0 ? undefined : ms
}
