/**
 * Takes the records that a sibling hands over: contacts, the account, messages. A message that is here already stays as it is; which
 * those are was read by whoever gives the records.
 */
import type { ContactId, DeviceNumber, HistoryMessage } from '@sealpost/protocol'
import { withoutRanges } from '../delivery/number-ranges.ts'
import type { MessageWords } from '../conversation/message-words.ts'
import { type ProgressTable, siblingRow } from '../delivery/progress.ts'
import type { Contacts } from '../peer/contacts.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import { rowsOfHistory, withdrawnHistory } from './history-rows.ts'
import type { Sync } from './sync.ts'
import type { WithdrawnCopies } from './withdrawn-copies.ts'
import type { ReceivedHistory } from './device-contract.ts'

export interface HistoryImportParts {
  readonly kernel: PeerKernel
  readonly contacts: Contacts
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
  { kernel, contacts, progress, sync, withdrawn, words }: HistoryImportParts,
  { records, known }: ReceivedHistory
): number {
  let messageCount = 0
  const touched = new Map<string, Touched>()
  for (const record of records) {
    if (record.type === 'contact') {
      sync.states.take(record.contact)
    } else if (record.type === 'account') {
      sync.takeAccount(record.account)
    } else if (record.type === 'message') {
      messageCount += 1
      const { message } = record
      const contact = known.has(message) ? undefined : sync.states.contactFor(message.identityKey)
      if (contact !== undefined && !isFilled(progress, contact.contactId, message)) {
        const { contactId } = contact
        const known = touched.get(contactId) ?? { lastOrderMs: 0, devices: new Set() }
        touched.set(contactId, known)
        const { device, isOwn, kind, number, orderMs } = message
        const withdrawnAtMs = isOwn ? withdrawn.take(contactId, device, number) : undefined
        if (isOwn) {
          known.lastOrderMs = Math.max(known.lastOrderMs, orderMs)
          const copies = progress.get(contactId, siblingRow(device))
          copies.lastCopyNumber = Math.max(copies.lastCopyNumber, number)
          known.devices.add(siblingRow(device))
        } else if (kind !== 'notice') {
          const theirs = progress.get(contactId, device)
          theirs.lastOrderMs = Math.max(theirs.lastOrderMs, orderMs)
          if (number > 0 && theirs.held.canAdd(number)) {
            theirs.held.add(number, orderMs)
          }
          known.devices.add(device)
        }
        const told =
          withdrawnAtMs === undefined ? message : withdrawnHistory(message, withdrawnAtMs)
        for (const { table, key, value } of rowsOfHistory(contactId, told)) {
          kernel.write(table, key, value)
        }
        words.arrived(message.messageId, isOwn)
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
  return messageCount
}

/** Whether what another own device misses is here. */
function isFilled(
  progress: ProgressTable,
  contactId: ContactId,
  { kind, device, number, lastNumber }: HistoryMessage
): boolean {
  const { held } = progress.get(contactId, device)
  const known = [{ first: 1, last: held.upTo }, ...held.beyond]
  return (
    kind === 'missing' && withoutRanges([{ first: number, last: lastNumber }], known).length === 0
  )
}
