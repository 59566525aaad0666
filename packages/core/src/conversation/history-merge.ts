/**
 * What another own device knows of a message that is here as well. What was said about it, or that it was taken back, may have come
 * while this device was left out for its silence, or to another copy of its home.
 */
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { bytesToUtf8, type ContactId, type HistoryMessage } from '@sealpost/protocol'
import { MessageKind, type MessageRow, MessageRowSchema } from '@sealpost/protocol/home'
import { contactOfKey, ownIndexKey, receivedIndexKey } from '../peer/keys.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import { editRow, reactRow, starRow, withdrawRow } from './message-rows.ts'
import { indexStar } from './star-index.ts'

/** Changes the message's row as far as the other device knows more of it. */
export function mergeHistory(
  kernel: PeerKernel,
  contactId: ContactId,
  message: HistoryMessage
): void {
  const { edit, isOwn, messageId, reactions = [], star, withdrawnAtMs } = message
  const isSaid = edit !== undefined || reactions.length > 0 || star !== undefined
  const isChanged = isSaid || withdrawnAtMs !== 0
  if (messageId === undefined || !isChanged) {
    return
  }
  const index = isOwn ? ownIndexKey(messageId) : receivedIndexKey(messageId)
  kernel.read({ keys: [{ table: 'message-index', key: index }] }, ({ values: [found] }) => {
    const key = found === undefined ? '' : bytesToUtf8(found)
    kernel.read({ keys: [{ table: 'message', key }] }, ({ values: [value] }) => {
      if (value !== undefined && contactOfKey(key) === contactId) {
        merge(kernel, { contactId, key, value }, message)
      }
    })
  })
}

function merge(
  kernel: PeerKernel,
  { contactId, key, value }: { contactId: ContactId; key: string; value: Uint8Array },
  message: HistoryMessage
): void {
  const row = fromBinary(MessageRowSchema, value)
  const kind = message.isOwn ? MessageKind.SENT : MessageKind.RECEIVED
  const wasWithdrawn = row.withdrawnAtMs !== 0
  if (row.kind !== kind || wasWithdrawn || !mergeRow(row, message)) {
    return
  }
  const changed = toBinary(MessageRowSchema, row)
  kernel.write('message', key, changed)
  if (row.withdrawnAtMs !== 0) {
    kernel.erase('unread', key)
  }
  indexStar(kernel, key, row)
  kernel.notify({ type: 'message-changed', contactId, row: { key, value: changed } })
}

/** @returns whether anything changed */
function mergeRow(row: MessageRow, message: HistoryMessage): boolean {
  const { earlier = [], edit, reactions = [], star, text, withdrawnAtMs } = message
  if (withdrawnAtMs !== 0) {
    withdrawRow(row, withdrawnAtMs)
    return true
  }
  const texts = edit === undefined ? [] : [...earlier, { ...edit, text }]
  const edited = texts.filter((version) => editRow(row, version.text, version))
  const reacted = reactions.filter((reaction) => reactRow(row, reaction, reaction))
  const isStarChanged = star !== undefined && starRow(row, star)
  return edited.length + reacted.length > 0 || isStarChanged
}
