/** Conversations as clients have them on their disks. */
import { keysUnder, readMessage, receivedIndexKey, type StoredMessage } from '@sealpost/core'
import type { MessageId } from '@sealpost/protocol'
import type { SeenWorld } from './seen-world.ts'

const LIMIT = Number.MAX_SAFE_INTEGER - 1
/** Rows are never changed in place: what was read once is read. */
const known = new WeakMap<Uint8Array, StoredMessage>()

/** What a client has with another, in its order. */
export function conversation(
  world: SeenWorld,
  client: number,
  other: number
): readonly StoredMessage[] {
  const contactId = world.contactOf(client, other)
  const disk = world.clients[client]?.disk
  if (contactId === undefined || disk === undefined) {
    return []
  }
  const { rows } = disk.range({ table: 'message', ...keysUnder(contactId), limit: LIMIT })
  return rows.map((row) => {
    const message = known.get(row.value) ?? readMessage(row)
    known.set(row.value, message)
    return message
  })
}

/** Whether a loss of power now would leave a client a message that it received. */
export function hasSafely(world: SeenWorld, client: number, messageId: MessageId): boolean {
  const key = receivedIndexKey(messageId)
  return world.clients[client]?.disk.safe({ table: 'message-index', key }) !== undefined
}
