/** What a home has of a conversation, as those see it who show it. */
import {
  keysUnder,
  type MessageState,
  outboxKey,
  readMessage,
  stateOf,
  type StoredMessage
} from '@sealpost/core'
import type { ContactId } from '@sealpost/protocol'
import { numberIndexKey } from '../../src/peer/keys.ts'
import type { MemoryRows } from '../relay/memory-rows.ts'
import { device } from './cast.ts'

/** No test has more. */
const DEVICES = [1, 2, 3, 4].map(device)

export interface Timeline extends StoredMessage {
  readonly state: MessageState
}

/** All messages of a conversation, in its order. */
export function messagesOf(rows: MemoryRows, id: ContactId): readonly Timeline[] {
  const limit = Number.MAX_SAFE_INTEGER
  return rows.range({ table: 'message', ...keysUnder(id), limit }).rows.map((row) => {
    const message = readMessage(row)
    const waiting = DEVICES.map((device) =>
      rows.get({ table: 'outbox', key: outboxKey(id, device, message.number) })
    )
    const whole = message.kind === 'sent' ? readMessage(row, waiting) : message
    return { ...whole, state: stateOf(whole) }
  })
}

/** Keys of the messages that were not shown yet. */
export function unreadOf(rows: MemoryRows, id: ContactId): readonly string[] {
  const limit = Number.MAX_SAFE_INTEGER
  return rows.range({ table: 'unread', ...keysUnder(id), limit }).rows.map(({ key }) => key)
}

export function numberIndexKeyOf(id: ContactId, number: number): string {
  return numberIndexKey(id, number)
}
