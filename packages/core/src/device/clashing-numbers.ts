/**
 * Numbers that two copies of this home gave, each for something else, as the history tells that another own device hands over: a
 * contact holds one of the two, and its receipts, which are of numbers, say it of both.
 *
 * ```
 *   said as this device, and not here --number given here too---------> sent under a free number, as is what was said here under it
 *                                     --never given here, undelivered--> sent under a free number: nobody else does
 *                                     --never given here, delivered----> a copy as any other
 * ```
 * Either way these numbers are not given any more. A contact that has such a message all the same knows it by its id.
 */
import type {
  BackupRecord,
  ContactId,
  DeviceNumber,
  HistoryMessage,
  NumberRange
} from '@sealpost/protocol'
import { hasNumber, rangesOf } from '../delivery/number-ranges.ts'
import type { Repairs } from '../delivery/repairs.ts'
import type { Contacts } from '../peer/contacts.ts'
import type { OwnAccount } from '../peer/own-account.ts'

export interface ClashParts {
  readonly account: OwnAccount
  readonly contacts: Contacts
  readonly repairs: Pick<Repairs, 'clashed' | 'sendAs'>
}

/** What one part of history says that was said as this device. */
interface SaidAsThis {
  readonly here: HistoryMessage[]
  readonly others: HistoryMessage[]
}

/**
 * Gives free numbers to what another copy said, as a part of history tells, and is to be sent from here; has what was said here under
 * the same numbers said anew.
 *
 * @param known the messages that are here. @returns the new numbers, for the messages' rows: `sendClashing` sends them.
 */
export function numberClashing(
  parts: ClashParts,
  records: readonly BackupRecord[],
  known: ReadonlySet<HistoryMessage>
): ReadonlyMap<HistoryMessage, number> {
  const sentAs = new Map<HistoryMessage, number>()
  for (const [contactId, said] of saidAsThis(parts, records, known)) {
    const doubtful = parts.repairs.clashed(contactId, numbersOfBoth(said))
    for (const message of said.others.toSorted((one, other) => one.number - other.number)) {
      const number = parts.contacts.get(contactId)?.nextNumber
      if (number !== undefined && isToSend(message, doubtful)) {
        parts.contacts.change(contactId, { nextNumber: number + 1 })
        sentAs.set(message, number)
      }
    }
  }
  return sentAs
}

function isToSend(
  { deliveredAtMs, number, withdrawnAtMs }: HistoryMessage,
  doubtful: readonly NumberRange[]
): boolean {
  return withdrawnAtMs === 0 && (deliveredAtMs === 0 || hasNumber(doubtful, number))
}

/** Sends them once their rows are there. */
export function sendClashing(
  { contacts, repairs }: ClashParts,
  sentAs: ReadonlyMap<HistoryMessage, number>
): void {
  const byContact = new Map<ContactId, number[]>()
  for (const [{ identityKey }, number] of sentAs) {
    const contactId = contacts.byIdentity(identityKey)?.contactId
    if (contactId !== undefined) {
      byContact.set(contactId, [...(byContact.get(contactId) ?? []), number])
    }
  }
  for (const [contactId, numbers] of byContact) {
    repairs.sendAs(contactId, rangesOf(numbers))
  }
}

/** By contact, where another copy said something. */
function saidAsThis(
  { account, contacts }: ClashParts,
  records: readonly BackupRecord[],
  known: ReadonlySet<HistoryMessage>
): ReadonlyMap<ContactId, SaidAsThis> {
  const all = new Map<ContactId, SaidAsThis>()
  for (const record of records) {
    const message = record.type === 'message' ? record.message : undefined
    const contactId = message && contacts.byIdentity(message.identityKey)?.contactId
    if (message !== undefined && contactId !== undefined && isSaidAs(account.now.device, message)) {
      const said = all.get(contactId) ?? { here: [], others: [] }
      all.set(contactId, said)
      ;(known.has(message) ? said.here : said.others).push(message)
    }
  }
  return new Map([...all].filter(([, { others }]) => others.length > 0))
}

function isSaidAs(device: DeviceNumber, message: HistoryMessage): boolean {
  return message.isOwn && message.kind === 'text' && message.device === device
}

/** From the last that both copies have to the last that the other one gave: in between each said what it did by itself. */
function numbersOfBoth({ here, others }: SaidAsThis): NumberRange {
  const numbers = others.map(({ number }) => number)
  const first = Math.min(...numbers)
  const shared = here.map(({ number }) => number).filter((number) => number < first)
  const after = shared.length === 0 ? first - 1 : Math.max(...shared)
  return { first: after + 1, last: Math.max(...numbers) }
}
