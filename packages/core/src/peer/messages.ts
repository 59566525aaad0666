/** Messages as a home stores them, for those who show them. */
import { fromBinary } from '@bufbuild/protobuf'
import type { DeviceNumber, MessageId, NodeKey } from '@sealpost/protocol'
import {
  MessageKind,
  MessageRowSchema,
  type OutboxRow,
  OutboxRowSchema,
  type Replica
} from '@sealpost/protocol/home'
import type { Row } from '../tables.ts'

export type MessageState = 'queued' | 'on-relay' | 'delivered' | 'read'

/** A relay that said it stores a message durably. */
export interface StoredAt {
  readonly relay: NodeKey
  readonly atMs: number
}

export interface StoredMessage {
  /** Its row, which is also its place in the conversation. */
  readonly key: string
  /** `unreadable`: something that was meant for this conversation and could not be decrypted. */
  readonly kind: 'sent' | 'received' | 'unreadable'
  readonly messageId: MessageId | undefined
  /** The sending device and its number of the message. */
  readonly device: DeviceNumber
  readonly number: number
  readonly text: string
  readonly sentAtMs: number
  /** When it was durable here. */
  readonly storedAtMs: number
  /** What became of an own message, each as it was proven; undefined where it has not been. */
  readonly storedAt: readonly StoredAt[]
  readonly onRelayAtMs: number | undefined
  readonly deliveredAtMs: number | undefined
  readonly readAtMs: number | undefined
}

/** Reads a message's row; `outbox` is its row there, as long as it waits for its receipt. */
export function readMessage({ key, value }: Row, outbox?: Uint8Array): StoredMessage {
  const row = fromBinary(MessageRowSchema, value)
  const waiting: OutboxRow | undefined =
    outbox === undefined ? undefined : fromBinary(OutboxRowSchema, outbox)
  const replicas: readonly Replica[] = waiting?.replicas ?? row.replicas
  return {
    key,
    kind: kindOf(row.kind),
    messageId: row.messageId === '' ? undefined : (row.messageId as MessageId),
    device: row.device as DeviceNumber,
    number: row.number,
    text: row.text,
    sentAtMs: row.sentAtMs,
    storedAtMs: row.storedAtMs,
    storedAt: replicas.map(({ nodeKey, atMs }) => ({ relay: nodeKey as NodeKey, atMs })),
    onRelayAtMs: timeOf(waiting?.onRelayAtMs ?? row.onRelayAtMs),
    deliveredAtMs: timeOf(row.deliveredAtMs),
    readAtMs: timeOf(row.readAtMs)
  }
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

function kindOf(kind: MessageKind): StoredMessage['kind'] {
  return kind === MessageKind.SENT
    ? 'sent'
    : kind === MessageKind.RECEIVED
      ? 'received'
      : 'unreadable'
}

function timeOf(ms: number): number | undefined {
  return ms === 0 ? undefined : ms
}
