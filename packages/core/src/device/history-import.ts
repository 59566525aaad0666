/**
 * Takes the records that a sibling hands over: contacts, the account, messages. A message that is here already
 * stays, but for what was said about it; which those are was read by whoever gives the records.
 */
import type { ContactId, DeviceNumber, HistoryMessage } from '@sealpost/protocol'
import { foundMissing, noteMissing } from '../delivery/lost-numbers.ts'
import { withoutRanges } from '../delivery/number-ranges.ts'
import { mergeHistory } from '../conversation/history-merge.ts'
import type { MessageWords } from '../conversation/message-words.ts'
import { type DeviceProgress, type ProgressTable, siblingRow } from '../delivery/progress.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import { type ClashParts, numberClashing, sendClashing } from './clashing-numbers.ts'
import { rowsOfHistory, withdrawnHistory } from './history-rows.ts'
import type { Sync } from './sync.ts'
import type { WithdrawnCopies } from './withdrawn-copies.ts'
import type { ReceivedHistory } from './device-contract.ts'

export interface HistoryImportParts extends ClashParts {
  readonly kernel: PeerKernel
  readonly progress: ProgressTable
  readonly sync: Sync
  readonly withdrawn: WithdrawnCopies
  readonly words: MessageWords
}

/** What changes in a conversation by a part of history. */
interface Touched {
  lastOrderMs: number
  readonly devices: Set<DeviceNumber>
}

/** @returns how many messages there were. */
export function importHistory(
  parts: HistoryImportParts,
  { records, known }: ReceivedHistory
): number {
  const { contacts, progress, sync } = parts
  let messageCount = 0
  const sentAs = numberClashing(parts, records, known)
  const touched = new Map<ContactId, Touched>()
  for (const record of records) {
    if (record.type === 'contact') {
      sync.states.take(record.contact)
    } else if (record.type === 'account') {
      sync.takeAccount(record.account)
    } else if (record.type === 'message') {
      messageCount += 1
      const { message } = record
      const contact = sync.states.contactFor(message.identityKey)
      if (contact !== undefined) {
        const { contactId } = contact
        const changed = touched.get(contactId) ?? { lastOrderMs: 0, devices: new Set() }
        touched.set(contactId, changed)
        const isHere = known.has(message)
        takeMessage(parts, contactId, changed, { message, isHere, sentAs: sentAs.get(message) })
      }
    }
  }
  for (const { contactId, lastOrderMs } of contacts.all()) {
    const changed = touched.get(contactId)
    for (const device of changed?.devices ?? []) {
      progress.save(contactId, device)
    }
    if (changed !== undefined) {
      contacts.change(contactId, { lastOrderMs: Math.max(lastOrderMs, changed.lastOrderMs) })
    }
  }
  sendClashing(parts, sentAs)
  return messageCount
}

function takeMessage(
  { kernel, progress, withdrawn, words }: HistoryImportParts,
  contactId: ContactId,
  changed: Touched,
  {
    message,
    isHere,
    sentAs
  }: {
    readonly message: HistoryMessage
    readonly isHere: boolean
    /** Where another copy of this home said it: the number under which it is sent from here. */
    readonly sentAs: number | undefined
  }
): void {
  const { device, isOwn, kind, number, orderMs } = message
  if (!isOwn && kind === 'text') {
    changed.devices.add(device)
    foundMissing(kernel, progress.get(contactId, device), contactId, device, number)
  }
  if (isHere) {
    mergeHistory(kernel, contactId, message)
    return
  }
  if (kind === 'missing') {
    takeMissing(kernel, progress.get(contactId, device), contactId, message)
    changed.devices.add(device)
    return
  }
  const withdrawnAtMs = isOwn ? withdrawn.take(contactId, device, number) : undefined
  if (isOwn) {
    changed.lastOrderMs = Math.max(changed.lastOrderMs, orderMs)
  }
  if (isOwn && sentAs === undefined) {
    const copies = progress.get(contactId, siblingRow(device))
    copies.lastCopyNumber = Math.max(copies.lastCopyNumber, number)
    changed.devices.add(siblingRow(device))
  } else if (!isOwn && kind !== 'notice') {
    const theirs = progress.get(contactId, device)
    theirs.lastOrderMs = Math.max(theirs.lastOrderMs, orderMs)
    if (number > 0 && theirs.held.canAdd(number)) {
      theirs.held.add(number, orderMs)
    }
    changed.devices.add(device)
  }
  const told = withdrawnAtMs === undefined ? message : withdrawnHistory(message, withdrawnAtMs)
  // Who holds its number may hold something else.
  const undelivered = { ...told, deliveredAtMs: 0, readAtMs: 0 }
  const given = sentAs === undefined ? told : undelivered
  for (const { table, key, value } of rowsOfHistory(contactId, given, sentAs)) {
    kernel.write(table, key, value)
  }
  words.arrived(message.messageId, isOwn)
  if (message.fadesAtMs !== undefined) {
    // The clocks of two devices differ.
    words.fading.restore()
  }
}

/** What another own device misses is missing here as far as it is not here. */
function takeMissing(
  kernel: PeerKernel,
  theirs: DeviceProgress,
  contactId: ContactId,
  message: HistoryMessage
): void {
  const { held } = theirs
  const { number, lastNumber, orderMs, storedAtMs } = message
  const here = [{ first: 1, last: held.upTo }, ...held.beyond]
  for (const { first, last } of withoutRanges([{ first: number, last: lastNumber }], here)) {
    if (held.canAdd(first) && held.canAdd(last)) {
      theirs.lastOrderMs = Math.max(theirs.lastOrderMs, orderMs)
      held.addRange({ first, last, orderMs })
      noteMissing(theirs, { first, last, orderMs, atMs: storedAtMs })
      const told = { ...message, number: first, lastNumber: last }
      for (const { table, key, value } of rowsOfHistory(contactId, told)) {
        kernel.write(table, key, value)
      }
    }
  }
}
