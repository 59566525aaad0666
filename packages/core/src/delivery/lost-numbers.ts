/**
 * Numbers that their sender says it cannot make again: the gap is closed, and where something would have been shown, that is said until
 * another own device has it.
 */
import { create, toBinary } from '@bufbuild/protobuf'
import type { ContactId, DeviceNumber, NumberRange, UnavailableContent } from '@sealpost/protocol'
import { MessageKind, MessageRowSchema } from '@sealpost/protocol/home'
import { messageKey } from '../peer/keys.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { Row } from '../tables.ts'
import { joinRanges, withoutRanges } from './number-ranges.ts'
import type { NumberSet } from './numbers.ts'
import type { DeviceProgress, MissingNumbers, ProgressTable } from './progress.ts'

/** A row of `unread` says all by being there. */
const UNREAD: Uint8Array = Uint8Array.of(1)
/** Places of one device that are remembered; what others say of older ones stays as it is. */
const MISSING_MAX = 256

/**
 * Takes such a word of a device, which was the content of that number: a device only speaks of what came before. Numbers that are
 * held stay what they are.
 *
 * @returns whether something is said to be missing that was not.
 */
export function takeUnavailable(
  kernel: PeerKernel,
  progress: ProgressTable,
  contactId: ContactId,
  device: DeviceNumber,
  said: { readonly number: number; readonly body: UnavailableContent }
): boolean {
  const known = progress.get(contactId, device)
  const { held } = known
  const before = [{ first: 1, last: said.number - 1 }]
  const here = [{ first: 1, last: held.upTo }, ...held.beyond]
  const later = withoutRanges(joinRanges(said.body.shown, said.body.silent), before)
  const missing = (ranges: readonly NumberRange[]): readonly NumberRange[] =>
    withoutRanges(ranges, [...here, ...later])
  const shown = missing(said.body.shown)
  for (const range of shown) {
    const place = { ...range, orderMs: orderOf(kernel, held, range), atMs: kernel.atMs }
    noteMissing(known, place)
    writeMissing(kernel, contactId, device, place)
  }
  for (const range of joinRanges(shown, missing(said.body.silent))) {
    held.addRange({ ...range, orderMs: orderOf(kernel, held, range) })
  }
  progress.save(contactId, device)
  return shown.length > 0
}

/** Notes what a row says is missing. Saved with what else that changes. */
export function noteMissing(known: DeviceProgress, place: MissingNumbers): void {
  known.missing = [...known.missing, place].slice(-MISSING_MAX)
}

/** What a row says is missing is here: it says so no more. Saved with what else that changes. */
export function foundMissing(
  kernel: PeerKernel,
  known: DeviceProgress,
  contactId: ContactId,
  device: DeviceNumber,
  number: number
): void {
  const place = known.missing.find(({ first, last }) => first <= number && number <= last)
  if (place === undefined) {
    return
  }
  const left = withoutRanges([place], [{ first: number, last: number }])
  const places = left.map((range): MissingNumbers => ({ ...place, ...range }))
  known.missing = known.missing.flatMap((other) => (other === place ? places : [other]))
  if (number === place.first) {
    const key = keyOf(contactId, device, place)
    kernel.erase('message', key)
    kernel.erase('unread', key)
    kernel.notify({ type: 'message-repaired', contactId, messageKey: key })
  }
  for (const other of places) {
    const row = rowOf(contactId, device, other)
    kernel.write('message', row.key, row.value)
    kernel.notify({ type: 'message-changed', contactId, row })
  }
}

/** In the chat at the place of the gap, before what follows it. */
function writeMissing(
  kernel: PeerKernel,
  contactId: ContactId,
  device: DeviceNumber,
  place: MissingNumbers
): void {
  const row = rowOf(contactId, device, place)
  kernel.write('message', row.key, row.value)
  kernel.write('unread', row.key, UNREAD)
  kernel.notify({ type: 'message-received', contactId, row })
}

function rowOf(contactId: ContactId, device: DeviceNumber, place: MissingNumbers): Row {
  const row = create(MessageRowSchema, {
    kind: MessageKind.MISSING,
    device,
    number: place.first,
    lastNumber: place.last,
    sentAtMs: place.atMs,
    storedAtMs: place.atMs
  })
  return { key: keyOf(contactId, device, place), value: toBinary(MessageRowSchema, row) }
}

function keyOf(
  contactId: ContactId,
  device: DeviceNumber,
  { orderMs, first }: MissingNumbers
): string {
  return messageKey(contactId, orderMs, { device, isOwn: false }, first)
}

function orderOf(kernel: PeerKernel, held: NumberSet, { first }: NumberRange): number {
  return held.orderOfNext(first) ?? kernel.atMs
}
