/** Numbers that their sender says it cannot make again: the gap is closed, and where something would have been shown, that is said. */
import { create, toBinary } from '@bufbuild/protobuf'
import type { ContactId, DeviceNumber, NumberRange, UnavailableContent } from '@sealpost/protocol'
import { MessageKind, MessageRowSchema } from '@sealpost/protocol/home'
import { messageKey } from '../peer/keys.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import { joinRanges, withoutRanges } from './number-ranges.ts'
import type { NumberSet } from './numbers.ts'
import type { ProgressTable } from './progress.ts'

/** A row of `unread` says all by being there. */
const UNREAD: Uint8Array = Uint8Array.of(1)

/**
 * Takes such a word of a device, which was the content of that number: a device only speaks of what came before. Numbers that are
 * held stay what they are.
 */
export function takeUnavailable(
  kernel: PeerKernel,
  progress: ProgressTable,
  contactId: ContactId,
  device: DeviceNumber,
  said: { readonly number: number; readonly body: UnavailableContent }
): void {
  const { held } = progress.get(contactId, device)
  const before = [{ first: 1, last: said.number - 1 }]
  const known = [{ first: 1, last: held.upTo }, ...held.beyond]
  const later = withoutRanges(joinRanges(said.body.shown, said.body.silent), before)
  const missing = (ranges: readonly NumberRange[]): readonly NumberRange[] =>
    withoutRanges(ranges, [...known, ...later])
  const shown = missing(said.body.shown)
  for (const range of shown) {
    writeMissing(kernel, contactId, device, held, range)
  }
  for (const range of joinRanges(shown, missing(said.body.silent))) {
    held.addRange({ ...range, orderMs: orderOf(kernel, held, range) })
  }
  progress.save(contactId, device)
}

/** In the chat at the place of the gap, before what follows it. */
function writeMissing(
  kernel: PeerKernel,
  contactId: ContactId,
  device: DeviceNumber,
  held: NumberSet,
  range: NumberRange
): void {
  const { first, last } = range
  const orderMs = orderOf(kernel, held, range)
  const key = messageKey(contactId, orderMs, { device, isOwn: false }, first)
  const row = create(MessageRowSchema, {
    kind: MessageKind.MISSING,
    device,
    number: first,
    lastNumber: last,
    sentAtMs: kernel.atMs,
    storedAtMs: kernel.atMs
  })
  const value = toBinary(MessageRowSchema, row)
  kernel.write('message', key, value)
  kernel.write('unread', key, UNREAD)
  kernel.notify({ type: 'message-received', contactId, row: { key, value } })
}

function orderOf(kernel: PeerKernel, held: NumberSet, { first }: NumberRange): number {
  return held.orderOfNext(first) ?? kernel.atMs
}
