/** One tick for a message that goes to several devices: the first of them makes it. */
import { fromBinary } from '@bufbuild/protobuf'
import type { ContactId, DeviceNumber } from '@sealpost/protocol'
import { MessageRowSchema } from '@sealpost/protocol/home'
import { outboxKey } from '../peer/keys.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RowKey } from '../tables.ts'
import { OutboxItem } from './outbox-item.ts'

/**
 * Tells that enough relays of a device have a message, unless another device's had, or a device receipted it, before.
 *
 * @param others the contact's other devices.
 */
export function tellTick(
  kernel: PeerKernel,
  contactId: ContactId,
  device: DeviceNumber,
  others: readonly DeviceNumber[],
  { messageId, number, messageKey, onRelayAtMs }: OutboxItem
): void {
  const tell = (): void => {
    if (messageId !== undefined) {
      kernel.notify({ type: 'message-state', contactId, messageId, state: 'on-relay' })
    }
  }
  if (others.length === 0 || messageKey === '') {
    tell()
    return
  }
  const rows = others.map((other): RowKey => {
    return { table: 'outbox', key: outboxKey(contactId, other, number) }
  })
  kernel.read({ keys: [{ table: 'message', key: messageKey }, ...rows] }, ({ values }) => {
    const [message, ...waiting] = values
    const row = message === undefined ? undefined : fromBinary(MessageRowSchema, message)
    const isTold = row === undefined || row.deliveredAtMs !== 0 || row.onRelayAtMs !== 0
    const isFirst = others.every((other, at) => {
      const value = waiting[at]
      const otherMs = value === undefined ? 0 : OutboxItem.ofRow(value).onRelayAtMs
      // Of two in one moment the lower device's counts.
      const isLater = otherMs > onRelayAtMs || (otherMs === onRelayAtMs && other > device)
      return otherMs === 0 || isLater
    })
    if (!isTold && isFirst) {
      tell()
    }
  })
}
